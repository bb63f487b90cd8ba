"""Which tickets a rating opens, for whom, and which timers an event starts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.core.tickets.paper import BUREAU, SYSTEMS, Case, Reason, Said, Sheet, Timer

# The national tags that are used here: what each is about, and the grade it goes with.
TAGS: Mapping[int, tuple[str, int]] = {
    207: ("item", 2), 209: ("process", 2), 211: ("system", 2), 214: ("staff", 2), 108: ("item", 1),
    112: ("system", 1), 114: ("process", 1), 115: ("staff", 1),
}  # fmt: skip
JUDGES = {"overall": "case", "item": "item", "staff": "staff", "channel": "channel"}
SIDE = {"staff": "staff", "item": "item", "process": "item", "system": "channel"}


def opened_by(case: Case, said: Said, rating: int) -> list[Sheet]:
    """The tickets of this rating (0) or append (from 1)."""
    rule = case.law["ticket_for"]
    bad = rule["grades"]
    if not set(said.grades.values()) & set(bad) or (rule["needs"] == "content" and not said.has_content):
        return []
    groups: dict[str, list[Reason]] = {}
    others: dict[str, list[str]] = {}
    for reason in _reasons(said, bad):
        place = _destination(case, reason)
        key = place if case.of("ticket_per") == "split" else next(iter(groups), place)
        groups.setdefault(key, []).append(reason)
        others.setdefault(key, []).append(place)
    return [
        _sheet(case, said, rating, tuple(reasons), place, frozenset(others[place]) - {place})
        for place, reasons in groups.items()
    ]


def _reasons(said: Said, bad: Sequence[int]) -> list[Reason]:
    """Worst first, ties in the order of ``dimensions``; a tag that no bad dimension speaks of goes to the worst."""
    worst = sorted((d for d in JUDGES if said.grades.get(d) in bad), key=lambda d: said.grades[d])
    about: dict[str, str] = {}
    for tag in said.tags:
        subject, grade = TAGS[tag]
        own = [d for d in worst if JUDGES[d] == SIDE[subject]]
        if grade in bad:
            about.setdefault((own or worst)[0], subject)
    return [Reason(d, JUDGES[d], said.grades[d], about.get(d)) for d in worst]


def _destination(case: Case, reason: Reason) -> str:
    """A tag's ``about`` beats its dimension."""
    words = (SIDE[reason.about],) if reason.about in ("staff", "item", "process") else (reason.dimension, reason.of)
    row = next(
        row for row in case.law["routing"]
        if row.get("dimension", "*") in ("*", *words) and row.get("about", "*") in ("*", reason.about)
    )  # fmt: skip
    places = {
        "item-institution": case.owner, "staff-institution": case.employer, "system-owner": SYSTEMS, "bureau": BUREAU,
    }  # fmt: skip
    return places[row["to"]] or case.owner


def _sheet(
    case: Case, said: Said, rating: int, reasons: tuple[Reason, ...], place: str, others: frozenset[str]
) -> Sheet:
    nth = len(case.tickets) + 1
    sheet = Sheet(
        nth, rating, reasons, "auditing", case.dispatcher or BUREAU, place, others, {"rated": said.at}, case.staff
    )
    case.tickets.append(sheet)
    sheet.changes += 1
    audit = case.of("audit")
    audited = audit is not None and (audit["when"] == "always" or said.has_content)
    start(case, sheet, {"rated"} if audited else {"rated", *opens(case, sheet)}, said.at)
    return sheet


def opens(case: Case, sheet: Sheet) -> set[str]:
    """The ticket opens; where nobody stands between, it is dispatched the same moment."""
    sheet.state = "open"
    if case.dispatcher is None and case.law["verified_by"] != "bureau":
        sheet.handler, sheet.dispatched = sheet.proposed, True
        return {"opened", "dispatched"}
    return {"opened"}


def start(case: Case, sheet: Sheet, events: Iterable[str], at: datetime, *, finds: bool = False) -> None:
    """Starts what the regulation starts; ``finds``: a verdict has just set the complexity."""
    fresh = set(events)
    for event in fresh:
        # What happens again counts from when it first did; only a new handler begins anew.
        sheet.events[event] = at if event == "dispatched" else sheet.events.get(event, at)
    since = {**sheet.events, **dict.fromkeys(fresh, at)}
    rows: list[Mapping[str, Any]] = case.of("clocks", [])
    for name in dict.fromkeys(row["clock"] for row in rows):
        chances = [
            (number, row) for number, row in enumerate(rows)
            if row["clock"] == name and _may_begin(sheet, row, fresh, finds=finds)
        ]  # fmt: skip
        firsts = dict.fromkeys(_first(chances, reason) for reason in sheet.reasons)
        timers = [_timer(case, n, rows[n], since[rows[n]["from"]]) for n in firsts if n is not None]
        if timers:
            _begin(case, sheet, min(timers, key=lambda timer: timer.due), rows, at)


def _may_begin(sheet: Sheet, row: Mapping[str, Any], fresh: set[str], *, finds: bool) -> bool:
    """A row that names a complexity begins when the verdict sets it, or with its own event after that."""
    if row["clock"] == "audit" and sheet.state != "auditing":
        return False
    wanted = row.get("complexity", "*")
    if wanted == "*":
        return row["from"] in fresh
    return wanted == sheet.complexity and (row["from"] in fresh or (finds and row["from"] in sheet.events))


def _first(chances: Iterable[tuple[int, Mapping[str, Any]]], reason: Reason) -> int | None:
    fitting = (number for number, row in chances if row.get("dimension", "*") in ("*", *reason.words))
    return next(fitting, None)


def _timer(case: Case, number: int, row: Mapping[str, Any], started: datetime) -> Timer:
    moves = bool(case.of("rest_day_moves"))
    timer = Timer(row["clock"], row["from"], started, row["within"], started, number, moves)
    timer.count()
    return timer


def _begin(case: Case, sheet: Sheet, timer: Timer, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """A clock runs once; from the dispatch it runs anew for a new handler, ``decide`` for each appeal."""
    same = [each for each in sheet.timers if each.name == timer.name]
    live = [each for each in same if each.is_live]
    anew = timer.name == "decide" or (timer.since == "dispatched" and timer.started == at)
    if any(each.row == timer.row for each in live) or (not anew and any(each.state == "stopped" for each in same)):
        return
    if live and "complexity" not in rows[timer.row]:
        return
    if not anew and same and "complexity" not in rows[timer.row]:
        return
    for each in live:
        # What the verdict found the matter to be takes the place of what held while nobody knew.
        each.state, each.stopped = "dropped", at
    sheet.timers.append(timer)
    if sheet.appeal is not None and timer.name in case.of("appeal_pauses", ()):
        timer.pause(max(sheet.appeal.filed, timer.started))
