"""What names a member, or waits for them, over all extras; for whoever was invited from outside it is all there is."""

from dataclasses import replace
from datetime import datetime

from litestar import get

from core import db
from core.policy.extras import Act, Extra, Kind
from core.records import listing, offered
from core.records.listing import Asked
from core.records.model import Reach, Record
from web.admin.extras.sight import acting, reach_of
from web.deps import InMember, InTenant, Now
from web.page import Page, page
from web.permissions import may

SIZE = 50
Row = tuple[Record, Extra, Kind, tuple[Act, ...]]


@get("/t/{slug:str}/admin/extras", opt={"perm": "extras.named"})
async def index(tenant: InTenant, member: InMember, now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        reach = await reach_of(unit, member)
        acts = may(member.role, "extras.act")
        waiting = await listing.waiting(unit, acting(reach, member), now) if acts else ()
        named = await _named(unit, reach, now)
    open_to = {each.id: todo for each, todo in waiting}
    every = {each.id: each for each in (*(one for one, _ in waiting), *named)}
    rows: list[Row] = [(each, *offered.kind_of(each.extra, each.kind), open_to.get(each.id, ()))
                       for each in every.values()]  # fmt: skip
    return page("admin/extras/mine.html", tenant=tenant, rows=rows)


async def _named(unit: db.Unit, reach: Reach, now: datetime) -> tuple[Record, ...]:
    """Also what is done with, and what waits for somebody else."""
    own = replace(reach, kinds=frozenset(), institutions=frozenset(), regions=frozenset(), actor="")
    asked = (Asked(each.code, own, mine=True, size=SIZE) for each in offered.known())
    return tuple([each for one in asked for each in (await listing.page(unit, one, now)).rows])
