"""Who may do what to a ticket, and when, as one table; and the code by which anything else is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.core.tickets import days
from tests.core.tickets.paper import BUREAU, DUTIES, EMPLOYER, HOTLINE, LIVE, OUTSIDE, PARENT, Case, Sheet, Timer

Given = Mapping[str, Any]
NOBODY = "nobody"
ANY_STATE = ("auditing", *LIVE, "answered", "closed", "rejected")
STAFF = tuple(f"staff:{each}" for each in EMPLOYER)
PLACES = ("tax-city", "tax-east", "civil-east", "tax-west", "it", HOTLINE, BUREAU)
ACTORS = ("bureau", "hotline", *(f"institution:{each}" for each in PLACES), *STAFF, "platform:web", "rater")


@dataclass(frozen=True)
class Rule:
    """Whose act it is, the states it belongs to, and the words it cannot do without."""

    roles: tuple[str, ...]
    states: tuple[str, ...]
    reason: bool = False
    note: bool = False


TABLE: Mapping[str, Rule] = {
    "audit": Rule(("bureau",), ("auditing",)),
    "dispatch": Rule(("dispatcher",), LIVE),
    "contact": Rule(("handler",), LIVE, note=True),
    "notify": Rule(("handler", "bureau"), LIVE),
    "statement": Rule(("rated-staff",), (*LIVE, "answered"), note=True),
    "return": Rule(("handler",), LIVE, reason=True),
    "transfer": Rule(("handler", "dispatcher", "bureau"), LIVE, reason=True),
    "part": Rule(("handler", "bureau"), LIVE),
    "withdraw": Rule(("bureau",), ("auditing", *LIVE), reason=True),
    "hold": Rule(("handler",), LIVE, reason=True),
    "resume": Rule(("handler",), LIVE),
    "verdict": Rule(("verifier",), ("open",)),
    "extend": Rule(("handler",), LIVE),
    "explain": Rule(("handler",), ("open", "verified"), note=True),
    "rectify": Rule(("handler",), ("verified",), note=True),
    "feedback": Rule(("handler",), ("verified", "rectifying"), note=True),
    "rate-feedback": Rule(("rater",), ("answered",)),
    "appeal": Rule(("appellant",), ANY_STATE),
    "decide": Rule(("addressee",), ANY_STATE),
    "callback": Rule(("bureau", "dispatcher"), ("closed", "rejected")),
    "inspect": Rule(("bureau",), ("answered", "closed", "rejected"), note=True),
    "urge": Rule(("bureau", "dispatcher"), LIVE),
    "supervise": Rule(("bureau",), LIVE),
    "censure": Rule(("bureau",), (*LIVE, "answered", "closed"), reason=True),
    "refer": Rule(("handler", "bureau", "dispatcher"), ANY_STATE, reason=True),
}
# Whoever handled a ticket neither decides an appeal against it nor checks how it was handled.
HANDLING = ("verdict", "explain", "rectify", "feedback", "appeal")
PERSONS = ("rated-staff", "rater")
APART = ("decide", "callback", "inspect")
# A note that is handed in empty says nothing to anybody.
NOTED = (
    "contact", "explain", "rectify", "feedback", "callback", "inspect", "urge", "supervise", "statement", "refer",
)  # fmt: skip
NEVER_EXTENDED = ("appeal", "decide", "callback")


def refusal(case: Case, sheet: Sheet, verb: str, given: Given, by: str | None, now: datetime) -> str | None:
    """The code, by the contract's order; None where the act is done."""
    if verb in ("appeal", "rate-feedback", "return") and not _is_offered(case, verb):
        return "not-offered"
    doers = entitled(case, sheet, verb, given)
    if by is None and not doers:
        return "not-entitled" if verb == "verdict" and _only_finds(case, given) else "wrong-state"
    if by is not None and by not in doers:
        return "not-entitled"
    if sheet.state not in TABLE[verb].states or _is_out_of_turn(case, sheet, verb):
        return "wrong-state"
    if not _is_offered(case, verb):
        return "not-offered"
    return _unfit(case, sheet, verb, given, now)


