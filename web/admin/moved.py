"""A newly published notice of holidays moves deadlines that rested on a year without one: which, from when to when."""

from collections.abc import Mapping

from litestar import get

from core import db
from core.calendars.decide import horizon
from core.clock import SHANGHAI
from core.tickets import registers
from web.admin.chips import Filter, id_of, read
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

RESULTS: Mapping[str, str] = {"moved": "有变动", "same": "没有变动"}


@get("/t/{slug:str}/admin/moved", opt={"perm": "moved.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    filters, after = read(request, (Filter("result", "结果", RESULTS),)), id_of(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        found = await registers.moved(unit, eyes, now, which=filters[0].value, after=after)
    until = horizon(tenant.calendar, now.astimezone(SHANGHAI).date())
    return page("admin/moved.html", found=found, filters=filters, first=after is None, until=until)
