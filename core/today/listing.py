"""The day's figures and the lists they lead to read the same rows, so that a number is as long as its list."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from uuid import UUID

from core import db, errors
from core.alerts import listing as alerts
from core.today.decide import EVER, NO_END, Day, Span, Waiting
from core.today.model import Counts, Figures, Hour, LateTask, LateTasks, Line, Lines, Share, Unit, Week, Whose

Q = db.queries(__file__)
T = TypeVar("T")
SHORT = 6
# One part of the page may take this long and then says so: the others are still worth reading.
PATIENCE = "2500ms"
ONE_HOUR = timedelta(hours=1)
What = Literal["over", "today", "away", "next", "hour", "open", "missed", "fell"] | Waiting
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads the day: whose tickets, the duties they ask after, and what waits for this desk itself.

    ``units`` are the duties of those who handle, ``waits`` what stands still until this desk moves it.
    """

    day: Day
    whose: Whose
    duties: tuple[str, ...]
    units: tuple[str, ...]
    waits: tuple[Waiting, ...]
    addresses: tuple[str, ...]
    sees_alerts: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """``hour`` is one of today's 24, ``units`` leaves a supervisor's own duties out, ``after`` ends the page before."""

    what: What
    handler: str = ""
    hour: int = 0
    units: bool = False
    after: Place | None = None
    limit: int = 50


async def lines(unit: db.Unit, desk: Desk, wanted: Wanted) -> Lines:
    text, given = _asked(unit, desk, wanted)
    rows = await unit.fetch(f"{text} {Q.page}", *given, *(wanted.after or (None, None)), wanted.limit + 1)
    total: int = await unit.fetchval(f"{text} {Q.counted}", *given)
    return Lines(tuple(_line(row) for row in rows[: wanted.limit]), total, len(rows) > wanted.limit)


def _asked(unit: db.Unit, desk: Desk, wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
    """The query and what it is asked with: the one place that says which rows a figure is made of."""
    text, names = _of(wanted, desk)
    span = _span(wanted, desk.day)
    whose = desk.whose
    asked = (unit.tenant, whose.everything, list(whose.handlers), span.since, span.until, list(names), wanted.handler)
    return text, asked


def _of(wanted: Wanted, desk: Desk) -> tuple[str, tuple[str, ...]]:
    if wanted.what in ("open", "audit", "verify", "dispatch", "dispatch-verified"):
        return Q.live, (wanted.what,)
    if wanted.what == "callback":
        return Q.running, ("callback",)
    text = {"missed": Q.missed, "fell": Q.fell_due}.get(wanted.what, Q.running)
    return text, desk.units if wanted.units else desk.duties


def _span(wanted: Wanted, day: Day) -> Span:
    begins = day.begins + ONE_HOUR * (wanted.hour - 1)
    spans: Mapping[str, Span] = {
        "over": day.over, "today": day.today, "away": day.away, "next": day.next, "missed": day.measured,
        "fell": day.measured, "hour": Span(begins, begins + ONE_HOUR), "callback": Span(EVER, NO_END),
    }  # fmt: skip
    return spans.get(wanted.what, Span(EVER, day.now))


def _line(row: db.Row) -> Line:
    return Line(**{each.name: row[each.name] for each in fields(Line)})


async def late_tasks(unit: db.Unit, desk: Desk, after: Place | None = None, limit: int = 50) -> LateTasks:
    given = (unit.tenant, desk.whose.everything, list(desk.whose.handlers), desk.day.now)
    rows = await unit.fetch(f"{Q.late_tasks} {Q.late_task_page}", *given, *(after or (None, None)), limit + 1)
    total: int = await unit.fetchval(f"{Q.late_tasks} {Q.counted}", *given)
    found = tuple(LateTask(**{each.name: row[each.name] for each in fields(LateTask)}) for row in rows[:limit])
    return LateTasks(found, total, len(rows) > limit)


async def figures(unit: db.Unit, desk: Desk) -> Figures:
    """Everything on the day's page; a part that takes too long is left out, and said to be."""
    await unit.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
    by_unit = await _in_time(unit, _by_time(unit, desk, desk.duties))
    return Figures(
        counts=None if by_unit is None else _sum(by_unit.values()),
        hours=await _in_time(unit, _hours(unit, desk)),
        worst=await _in_time(unit, _first(unit, desk, "over")),
        nearest=await _in_time(unit, _first(unit, desk, "today")),
        units=await _in_time(unit, _units(unit, desk)),
        waiting=await _in_time(unit, _waiting(unit, desk)),
        alerts=await _in_time(unit, _alerts(unit, desk)),
        tasks=await _in_time(unit, _late(unit, desk)),
        weeks=await _in_time(unit, _weeks(unit, desk)),
    )


async def _in_time(unit: db.Unit, work: Awaitable[T]) -> T | None:
    try:
        async with unit.attempt():
            return await work
    except errors.Unavailable:
        return None


async def _by_time(unit: db.Unit, desk: Desk, names: tuple[str, ...]) -> Mapping[str, Counts]:
    day, whose = desk.day, desk.whose
    given = (unit.tenant, whose.everything, list(whose.handlers), EVER, day.next_ends, list(names), "")
    rows = await unit.fetch(f"{Q.running} {Q.by_time}", *given, day.now, day.ends, day.returns)
    return {row["handler"]: Counts(row["over"], row["today"], row["away"], row["next"]) for row in rows}


def _sum(counts: Iterable[Counts]) -> Counts:
    every = tuple(counts)
    return Counts(
        sum(each.over for each in every), sum(each.today for each in every), sum(each.away for each in every),
        sum(each.next for each in every),
    )  # fmt: skip


async def _hours(unit: db.Unit, desk: Desk) -> tuple[Hour, ...]:
    day, whose = desk.day, desk.whose
    given = (unit.tenant, whose.everything, list(whose.handlers), day.begins, day.ends, list(desk.duties), "")
    rows = await unit.fetch(f"{Q.running} {Q.by_hour}", *given, day.now)
    return tuple(Hour(row["hour"], row["over"], row["ahead"]) for row in rows)


async def _first(unit: db.Unit, desk: Desk, what: What) -> tuple[Line, ...]:
    text, given = _asked(unit, desk, Wanted(what))
    return tuple(_line(row) for row in await unit.fetch(f"{text} {Q.page}", *given, None, None, SHORT))


async def _units(unit: db.Unit, desk: Desk) -> tuple[Unit, ...]:
    """Whoever has something open or something that fell due, the most overdue first."""
    whose = desk.whose
    own = (unit.tenant, whose.everything, list(whose.handlers))
    live = {row["handler"]: row for row in await unit.fetch(Q.live_by_handler, *own, desk.day.now)}
    counts, shares = await _by_time(unit, desk, desk.units), await _shares(unit, desk)
    codes = live.keys() | counts.keys() | shares.keys()
    names = {row["code"]: row["name"] for row in await unit.fetch(Q.names, unit.tenant, list(codes))}
    none = {"open": 0, "oldest": None}
    found = [
        Unit(code, names[code], **{name: live.get(code, none)[name] for name in none},
             counts=counts.get(code, Counts()), share=shares.get(code, Share()))
        for code in codes
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.counts.over, -each.counts.today, -each.open, each.name)))


