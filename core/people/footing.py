"""What is begun in one place is finished in that place or not at all: whoever has lost it since is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from core import db
from core.errors import Conflict, NotEntitled, NotFound
from core.people import acting, delegations
from core.people.acting import Acting
from core.people.delegations import TAKERS, Q
from core.people.members import Member, read_member


@dataclass(frozen=True, slots=True)
class Footing:
    """The role and place somebody stands in; ``delegation`` by which these are another's."""

    role: str = ""
    institution: str | None = None
    region: str | None = None
    staff: str | None = None
    delegation: UUID | None = None


def of(member: Member) -> Footing:
    by = member.behalf.delegation if member.behalf else None
    return Footing(member.role, member.institution, member.region, member.staff, by)


def told(member: Member) -> dict[str, Any]:
    """Plain values, fit to be kept beside what was begun."""
    return msgspec.to_builtins(asdict(of(member)))


def check(stood: Mapping[str, Any], member: Member) -> None:
    """Whether the member stands now where it was begun."""
    if msgspec.convert(stood, Footing) != of(member):
        raise Conflict("这一批是您以另一身份勾选的，没有办理。请回到当时的身份，或者返回列表重新勾选。")


async def restored(unit: db.Unit, member_id: UUID, stood: Mapping[str, Any], at: datetime) -> Member:
    """Whoever began it, standing where they stood; refused with the reason where they no longer may."""
    kept, real = msgspec.convert(stood, Footing), await _member(unit, member_id)
    if real.disabled:
        raise NotEntitled("您的账号已停用。")
    placed = await _in_place(unit, real, kept.delegation, at) if kept.delegation else real
    if of(placed) != kept:
        whose = "委托人" if kept.delegation else "您"
        raise NotEntitled(f"{whose}的角色或所属单位已经变动。")
    return placed


async def _in_place(unit: db.Unit, real: Member, delegation_id: UUID, at: datetime) -> Member:
    """What is taken back ends at once; what runs out still covers what was done while it ran."""
    found = await delegations.one(unit, delegation_id)
    giver = await _member(unit, found.giver)
    runs = found.revoked_at is None and found.state(at) == "running"
    if not runs or found.taker != real.id or giver.disabled or real.role not in TAKERS.get(giver.role, ()):
        raise NotEntitled(f"您代{giver.name}办理的委托已经结束。")
    return acting.in_place(real, Acting("delegation", giver, found.reason, found.until, found.id))


async def _member(unit: db.Unit, member_id: UUID) -> Member:
    row = await unit.fetchrow(Q.member_place, unit.tenant, member_id)
    if row is None:
        raise NotFound
    return read_member(unit.tenant, row)
