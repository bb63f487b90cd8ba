"""A trial of rules against a period that is over: what was asked, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from core.intake.model import Kept
from core.policy.policy import Policy
from core.tickets.model import Appeal, Homes, Ticket

State = Literal["waiting", "running", "done", "failed", "cancelled"]
SUBJECTS = ("staff", "institution", "line", "region")
Subject = tuple[str, str]
# What a grade is counted under: dimension, origin, grade, member of staff.
Cell = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive local days."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Sides:
    """Both worlds of one day."""

    before: Policy
    after: Policy


@dataclass(frozen=True, slots=True)
class Turn:
    """When invitations of one occasion and day would end under the new rules, and what silence would then mean.

    ``ends`` is one instant for all of that day, ``lasts`` a time from each one's own beginning; neither is an open end.
    """

    occasion: str
    day: date
    ends: datetime | None
    lasts: float | None
    grade: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """One act as it was recorded."""

    verb: str
    at: datetime
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A ticket as it stands in the books, with all that was done to it."""

    ticket: Ticket
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A rating with everything that decides whether it opens tickets and where they go.

    ``acting`` are the institutions an act looks to, by the member of staff its ticket names.
    """

    kept: Kept
    event_at: datetime
    item: str | None
    staff: str | None
    composite: str
    in_centre: bool
    homes: Homes
    acting: Mapping[str | None, Homes]
    recorded: tuple[Recorded, ...]
    capacities: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket as it would have become; ``undone`` are the acts that would have been refused."""

    ticket: Ticket
    appeal: Appeal | None = None
    past: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    undone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One subject's figures on both sides."""

    subject: str
    code: str
    before: "Figures"
    after: "Figures"

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Figures:
    """A mean with the number it rests on, the same without silence, and the rank; None where there is none."""

    mean: Decimal | None
    n: int
    active_mean: Decimal | None
    active_n: int
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One trial; ``report`` is frozen with its ``hash`` once it is done."""

    id: UUID
    proposal_id: UUID
    version: int
    start: date
    end: date
    state: State
    stage: str
    done: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    refusal: str
    report: Mapping[str, Any] | None
    hash: str

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")
