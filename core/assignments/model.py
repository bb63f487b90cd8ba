"""A task and what it is made from, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.policy.calendar import Due


@dataclass(frozen=True, slots=True)
class Task:
    """A task to be given; ``once`` keeps the same finding from giving it twice."""

    kind: str
    addressee: str
    about: str
    once: str
    clause: str = ""
    document: str = ""
    end: Due | None = None
    span: str = ""
    ticket_id: UUID | None = None
    alert_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A task as stored."""

    id: UUID
    kind: str
    addressee: str
    about: str
    ticket_id: UUID | None
    alert_id: UUID | None
    clause: str
    document: str
    opened_at: datetime
    due_at: datetime | None
    days: tuple[Mapping[str, Any], ...]
    provisional: bool
    state: str
    ended_at: datetime | None
    ended_by: str | None
    note: str
    ticket_number: str | None = None

    def is_overdue(self, now: datetime) -> bool:
        end = self.ended_at if self.ended_at is not None else now
        return self.due_at is not None and self.state != "cancelled" and end >= self.due_at
