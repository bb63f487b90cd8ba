"""A ticket as somebody would keep it on paper: what it says, its timers, and the case it belongs to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.core.tickets import days
from tests.core.tickets.policies import Law

ENDED = ("closed", "rejected", "withdrawn")
LIVE = ("open", "verified", "rectifying")
# The places of the scenario language's world, told again.
EMPLOYER = {"wang": "tax-city", "li": "tax-east", "zhao": "tax-east", "chen": "civil-east", "sun": "tax-west"}
OWNER = {
    "register": "tax-city",
    "invoice": "tax-east",
    "marriage": "civil-east",
    "refund": "tax-west",
    "away": "tax-east",
}
PARENT = {"tax-east": "tax-city", "tax-west": "tax-city"}
OUTSIDE = "away"
SYSTEMS, HOTLINE, BUREAU = "it", "hotline", "bureau"
DUTIES = (BUREAU, HOTLINE)


@dataclass
class Timer:
    """A clock. ``told``: its end has been dealt with; ``row`` is the regulation's line it follows."""

    name: str
    since: str
    started: datetime
    span: str
    due: datetime
    row: int
    moves: bool
    state: str = "running"
    stopped: datetime | None = None
    extended: bool = False
    told: bool = False
    provisional: bool = False
    pauses: list[days.Pause] = field(default_factory=list[days.Pause])
    stands_since: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state in ("running", "paused")

    def is_overdue(self, now: datetime) -> bool:
        if self.name == "appeal" or self.state not in ("running", "stopped"):
            return False
        return (self.stopped or now) >= self.due

    def pause(self, at: datetime) -> None:
        self.state, self.stands_since = "paused", at

    def resume(self, now: datetime) -> None:
        if self.stands_since is None:
            return
        since, self.stands_since, self.state = self.stands_since, None, "running"
        self.pauses.append((since, now))
        if not self.extended:
            self.count()
        elif self.span.endswith("h"):
            self.due += now - since
        else:
            self.due += days.stood(since, now) * days.ONE_DAY

    def stop(self, now: datetime, state: str = "stopped") -> None:
        self.resume(now)
        self.state, self.stopped = state, now

    def count(self) -> None:
        self.due = days.end(self.started, self.span, self.pauses, moves=self.moves)
        self.provisional = days.is_provisional(self.started, self.span, self.due, moves=self.moves)


@dataclass(frozen=True)
class Reason:
    dimension: str
    of: str
    grade: int
    about: str | None

    @property
    def words(self) -> tuple[str, ...]:
        """What a row may call it: a tag's subject is one of its names."""
        subject = {"staff": ("staff",), "item": ("item",), "process": ("item",), "system": ("channel",)}
        return (self.dimension, self.of, *subject.get(self.about or "", ()))


@dataclass
class Appeal:
    appellant: str
    addressee: str
    filed: datetime


@dataclass
class Sheet:
    """One ticket. ``events`` holds when each event last happened."""

    nth: int
    rating: int
    reasons: tuple[Reason, ...]
    state: str
    handler: str
    proposed: str
    co_handlers: frozenset[str]
    events: dict[str, datetime]
    staff: str | None
    dispatched: bool = False
    on_hold: bool = False
    verdict: str | None = None
    complexity: str | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    appeal: Appeal | None = None
    hands: set[str] = field(default_factory=set[str])
    noticed: set[str] = field(default_factory=set[str])
    timers: list[Timer] = field(default_factory=list[Timer])
    changes: int = 0
    overdue_told: set[tuple[str, datetime]] = field(default_factory=set[tuple[str, datetime]])

    @property
    def employer(self) -> str | None:
        return EMPLOYER[self.staff] if self.staff else None

    @property
    def current(self) -> dict[str, Timer]:
        """Of several clocks of one name, the one started last speaks; one that was dropped only where no other did."""
        ordered = sorted(
            enumerate(self.timers), key=lambda each: (each[1].state != "dropped", each[1].started, each[0])
        )
        return {timer.name: timer for _, timer in ordered}


@dataclass(frozen=True)
class Said:
    """A rating or an append as it was given."""

    at: datetime
    grades: dict[str, int]
    tags: tuple[int, ...]
    text: str

    @property
    def has_content(self) -> bool:
        return bool(self.text.strip() or self.tags)


@dataclass
class Case:
    law: Law
    item: str
    staff: str | None
    closed_at: datetime
    now: datetime
    said: list[Said] = field(default_factory=list[Said])
    tickets: list[Sheet] = field(default_factory=list[Sheet])
    traces: Counter[str] = field(default_factory=Counter[str])

    def of(self, key: str, unset: Any = None) -> Any:
        return self.law.get(key, unset)

    @property
    def owner(self) -> str:
        return OWNER[self.item]

    @property
    def employer(self) -> str | None:
        return EMPLOYER[self.staff] if self.staff else None

    @property
    def dispatcher(self) -> str | None:
        """The body that sends tickets on; none where they go directly."""
        return {"bureau": BUREAU, "hotline": HOTLINE}.get(self.law["dispatcher"])
