"""What is counted, and the alert it leads to, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """One rating about a subject; ``counts`` says whether it is of the kind the rule counts."""

    id: UUID
    at: datetime
    counts: bool
    case: str = ""
    ticket: str = ""

    @property
    def plain(self) -> dict[str, str]:
        """As the alert keeps it: nothing that tells the rater."""
        return {"id": str(self.id), "at": self.at.isoformat(), "case": self.case, "ticket": self.ticket}


@dataclass(frozen=True, slots=True)
class Standing:
    """A subject's figure of one month and its place from the best, 1 first, among so many that were ranked."""

    code: str
    figure: Decimal
    n: int
    place: int
    among: int
    low: bool
    group: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A low standing of one month, as an alert lists it."""

    month: date
    figure: Decimal
    n: int
    place: int
    among: int

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "id": self.month.isoformat(), "month": self.month.strftime("%Y-%m"), "figure": str(self.figure),
            "n": self.n, "place": self.place, "among": self.among,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as stored; ``of`` is how scenarios and pages name its subject."""

    id: UUID
    kind: str
    subject: str
    code: str
    at: datetime
    since: datetime
    until: datetime
    counted: int
    facts: tuple[Mapping[str, Any], ...]
    rule: Mapping[str, Any]
    clause: str
    document: str
    policy: str
    state: str
    note: str
    ended_at: datetime | None
    ended_by: str | None

    @property
    def of(self) -> str:
        return f"{self.subject}:{self.code}" if self.code else self.subject
