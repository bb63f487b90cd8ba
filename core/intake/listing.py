"""Ratings as the back office lists them: what was said and what it counts as, never by whom."""

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import db

Q = db.Queries(Path(__file__).with_name("listing.sql"))
COUNTED_TO = 100_000
IN_ORDER = "ORDER BY r.rated_at DESC, r.id DESC"
BY_DAY = "ORDER BY (r.rated_at AT TIME ZONE 'Asia/Shanghai')::date DESC, md5(r.id::text)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``institutions_of`` and ``staff_of`` say what a member may see; ``everything`` lifts both.

    ``q`` is part of an item's name or a case's number, which the rated cannot search by.
    """

    everything: bool = False
    institutions_of: tuple[str, ...] = ()
    staff_of: str = ""
    since: datetime | None = None
    before: datetime | None = None
    origin: str = ""
    channel: str = ""
    has_text: bool = False
    grade: int | None = None
    institution: str = ""
    q: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Mark:
    dimension: str
    item: str
    grade: int
    effective: int | None
    origin: str


@dataclass(frozen=True, slots=True)
class Row:
    """``hidden``: the words were refused by the audit of their ticket."""

    id: UUID
    rated_at: datetime
    origin: str
    channel: str
    occasion: str
    appended: bool
    anonymous: bool
    case: str
    tags: tuple[int, ...]
    text: str
    hidden: bool
    ticket: str | None
    item_name: str | None
    staff_name: str | None
    institution_name: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Row, ...]
    more: bool


async def page(unit: db.Unit, wanted: Wanted, after: UUID | None = None) -> Page:
    """Newest first; ``after`` is the last rating of the page before."""
    text = f"{Q.matching} {Q.chosen} {Q.rows} {IN_ORDER}"
    return _page(await unit.fetch(text, *_asked(unit, wanted), after, wanted.limit + 1), wanted.limit)


async def page_by_day(unit: db.Unit, wanted: Wanted, skip: int) -> Page:
    """The newest day first, in no order within a day; for those who may know the day only."""
    text = f"{Q.matching} {Q.chosen_by_day} {Q.rows} {BY_DAY}"
    return _page(await unit.fetch(text, *_asked(unit, wanted), skip, wanted.limit + 1), wanted.limit)


async def total(unit: db.Unit, wanted: Wanted) -> int:
    """How many there are, counted no further than one past ``COUNTED_TO``."""
    return await unit.fetchval(f"{Q.matching} {Q.total}", *_asked(unit, wanted), COUNTED_TO + 1)


def _asked(unit: db.Unit, wanted: Wanted) -> tuple[Any, ...]:
    return (
        unit.tenant, wanted.everything, list(wanted.institutions_of), wanted.staff_of, wanted.since, wanted.before,
        wanted.origin, wanted.channel, wanted.has_text, wanted.grade, wanted.institution,
        wanted.q,
    )  # fmt: skip


def _page(rows: list[db.Row], limit: int) -> Page:
    return Page(tuple(_row(row) for row in rows[:limit]), len(rows) > limit)


def _row(row: db.Row) -> Row:
    known: dict[str, Any] = {each.name: row[each.name] for each in fields(Row)}
    known["marks"] = tuple(Mark(**each) for each in row["marks"] or ())
    known["tags"] = tuple(row["tags"])
    known["hidden"] = bool(row["hidden"])
    return Row(**known)
