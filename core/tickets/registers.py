"""Beside the list of tickets: the ledger, moved deadlines, appeals and notices, each as these eyes may see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from core import db
from core.tickets.listing import Eyes, seen_by
from core.tickets.model import State
from core.tickets.seats import seats_of

Q = db.Queries(Path(__file__).with_name("registers.sql"))
ROWS = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    rows: tuple[T, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A complex or extended ticket with the one deadline that the ledger follows; ``moves`` are its extensions."""

    number: str
    state: State
    complexity: str | None
    opened_at: datetime
    handler: str
    handler_name: str
    item_name: str | None
    policy_day: date
    clock: str | None
    started_at: datetime | None
    until: datetime | None
    clock_state: str | None
    extended: bool
    provisional: bool
    clause: str
    document: str
    complex_due: datetime | None
    moves: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline counted again by another calendar; ``before`` equals ``after`` where that changed nothing."""

    id: UUID
    at: datetime
    number: str
    item_name: str | None
    handler_name: str
    clock: str
    before: datetime
    after: datetime
    calendar: str


@dataclass(frozen=True, slots=True)
class Lodged:
    """An appeal; ``visible`` says whether these eyes see its ticket too."""

    id: UUID
    number: str
    ticket: str
    item_name: str | None
    appellant: str
    addressee: str
    state: str
    reason: str
    finding: str | None
    filed_at: datetime
    decided_at: datetime | None
    words: str
    due_at: datetime | None
    due_state: str | None
    clause: str
    document: str
    provisional: bool
    visible: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Told:
    id: UUID
    at: datetime
    addressee: str
    about: str
    clause: str
    body: Mapping[str, Any]
    ticket: str | None
    item_name: str | None


async def visible(unit: db.Unit, eyes: Eyes, numbers: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these tickets that these eyes may open."""
    rows = await unit.fetch(f"{Q.seen} {Q.visible}", *_sight(unit, eyes, now), list(numbers)) if numbers else []
    return frozenset(row["number"] for row in rows)


async def ledger(
    unit: db.Unit, eyes: Eyes, now: datetime, handler: str = "", state: str = "", *, after: str = "",
    limit: int | None = ROWS,
) -> Page[Kept]:  # fmt: skip
    """Least time left first; ``after`` is the last ticket of the page before, no ``limit`` asks for all."""
    more = None if limit is None else limit + 1
    query = f"{Q.seen} {Q.ledger}"
    rows = await unit.fetch(query, *_sight(unit, eyes, now), handler, state, after, more)
    return _page(Kept, rows, limit)


async def moved(
    unit: db.Unit, eyes: Eyes, now: datetime, *, which: str = "", after: UUID | None = None, limit: int = ROWS
) -> Page[Moved]:
    """``which`` is ``moved``, ``same`` or neither."""
    rows = await unit.fetch(f"{Q.seen} {Q.moved}", *_sight(unit, eyes, now), which, after, limit + 1)
    return _page(Moved, rows, limit)


async def appeals(
    unit: db.Unit, eyes: Eyes, now: datetime, *, tab: str = "all", state: str = "", after: UUID | None = None,
    limit: int = ROWS,
) -> Page[Lodged]:  # fmt: skip
    query = f"{Q.seen} {Q.lodged} {Q.appeal_page}"
    rows = await unit.fetch(query, *_party(unit, eyes, now), tab, state, after, limit + 1)
    return _page(Lodged, rows, limit)


async def appeal_counts(unit: db.Unit, eyes: Eyes, now: datetime) -> Mapping[str, int]:
    """``mine`` to decide · ``all`` · ``upheld`` among ``decided``."""
    row = await unit.fetchrow(f"{Q.seen} {Q.lodged} {Q.appeal_counts}", *_party(unit, eyes, now))
    return {name: row[name] if row else 0 for name in ("mine", "all", "upheld", "decided")}


async def notices(
    unit: db.Unit, eyes: Eyes, *, rated_before: datetime | None = None, after: UUID | None = None, limit: int = ROWS
) -> tuple[tuple[Told, ...], bool]:
    """Newest first, and whether there are more; ``rated_before`` keeps back what was rated since."""
    own = None if eyes.everything else list(eyes.oversees)
    rows = await unit.fetch(Q.notices, unit.tenant, list(eyes.addresses), rated_before, after, limit + 1, own)
    return tuple(_made(Told, row) for row in rows[:limit]), len(rows) > limit


def _sight(unit: db.Unit, eyes: Eyes, now: datetime) -> tuple[Any, ...]:
    return unit.tenant, *seen_by(seats_of(eyes, now))


def _party(unit: db.Unit, eyes: Eyes, now: datetime) -> tuple[Any, ...]:
    return *_sight(unit, eyes, now), eyes.staff, list(eyes.addresses)


def _page(kind: type[T], rows: Sequence[db.Row], limit: int | None) -> Page[T]:
    shown = tuple(_made(kind, row) for row in rows[:limit])
    return Page(shown, rows[0]["total"] if rows else 0, len(rows) > len(shown))


def _made(kind: type[T], row: db.Row) -> T:
    made: Any = kind
    return made(**{each.name: row[each.name] for each in fields(made)})
