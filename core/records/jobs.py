"""What is due of the records of extras is said once, at its own instant; what a period owes is made once."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from core import clock, db, stack
from core.audit.model import SYSTEM
from core.clock import SHANGHAI
from core.outbox import tasks
from core.policy.calendar import Calendar, Due, due
from core.policy.extras import Draft, Duty, Extra
from core.policy.spans import Span
from core.records import broken, contained, decide, offered, stored, telling
from core.records import scene as scenes
from core.records.bearing import JOB, Desk, make
from core.records.model import ExtraFailed
from core.records.stored import Q
from core.tenants.model import Tenant
from core.tickets.clocks import strip

CHUNK = 100


async def next_due(unit: db.Unit, tenant: Tenant) -> datetime | None:
    """The first instant at which a timer says something, or at which a period begins that is owed something."""
    instants = [await unit.fetchval(Q.next_timer, unit.tenant)]
    now = clock.now()
    for extra, duty in _duties():
        instants.append(await _next_period(unit, tenant, extra, duty, now))
    return min((at for at in instants if at is not None), default=None)


def _duties() -> Iterator[tuple[Extra, Duty]]:
    return ((extra, duty) for extra in offered.known() for duty in extra.duties)


async def _next_period(unit: db.Unit, tenant: Tenant, extra: Extra, duty: Duty, now: datetime) -> datetime | None:
    """The beginning of the first period that is owed something; now, if it has begun before the extra was on."""
    today = now.astimezone(SHANGHAI).date()
    last: date | None = await unit.fetchval(Q.last_period, unit.tenant, extra.code, duty.code)
    current = _begin(duty.every, today)
    if last is None or last < current:
        if not offered.is_offered(tenant, extra, today):
            days = (day for day in stack.turns(tenant) if day > today and offered.is_offered(tenant, extra, day))
            return next(map(_midnight, days), None)
        return _midnight(current) if offered.is_offered(tenant, extra, current) else now
    coming = _next(duty.every, last)
    return _midnight(coming) if offered.is_offered(tenant, extra, coming) else None


async def take_due(unit: db.Unit, now: datetime) -> int:
    """Handles one chunk of what is due by ``now``; how many it handled."""
    rows = [(row, "warning") for row in await unit.fetch(Q.due_warnings, unit.tenant, now, CHUNK)]
    rows += [(row, "overdue") for row in await unit.fetch(Q.due_timers, unit.tenant, now, CHUNK)]
    for row, what in rows:
        await unit.execute(Q.mark_warned if what == "warning" else Q.mark_overdue, unit.tenant, row["id"])
        if offered.find_kind(await unit.fetchval(Q.kind_of, unit.tenant, row["record_id"])) is None:
            continue
        record = await stored.load(unit, row["record_id"], row["at"])
        _, kind = offered.kind_of(record.extra, record.kind)
        await telling.tell(
            unit, kind, record, f"{what}:{row['code']}", row["at"], due=row["due_at"], clause=row["clause"]
        )
    return len(rows)


async def periods(tenant: Tenant, now: datetime) -> None:
    """What the period that it is now owes; an extra that fails holds up no other, and is asked again later."""
    today = now.astimezone(SHANGHAI).date()
    for extra, duty in _duties():
        if not offered.is_offered(tenant, extra, today):
            continue
        begins = _begin(duty.every, today)
        at = _midnight(begins) if offered.is_offered(tenant, extra, begins) else now
        try:
            async with db.as_tenant(tenant.id, patience=60) as unit:
                await _make(unit, tenant, extra, duty, begins, at)
        except ExtraFailed:
            await broken.tell(tenant, extra.label, now)


async def _make(unit: db.Unit, tenant: Tenant, extra: Extra, duty: Duty, begins: date, at: datetime) -> None:
    if not await unit.execute(Q.make_period, unit.tenant, extra.code, duty.code, begins, at):
        return
    hints = tasks.Hints(tenant.id)
    unit.after_commit(hints.give)
    policy = stack.policy(tenant, at.astimezone(SHANGHAI).date())
    found = await scenes.scene(unit, tenant, at, reads=duty.reads, policy=policy)
    drafts = await contained.call(extra.code, f"{duty.code}.makes", duty.makes, found, Draft)
    desk = Desk(unit, tenant, extra, extra.kinds[0], policy, at, SYSTEM, hints)
    await make(desk, drafts, None, "duty", f"{duty.code}:{begins}")
    hints.add(JOB, _midnight(_next(duty.every, begins)))


def _begin(every: str, day: date) -> date:
    if every == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[every]
    return day.replace(month=month, day=1)


def _next(every: str, begins: date) -> date:
    if every == "day":
        return begins + timedelta(days=1)
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    years, month = divmod(begins.month - 1 + months, 12)
    return date(begins.year + years, month + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def recount_provisional(unit: db.Unit, tenant: Tenant, now: datetime) -> int:
    """Timers that rested on a year without a notice are counted again by the calendar now known."""
    rows = await unit.fetch(Q.provisional, unit.tenant)
    hints = tasks.Hints(tenant.id)
    unit.after_commit(hints.give)
    for row in rows:
        end = _end(row, tenant.calendar)
        lead = Span.parse(row["lead"]) if row["lead"] else None
        warn_at = decide.before(end.at, lead, tenant.calendar) if lead else None
        await unit.execute(
            Q.move_timer, unit.tenant, row["id"], end.at, warn_at, list(strip(end)), end.provisional,
            tenant.calendar.version,
        )  # fmt: skip
        if end.at != row["due_at"]:
            state = (row["record_state"], row["record_state"])
            await stored.note(unit, row["record_id"], stored.RECOUNT, SYSTEM, {}, state, now)
        hints.add(JOB, end.at)
    return len(rows)


async def foreseen(unit: db.Unit, calendar: Calendar, most: int) -> tuple[int, list[tuple[db.Row, str, Due]]]:
    """What ``recount_provisional`` would do by this calendar: how many timers, and of those due first the new ends."""
    rows = await unit.fetch(Q.foreseen, unit.tenant, most)
    found = [(row, _called(row), _end(row, calendar)) for row in rows]
    return rows[0]["total"] if rows else 0, found


def _end(row: db.Row, calendar: Calendar) -> Due:
    return due(row["started_at"], Span.parse(row["span"]), calendar, rest_day_moves=row["moves"])


def _called(row: db.Row) -> str:
    known = offered.find_kind(row["kind"])
    timers = known[1].timers if known else ()
    return next((each.label for each in timers if each.code == row["code"]), row["code"])
