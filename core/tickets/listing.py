"""Members see the tickets that concern them, the most urgent first, without holding anybody up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from core import clock, db, errors
from core.tickets import actions, stored
from core.tickets.model import State, Ticket

Q = db.Queries(Path(__file__).with_name("listing.sql"))
TABS = ("mine", "today", "over", "audit", "all")


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a member's place lets them see: everything, what concerns some institutions, or what is about themselves.

    ``institution`` is their own; ``oversees`` holds it and, for a district's supervisor, all of the district's.
    """

    everything: bool = False
    institution: str = ""
    oversees: tuple[str, ...] = ()
    staff: str = ""
    is_bureau: bool = False
    addresses: tuple[str, ...] = ()
    bureau_verifies: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """``after`` is the number of the last ticket of the page before."""

    tab: str = "all"
    state: str = ""
    grade: int | None = None
    handler: str = ""
    q: str = ""
    since: datetime | None = None
    after: str = ""
    number: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; ``due_*`` is the running duty that ends first, if any."""

    id: UUID
    number: str
    case: str
    item_name: str | None
    staff_name: str | None
    handler: str
    handler_name: str
    channel: str
    dimensions: Sequence[str]
    grade: int
    text: str
    state: State
    on_hold: bool
    opened_at: datetime
    due_name: str | None
    due_at: datetime | None
    due_state: str | None
    due_clause: str | None
    due_document: str | None
    due_provisional: bool | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Row, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class MarkView:
    dimension: str
    item: str
    grade: int
    effective: int | None


async def page(unit: db.Unit, eyes: Eyes, wanted: Wanted, now: datetime) -> Page:
    rows = await unit.fetch(
        f"{Q.seen} {Q.page}", *sight(unit, eyes), *_day(now), wanted.tab, wanted.state, wanted.grade, wanted.handler,
        wanted.q, wanted.since, wanted.after, wanted.limit + 1, wanted.number,
    )  # fmt: skip
    shown = tuple(_row(row) for row in rows[: wanted.limit])
    return Page(shown, rows[0]["total"] if rows else 0, len(rows) > wanted.limit)


async def counts(unit: db.Unit, eyes: Eyes, now: datetime) -> Mapping[str, int]:
    """How many tickets stand under each tab."""
    row = await unit.fetchrow(f"{Q.seen} {Q.counts}", *sight(unit, eyes), *_day(now))
    return {tab: row[tab] if row else 0 for tab in TABS}


async def seen(unit: db.Unit, eyes: Eyes, number: str, now: datetime) -> Row:
    """The ticket if these eyes may see it; for others it does not exist."""
    found = await page(unit, eyes, Wanted(number=number, limit=1), now)
    if not found.rows:
        raise errors.NotFound("没有找到这张工单。")
    return found.rows[0]


async def ticket(unit: db.Unit, number: str) -> Ticket:
    """The ticket as decisions read it, not locked."""
    row = await unit.fetchrow(Q.ticket, unit.tenant, number)
    if row is None:
        raise errors.NotFound("没有找到这张工单。")
    clocks = await unit.fetch(actions.Q.load_clocks, unit.tenant, row["id"])
    known = {each.name: row[each.name] for each in fields(Ticket) if each.name in row}
    known |= {
        "case": row["case_code"], "dimensions": tuple(row["dimensions"]), "co_handlers": tuple(row["co_handlers"]),
        "clocks": tuple(stored.clock_of(each) for each in clocks), "anonymous": bool(row["anonymous"]),
    }  # fmt: skip
    return Ticket(**known)


async def marks(unit: db.Unit, of: Ticket) -> tuple[MarkView, ...]:
    """What was given, and what it counts as now."""
    return tuple(MarkView(**row) for row in await unit.fetch(Q.marks, unit.tenant, of.rated_at, of.rating_id))


def sight(unit: db.Unit, eyes: Eyes) -> tuple[Any, ...]:
    """What ``seen`` is asked with, before the moment."""
    return (
        unit.tenant, eyes.everything, eyes.institution, eyes.staff, eyes.is_bureau, list(eyes.addresses),
        eyes.bureau_verifies, list(eyes.oversees),
    )  # fmt: skip


def _day(now: datetime) -> tuple[datetime, datetime]:
    today = now.astimezone(clock.SHANGHAI).date()
    return now, datetime.combine(today + timedelta(days=1), time(), clock.SHANGHAI)


def _row(row: db.Row) -> Row:
    return Row(**{each.name: row[each.name] for each in fields(Row)})
