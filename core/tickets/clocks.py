"""Which clocks an event starts and how long each runs; a clock is computed once and then only stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from core import ids
from core.clock import SHANGHAI
from core.policy import keys
from core.policy.calendar import Calendar, Due, due
from core.policy.decision import first_match
from core.policy.policy import Policy
from core.policy.spans import Span
from core.policy.values import Clock as Row
from core.tickets.model import Appeal, Clock, Outcome, Reason

# By which act an event happened that a clock may count from; the audit's acceptance opens the ticket.
HAPPENED: Mapping[str, str] = {"audit": "opened", "contact": "contacted", "notify": "noticed", "appeal": "appealed"}
NOTHING_YET: Mapping[str, datetime] = {}


@dataclass(frozen=True, slots=True)
class Start:
    """A clock an act starts; one that waited for the verdict takes the place of a general one.

    ``anew``: the event it counts from is happening now.
    """

    clock: Clock
    replaces: bool
    anew: bool = False


def starting(
    outcome: Outcome, reasons: tuple[Reason, ...], policy: Policy, calendar: Calendar, now: datetime,
    past: Mapping[str, datetime] = NOTHING_YET,
) -> tuple[Start, ...]:  # fmt: skip
    """The clocks an act starts: for each its first matching row per bad dimension, and of these the one due first.

    ``past`` tells when earlier events happened, for rows that had to wait until the verdict named a complexity.
    """
    candidates = _candidates(outcome, policy, now, past)
    begun: list[Start] = []
    for name in dict.fromkeys(row.clock for _, row in candidates):
        own = {row: at for at, row in candidates if row.clock == name}
        matched = [first_match(own, dimension=words_of(reason)) for reason in reasons]
        rows = [row for row in dict.fromkeys(matched) if row is not None]
        starts = [
            Start(start(row, own[row], policy, calendar), row.complexity != "*", row.since in outcome.events)
            for row in rows
        ]
        begun.extend(sorted(starts, key=lambda each: each.clock.due_at)[:1])
    return tuple(begun)


def looks_back(policy: Policy) -> bool:
    """Whether a clock may wait for the verdict and then count from what happened before it."""
    return any(row.complexity != "*" for row in policy[keys.clocks] or ())


def _candidates(
    outcome: Outcome, policy: Policy, now: datetime, past: Mapping[str, datetime]
) -> list[tuple[datetime, Row]]:
    """Rows that may start now and the instant each counts from; one that names a complexity waits for the verdict."""
    ticket = outcome.ticket
    decided = ticket.complexity if "verified" in outcome.events else None
    own = {"rated": ticket.rated_at, "opened": ticket.opened_at, "dispatched": ticket.dispatched_at}
    earlier = {**own, **past}
    found: list[tuple[datetime, Row]] = []
    for row in policy[keys.clocks] or ():
        if row.clock in outcome.stops or (row.clock == "audit" and ticket.state != "auditing"):
            continue
        since = now if row.since in outcome.events else earlier.get(row.since)
        if row.complexity in ("*", ticket.complexity) and row.since in outcome.events:
            found.append((now, row))
        elif decided is not None and row.complexity == decided and since is not None:
            found.append((since, row))
    return found


@dataclass(frozen=True, slots=True)
class Begun:
    """What an act starts: the new clocks, and the running ones that give way to them."""

    started: tuple[Clock, ...]
    dropped: tuple[Clock, ...]


def begin(
    outcome: Outcome, reasons: tuple[Reason, ...], policy: Policy, calendar: Calendar, now: datetime,
    past: Mapping[str, datetime], known: Iterable[Clock], appeal: Appeal | None,
) -> Begun:  # fmt: skip
    """The clocks an act starts beside those the ticket has; an open appeal holds those it pauses from the start."""
    every = tuple(known)
    pauses = policy[keys.appeal_pauses] or ()
    started: list[Clock] = []
    dropped: list[Clock] = []
    for each in starting(outcome, reasons, policy, calendar, now, past):
        if not may_start(each, every):
            continue
        given_way = (old for old in every if each.replaces and old.name == each.clock.name and is_live(old))
        dropped += [replace(old, state="dropped", stopped_at=now) for old in given_way]
        stands = appeal is not None and each.clock.name in pauses
        started.append(standing_still(each.clock, appeal.filed_at) if stands and appeal else each.clock)
    return Begun(tuple(started), tuple(dropped))


def may_start(begun: Start, known: Iterable[Clock]) -> bool:
    """A clock runs once; one that counts from the dispatch runs anew for a new handler, a decision for each appeal."""
    same = [each for each in known if each.name == begun.clock.name]
    live = [each for each in same if is_live(each)]
    # A finding that is confirmed leaves the clock it began alone, with its pauses and its extension.
    if any(_of_one_row(each, begun.clock) for each in live):
        return False
    runs_again = begun.clock.since == "dispatched" or begun.clock.name == "decide"
    if begun.replaces:
        return not any(each.state == "stopped" for each in same) or (begun.anew and runs_again)
    return not live and (not same or runs_again)


def _of_one_row(one: Clock, other: Clock) -> bool:
    return (one.since, one.span, one.clause) == (other.since, other.span, other.clause)


def is_live(clock: Clock) -> bool:
    return clock.state in ("running", "paused")


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


def after(clock: Clock, outcome: Outcome, calendar: Calendar, now: datetime) -> Clock:
    """The clock after an act; the same object where nothing concerns it."""
    if not is_live(clock):
        return clock
    ends = clock.name in outcome.stops or (outcome.drops_all and clock.name != "callback")
    # Time that it stood still is made up for before anybody asks whether it was late.
    goes_back = outcome.returned and clock.since == "dispatched"
    if clock.state == "paused" and (outcome.resume or ends or goes_back):
        clock = _resumed(clock, calendar, now)
    if ends:
        return replace(clock, state="stopped", stopped_at=now)
    if goes_back:
        return replace(clock, state="stopped" if now >= clock.due_at else "dropped", stopped_at=now)
    if outcome.extend and outcome.extend[0] == clock.id:
        return replace(clock, due_at=outcome.extend[1], extended=True, provisional=False)
    # What is late stays late: an appeal stops no clock that has run out.
    if clock.name in outcome.pause and clock.state == "running" and now < clock.due_at:
        return replace(clock, state="paused", pauses=(*clock.pauses, {"since": now.isoformat(), "until": None}))
    return clock


def _resumed(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """Runs on: days at whose 24:00 the clock stood still are not counted, hours gain the time it stood."""
    since = datetime.fromisoformat(clock.pauses[-1]["since"])
    pauses = (*clock.pauses[:-1], {**clock.pauses[-1], "until": now.isoformat()})
    running = replace(clock, pauses=pauses, state="running")
    if not clock.extended:
        return recomputed(running, calendar)
    # An extended date was set by hand: it moves by the time, or the midnights, that the clock stood still.
    if clock.span.endswith("h"):
        return replace(running, due_at=clock.due_at + (now - since))
    return replace(running, due_at=clock.due_at + timedelta(days=_midnights(since, now)))


def _midnights(since: datetime, until: datetime) -> int:
    """How many days ended (24:00) from ``since`` on and before ``until``."""
    begun, ended = since.astimezone(SHANGHAI), until.astimezone(SHANGHAI)
    first = begun.date() + timedelta(days=begun.time() != time())
    last = ended.date() + timedelta(days=ended.time() != time())
    return max(0, (last - first).days)


def recomputed(clock: Clock, calendar: Calendar) -> Clock:
    paused = tuple(
        (datetime.fromisoformat(p["since"]), datetime.fromisoformat(p["until"]) if p["until"] else None)
        for p in clock.pauses
    )
    end = due(clock.started_at, Span.parse(clock.span), calendar, rest_day_moves=clock.moves, paused=paused)
    return replace(clock, due_at=end.at, provisional=end.provisional, calendar=calendar.version, days=strip(end))


def furthest(clock: Clock, added: Span, calendar: Calendar) -> datetime:
    """What may come on top counts from the first term's end, however often it was moved since."""
    first = due(clock.started_at, Span.parse(clock.span), calendar).at if clock.extended else clock.due_at
    # A term of days ends at 24:00 of its last day: the next one is counted from that day.
    return due(first if added.unit == "h" else first - timedelta(seconds=1), added, calendar).at
