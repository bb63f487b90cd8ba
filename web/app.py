"""The whole web side as one application: shell, citizens' pages, back office, province and the machine interface."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from litestar import Litestar

from core import crypto, db
from core import settings as environment
from core.evidence import files
from core.incidents import actions as incidents
from core.settings import Settings
from web.admin.routes import ROUTES as ADMIN_ROUTES
from web.api.metrics import Measured
from web.api.routes import ROUTES as API_ROUTES
from web.auth import authorize
from web.deps import DEPENDENCIES
from web.errors import HANDLERS
from web.limits import Limits
from web.middleware import Frame
from web.province.routes import ROUTES as PROVINCE_ROUTES
from web.public.routes import ROUTES as PUBLIC_ROUTES
from web.static_files import favicon, static_file
from web.trace import admitted, came

BODY_LIMIT = 64 * 1024
LEAST_CONNECTIONS, MOST_CONNECTIONS = 2, 16
Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(settings: Settings, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """Every route is closed until it names who may pass (``opt["perm"]``), and small until it asks for more."""
    app = Litestar(
        [static_file, favicon, *PUBLIC_ROUTES, *ADMIN_ROUTES, *PROVINCE_ROUTES, *API_ROUTES],
        guards=[came, authorize, admitted], dependencies=DEPENDENCIES,
        exception_handlers=HANDLERS, lifespan=list(lifespan),
        after_response=_kept, openapi_config=None, logging_config=None, request_max_body_size=BODY_LIMIT,
    )  # fmt: skip
    app.state.settings = settings
    app.state.limits = Limits(settings.redis_url)
    app.asgi_handler = Frame(Measured(app.asgi_handler), _own_hosts(settings))
    return app


async def _kept(_: object) -> None:
    """What failed while this was answered is written down once it is answered."""
    await incidents.keep()


def _own_hosts(settings: Settings) -> frozenset[str]:
    """Known where the installation was told its address; a demo may be opened from any machine of the house."""
    host = urlsplit(settings.address).hostname
    return frozenset() if settings.demo or not host else frozenset({host, *settings.plain_hosts})


def create() -> Litestar:
    """What ``uvicorn --factory web.app:create`` starts."""
    settings = environment.read()
    crypto.use_secret(settings.secret)
    files.use_folder(settings.files)

    @asynccontextmanager
    async def pool(app: Litestar) -> AsyncIterator[None]:
        await db.open_pool(settings.database_url, LEAST_CONNECTIONS, MOST_CONNECTIONS)
        yield
        await app.state.limits.close()
        await db.close_pool()

    return create_app(settings, [pool])
