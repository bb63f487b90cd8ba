"""What is due of the records of extras is said once, at its own instant; what a period owes is made once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core import clock, db, errors, notify, stack
from core.audit.model import SYSTEM
from core.clock import SHANGHAI
from core.outbox import tasks
from core.policy.calendar import Calendar, Due, due
from core.policy.extras import Draft, Duty, Extra
from core.policy.spans import Span
from core.records import broken, contained, decide, guests, offered, stored, telling
from core.records import scene as scenes
from core.records.bearing import JOB, Desk, make
from core.records.model import ExtraFailed, PluginGone
from core.records.stored import Q
from core.records.telling import NEWS
from core.tenants.model import Tenant
from core.tickets.clocks import strip

CHUNK = 100
# So many periods back: a month of days, some years of quarters.
MOST = 31


async def next_due(unit: db.Unit, tenant: Tenant) -> datetime | None:
    """The first instant at which a timer says something, or at which a period begins that is owed something."""
    instants = [await unit.fetchval(Q.next_timer, unit.tenant), await guests.next_end(unit)]
    now = clock.now()
    for extra, duty in _duties():
        instants.append(await _next_period(unit, tenant, extra, duty, now))
    return min((at for at in instants if at is not None), default=None)


def _duties() -> Iterator[tuple[Extra, Duty]]:
    return ((extra, duty) for extra in offered.known() for duty in extra.duties)


async def _next_period(unit: db.Unit, tenant: Tenant, extra: Extra, duty: Duty, now: datetime) -> datetime | None:
    """The instant of the first period that is owed something, else the beginning of the next one."""
    today = now.astimezone(SHANGHAI).date()
    made = await _made(unit, extra, duty)
    owed = _owed(tenant, extra, duty, made, now)
    if owed:
        return owed[0].at
    current = _begin(duty.every, today)
    if current not in made:
        days = (day for day in stack.turns(tenant) if day > today and offered.is_offered(tenant, extra, day))
        return next(map(_midnight, days), None)
    coming = _next(duty.every, made[-1])
    return _midnight(coming) if offered.is_offered(tenant, extra, coming) else None


@dataclass(frozen=True, slots=True)
class Period:
    """One that is owed what its duty makes, at this instant; ``late`` where it went by without it."""

    begins: date
    at: datetime
    late: bool


async def _made(unit: db.Unit, extra: Extra, duty: Duty) -> tuple[date, ...]:
    """The periods that have had theirs, the first one first."""
    rows = await unit.fetch(Q.periods_made, unit.tenant, extra.code, duty.code)
    return tuple(row["begins"] for row in rows)


def _owed(tenant: Tenant, extra: Extra, duty: Duty, made: Sequence[date], now: datetime) -> list[Period]:
    """The period that it is, and those that nobody worked through since the first that was made, oldest first.

    While nothing worked, what a rule makes was owed all the same. More than ``MOST`` are not made up for.
    """
    today = now.astimezone(SHANGHAI).date()
    begins = _begin(duty.every, today)
    found: list[Period] = []
    for _ in range(MOST):
        at = _instant(tenant, extra, duty, begins, now)
        if at is not None and begins not in made:
            found.append(Period(begins, at, late=_next(duty.every, begins) <= today))
        if not made or begins <= made[0]:
            break
        begins = _begin(duty.every, begins - timedelta(days=1))
    return found[::-1]


def _instant(tenant: Tenant, extra: Extra, duty: Duty, begins: date, now: datetime) -> datetime | None:
    """When in a period its duty falls: at its beginning, or when the extra was switched on in the midst of it."""
    if offered.is_offered(tenant, extra, begins):
        return _midnight(begins)
    today = now.astimezone(SHANGHAI).date()
    ends = _next(duty.every, begins)
    if begins <= today < ends:
        return now if offered.is_offered(tenant, extra, today) else None
    turned = (day for day in stack.turns(tenant) if begins < day < ends and offered.is_offered(tenant, extra, day))
    return next(map(_midnight, turned), None)


async def take_due(unit: db.Unit, now: datetime) -> int:
    """Handles one chunk of what is due by ``now``; how many it handled."""
    rows = [(row, "warning") for row in await unit.fetch(Q.due_warnings, unit.tenant, now, CHUNK)]
    rows += [(row, "overdue") for row in await unit.fetch(Q.due_timers, unit.tenant, now, CHUNK)]
    for row, what in rows:
        await unit.execute(Q.mark_warned if what == "warning" else Q.mark_overdue, unit.tenant, row["id"])
        try:
            record = await stored.load(unit, row["record_id"], row["at"])
        except PluginGone:
            continue
        _, kind = offered.kind_of(record.extra, record.kind)
        await telling.tell(
            unit, kind, record, f"{what}:{row['code']}", row["at"], due=row["due_at"], clause=row["clause"]
        )
    return len(rows)


async def leave(tenant: Tenant, now: datetime) -> None:
    """Whoever was invited and has served goes, on the day that it is over."""
    async with db.as_tenant(tenant.id) as unit:
        await guests.settle(unit, now)


async def periods(tenant: Tenant, now: datetime) -> None:
    """What each period owes that nobody has made; an extra that fails holds up no other, and is asked again later."""
    for extra, duty in _duties():
        async with db.as_tenant(tenant.id) as unit:
            owed = _owed(tenant, extra, duty, await _made(unit, extra, duty), now)
        for each in owed:
            try:
                async with db.as_tenant(tenant.id, patience=60) as unit:
                    await _make(unit, tenant, extra, duty, each, now)
            except errors.Unavailable:
                raise
            except errors.Refused as refusal:
                if not isinstance(refusal, ExtraFailed):
                    stack.note(extra.code, f"{duty.code}.makes", refusal.detail, tenant.id)
                await broken.tell(tenant, extra.label, now)


async def _make(unit: db.Unit, tenant: Tenant, extra: Extra, duty: Duty, period: Period, now: datetime) -> None:
    if not await unit.execute(Q.make_period, unit.tenant, extra.code, duty.code, period.begins, now):
        return
    hints = tasks.Hints(tenant.id)
    unit.after_commit(hints.give)
    policy = stack.policy(tenant, period.at.astimezone(SHANGHAI).date())
    found = await scenes.scene(unit, tenant, period.at, reads=duty.reads, policy=policy)
    if period.late:
        found = replace(found, others=await scenes.as_they_stood(unit, found.others, period.at))
    drafts = await contained.call(extra.code, f"{duty.code}.makes", duty.makes, found, Draft, tenant=tenant.id)
    desk = Desk(unit, tenant, extra, extra.kinds[0], policy, period.at, SYSTEM, hints)
    made = await make(desk, drafts, None, "late" if period.late else "duty", f"{duty.code}:{period.begins}")
    if period.late and made:
        await _say_late(unit, extra, duty, period, len(made), now)
    hints.add(JOB, _midnight(_next(duty.every, period.begins)))


async def _say_late(
    unit: db.Unit, extra: Extra, duty: Duty, period: Period, made: int, now: datetime
) -> None:  # fmt: skip
    """Whoever runs a place, and whoever answers for what is late there, is told why it came so late."""
    said = f"自 {period.begins} 起的“{duty.label}”当时没有产生（后台任务停了），现在补上 {made} 条，标明补产生。"
    for desk in ("role:operator", "bureau"):
        once = f"extra-late:{extra.code}:{duty.code}:{period.begins}:{desk}"
        await notify.tell(unit, desk, NEWS, said, "/jobs", now, title=extra.label, once=once)


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
            tenant.calendar.version, now,
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
