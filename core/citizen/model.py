"""The citizen's pages as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.intake.model import InvitationView
from core.policy.values import Questionnaire, Tag


@dataclass(frozen=True, slots=True)
class Asked:
    """One dimension as it is asked; ``items`` are the linked items of a theme with their names."""

    code: str
    label: str
    required: bool
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation with all its page shows, in whatever state it is."""

    view: InvitationView
    case: str
    number: int
    event: str
    at: datetime
    mode: str
    item_name: str
    institution_name: str
    window_code: str
    window_name: str
    staff_code: str
    staff_name: str
    asked: tuple[Asked, ...]
    labels: tuple[str, ...]
    bad_grades: tuple[int, ...]
    reason_needed: bool
    tags: tuple[Tag, ...]
    identity: str
    applicant_known: bool
    questionnaire: Questionnaire | None
    draft: Mapping[str, Any]
    receipt: str
    screened: bool
    device_shows: tuple[str, ...]

    @property
    def state(self) -> str:
        return self.view.state

    def label(self, grade: int) -> str:
        """The word for a grade, 5 best."""
        return self.labels[5 - grade]


@dataclass(frozen=True, slots=True)
class Promise:
    """A deadline the rater may hold the office to, with its clause."""

    name: str
    due_at: datetime
    clause: str
    document: str
    provisional: bool
    state: str


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    act: str
    note: str
    until: str
    finding: str
    unit: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a bad rating, as far as its rater may know."""

    ticket_id: UUID
    number: str
    state: str
    verdict: str
    promises: tuple[Promise, ...]
    steps: tuple[Step, ...]
    feedback_scale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """What the rater added later (追评)."""

    at: datetime
    grades: Mapping[str, int]
    text: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt code shows."""

    code: str
    case: str
    item_name: str
    rated_at: datetime
    origin: str
    grades: Mapping[str, int]
    dimension_labels: Mapping[str, str]
    labels: tuple[str, ...]
    text: str
    tags: tuple[Tag, ...]
    counted: bool
    progress: tuple[Progress, ...]
    append_until: datetime | None = None
    appended: tuple[Appended, ...] = ()
