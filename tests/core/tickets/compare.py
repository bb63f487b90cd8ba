"""What the model would see, in the words in which the program shows it, and every difference between the two."""

from collections.abc import Iterator
from typing import Any

from core.tickets.machine import moves
from tests.core.tickets import effects
from tests.core.tickets.hall import Seen
from tests.core.tickets.paper import ENDED, Case, Sheet, Timer

LEGAL = frozenset((state, lead.state) for state, lead, _ in moves())
# What counts from the end of a ticket, or from an appeal against how it ended.
OUTLIVES = ("callback", "decide")


def differences(case: Case, seen: Seen) -> list[str]:
    """In words; empty where the program agrees with the model."""
    return [
        f"{what}: model {expected!r}, program {found!r}"
        for what, expected, found in _pairs(case, seen)
        if expected != found
    ]  # fmt: skip


def _pairs(case: Case, seen: Seen) -> Iterator[tuple[str, Any, Any]]:
    sheets = case.tickets
    yield "tickets", len(sheets), len(seen.tickets)
    for sheet, row, sight in zip(sheets, seen.tickets, seen.sights, strict=False):
        expected = _row(sheet)
        yield from ((f"ticket {sheet.nth} {key}", expected[key], row[key]) for key in expected)
        shown = {**sight, "overdue": set(sight["overdue"]), "co_handlers": set(sight["co_handlers"])}
        told = _sight(case, sheet)
        yield from ((f"ticket {sheet.nth} shows {key}", told[key], shown[key]) for key in told)
        yield f"clocks of {sheet.nth}", _timers(sheet.timers), _clocks(seen.clocks, sheet.nth)
    counts = effects.counts_as(case)
    yield "effective", counts, dict(seen.effective)
    yield "counted", bool(counts), seen.counted
    given = sorted((said.at, code, grade) for said in case.said for code, grade in said.grades.items())
    yield "grades as given", given, seen.marks
    yield "audit", case.traces, seen.traces
    yield "told of lateness", {(s.nth, *each) for s in sheets for each in s.overdue_told}, seen.overdue


def _row(sheet: Sheet) -> dict[str, Any]:
    return {
        "state": sheet.state, "on_hold": sheet.on_hold, "handler": sheet.handler, "proposed": sheet.proposed,
        "dispatched": sheet.dispatched, "verdict": sheet.verdict, "complexity": sheet.complexity,
        "closed_at": sheet.closed_at, "version": sheet.changes, "acts": sheet.changes,
    }  # fmt: skip


def _sight(case: Case, sheet: Sheet) -> dict[str, Any]:
    current = sheet.current
    return {
        "state": sheet.state, "handler": sheet.handler, "co_handlers": set(sheet.co_handlers),
        "due": {name: timer.due for name, timer in current.items()},
        "overdue": {name for name, timer in current.items() if timer.is_overdue(case.now)},
        "provisional": any(timer.provisional for timer in current.values()),
    }  # fmt: skip


def _timers(timers: list[Timer]) -> list[tuple[Any, ...]]:
    return sorted(
        (t.name, t.since, t.started, t.span, t.due, t.state, str(t.stopped and t.stopped.timestamp()), t.extended,
         t.provisional) for t in timers
    )  # fmt: skip


def _clocks(clocks: list[dict[str, Any]], nth: int) -> list[tuple[Any, ...]]:
    return sorted(
        (k["name"], k["since"], k["started_at"], k["span"], k["due_at"], k["state"],
         str(k["stopped_at"] and k["stopped_at"].timestamp()), k["extended"], k["provisional"])
        for k in clocks if k["nth"] == nth
    )  # fmt: skip


def broken(before: Seen, after: Seen) -> list[str]:
    """What must hold whatever any model says."""
    return [
        *_moves(before, after),
        *_clocks_kept(before, after),
        *map(str, after.faults),
        *_running_after_the_end(after),
    ]


def transitions(before: Seen, after: Seen) -> list[tuple[str, str]]:
    pairs = zip(before.tickets, after.tickets, strict=False)
    return [(old["state"], new["state"]) for old, new in pairs if old["state"] != new["state"]]


def _moves(before: Seen, after: Seen) -> Iterator[str]:
    yield from (
        f"no act leads from {old} to {new}" for old, new in transitions(before, after) if (old, new) not in LEGAL
    )
    if before.marks != after.marks[: len(before.marks)]:
        yield "what was said has changed"


def _clocks_kept(before: Seen, after: Seen) -> Iterator[str]:
    for key, (state, stopped) in before.states.items():
        if state in ("stopped", "lapsed", "dropped") and after.states.get(key) != (state, stopped):
            yield f"a clock that was {state} is now {after.states.get(key)}"


def _running_after_the_end(seen: Seen) -> Iterator[str]:
    over = {row["nth"] for row in seen.tickets if row["state"] in ENDED}
    for each in seen.clocks:
        if each["nth"] in over and each["state"] in ("running", "paused") and each["name"] not in OUTLIVES:
            yield f"{each['name']} runs on although ticket {each['nth']} has ended"
