"""One act for many tickets is looked through first, held for ten seconds, and then done to each by itself."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from core import db, errors, flow, stack
from core.audit import origin
from core.audit.model import Actor
from core.desk import claims
from core.desk.exports import eyes_told
from core.intake.model import Source
from core.notify import actions as notify
from core.outbox import tasks
from core.people import Member, footing
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets import decide, registers
from core.tickets.listing import Eyes
from core.tickets.model import Act, Homes

Q = db.queries(__file__)
JOB = "held"
HOLD = timedelta(seconds=10)
# What was pressed in time may still be on its way.
GRACE = timedelta(seconds=5)
MOST = 1000
ACTS = ("dispatch", "transfer", "contact", "urge", "supervise")
AT_ONCE = 25
# Shorter than a job may run, so that a long lot is handed on and never cut off.
TURN_SECONDS = 20.0
OVERTAKEN = "已被他人处理。"
ROWS_KEPT, DRAFTS_KEPT = timedelta(days=90), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    nth: int
    ticket_id: UUID | None
    number: str
    version: int
    state: str
    said: str
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Lot:
    """``query`` is the list it was gathered from; ``rows`` say of each ticket what becomes or became of it.

    ``stood`` is the place it was gathered in, ``eyes`` what was seen from there when it was pressed.
    """

    id: UUID
    verb: str
    data: Mapping[str, Any]
    query: str
    state: str
    actor: str
    member_id: UUID
    made_at: datetime
    pressed_at: datetime | None
    runs_at: datetime | None
    ended_at: datetime | None
    stood: Mapping[str, Any]
    eyes: Mapping[str, Any]
    rows: tuple[Row, ...]

    def count(self, *states: str) -> int:
        return sum(each.state in states for each in self.rows)

    @property
    def is_claim(self) -> bool:
        return self.verb in claims.VERBS

    def may_be_taken_back(self, now: datetime) -> bool:
        """What only changes a desk is done at once and put back; the rest has not begun yet."""
        if self.pressed_at is None or (self.state != "done" if self.is_claim else self.state != "held"):
            return False
        return now < self.pressed_at + HOLD


@dataclass(frozen=True, slots=True)
class Doing:
    """Who would do what: the member with what they may see, and the body they act for."""

    tenant: Tenant
    member: Member
    by: Actor
    eyes: Eyes
    verb: str


async def gather(unit: db.Unit, doing: Doing, numbers: Sequence[str], query: str, now: datetime) -> UUID:
    """A draft of the lot, where each ticket says whether the act is possible; nothing is done yet."""
    asked = list(dict.fromkeys(db.clean_text(each)[:40] for each in numbers))[:MOST]
    if not asked:
        raise errors.Invalid("请先勾选工单。", field="n")
    visible = await registers.visible(unit, doing.eyes, asked, now)
    known = {row["number"]: row for row in await unit.fetch(Q.tickets, unit.tenant, list(visible))}
    lot_id = db.ids.new()
    member = doing.member
    await unit.execute(Q.add_lot, unit.tenant, lot_id, member.id, str(doing.by), doing.verb, query, now,
                       footing.told(member))  # fmt: skip
    said = await _all_said(unit, doing, list(known.values()))
    rows = [_draft(lot_id, nth, number, known.get(number), said) for nth, number in enumerate(asked)]
    await unit.executemany(Q.add_row, [(unit.tenant, *row) for row in rows])
    return lot_id


def _draft(lot_id: UUID, nth: int, number: str, row: db.Row | None, said: Mapping[UUID, str]) -> tuple[Any, ...]:
    if row is None:
        return (lot_id, nth, None, number, 0, "unfit", claims.NOT_FOUND)
    why = said[row["id"]]
    return (lot_id, nth, row["id"], number, row["version"], "unfit" if why else "waiting", why)


async def _all_said(unit: db.Unit, doing: Doing, found: Sequence[db.Row]) -> Mapping[UUID, str]:
    """Why each may not have it done now; empty where it may."""
    if doing.verb in claims.VERBS:
        return await claims.why_not(unit, doing.member, doing.verb, found)
    homes: dict[tuple[str | None, str | None], Homes] = {}
    return {row["id"]: await _why_not(unit, doing, row["id"], homes) for row in found}


async def _why_not(
    unit: db.Unit, doing: Doing, ticket_id: UUID, homes: dict[tuple[str | None, str | None], Homes]
) -> str:
    ticket = await tickets.read(unit, ticket_id)
    at = (ticket.item, ticket.staff)
    if at not in homes:
        homes[at] = await tickets.homes_for(unit, ticket)
    try:
        policy = stack.policy(doing.tenant, ticket.policy_day)
        decide.check(ticket, Act(doing.verb), doing.by, policy, homes[at], None)
    except errors.Refused as refusal:
        return refusal.detail
    return ""


async def lot_of(unit: db.Unit, member: Member, lot_id: UUID) -> Lot:
    """One's own; of others nobody hears."""
    row = await unit.fetchrow(Q.lot, unit.tenant, lot_id, member.id)
    if row is None:
        raise errors.NotFound("没有找到这次批量办理。")
    return await _whole(unit, row)


async def _whole(unit: db.Unit, row: db.Row) -> Lot:
    rows = await unit.fetch(Q.rows, unit.tenant, row["id"])
    return Lot(**row, rows=tuple(Row(**each) for each in rows))


