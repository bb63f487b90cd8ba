"""Nothing is taken in while a place is paused, and nobody loses by it: each chance to rate is longer by that time."""

from dataclasses import dataclass
from datetime import datetime

from core import db
from core.audit import actions as audit
from core.errors import Invalid, WrongState
from core.people import Member
from core.tenants import states
from core.tenants.model import State, Tenant
from core.tenants.states import Move

Q = db.queries(__file__)

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class InFlight:
    """What is on its way in a place at this moment."""

    open_chances: int
    drafts: int
    open_tickets: int
    unsent: int


async def in_flight(unit: db.Unit) -> InFlight:
    row = await unit.fetchrow(Q.in_flight, unit.tenant) or {}
    return InFlight(**row)


async def suspend(unit: db.Unit, member: Member, reason: str, now: datetime) -> None:
    """暂停：nothing comes in and no silence counts; the office goes on with what it has."""
    _must_say(reason)
    await states.move(unit, Move("suspended", reason, member.name, member.actor), now)


async def resume(unit: db.Unit, member: Member, reason: str, now: datetime) -> int:
    """恢复：each chance to rate that was open is longer by the time nobody could use it; how many there were."""
    _must_say(reason)
    if await states.locked(unit) != "suspended":
        raise WrongState("没有暂停，不需要恢复。")
    since = await unit.fetchval(Q.suspended_since, unit.tenant)
    moved = await unit.execute(Q.prolong, unit.tenant, since, now) if since else 0
    await states.move(unit, Move("live", reason, member.name, member.actor, moved=moved), now)
    return moved


async def archive(unit: db.Unit, member: Member, reason: str, now: datetime) -> None:
    """归档：all of it can be read, nothing of it is changed any more."""
    _must_say(reason)
    if await states.locked(unit) == "live":
        raise WrongState("还在受理评价。请先暂停，再归档。")
    await states.move(unit, Move("archived", reason, member.name, member.actor), now)


async def bring_back(unit: db.Unit, tenant: Tenant, member: Member, reason: str, now: datetime) -> None:
    """A place is as it was before, paused or still being founded, and nobody's wish to delete it stays."""
    _must_say(reason)
    to: State = "suspended" if tenant.live_since else "founding"
    await states.move(unit, Move(to, reason, member.name, member.actor), now)
    if await unit.execute(Q.stop_pending, unit.tenant, member.name, now):
        told = {"reason": reason}
        await audit.write(unit, member.actor, "tenant.leave-stop", "tenant", unit.tenant, None, told, now)


def _must_say(reason: str) -> None:
    if not reason:
        raise Invalid("请写明原因，会记入操作记录。", field="reason")