async def _shares(unit: db.Unit, desk: Desk) -> Mapping[str, Share]:
    text, given = _asked(unit, desk, Wanted("fell", units=True))
    return {row["handler"]: Share(row["kept"], row["of"]) for row in await unit.fetch(f"{text} {Q.kept}", *given)}


async def _waiting(unit: db.Unit, desk: Desk) -> Mapping[str, int]:
    """What waits for this desk, by what it waits for; every kind that this desk has is there, though it be none."""
    found: dict[str, int] = {}
    for what in desk.waits:
        text, given = _asked(unit, desk, Wanted(what))
        found[what] = await unit.fetchval(f"{text} {Q.counted}", *given)
    whose = desk.whose
    own = (unit.tenant, whose.everything, list(whose.handlers), list(desk.addresses))
    found["appeals"] = await unit.fetchval(Q.appeals_waiting, *own)
    found["tasks"] = await unit.fetchval(Q.tasks_waiting, unit.tenant, list(desk.addresses))
    return found


async def _alerts(unit: db.Unit, desk: Desk) -> int:
    if not desk.sees_alerts:
        return 0
    within = None if desk.whose.everything else desk.whose.handlers
    return (await alerts.page(unit, alerts.Wanted(within, state="open", limit=1))).total


async def _late(unit: db.Unit, desk: Desk) -> int:
    return (await late_tasks(unit, desk, limit=1)).total


async def _weeks(unit: db.Unit, desk: Desk) -> tuple[Week, Week]:
    return await _week(unit, desk, desk.day.this_week), await _week(unit, desk, desk.day.last_week)


async def _week(unit: db.Unit, desk: Desk, span: Span) -> Week:
    own = (unit.tenant, desk.whose.everything, list(desk.whose.handlers))
    row = await unit.fetchrow(Q.week, *own, span.since, span.until)
    given = (*own, span.since, span.until, list(desk.duties), "")
    shares = await unit.fetch(f"{Q.fell_due} {Q.kept}", *given)
    share = Share(sum(each["kept"] for each in shares), sum(each["of"] for each in shares))
    return Week(row["opened"], row["closed"], row["appealed"], share) if row else Week(0, 0, 0, share)
