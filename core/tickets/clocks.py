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


def starting(
    outcome: Outcome, reasons: tuple[Reason, ...], policy: Policy, calendar: Calendar, now: datetime
) -> tuple[Clock, ...]:
    """The clocks an act starts: for each its first matching row per bad dimension, and of these the one due first."""
    candidates = _candidates(outcome, policy, now)
    begun: list[Clock] = []
    for name in dict.fromkeys(row.clock for _, row in candidates):
        own = {row: at for at, row in candidates if row.clock == name}
        matched = [first_match(own, dimension=words_of(reason)) for reason in reasons]
        clocks = [start(row, own[row], policy, calendar) for row in dict.fromkeys(matched) if row is not None]
        begun.extend(sorted(clocks, key=lambda clock: clock.due_at)[:1])
    return tuple(begun)


def _candidates(outcome: Outcome, policy: Policy, now: datetime) -> list[tuple[datetime, Row]]:
    """Rows that may start now and the instant each counts from; one that names a complexity waits for the verdict."""
    ticket = outcome.ticket
    decided = ticket.complexity if "verified" in outcome.events else None
    earlier = {"rated": ticket.rated_at, "opened": ticket.opened_at, "dispatched": ticket.dispatched_at}
    found: list[tuple[datetime, Row]] = []
    for row in policy[keys.clocks] or ():
        if row.clock in outcome.stops or (row.clock == "audit" and ticket.state != "auditing"):
            continue
        since = now if row.since in outcome.events else earlier.get(row.since)
        if row.complexity == "*" and row.since in outcome.events:
            found.append((now, row))
        elif decided is not None and row.complexity == decided and since is not None:
            found.append((since, row))
    return found


def may_start(clock: Clock, known: Iterable[Clock]) -> bool:
    """A clock runs once; one that counts from the dispatch runs anew for a new handler, a decision for each appeal."""
    same = [each for each in known if each.name == clock.name]
    if any(each.state in ("running", "paused") for each in same):
        return False
    return not same or clock.since == "dispatched" or clock.name == "decide"


def standing_still(clock: Clock, since: datetime) -> Clock:
    """Begun while an appeal is open that pauses it."""
    paused_at = max(since, clock.started_at)
    return replace(clock, state="paused", pauses=({"since": paused_at.isoformat(), "until": None},))


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


def words_of(reason: Reason) -> tuple[str, ...]:
    """What a clock's ``dimension`` may call this reason: its dimension, what that judges, what the tag is about."""
    about = {"staff": ("staff",), "item": ("item",), "process": ("item",), "system": ("channel",)}
    return (reason.dimension, reason.of, *about.get(reason.about or "", ()))


def moved(clock: Clock, outcome: Outcome, calendar: Calendar, now: datetime) -> Clock:
    """The clock after an extension, a pause or its end; the same object where nothing concerns it."""
    if outcome.extend and outcome.extend[0] == clock.id:
        return replace(clock, due_at=outcome.extend[1], extended=True, provisional=False)
    # What is late stays late: an appeal stops no clock that has run out.
    if clock.name in outcome.pause and clock.state == "running" and now < clock.due_at:
        return replace(clock, state="paused", pauses=(*clock.pauses, {"since": now.isoformat(), "until": None}))
    if outcome.resume and clock.state == "paused" and not outcome.drops_all:
        return resumed(clock, calendar, now)
    return clock


def resumed(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """Runs on: days at whose 24:00 the clock stood still are not counted, hours gain the time it stood."""
    pauses = (*clock.pauses[:-1], {**clock.pauses[-1], "until": now.isoformat()})
    counted = recomputed(replace(clock, pauses=pauses, state="running"), calendar)
    return replace(counted, due_at=max(counted.due_at, clock.due_at)) if clock.extended else counted


def recomputed(clock: Clock, calendar: Calendar) -> Clock:
    paused = tuple(
        (datetime.fromisoformat(p["since"]), datetime.fromisoformat(p["until"]) if p["until"] else None)
        for p in clock.pauses
    )
    end = due(clock.started_at, Span.parse(clock.span), calendar, rest_day_moves=clock.moves, paused=paused)
    return replace(clock, due_at=end.at, provisional=end.provisional, calendar=calendar.version, days=strip(end))
