"""Members see the tickets that concern them, the most urgent first, without holding anybody up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from core import clock, db, errors
from core.tickets import actions, seeking, stored
from core.tickets.model import State, Ticket
from core.tickets.ranges import SORTS, Range, Sort
from core.tickets.seats import Eyes, Seats, seats_of

__all__ = ["COUNTED_TO", "SORTS", "TABS", "Eyes", "MarkView", "Page", "Row", "Wanted", "counts", "marks", "page",
           "seen", "ticket"]  # fmt: skip

Q = db.Queries(Path(__file__).with_name("listing.sql"))
TABS = ("mine", "today", "over", "audit", "callback", "all")
# Nobody counts further: more are told as more.
COUNTED_TO = 1000
# Whose desk a ticket lies on that nobody has taken on.
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``after`` is the number of the last ticket of the page before; one that is not seen asks for the first page."""

    tab: str = "all"
    sort: Sort = "due"
    state: str = ""
    grade: int | None = None
    handler: str = ""
    q: str = ""
    since: datetime | None = None
    after: str = ""
    number: str = ""
    assignee: str = ""
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
    closed_at: datetime | None = None
    assignee_name: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """``capped`` says that there are more than ``total``."""

    rows: tuple[Row, ...]
    total: int
    more: bool
    capped: bool = False


@dataclass(frozen=True, slots=True)
class MarkView:
    dimension: str
    item: str
    grade: int
    effective: int | None


async def page(unit: db.Unit, eyes: Eyes, wanted: Wanted, now: datetime) -> Page:
    seats = seats_of(eyes, now)
    hits = await _hits(unit, eyes, seats, wanted, now)
    place = await _place(unit, seats, wanted.after) if wanted.after else None
    asked = _range(unit, seats, wanted, hits, now)
    found = await unit.fetch(asked.page(wanted.sort, place, wanted.limit + 1), *asked.values)
    if place is None and len(found) <= wanted.limit:
        # The first page holds all there is.
        total = len(found)
    else:
        asked = _range(unit, seats, wanted, hits, now)
        total = int(await unit.fetchval(f"SELECT {asked.count(COUNTED_TO + 1)}", *asked.values))
    rows = await _rows(unit, seats, found[: wanted.limit])
    return Page(rows, min(total, COUNTED_TO), len(found) > wanted.limit, total > COUNTED_TO)


async def counts(unit: db.Unit, eyes: Eyes, now: datetime) -> Mapping[str, int]:
    """How many tickets stand under each tab; none is counted beyond ``COUNTED_TO``."""
    seats, values = seats_of(eyes, now), [unit.tenant]
    parts = [f'{_tab(seats, tab, values, now).count(COUNTED_TO)} AS "{tab}"' for tab in TABS]
    row = await unit.fetchrow(f"SELECT {', '.join(parts)}", *values)
    return {tab: row[tab] if row else 0 for tab in TABS}


async def seen(unit: db.Unit, eyes: Eyes, number: str, now: datetime) -> Row:
    """The ticket if these eyes may see it; for others it does not exist."""
    seats = seats_of(eyes, now)
    place = await _place(unit, seats, number)
    if place is None:
        raise errors.NotFound("没有找到这张工单。")
    return (await _rows(unit, seats, [place]))[0]


async def ticket(unit: db.Unit, number: str) -> Ticket:
    """The ticket as decisions read it, not locked."""
    row = await unit.fetchrow(Q.ticket, unit.tenant, number)
    if row is None:
        raise errors.NotFound("没有找到这张工单。")
    clocks = await unit.fetch(actions.Q.load_clocks, unit.tenant, row["id"])
    anonymous = await unit.fetchval(Q.anonymous, unit.tenant, row["rated_at"], row["rating_id"])
    known = {each.name: row[each.name] for each in fields(Ticket) if each.name in row}
    known |= {
        "case": row["case_code"], "dimensions": tuple(row["dimensions"]), "co_handlers": tuple(row["co_handlers"]),
        "clocks": tuple(stored.clock_of(each) for each in clocks), "anonymous": bool(anonymous),
    }  # fmt: skip
    return Ticket(**known)


async def marks(unit: db.Unit, of: Ticket) -> tuple[MarkView, ...]:
    """What was given, and what it counts as now."""
    return tuple(MarkView(**row) for row in await unit.fetch(Q.marks, unit.tenant, of.rated_at, of.rating_id))


def _range(unit: db.Unit, seats: Seats, wanted: Wanted, hits: Sequence[UUID] | None, now: datetime) -> Range:
    asked = _tab(seats, wanted.tab, [unit.tenant], now)
    if wanted.state:
        asked.in_state(wanted.state)
    if wanted.grade is not None:
        asked.where("s.grade = ?", wanted.grade)
    if wanted.handler:
        asked.where("s.handler = ?", wanted.handler)
    if wanted.since is not None:
        asked.where("s.newest <= -(extract(epoch FROM ?::timestamptz) * 1000000)::bigint", wanted.since)
    if wanted.assignee == NOBODY:
        asked.conditions.append(Q.on_no_desk)
    if hits is not None:
        asked.within(hits)
    return asked


def _tab(seats: Seats, tab: str, values: list[Any], now: datetime) -> Range:
    among = {"mine": seats.mine, "audit": seats.waiting("audit"), "callback": seats.waiting("callback")}
    asked = Range(seats, among.get(tab, seats.visible), values)
    if tab == "today":
        asked.due(now, _midnight(now))
    elif tab == "over":
        asked.due(None, now)
    return asked


async def _hits(unit: db.Unit, eyes: Eyes, seats: Seats, wanted: Wanted, now: datetime) -> Sequence[UUID] | None:
    """The tickets that are looked for by what few have; None where nothing of the kind is asked."""
    found: list[set[UUID]] = []
    for query, name in ((Q.numbered, wanted.number), (Q.assigned, wanted.assignee.replace(NOBODY, ""))):
        if name:
            found.append({row["id"] for row in await unit.fetch(query, unit.tenant, name)})
    asked = _range(unit, seats, wanted, list(set.intersection(*found)) if found else None, now)
    if wanted.q:
        found.append(set(await seeking.found(unit, eyes, asked, wanted.q, now)))
    return list(set.intersection(*found)) if found else None


async def _place(unit: db.Unit, seats: Seats, number: str) -> db.Row | None:
    return await unit.fetchrow(Q.place, unit.tenant, number, *seen_by(seats))


def seen_by(seats: Seats) -> tuple[Any, ...]:
    """What a statement is asked with that looks at what may be seen: the seats, those that are delayed, until when."""
    return list(seats.visible), list(seats.delayed(seats.visible)), seats.until


async def _rows(unit: db.Unit, seats: Seats, found: Sequence[db.Row]) -> tuple[Row, ...]:
    if not found:
        return ()
    tickets, rated = ([row[name] for row in found] for name in ("ticket_id", "rated_at"))
    rows = await unit.fetch(Q.rows, unit.tenant, tickets, *_mine(seats), rated)
    return tuple(_row(row) for row in rows)


def _mine(seats: Seats) -> tuple[Any, ...]:
    return list(seats.mine), list(seats.delayed(seats.mine)), seats.until


def _midnight(now: datetime) -> datetime:
    today = now.astimezone(clock.SHANGHAI).date()
    return datetime.combine(today + timedelta(days=1), time(), clock.SHANGHAI)


def _row(row: db.Row) -> Row:
    return Row(**{each.name: row[each.name] for each in fields(Row)})
