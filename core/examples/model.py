"""An example is kept as it was written, and each run says of it whether it holds and where not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

Scope = Literal["one", "own", "all"]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """``body`` is in the language of scenarios, dates as text; ``problem`` says why it cannot be run yet."""

    id: UUID
    version: int
    says: str
    body: Body
    problem: str
    changed_by: str
    changed_at: datetime

    @property
    def steps(self) -> int:
        found = self.body.get("step", [])
        return len(cast("list[Any]", found)) if isinstance(found, list) else 0

    @property
    def clause(self) -> str:
        return str(self.body.get("clause", ""))

    @property
    def covers(self) -> tuple[str, ...]:
        found = self.body.get("covers", [])
        return tuple(map(str, cast("list[Any]", found))) if isinstance(found, list) else ()


@dataclass(frozen=True, slots=True)
class Version:
    version: int
    back: int | None
    body: Body
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example in one run: ``ok`` is None while it waits; ``step`` is the first that does not hold.

    ``source`` is a plugin's own example, as plugin/file; without one it is the tenant's, in that version.
    """

    nth: int
    example_id: UUID | None
    version: int | None
    source: str
    says: str
    covers: tuple[str, ...] = ()
    ok: bool | None = None
    readable: bool = True
    step: int | None = None
    word: str = ""
    expected: Any = None
    found: Any = None


@dataclass(frozen=True, slots=True)
class Departure:
    """The place differs here from what a plugin's example says, and this is the basis."""

    id: UUID
    source: str
    step: int | None
    says: str
    basis: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """``failed`` counts what does not hold and was not acknowledged as a departure; ``departed`` what was.

    ``fresh``: neither the examples nor the rules have changed since it was asked for.
    """

    id: UUID
    proposal_id: UUID | None
    rules: str
    scope: Scope
    example_id: UUID | None
    asked_by: str
    asked_at: datetime
    state: Literal["waiting", "running", "ended", "failed"]
    problem: str
    ended_at: datetime | None
    total: int
    passed: int
    failed: int
    departed: int
    fresh: bool

    @property
    def at(self) -> datetime:
        return self.ended_at or self.asked_at

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def done(self) -> int:
        return self.passed + self.failed + self.departed

    @property
    def holds(self) -> bool:
        """Everything was run by the rules as they now are, and nothing fails without a basis."""
        return self.state == "ended" and self.fresh and not self.failed and self.done == self.total
