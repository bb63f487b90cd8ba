"""What a partner is told of a ticket names nobody who rated, and hints at nobody: not by number, by word or by hour."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from core import db, stack
from core.clock import SHANGHAI
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.redaction import redact
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets.machine import STATE_LABELS
from core.tickets.model import Ticket
from core.tickets.watching import Happening

Q = db.queries(__file__)
# What an act said that a partner may read as it is, and what is freed of whatever could name somebody.
PLAIN: Final = ("to", "is", "complexity", "until", "grade", "upheld", "finding", "accept", "clock", "due", "reached")
WORDS: Final = ("note", "reason")
# Done by whoever rated: the day is enough, the hour would say who it was.
THEIRS: Final = frozenset({"opened", "append", "rate-feedback"})


async def facts(unit: db.Unit, tenant: Tenant, ticket: Ticket) -> dict[str, Any]:
    """What an order shows of its ticket, by the names that ``exchanges.FACTS`` gives them."""
    policy = stack.policy(tenant, ticket.policy_day)
    row = await unit.fetchrow(Q.rated, unit.tenant, ticket.rating_id, ticket.rated_at)
    tags, text = (row["tags"], row["text"] or "") if row is not None and ticket.state != "withdrawn" else ((), "")
    known = await tickets.known_of(unit, ticket.case_id)
    named = await places.names(unit, "item", [ticket.item]) if ticket.item else {}
    return {
        "ticket": ticket.number, "subject": _subject(ticket, named.get(ticket.item or "", ""), policy),
        "item": ticket.item, "handler": ticket.handler, "reasons": _reasons(tags, policy),
        "words": redact(text, known), "ticket_state": STATE_LABELS[ticket.state],
        "due": min((each.due_at for each in ticket.clocks if each.state == "running" and each.name != "appeal"),
                   default=None),
    }  # fmt: skip


def _subject(ticket: Ticket, item: str, policy: Policy) -> str:
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    about = "、".join(labels.get(code, code) for code in ticket.dimensions)
    return f"{item or '服务'}：{about}{_grade(ticket.grade, policy)}"


def _grade(grade: int, policy: Policy) -> str:
    labels = policy[keys.grade_labels] or ()
    return labels[5 - grade] if len(labels) == len(vocab.GRADES) else vocab.GRADES[grade]


def _reasons(tags: Sequence[int], policy: Policy) -> str:
    labels = {each.code: each.label for each in policy[keys.tags] or ()}
    return "、".join(labels.get(code, str(code)) for code in tags)


async def event(
    unit: db.Unit, number: str, name: str, happening: Happening, ticket: Ticket, shown: Mapping[str, Any]
) -> dict[str, Any]:
    """One event as it goes out; its id is the message's own."""
    local = happening.at.astimezone(SHANGHAI)
    handlers = await places.institution_names(unit, [ticket.handler, ticket.proposed])
    running = [each for each in ticket.clocks if each.state == "running" and each.name != "appeal"]
    return {
        "event": name, "order": number, "ticket": ticket.number,
        "at": local.date().isoformat() if happening.event in THEIRS else local.isoformat(timespec="seconds"),
        "state": ticket.state, "state_label": shown["ticket_state"], "subject": shown["subject"],
        "item": ticket.item, "dimensions": list(ticket.dimensions), "grade": ticket.grade,
        "reasons": shown["reasons"], "text": shown["words"], "verdict": ticket.verdict,
        "handler": _place(ticket.handler, handlers), "proposed": _place(ticket.proposed, handlers),
        "due": {each.name: each.due_at.astimezone(SHANGHAI).isoformat(timespec="seconds") for each in running},
        "data": await _data(unit, happening, ticket),
    }  # fmt: skip


def _place(code: str, names: Mapping[str, str]) -> dict[str, str]:
    return {"code": code, "name": names.get(code, code)}


async def _data(unit: db.Unit, happening: Happening, ticket: Ticket) -> dict[str, Any]:
    told = happening.data
    said = {name: _plain(told[name]) for name in PLAIN if told.get(name) is not None}
    words = {name: str(told[name]) for name in WORDS if told.get(name)}
    if happening.event == "append":
        row = await unit.fetchrow(Q.appended, unit.tenant, told["of"], happening.at)
        words = {"note": row["text"]} if row is not None and row["text"] else {}
        said["grade"] = row["grade"] if row is not None else None
    known = await tickets.known_of(unit, ticket.case_id) if words else ()
    return said | {name: redact(text, known) for name, text in words.items()}


def _plain(value: Any) -> Any:
    """Days and moments as text; names of institutions without the word before them."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.removeprefix("institution:") if isinstance(value, str) else value
