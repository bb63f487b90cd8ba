"""A deadline that has not begun is told beforehand: what it is, from when it counts, how long, by which clause."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import db, stack
from core.policy import keys, vocab
from core.policy.decision import first_match
from core.policy.policy import Policy
from core.policy.spans import Span
from core.policy.values import ANY, Clock
from core.tenants import Tenant
from core.tickets import opening
from core.tickets.clocks import document_of, words_of
from core.tickets.model import Reason
from core.tickets.views import TicketView

Q = db.queries(__file__)

FROM: Mapping[str, str] = {"dispatched": "派单后", "verified": "核实属实后"}


@dataclass(frozen=True, slots=True)
class Coming:
    """A clock of the rules that waits for its event; ``complexity`` is empty where it waits for no such finding."""

    name: str
    since: str
    within: Span
    complexity: str
    clause: str
    document: str

    @property
    def start(self) -> str:
        """派单后起算 · 派单后、核实为复杂问题的起算."""
        return FROM[self.since] + (f"、核实为{self.complexity}的" if self.complexity else "") + "起算"


async def coming(unit: db.Unit, tenant: Tenant, tickets: Collection[UUID]) -> Mapping[UUID, tuple[Coming, ...]]:
    """For each of these tickets what will count once it is dispatched or verified."""
    rows = await unit.fetch(Q.unbegun, unit.tenant, list(tickets)) if tickets else []
    rated, ratings = ([row[name] for row in rows] for name in ("rated_at", "rating_id"))
    tags = {row["id"]: row["tags"] for row in await unit.fetch(Q.tags_of, unit.tenant, rated, ratings)} if rows else {}
    found: dict[UUID, tuple[Coming, ...]] = {}
    for row in rows:
        policy = stack.policy(tenant, row["policy_day"])
        grade: int = row["grade"]
        reasons = opening.reasons(dict.fromkeys(row["dimensions"], grade), tags.get(row["rating_id"], ()), policy)
        found[row["id"]] = ahead(policy, reasons, row["dispatched_at"], row["known"])
    return found


def of_one(view: TicketView, policy: Policy) -> tuple[Coming, ...]:
    """The same for a ticket that is read already."""
    if view.state not in ("auditing", "open"):
        return ()
    known = [each.name for each in view.clocks if each.state != "dropped"]
    reasons = opening.reasons(dict.fromkeys(view.dimensions, view.grade), view.tags, policy)
    return ahead(policy, reasons, view.dispatched_at, known)


def ahead(
    policy: Policy, reasons: Sequence[Reason], dispatched_at: datetime | None, known: Iterable[str]
) -> tuple[Coming, ...]:
    """The rows that will start: as ``clocks.starting`` chooses them, first match per bad dimension."""
    begun = frozenset(known)
    rows = [each for each in policy[keys.clocks] or () if each.clock not in begun and _waits(each, dispatched_at)]
    own: dict[tuple[str, str], list[Clock]] = {}
    for row in rows:
        own.setdefault((row.clock, row.complexity), []).append(row)
    chosen = [first_match(each, dimension=words_of(reason)) for each in own.values() for reason in reasons]
    return tuple(_told(row, policy) for row in dict.fromkeys(chosen) if row is not None)


def _waits(row: Clock, dispatched_at: datetime | None) -> bool:
    """A row that names a complexity waits for the verdict, whatever it counts from."""
    if row.since == "dispatched":
        return dispatched_at is None or row.complexity != ANY
    return row.since == "verified"


def _told(row: Clock, policy: Policy) -> Coming:
    complexity = "" if row.complexity == ANY else vocab.COMPLEXITIES[row.complexity]
    return Coming(row.clock, row.since, row.within, complexity, row.clause, document_of(row, policy))


def sets_deadlines(policy: Policy) -> bool:
    """Whether these rules give any ticket any deadline."""
    return bool(policy[keys.clocks])
