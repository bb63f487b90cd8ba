"""Every page of the back office says how many reminders wait: one count, before the page is made."""

from core import clock, db, notify
from web.hx import is_partial
from web.visit import HttpRequest, visit


async def ring(request: HttpRequest) -> None:
    here = visit(request)
    if here.tenant is None or here.member is None or request.method != "GET" or is_partial(request):
        return
    async with db.as_tenant(here.tenant.id) as unit:
        request.state["unread"] = await notify.unread(unit, here.member.id, clock.now())
