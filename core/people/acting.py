"""A session may stand in another's place: to act by a delegation, or to look on for support; both end by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from core import db, tokens
from core.audit import actions as audit
from core.errors import Conflict, NotEntitled, NotFound, ReasonMissing
from core.people import delegations
from core.people.delegations import TAKERS, Q
from core.people.members import Behalf, Member, read_member

Kind = Literal["delegation", "support"]
LOOKS_FOR = timedelta(minutes=15)
PARTS_APART = timedelta(minutes=1)
# Support sees what somebody of equal or lower standing sees.
SEEABLE = ("clerk", "handler", "supervisor")
SEERS = ("supervisor", "operator")
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Acting:
    """``place`` is the member in whose place somebody stands."""

    kind: Kind
    place: Member
    reason: str
    until: datetime
    delegation: UUID | None

    @property
    def only_looks(self) -> bool:
        return self.kind == "support"


@dataclass(frozen=True, slots=True)
class Offer:
    """A delegation that its taker may take up now."""

    id: UUID
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """``ended``: what this session stood for until this very request."""

    acting: Acting | None = None
    ended: Acting | None = None
    offers: tuple[Offer, ...] = ()


async def standing(unit: db.Unit, token: str, real: Member, now: datetime) -> Standing:
    """In whose place the session stands now; what is over ends here, and is written down once."""
    row = await unit.fetchrow(Q.standing, unit.tenant, tokens.digest(db.clean_text(token)), now)
    offers = await _offers(unit, real, now)
    if row is None:
        return Standing(offers=offers)
    found = Acting(row["acting_kind"], read_member(unit.tenant, row), row["acting_reason"] or "", row["acting_until"],
                   row["acting_by"])  # fmt: skip
    if now < found.until and not row["revoked"] and _still(found, real):
        return Standing(found, offers=offers)
    await leave(unit, token, real, found, now)
    return Standing(ended=found, offers=offers)


def in_place(real: Member, acting: Acting) -> Member:
    """Who sits there, with the role and the place of the other: seen as them, named as both, held to be oneself."""
    other = acting.place
    word = "查看" if acting.only_looks else "代"
    behalf = Behalf(other.id, other.username, other.name, acting.delegation)
    return replace(
        real, name=f"{real.name}（{word}{other.name}）", role=other.role, institution=other.institution,
        region=other.region, staff=other.staff, behalf=behalf,
    )  # fmt: skip


async def take_up(unit: db.Unit, token: str, real: Member, delegation_id: UUID, now: datetime) -> Acting:
    """Acts in the giver's place from now on; a place that one holds by delegation cannot be handed on."""
    found = await delegations.one(unit, delegation_id)
    if found.taker != real.id:
        raise NotFound("没有找到这项委托。")
    if found.state(now) != "running":
        raise Conflict("这项委托还没有开始，或已经结束。")
    giver = await _member(unit, found.giver)
    acting = Acting("delegation", giver, found.reason, found.until, found.id)
    if not _still(acting, real):
        raise NotEntitled("委托人的角色已经改变，不能再代为办理。")
    await _stand(unit, token, acting)
    told = {"for": giver.username, "until": acting.until.isoformat(), "reason": acting.reason}
    await audit.write(unit, real.actor, "delegation.start", "member", giver.username, None, told, now)
    return acting


async def look_as(
    unit: db.Unit, token: str, real: Member, member_id: UUID, reason: str, within: Sequence[str] | None, now: datetime
) -> Acting:
    """Sees for a quarter of an hour what somebody of equal or lower standing sees, and changes nothing."""
    rows = await _seeable(unit, real, within, "")
    other = next((each for each in rows if each.id == member_id), None)
    if other is None:
        raise NotFound("没有找到这个人，或不在您的范围内。")
    if not reason.strip():
        raise ReasonMissing("请写明为什么要查看，例如核对某人反映看不到工单。", field="reason")
    acting = Acting("support", other, reason.strip(), now + LOOKS_FOR, None)
    await _stand(unit, token, acting)
    told = {"for": other.username, "until": acting.until.isoformat(), "reason": acting.reason}
    await audit.write(unit, real.actor, "support.start", "member", other.username, None, told, now)
    return acting


async def seeable(unit: db.Unit, real: Member, within: Sequence[str] | None, q: str) -> Sequence[Member]:
    return (await _seeable(unit, real, within, q))[:MOST_SHOWN]


async def leave(unit: db.Unit, token: str, real: Member, acting: Acting, now: datetime) -> None:
    if await unit.execute(Q.leave, unit.tenant, tokens.digest(db.clean_text(token))):
        await audit.write(unit, real.actor, f"{acting.kind}.end", "member", acting.place.username, None, None, now)


async def note_page(
    unit: db.Unit, real: Member, acting: Acting, page: str, now: datetime, *, part: bool = False
) -> None:
    """Whatever support opens as somebody else is written down, page by page; a ``part`` of one once in a minute."""
    known = (unit.tenant, acting.place.username, real.called, page, now - PARTS_APART)
    if part and await unit.fetchval(Q.noted_since, *known):
        return
    await audit.write(unit, real.actor, "support.page", "member", acting.place.username, None, {"page": page}, now)


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    by: str
    reason: str


async def looked_on(unit: db.Unit, member: Member) -> Sequence[Look]:
    """Who looked on as this member, and why: whoever is seen may know it."""
    rows = await unit.fetch(Q.looked_on, unit.tenant, member.username, MOST_SHOWN)
    return [Look(row["at"], row["actor"].removeprefix("member:"), row["after"]["reason"]) for row in rows]


async def _stand(unit: db.Unit, token: str, acting: Acting) -> None:
    done = await unit.execute(
        Q.stand, unit.tenant, tokens.digest(db.clean_text(token)), acting.place.id, acting.kind, acting.delegation,
        acting.reason, acting.until,
    )  # fmt: skip
    if not done:
        raise Conflict("您正在以他人的身份操作，请先回到本人身份。")


async def _offers(unit: db.Unit, real: Member, now: datetime) -> tuple[Offer, ...]:
    rows = await unit.fetch(Q.offered, unit.tenant, real.id, now)
    return tuple(
        Offer(row["id"], row["name"], row["until"]) for row in rows if real.role in TAKERS.get(row["role"], ())
    )


def _still(acting: Acting, real: Member) -> bool:
    """Whether both still are what they were when it began."""
    if acting.place.disabled:
        return False
    if acting.only_looks:
        return real.role in SEERS and acting.place.role in SEEABLE
    return real.role in TAKERS.get(acting.place.role, ())


async def _seeable(unit: db.Unit, real: Member, within: Sequence[str] | None, q: str) -> list[Member]:
    if real.role not in SEERS or real.behalf is not None:
        raise NotEntitled
    reach = None if within is None else list(within)
    most = MOST_SHOWN if q else 10_000
    rows = await unit.fetch(Q.seeable, unit.tenant, real.id, list(SEEABLE), reach, q, most)
    return [read_member(unit.tenant, row) for row in rows]


async def _member(unit: db.Unit, member_id: UUID) -> Member:
    row = await unit.fetchrow(Q.member_place, unit.tenant, member_id)
    if row is None:
        raise NotFound
    return read_member(unit.tenant, row)