async def press(
    unit: db.Unit, lot: Lot, member: Member, eyes: Eyes, data: Mapping[str, Any], now: datetime
) -> None:  # fmt: skip
    """From now on it is held; pressed again it is still one lot. Only where it was gathered is it pressed."""
    footing.check(lot.stood, member)
    runs_at = now + HOLD
    told = {**data, "member": member.name}
    if await unit.execute(Q.press, unit.tenant, lot.id, member.id, told, now, runs_at, eyes_told(eyes)):
        await tasks.wake(unit, JOB, runs_at, str(lot.id))


async def take_back(unit: db.Unit, lot: Lot, member: Member, now: datetime) -> None:
    """Refuses ``too-late`` for what has begun; a claim is put back where nobody else has changed it since."""
    if lot.state == "taken-back":
        return
    if lot.is_claim:
        if lot.pressed_at is None or now > lot.pressed_at + HOLD + GRACE:
            raise errors.TooLate("已超过 10 秒，不能撤销。")
        await claims.put_back(unit, lot, member, now)
    elif not await unit.execute(Q.take_back, unit.tenant, lot.id, member.id, now):
        raise errors.TooLate("已经开始办理，不能撤销。")
    await unit.execute(Q.take_back_rows, unit.tenant, lot.id, "done" if lot.is_claim else "waiting")


async def held(tenant: Tenant, ref: str, now: datetime) -> None:
    """Does what was held long enough, one ticket after the other, each in a transaction of its own."""
    until, lot_id = time.monotonic() + TURN_SECONDS, UUID(ref)
    async with db.as_tenant(tenant.id) as unit:
        if not await unit.execute(Q.start, unit.tenant, lot_id, now):
            return
        row = await unit.fetchrow(Q.lot, unit.tenant, lot_id, None)
        lot = await _whole(unit, row or {})
    while rest := await _next(tenant, lot_id):
        for each in rest:
            state, said = await _perform(tenant, lot, each, now)
            async with db.as_tenant(tenant.id) as unit:
                await unit.execute(Q.row_ended, unit.tenant, lot_id, each["nth"], state, said)
        if time.monotonic() > until:
            async with db.as_tenant(tenant.id) as unit:
                await tasks.wake(unit, JOB, now + timedelta(seconds=1), ref)
            return
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.lot_ended, unit.tenant, lot_id, now)
        await _tell_refused(unit, lot_id, lot.member_id, now)


async def _tell_refused(unit: db.Unit, lot_id: UUID, member: UUID, now: datetime) -> None:
    """Whoever has left the page meanwhile hears that not everything was done."""
    refused = await unit.fetchval(Q.count_refused, unit.tenant, lot_id)
    if refused:
        await notify.tell(
            unit,
            member,
            "refused",
            f"有 {refused} 条没有办成，请查看原因。",
            f"/lots/{lot_id}",
            now,
            once=f"lot:{lot_id}",
        )


async def _next(tenant: Tenant, lot_id: UUID) -> list[db.Row]:
    async with db.as_tenant(tenant.id) as unit:
        return await unit.fetch(Q.waiting, unit.tenant, lot_id, AT_ONCE)


async def _perform(tenant: Tenant, lot: Lot, row: db.Row, now: datetime) -> tuple[str, str]:
    """Done as of the moment it was pressed, to the ticket as it was seen then, or refused with the reason."""
    at = lot.pressed_at or lot.made_at
    try:
        member = await _whose(tenant, lot, row["number"], at, now)
        other = member.behalf
        by = replace(Actor.parse(lot.actor), member=member.id, behalf=other.id if other else None)
        with origin.knowing(member=member.username, acting_for=other.username if other else ""):
            await flow.act(tenant, row["ticket_id"], Act(lot.verb, lot.data), by=by, now=at, version=row["version"],
                           source=Source("web", member.called))  # fmt: skip
    except errors.Unavailable:
        raise
    except errors.Refused as refusal:
        async with db.as_tenant(tenant.id) as unit:
            if await unit.fetchval(Q.was_done, unit.tenant, row["ticket_id"], lot.verb, at, lot.actor):
                return "done", ""
        return "refused", OVERTAKEN if isinstance(refusal, errors.Conflict) else refusal.detail
    return "done", ""


async def _whose(tenant: Tenant, lot: Lot, number: str, at: datetime, now: datetime) -> Member:
    """Whoever pressed it, if they still stand where they stood and still see the ticket."""
    async with db.as_tenant(tenant.id) as unit:
        member = await footing.restored(unit, lot.member_id, lot.stood, at)
        if not await registers.visible(unit, msgspec.convert(lot.eyes, Eyes), [number], now):
            raise errors.NotFound(claims.NOT_FOUND)
    return member


async def look_at(tenant: Tenant, now: datetime) -> None:
    """What lost wake-ups forgot is done after all."""
    async with db.as_tenant(tenant.id) as unit:
        owed = await unit.fetch(Q.owed, unit.tenant, now - timedelta(minutes=1))
        for row in owed:
            await tasks.wake(unit, JOB, now, str(row["id"]))


async def sweep(unit: db.Unit, now: datetime) -> None:
    """Drafts nobody pressed go after a day, and what came of a lot after a season; the log keeps each act."""
    limits = (now - ROWS_KEPT, now - DRAFTS_KEPT)
    await unit.execute(Q.drop_old_rows, unit.tenant, *limits)
    await unit.execute(Q.drop_old_lots, unit.tenant, *limits)
