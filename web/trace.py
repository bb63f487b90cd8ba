"""A change made through the web says so itself: by whom, in which request and, of those who work here, from where."""

from litestar.handlers.base import BaseRouteHandler

from core.audit import origin
from web.auth import DEMO, DEVICE, KEY, PUBLIC
from web.visit import AnyConnection, visit

# Whoever comes to sign in works here, or pretends to.
ENTRANCE = "/sign-in"


async def came(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Before anybody is let in: the way and, where it is a member's or a program's, the address."""
    permission = str(handler.opt.get("perm", "")).partition(":")[0]
    origin.begin("api" if permission == KEY else "web", connection.scope.get("correlation", ""))
    is_citizens = permission in (PUBLIC, DEMO, DEVICE) and ENTRANCE not in connection.scope["path"]
    if connection.client is not None and not is_citizens:
        origin.know(address=connection.client.host)


async def admitted(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """After somebody was let in: who it is. A member who opens a citizen's page is a citizen there."""
    found = visit(connection).member
    if found is not None and handler.opt.get("perm") not in (PUBLIC, DEMO):
        origin.know(member=found.username, acting_for=found.behalf.username if found.behalf else "")