def entitled(case: Case, sheet: Sheet, verb: str, given: Given) -> tuple[str, ...]:
    """Of all actors there are, those who may do this to the ticket now."""
    return tuple(
        actor for actor in ACTORS
        if any(_holds(role, actor, case, sheet) for role in TABLE[verb].roles)
        and not (verb in APART and actor in sheet.hands)
        and not (verb == "verdict" and _only_finds(case, given))
        and not (verb == "decide" and sheet.appeal and _body(actor, sheet) == _body(sheet.appeal.appellant, sheet))
    )  # fmt: skip


def is_open(case: Case, sheet: Sheet, verb: str) -> bool:
    """Whether somebody may do it now, if they say what it takes."""
    turn = sheet.state in TABLE[verb].states and not _is_out_of_turn(case, sheet, verb)
    return turn and _is_offered(case, verb) and bool(entitled(case, sheet, verb, {"is": "valid"}))


def _only_finds(case: Case, given: Given) -> bool:
    """处理单位自行认定不了的结果。"""
    allowed = case.of("handler_finds")
    return case.law["verified_by"] == "handler" and allowed is not None and given["is"] not in allowed


def _holds(role: str, actor: str, case: Case, sheet: Sheet) -> bool:
    if role in PERSONS:
        return actor == (f"staff:{sheet.staff}" if role == "rated-staff" else role)
    if role == "appellant":
        return _may_appeal(actor, case, sheet)
    handles = sheet.handler if sheet.dispatched or sheet.handler not in DUTIES else NOBODY
    # While its words are still audited it is the state that keeps everybody from a verdict.
    verifies = sheet.handler if sheet.state == "auditing" else handles
    place = {
        "bureau": BUREAU,
        "dispatcher": case.dispatcher or BUREAU,
        "handler": handles,
        "verifier": BUREAU if case.law["verified_by"] == "bureau" else verifies,
        "addressee": sheet.appeal.addressee if sheet.appeal else BUREAU,
    }[role]
    return _speaks_for(actor, place, sheet)


def _body(actor: str, sheet: Sheet) -> str:
    """Whom an actor acts for: a member of staff for their institution, but never on a rating of themselves."""
    kind, _, code = actor.partition(":")
    if kind == "staff" and code != sheet.staff:
        return f"institution:{EMPLOYER[code]}"
    return f"institution:{actor}" if actor in DUTIES else actor


def _speaks_for(actor: str, place: str, sheet: Sheet) -> bool:
    kind, _, code = actor.partition(":")
    if kind == "staff":
        return code != sheet.staff and EMPLOYER[code] == place
    return actor in (f"institution:{place}", *((place,) if place in DUTIES else ()))


def _may_appeal(actor: str, case: Case, sheet: Sheet) -> bool:
    """The rated: the person, the institutions that answer for the item, the person and the ticket, the platform."""
    own = actor if actor.startswith("staff:") else _body(actor, sheet)
    kind, _, code = own.partition(":")
    if kind not in case.of("appellants", ()):
        return False
    if kind == "staff" and own not in sheet.noticed and not any("staff" in reason.words for reason in sheet.reasons):
        # What was said of the matter is not theirs to appeal, unless they were told of it.
        return False
    handles = sheet.handler if sheet.dispatched else None
    rated = {"staff": {sheet.staff}, "institution": {sheet.proposed, handles, case.owner, sheet.employer}}
    return kind == "platform" or code in rated[kind] - {None}


def _is_out_of_turn(case: Case, sheet: Sheet, verb: str) -> bool:
    """What the state alone does not tell."""
    direct = case.dispatcher is None
    match verb:
        case "dispatch":
            return direct or sheet.dispatched or (case.law["verified_by"] == "bureau" and sheet.state == "open")
        case "return" | "transfer":
            return not sheet.dispatched or (direct and verb == "return")
        case "hold" | "resume":
            return sheet.on_hold == (verb == "hold")
        case "callback":
            # What was answered and then overturned is still owed its call.
            return sheet.state == "rejected" and sheet.answered_at is None
        case "appeal" | "decide":
            return (sheet.appeal is not None) == (verb == "appeal")
        case _:
            # Nothing here is ever joined to another ticket.
            return verb == "part"


def _is_offered(case: Case, verb: str) -> bool:
    key = {"appeal": "appellants", "rate-feedback": "feedback_scale", "return": "returns", "extend": "extension"}.get(
        verb
    )
    return key is None or case.of(key) not in (None, False, [], "none")


