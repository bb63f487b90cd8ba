"""What comes in and what is answered: service events, ratings, and the chance to rate between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.people.model import Person

Origin = Literal["citizen", "agent", "paper", "default", "imported", "probe"]
ACTIVE: tuple[Origin, ...] = ("citizen", "agent", "paper")
EVENTS = ("accepted", "served", "approved", "issued", "closed", "call-ended")
MODES = ("window", "online", "kiosk", "hotline")
KINDS = ("instant", "promised")
CHANNELS = ("device", "qr", "web", "app", "kiosk", "hotline", "sms", "paper")


@dataclass(frozen=True, slots=True)
class Composite:
    kind: Literal["batch", "theme", "package"]
    count: int = 1
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where something came from; a ``trusted`` source (scenarios, the demo) may name a case instead of its token."""

    kind: Literal["key", "web", "device", "paper", "scenario", "demo", "import"]
    code: str = ""
    admin: bool = False
    trusted: bool = False

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else self.kind


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """One thing that happened to a case (服务事件); ``number`` is its number in the case, 1 to 99."""

    case: str
    event: str
    at: datetime
    number: int | None = None
    item: str | None = None
    staff: str | None = None
    window: str | None = None
    mode: str | None = None
    kind: str | None = None
    certificate: bool | None = None
    applicant: Person | None = None
    agent: Person | None = None
    composite: Composite | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A rating as somebody hands it in, by token or by case."""

    token: str | None = None
    case: str | None = None
    number: int | None = None
    on: str | None = None
    nth: int | None = None
    grades: Mapping[str, int] = field(default_factory=dict[str, int])
    items: Mapping[str, int] = field(default_factory=dict[str, int])
    tags: tuple[int, ...] = ()
    text: str = ""
    channel: str = "web"
    rater: Person | None = None
    anonymous: bool = False
    key: str = ""
    rated_at: datetime | None = None
    declared: str = ""
    answers: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as known after the event at hand."""

    id: UUID
    code: str
    item: str | None
    items: tuple[str, ...]
    mode: str
    kind: str
    certificate: bool | None
    composite: str
    batch: int
    applicant_id: UUID | None
    agent_id: UUID | None
    closed_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """A decided invitation: what may be rated, from when until when, and what silence will mean."""

    occasion: str
    dimensions: tuple[str, ...]
    required: tuple[str, ...]
    opens: datetime
    closes: datetime | None
    silent_grade: int | None
    provisional: bool
    reminders: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Whom one dimension counts for; ``areas`` are its regions with all regions above them."""

    dimension: str
    item: str
    staff: str | None
    institutions: tuple[str, ...]
    lines: tuple[str, ...]
    regions: tuple[str, ...]
    areas: tuple[str, ...]
    channel: str
    weight: int = 1
    position: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One grade of a rating and its target; ``effective`` is None while it does not count."""

    dimension: str
    grade: int
    effective: int | None
    target: Target
    given: bool = True


@dataclass(frozen=True, slots=True)
class InvitationView:
    """The chance to rate (评价机会) as its holder sees it."""

    id: UUID
    case: str
    case_id: UUID
    occasion: str
    nth: int
    state: str
    dimensions: tuple[str, ...]
    required: tuple[str, ...]
    opens: datetime
    closes: datetime | None
    token: str
    silent_grade: int | None = None
    provisional: bool = False

    @property
    def url_path(self) -> str:
        return f"/r/{self.token}"


@dataclass(frozen=True, slots=True)
class Received:
    event_id: UUID
    number: int
    invitation: InvitationView | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Rated:
    """``unkept`` says of answers to a questionnaire that could not be kept, by question, what to do."""

    id: UUID
    receipt: str
    ticket: UUID | None
    repeated: bool = False
    unkept: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Kept:
    """A rating as it was stored, for the rooms that act on it."""

    id: UUID
    rated_at: datetime
    case_id: UUID
    case: str
    occasion: str
    origin: Origin
    person_id: UUID | None
    tags: tuple[int, ...]
    text: str
    marks: tuple[Mark, ...]
    invitation_id: UUID
    receipt: str
    policy_day: datetime
    append_of: UUID | None = None
    declared: str = ""

    @property
    def counts_as(self) -> str:
        """Its origin in every count; what a source had filled in by silence stays apart from what was said."""
        return "imported-default" if self.origin == "imported" and self.declared == "default" else self.origin
