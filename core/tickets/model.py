"""A ticket, its reasons, its clocks and who may act on it, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

State = Literal["auditing", "open", "verified", "rectifying", "answered", "closed", "rejected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One bad dimension: how bad, what it judges, and what the rater's tag is about."""

    dimension: str
    of: str
    grade: int
    about: str | None


@dataclass(frozen=True, slots=True)
class Homes:
    """The institutions a ticket may be sent to; ``bureaus`` are the supervisors of its place, the nearest first."""

    item: str | None
    staff: str | None
    systems: str | None
    lead: str | None
    parent: str | None
    bureaus: tuple[str, ...]
    hotline: str | None
    linked: tuple[str, ...] = ()

    @property
    def bureau(self) -> str | None:
        """The supervisor of the same level (同级)."""
        return next(iter(self.bureaus), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A ticket to be opened: its reasons and who will have to answer."""

    reasons: tuple[Reason, ...]
    proposed: str
    co_handlers: tuple[str, ...]
    handler: str
    auditing: bool

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(r.dimension for r in self.reasons)

    @property
    def grade(self) -> int:
        return min(r.grade for r in self.reasons)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as stored: frozen with clause, rule version and calendar version."""

    id: UUID
    name: str
    since: str
    started_at: datetime
    span: str
    due_at: datetime
    clause: str
    document: str
    policy: str
    calendar: str
    provisional: bool
    extended: bool
    state: str
    stopped_at: datetime | None
    days: tuple[Mapping[str, Any], ...]
    pauses: tuple[Mapping[str, Any], ...] = ()
    warned_at: datetime | None = None
    overdue_at: datetime | None = None
    moves: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """A right lapses and is never overdue; a duty is overdue from the second it was due."""
        if self.name == "appeal":
            return False
        end = self.stopped_at if self.stopped_at is not None else now
        return self.state in ("running", "stopped") and end >= self.due_at


@dataclass(frozen=True, slots=True)
class Ticket:
    id: UUID
    number: str
    nth: int
    rating_id: UUID
    rated_at: datetime
    case_id: UUID
    case: str
    item: str | None
    staff: str | None
    dimensions: tuple[str, ...]
    grade: int
    state: State
    on_hold: bool
    dispatched_at: datetime | None
    handler: str
    proposed: str
    co_handlers: tuple[str, ...]
    verdict: str | None
    complexity: str | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    policy: str
    policy_day: Any
    version: int
    clocks: tuple[Clock, ...] = ()
    anonymous: bool = False
    composite: str = "none"
    in_centre: bool = True
    joined_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a ticket with what it carries, as the scenario language and the API name it."""

    verb: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def text(self, name: str) -> str:
        return str(self.data.get(name) or "").strip()


@dataclass(frozen=True, slots=True)
class Appeal:
    id: UUID
    ticket_id: UUID
    appellant: str
    addressee: str
    state: str
    reason: str
    filed_at: datetime
    evidence: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody must be told; ``once`` keeps it from being told twice."""

    at: datetime
    addressee: str
    about: str
    once: str
    clause: str = ""
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act does: the ticket's next self, the events that start clocks, clocks that stop, and who is told."""

    ticket: Ticket
    events: tuple[str, ...] = ()
    stops: frozenset[str] = frozenset()
    drops_all: bool = False
    settles: bool = False
    notices: tuple[Notice, ...] = ()
    extend: tuple[UUID, datetime] | None = None
    appeal: Appeal | None = None
    decided: tuple[UUID, str, str | None, str] | None = None
    feedback_grade: int | None = None
    pause: tuple[str, ...] = ()
    resume: bool = False
    returned: bool = False
    censure: str = ""
