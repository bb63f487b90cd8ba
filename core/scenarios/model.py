"""A scenario once read: frozen values, every word of which has been checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from core.scenarios.names import Names


@dataclass(frozen=True, slots=True)
class Step:
    """What happens (``do``) or must be true (``see``) at one instant; ``given`` holds the further keys."""

    number: int
    at: datetime
    kind: Literal["do", "see"]
    word: str
    given: Mapping[str, Any]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class OwnRule:
    """An ``[[override]]``: a low-code rule above the stack, its value as written."""

    key: str
    value: Any
    clause: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A region, institution, member of staff or item that the scenario adds to the world."""

    kind: Literal["region", "institution", "staff", "item"]
    code: str
    region: str | None = None
    line: str | None = None
    institution: str | None = None
    parent: str | None = None
    in_centre: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    kind: Literal["off", "work"]


@dataclass(frozen=True, slots=True)
class Scenario:
    file: Path
    says: str
    covers: tuple[str, ...]
    policy: tuple[str, ...]
    answers: Mapping[str, Any]
    overrides: tuple[OwnRule, ...]
    places: tuple[Place, ...]
    days: tuple[Day, ...]
    steps: tuple[Step, ...]
    names: Names
    clause: str = ""
