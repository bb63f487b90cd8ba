"""An extra that is switched on, or that has something to finish, has a door for those who may see one of its pages."""

from datetime import datetime

from core import db
from core.clock import SHANGHAI
from core.people import Member
from core.records import offered
from core.records.unfinished import still_open
from core.tenants import Tenant
from web.admin.extras.sight import reach_of, seen_pages
from web.hx import is_partial
from web.navigation import Door
from web.permissions import may
from web.visit import AnyConnection

READ, NAMED = "extras.read", "extras.named"
ENDS = "（只办理在办）"
OWN = Door("与我有关的记录", "pin", "/extras", NAMED)
PARTNER = "partner"


async def find(connection: AnyConnection, unit: db.Unit, tenant: Tenant, member: Member, now: datetime) -> None:
    """Asked once for a whole page, beside the question who is here."""
    scope = connection.scope
    if scope["type"] == "http" and scope["method"] == "GET" and not is_partial(connection):
        connection.state["extra_doors"] = await doors(unit, tenant, member, now)


async def doors(unit: db.Unit, tenant: Tenant, member: Member, now: datetime) -> tuple[Door, ...]:
    if not may(member.role, READ):
        return ()
    on = {each.code for each in offered.offered(tenant, now.astimezone(SHANGHAI).date())}
    off = await still_open(unit, [each.code for each in offered.known() if each.code not in on])
    reach = await reach_of(unit, member) if on or off else None
    found = tuple(
        Door(each.label if each.code in on else each.label + ENDS, "flag", f"/extras/{each.code}", READ)
        for each in offered.known()
        if reach and (each.code in on or each.code in off) and seen_pages(each, reach)
    )  # fmt: skip
    # Whoever was invited from outside comes for these alone.
    own = (OWN,) if may(member.role, NAMED) and (found or member.role == PARTNER) else ()
    return (*found, *own)