def _unfit(case: Case, sheet: Sheet, verb: str, given: Given, now: datetime) -> str | None:
    if verb == "extend":
        return _unfit_to_extend(case, sheet, given, now)
    if verb == "appeal":
        return _unfit_to_appeal(case, sheet, given, now)
    rule = TABLE[verb]
    silent = rule.reason and not (_says(given, "reason") or _says(given, "note"))
    blank = verb in NOTED and (rule.note or "note" in given) and not _says(given, "note")
    if silent or blank:
        return "reason-missing"
    return "invalid" if _makes_no_sense(case, sheet, verb, given) else None


def _makes_no_sense(case: Case, sheet: Sheet, verb: str, given: Given) -> bool:
    match verb:
        case "rate-feedback":
            return given["grade"] > len(case.law["feedback_scale"])
        case "decide":
            return given["upheld"] and "finding" not in given
        case "notify":
            return told_to(sheet, given) is None
        case _:
            return verb == "transfer" and not given.get("to")


def told_to(sheet: Sheet, given: Given) -> str | None:
    """The rated person and nobody else; where the service named nobody, whoever is named."""
    rated, named = sheet.staff and f"staff:{sheet.staff}", given.get("to")
    return None if rated and named not in (None, rated) else rated or named


def _says(given: Given, word: str) -> bool:
    return bool(str(given.get(word, "")).strip())


def extended(sheet: Sheet, given: Given) -> Timer | None:
    """The clock that is named, else the running one due last."""
    running = [each for each in sheet.timers if each.state == "running" and each.name not in NEVER_EXTENDED]
    chosen = [each for each in running if given.get("clock") in (None, each.name)]
    return max(chosen, key=lambda each: each.due, default=None)


def _unfit_to_extend(case: Case, sheet: Sheet, given: Given, now: datetime) -> str | None:
    rule, timer = case.law["extension"], extended(sheet, given)
    if timer is None:
        return "not-offered"
    if rule["before_due"] and now >= timer.due:
        return "too-late"
    if "longest" in rule and given["until"] > days.end(timer.started, rule["longest"]):
        return "too-long"
    if "reason" in rule["needs"] and not _says(given, "reason"):
        return "reason-missing"
    return "invalid" if given["until"] <= timer.due else None


def _unfit_to_appeal(case: Case, sheet: Sheet, given: Given, now: datetime) -> str | None:
    needs = case.of("appeal_needs", {})
    if any(each.name == "appeal" and now >= each.due for each in sheet.timers):
        return "too-late"
    if needs.get("reason", True) and not _says(given, "reason"):
        return "reason-missing"
    return "evidence-missing" if needs.get("evidence", False) and not given.get("evidence") else None


def addressee(case: Case, sheet: Sheet, appellant: str) -> str:
    """The own institution, the bureau, or by the place of the item: the bureau in a centre, else the parent body."""
    own = sheet.employer if appellant.startswith("staff:") else case.owner
    match case.of("appeal_to"):
        case "own-institution":
            return own or case.owner
        case "by-place" if case.item == OUTSIDE:
            return PARENT.get(case.owner) or own or case.owner
        case _:
            return BUREAU


def append_refusal(case: Case, dimensions: set[str], now: datetime, *, stranger: bool, reason: bool) -> str | None:
    rule = case.of("append")
    if stranger:
        return "not-the-applicant"
    if rule is None:
        return "not-offered"
    answers = [each.answered_at for each in case.tickets if each.rating == 0 and each.answered_at]
    since = case.said[0].at if rule["from"] == "rated" else max(answers, default=None)
    if since is None or now >= days.end(since, rule["within"], moves=bool(case.of("rest_day_moves"))):
        return "append-closed"
    if len(case.said) > rule["max"]:
        return "append-used"
    if not dimensions <= set(rule["dimensions"]):
        return "append-overall-only"
    return None if reason else "reason-required"


def rating_refusal(case: Case, now: datetime, *, stranger: bool) -> str:
    """The first rating stands, so any further one is refused."""
    if stranger:
        return "not-the-applicant"
    window = case.of("rating_window")
    if window and now >= days.end(case.closed_at, window, moves=bool(case.of("rest_day_moves"))):
        return "window-closed"
    return "already-rated"
