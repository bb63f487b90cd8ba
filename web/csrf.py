"""A form is accepted only from our own page, and a member's form only with the token of that member in that browser."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict

from core.errors import NotEntitled
from web.visit import AnyConnection

FIELD = "_csrf"
HEADER = "x-csrf-token"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class ForgedForm(NotEntitled):
    """这个页面已失效，请返回刷新页面后重新提交。"""


def token(secret: str, family: str) -> str:
    """The same for all sessions of a family, so that a form outlives the session in which it was opened."""
    return hmac.new(secret.encode(), b"csrf:" + family.encode(), sha256).hexdigest()


def refuse_strangers(connection: AnyConnection) -> None:
    """Browsers say where a request comes from; old ones send Origin only, and one without a browser sends neither."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForgedForm
    origin = connection.headers.get("origin")
    if origin is not None and _host(origin) != connection.headers.get("host"):
        raise ForgedForm


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


async def refuse_forgery(connection: AnyConnection, secret: str, family: str) -> None:
    refuse_strangers(connection)
    sent = connection.headers.get(HEADER, "")
    form = await connection.form() if not sent and isinstance(connection, Request) else FormMultiDict()
    given = sent or form.get(FIELD, "")
    if isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), token(secret, family).encode()):
        return
    await form.close()
    raise ForgedForm
