"""Help tells of each extra that is on, in the extra's own words, what this member may do with it."""

from dataclasses import dataclass
from datetime import datetime

from core import db
from core.clock import SHANGHAI
from core.people import Member
from core.policy.extras import Act, Extra, Kind
from core.records import offered
from core.records.model import Reach
from core.tenants import Tenant
from web.admin.extras.sight import comes_as, files_as, reach_of, seen_pages
from web.permissions import may


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of record, whether this member registers it, and what they may do with it."""

    kind: Kind
    files: bool
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    extra: Extra
    clause: str
    parts: tuple[Part, ...]


async def chapters(tenant: Tenant, member: Member, now: datetime) -> tuple[Chapter, ...]:
    """In the order of their doors; nothing of what this member may not see."""
    if not may(member.role, "extras.read"):
        return ()
    today = now.astimezone(SHANGHAI).date()
    async with db.as_tenant(tenant.id) as unit:
        reach = await reach_of(unit, member)
    return tuple(
        Chapter(each, offered.basis(tenant, each, today), _parts(each, member, reach))
        for each in offered.offered(tenant, today) if seen_pages(each, reach)
    )  # fmt: skip


def _parts(extra: Extra, member: Member, reach: Reach) -> tuple[Part, ...]:
    who, acts = comes_as(reach), may(member.role, "extras.act")
    every = (
        Part(each, acts and files_as(each, reach) is not None,
             tuple(act for act in each.acts if acts and who & set(act.doers)))
        for each in extra.kinds if who & {*each.sees, *each.files}
    )  # fmt: skip
    return tuple(each for each in every if each.files or each.acts)
