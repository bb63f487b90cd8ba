"""Which clocks an event starts and how long each runs; a clock is computed once and then only stored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core import ids
from core.policy import keys
from core.policy.calendar import Calendar, Due, due
from core.policy.decision import first_match
from core.policy.policy import Policy
from core.policy.spans import Span
from core.policy.values import Clock as Row
from core.tickets.model import Clock, Outcome, Reason


def rows_starting(
    events: Iterable[str], named: Iterable[tuple[str, ...]], complexity: str | None, policy: Policy
) -> tuple[Row, ...]:
    """For each clock its first matching row per bad dimension, and of these the shortest."""
    table = tuple(row for row in policy[keys.clocks] or () if row.since in set(events))
    table = tuple(row for row in table if row.complexity == (complexity or "*"))
    chosen: dict[str, Row] = {}
    for name in dict.fromkeys(row.clock for row in table):
        rows = [row for row in table if row.clock == name]
        found = [first_match(rows, dimension=words) for words in named]
        matched = [row for row in found if row is not None]
        if matched:
            chosen[name] = min(matched, key=_length)
    return tuple(chosen.values())


def _length(row: Row) -> float:
    hours = {"h": 1.0, "d": 24.0, "wd": 24 * 7 / 5, "m": 24 * 30.4}
    return row.within.amount * hours[row.within.unit]


def start(row: Row, at: datetime, policy: Policy, calendar: Calendar) -> Clock:
    """The clock as it will be stored: due time, clause, versions and the strip of days."""
    moves = bool(policy[keys.rest_day_moves])
    end = due(at, row.within, calendar, rest_day_moves=moves)
    return Clock(
        id=ids.new(), name=row.clock, since=row.since, started_at=at, span=str(row.within), due_at=end.at,
        clause=row.clause, document=document_of(row, policy), policy=policy.revision, calendar=calendar.version,
        provisional=end.provisional, extended=False, state="running", stopped_at=None, days=strip(end), moves=moves,
    )  # fmt: skip


def document_of(row: Row, policy: Policy) -> str:
    why = policy.why(keys.clocks)
    return next((each.document for each in why.rows if each.row == row), why.document)


def strip(end: Due) -> tuple[dict[str, object], ...]:
    return tuple({"date": mark.date.isoformat(), "counted": mark.counted, "why": mark.why} for mark in end.days)


def due_to_start(
    outcome: Outcome, reasons: tuple[Reason, ...], policy: Policy, now: datetime
) -> tuple[tuple[datetime, Row], ...]:
    """Rows that start now and the instant each counts from; one that names a complexity waits for the verdict."""
    ticket = outcome.ticket
    named = tuple(words_of(reason) for reason in reasons)
    starting = [
        (now, row)
        for row in rows_starting(outcome.events, named, None, policy)
        if row.clock != "audit" or ticket.state == "auditing"
    ]
    if ticket.complexity and "verified" in outcome.events:
        since = {"rated": ticket.rated_at, "opened": ticket.opened_at, "dispatched": ticket.dispatched_at}
        rows = rows_starting((*since, "verified"), named, ticket.complexity, policy)
        starting += [(since.get(row.since, now) or now, row) for row in rows]
    return tuple(starting)


def words_of(reason: Reason) -> tuple[str, ...]:
    """What a clock's ``dimension`` may call this reason: its dimension, what that judges, what the tag is about."""
    about = {"staff": ("staff",), "item": ("item",), "process": ("item",), "system": ("channel",)}
    return (reason.dimension, reason.of, *about.get(reason.about or "", ()))


def moved(clock: Clock, outcome: Outcome, calendar: Calendar, now: datetime) -> Clock:
    """The clock after an extension, a pause or its end; the same object where nothing concerns it."""
    if outcome.extend and outcome.extend[0] == clock.id:
        return replace(clock, due_at=outcome.extend[1], extended=True, provisional=False)
    if clock.name in outcome.pause and clock.state == "running":
        return replace(clock, state="paused", pauses=(*clock.pauses, {"since": now.isoformat(), "until": None}))
    if outcome.resume and clock.state == "paused" and not outcome.drops_all:
        return resumed(clock, calendar, now)
    return clock


def resumed(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """Runs on: days at whose 24:00 the clock stood still are not counted, hours gain the time it stood."""
    pauses = (*clock.pauses[:-1], {**clock.pauses[-1], "until": now.isoformat()})
    return recomputed(replace(clock, pauses=pauses, state="running"), calendar)


def recomputed(clock: Clock, calendar: Calendar) -> Clock:
    paused = tuple(
        (datetime.fromisoformat(p["since"]), datetime.fromisoformat(p["until"]) if p["until"] else None)
        for p in clock.pauses
    )
    end = due(clock.started_at, Span.parse(clock.span), calendar, rest_day_moves=clock.moves, paused=paused)
    return replace(clock, due_at=end.at, provisional=end.provisional, calendar=calendar.version, days=strip(end))
