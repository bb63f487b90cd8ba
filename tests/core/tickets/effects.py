"""What an act does to a ticket once nobody refuses it, what the clock does where nobody acts, and what then counts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.core.tickets import opening, rules
from tests.core.tickets.paper import BUREAU, Appeal, Case, Said, Sheet, Timer
from tests.core.tickets.rules import Given

# A clock stops when its act is done.
STOPS: dict[str, tuple[str, ...]] = {
    "audit": ("audit",), "dispatch": ("dispatch",), "contact": ("contact",), "notify": ("notify",),
    "verdict": ("verify",), "rectify": ("rectify", "complex"), "feedback": ("rectify", "complex", "reply", "close"),
    "explain": ("reply", "close"), "appeal": ("appeal",), "decide": ("decide",), "callback": ("callback",),
}  # fmt: skip
TELLS = {"dispatch": "dispatched", "contact": "contacted", "notify": "noticed", "rectify": "rectified"}


def do(case: Case, sheet: Sheet, verb: str, given: Given, by: str, now: datetime) -> None:
    sheet.changes += 1
    case.traces[f"ticket.{verb}"] += 1
    if verb in rules.HANDLING and by.startswith("staff:"):
        sheet.hands.add(by)
    _stop(sheet, STOPS.get(verb, ()), now)
    if verb == "appeal":
        _appealed(case, sheet, by, now)
    elif verb in LEADS:
        LEADS[verb](case, sheet, given, now)
    else:
        _passed_on(case, sheet, verb, given, now)


def _passed_on(case: Case, sheet: Sheet, verb: str, given: Given, now: datetime) -> None:
    """Acts that leave the state."""
    match verb:
        case "dispatch":
            sheet.handler, sheet.dispatched = given.get("to") or sheet.proposed, True
        case "return":
            sheet.handler, sheet.dispatched = case.dispatcher or BUREAU, False
            _give_back(sheet, now)
        case "transfer":
            sheet.handler = sheet.proposed = given["to"]
        case "hold" | "resume":
            sheet.on_hold = verb == "hold"
        case "rectify":
            sheet.state = "rectifying"
        case "notify":
            told = rules.told_to(sheet, given) or ""
            # Where the service named nobody, whoever is told of it is the rated from now on.
            sheet.noticed.add(told)
            sheet.staff = told.removeprefix("staff:")
        case _:
            pass
    if verb in TELLS:
        opening.start(case, sheet, {TELLS[verb]}, now)


def _stop(sheet: Sheet, names: tuple[str, ...], now: datetime) -> None:
    for timer in sheet.timers:
        if timer.is_live and timer.name in names:
            timer.stop(now)


def _withdrawn_by(sheet: Sheet, now: datetime) -> None:
    """With it ends the appeal that was open: nothing is left to decide."""
    _end(sheet, "withdrawn", now)
    sheet.appeal = None


def _end(sheet: Sheet, state: str, now: datetime) -> None:
    sheet.state, sheet.closed_at = state, now
    _stop(sheet, tuple(timer.name for timer in sheet.timers if timer.name != "callback"), now)


def _give_back(sheet: Sheet, now: datetime) -> None:
    """What counted from the dispatch is no longer asked of anybody, unless it is late already."""
    for timer in sheet.timers:
        if timer.is_live and timer.since == "dispatched":
            timer.resume(now)
            timer.stop(now, "stopped" if now >= timer.due else "dropped")


def _audited(case: Case, sheet: Sheet, given: Given, now: datetime) -> None:
    if given["accept"]:
        opening.start(case, sheet, opening.opens(case, sheet), now)
        return
    sheet.verdict = "refused" if case.law["audit"].get("refused") == "withdraw" else None
    _withdrawn_by(sheet, now)


def _withdrawn(_case: Case, sheet: Sheet, _given: Given, now: datetime) -> None:
    _withdrawn_by(sheet, now)


def _verified(case: Case, sheet: Sheet, given: Given, now: datetime) -> None:
    sheet.complexity = given.get("complexity")
    _found(case, sheet, given["is"], now)


def _extended(_case: Case, sheet: Sheet, given: Given, _now: datetime) -> None:
    timer = rules.extended(sheet, given)
    assert timer
    timer.due, timer.extended, timer.provisional, timer.told = given["until"], True, False, False


def _found(case: Case, sheet: Sheet, finding: str, now: datetime) -> None:
    sheet.verdict = finding
    # Where somebody has decided, nothing is left to be audited or verified.
    _stop(sheet, ("audit", "verify"), now)
    if finding != "valid":
        _end(sheet, "rejected", now)
        return
    # Taken back into work, it has neither been answered nor ended.
    sheet.state, sheet.answered_at, sheet.closed_at = "verified", None, None
    if any("complexity" in row for row in case.of("clocks", [])):
        # Nobody is spared a deadline by not saying how difficult it is.
        sheet.complexity = sheet.complexity or "simple"
    events = {"verified"}
    if case.dispatcher is None and not sheet.dispatched:
        sheet.handler, sheet.dispatched = sheet.proposed, True
        events.add("dispatched")
    opening.start(case, sheet, events, now, finds=True)


def _explained(case: Case, sheet: Sheet, _given: Given, now: datetime) -> None:
    rule: dict[str, bool] = case.of("explained", {})
    if rule.get("counts_as_rectified", True):
        _stop(sheet, STOPS["rectify"], now)
    _answered(case, sheet, now, closes=rule.get("closes", False))


def _fed_back(case: Case, sheet: Sheet, _given: Given, now: datetime) -> None:
    _answered(case, sheet, now, closes=False)


def _answered(case: Case, sheet: Sheet, now: datetime, *, closes: bool) -> None:
    sheet.answered_at = now
    if closes or not case.of("feedback_scale"):
        _close(case, sheet, now)
        return
    sheet.state = "answered"
    opening.start(case, sheet, {"answered"}, now)


def _close(case: Case, sheet: Sheet, now: datetime) -> None:
    _end(sheet, "closed", now)
    opening.start(case, sheet, {"closed"}, now)


def _feedback_rated(case: Case, sheet: Sheet, given: Given, now: datetime) -> None:
    if given["grade"] == 1 and case.of("feedback_bad_reopens"):
        sheet.state, sheet.answered_at = "rectifying", None
        return
    _close(case, sheet, now)


def _appealed(case: Case, sheet: Sheet, by: str, now: datetime) -> None:
    sheet.appeal = Appeal(by, rules.addressee(case, sheet, by), now)
    for timer in sheet.timers:
        if timer.state == "running" and timer.name in case.of("appeal_pauses", ()) and now < timer.due:
            timer.pause(now)
    opening.start(case, sheet, {"appealed"}, now)


def _decided(case: Case, sheet: Sheet, given: Given, now: datetime) -> None:
    sheet.appeal = None
    for timer in sheet.timers:
        timer.resume(now)
    if given["upheld"]:
        _found(case, sheet, given["finding"], now)


LEADS: Mapping[str, Callable[[Case, Sheet, Given, datetime], None]] = {
    "audit": _audited, "withdraw": _withdrawn, "verdict": _verified, "extend": _extended, "explain": _explained,
    "feedback": _fed_back, "rate-feedback": _feedback_rated, "decide": _decided,
}  # fmt: skip


def rate(case: Case, said: Said) -> None:
    case.said.append(said)
    opening.opened_by(case, said, len(case.said) - 1)


def live_until(case: Case, until: datetime) -> None:
    """What falls due by then, each at its own instant, one after the other."""
    while due := [
        (timer.due, sheet.nth, n) for sheet in case.tickets for n, timer in _waiting(sheet) if timer.due <= until
    ]:
        _, nth, n = min(due)
        _ran_out(case, case.tickets[nth - 1], case.tickets[nth - 1].timers[n])
    case.now = until


def _waiting(sheet: Sheet) -> list[tuple[int, Timer]]:
    return [(n, timer) for n, timer in enumerate(sheet.timers) if timer.state == "running" and not timer.told]


def _ran_out(case: Case, sheet: Sheet, timer: Timer) -> None:
    timer.told = True
    if timer.name == "appeal":
        timer.state, timer.stopped = "lapsed", timer.due
        return
    if timer.name == "audit" and sheet.state == "auditing" and case.law["audit"]["on_timeout"] == "accept":
        sheet.changes += 1
        case.traces["ticket.audit"] += 1
        timer.stop(timer.due)
        opening.start(case, sheet, opening.opens(case, sheet), timer.due)
        return
    sheet.overdue_told.add((timer.name, timer.due))


def counts_as(case: Case) -> dict[str, int]:
    """The first rating by dimension, after its appends and verdicts; what is left out does not count."""
    counts: dict[str, int] = {}
    speaks: dict[str, int] = {}
    for number, said in enumerate(case.said):
        counts.update(said.grades)
        speaks.update(dict.fromkeys(said.grades, number))
    for sheet in case.tickets:
        for reason in sheet.reasons:
            # What was said later speaks for itself: a verdict on the earlier leaves it as it is.
            if speaks[reason.dimension] == sheet.rating:
                _apply(counts, reason.dimension, _effect(case, sheet, reason.grade), case, sheet)
    return counts


def _effect(case: Case, sheet: Sheet, grade: int) -> str:
    if sheet.verdict in (None, "valid") or (sheet.verdict == "objective" and grade not in _revocable(case)):
        return "keep"
    effects: dict[str, Any] = case.law["verdict_effects"]
    return "exclude" if sheet.verdict == "refused" else effects.get(sheet.verdict or "", "keep")


def _revocable(case: Case) -> list[int]:
    return case.of("objective_grades", [1, 2, 3, 4, 5])


def _apply(counts: dict[str, int], dimension: str, effect: str, case: Case, sheet: Sheet) -> None:
    if effect.startswith("count-as:"):
        counts[dimension] = int(effect[-1])
    elif effect == "exclude":
        del counts[dimension]
    elif effect == "append" and sheet.rating == 0:
        lost = case.law["verdict_effects"].get("mistaken_without_append") == "exclude"
        if len(case.said) > 1 or lost:
            del counts[dimension]
