"""A change of the calendar, what it makes of which day, and what it moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from core.policy.calendar import YearNotice

State = Literal["open", "published", "withdrawn"]
# "" takes a day of one's own back: what the notice says holds again.
DayKind = Literal["off", "work", ""]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that is not in the State Council's notice, with its name and the document it rests on."""

    day: date
    kind: DayKind
    label: str
    basis: str


@dataclass(frozen=True, slots=True)
class Change:
    """``years`` are whole years as they shall be; ``authors`` may not publish it."""

    id: UUID
    kind: Literal["notice", "days"]
    title: str
    year: int
    years: Mapping[int, YearNotice]
    days: tuple[OwnDay, ...]
    text: str
    state: State
    version: int
    authors: Sequence[str]
    changed_at: datetime
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayDiff:
    """A day that will be another kind of day, in words."""

    day: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline as it stands and as it will be counted; ``open`` while it stays provisional."""

    number: str
    what: str
    clause: str
    before: datetime
    after: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """What of one kind is counted again: how many there are, and those due first."""

    total: int
    moves: tuple[Move, ...]

    @property
    def moving(self) -> tuple[Move, ...]:
        return tuple(each for each in self.moves if each.before != each.after)


@dataclass(frozen=True, slots=True)
class Moves:
    """``firm`` deadlines run over days that change and stay where they are, since they were not provisional."""

    clocks: Kind
    tasks: Kind
    windows: Kind
    extras: Kind
    firm: int
