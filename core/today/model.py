"""The figures of a day, each as large as the list it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.tickets.model import State


@dataclass(frozen=True, slots=True)
class Whose:
    """Everything, or the tickets that these institutions handle."""

    everything: bool
    handlers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Running duties by when they end."""

    over: int = 0
    today: int = 0
    away: int = 0
    next: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those deadlines that fell due were kept; ``of`` is the number it is a share of."""

    kept: int = 0
    of: int = 0

    @property
    def missed(self) -> int:
        return self.of - self.kept

    @property
    def part(self) -> float | None:
        return self.kept / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Hour:
    """Duties that end within one hour of today, the 1st to the 24th, by whether that hour has passed."""

    hour: int
    over: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket, or one duty of a ticket, as a list of the day shows it; ``at`` and ``id`` are its place in it."""

    id: UUID
    at: datetime
    number: str
    duty: str
    due_at: datetime | None
    stopped_at: datetime | None
    clause: str
    document: str
    provisional: bool
    state: State
    opened_at: datetime
    handler: str
    handler_name: str
    item_name: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """One institution: its own duties only, not what it waits for from whoever supervises it."""

    code: str
    name: str
    open: int
    oldest: datetime | None
    counts: Counts
    share: Share


@dataclass(frozen=True, slots=True)
class Week:
    opened: int
    closed: int
    appealed: int
    share: Share


@dataclass(frozen=True, slots=True)
class Lines:
    rows: tuple[Line, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class LateTask:
    """An open task past its day; ``at`` is when it should have been done."""

    id: UUID
    at: datetime
    kind: str
    addressee: str
    about: str
    clause: str
    document: str
    provisional: bool
    alert_id: UUID | None
    number: str | None


@dataclass(frozen=True, slots=True)
class LateTasks:
    rows: tuple[LateTask, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Each part is None where it could not be counted in time: that is said, and never taken for nothing."""

    counts: Counts | None
    hours: tuple[Hour, ...] | None
    worst: tuple[Line, ...] | None
    nearest: tuple[Line, ...] | None
    units: tuple[Unit, ...] | None
    waiting: Mapping[str, int] | None
    alerts: int | None
    tasks: int | None
    weeks: tuple[Week, Week] | None
