"""A ticket as people and other systems read it, with its clocks and history, and without holding anybody up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import db, errors
from core.tickets import decide
from core.tickets.model import Clock, State
from core.tickets.stored import clock_of

Q = db.Queries(Path(__file__).with_name("views.sql"))


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """``after`` is the place of the last ticket of the page before."""

    state: State | None = None
    handler: str | None = None
    case: str | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ActView:
    at: datetime
    act: str
    actor: str
    note: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TicketView:
    """``overdue`` names the clocks that are past due at the moment of reading."""

    id: UUID
    number: str
    nth: int
    rating_id: UUID
    rated_at: datetime
    invitation_id: UUID
    case: str
    item: str | None
    item_name: str | None
    staff: str | None
    staff_name: str | None
    dimensions: tuple[str, ...]
    grade: int
    tags: tuple[int, ...]
    text: str
    channel: str
    origin: str
    state: State
    on_hold: bool
    dispatched_at: datetime | None
    handler: str
    handler_name: str
    proposed: str
    co_handlers: tuple[str, ...]
    verdict: str | None
    complexity: str | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    version: int
    clocks: tuple[Clock, ...]
    acts: tuple[ActView, ...]
    overdue: tuple[str, ...]

    @property
    def is_provisional(self) -> bool:
        """A due time rests on a year whose holidays are not yet published."""
        return any(each.provisional and each.state in ("running", "paused") for each in self.clocks)


async def view(
    unit: db.Unit,
    ticket_id: UUID,
    now: datetime,
    rated_at: datetime | None = None,
    clocks: Sequence[Clock] | None = None,
) -> TicketView:
    """Who knows when it was rated is answered sooner: only that month is looked into; or who has read its clocks."""
    rows = await unit.fetch(Q.tickets, unit.tenant_id, ticket_id, None, None, None, None, None, 1, rated_at)
    if not rows:
        raise errors.NotFound("没有找到这张工单。")
    if clocks is None:
        return (await _views(unit, rows, now))[0]
    acts = await _acts(unit, [ticket_id])
    return _view(rows[0], sorted(clocks, key=lambda each: (each.started_at, each.name)), acts[ticket_id], now)


def hands(acts: Iterable[ActView]) -> frozenset[str]:
    """Who had a hand in handling, as ``decide.persons`` names them: a member and whom they stood for, or the staff."""
    found: set[str] = set()
    for each in acts:
        if each.act in decide.HANDLING and ("member_id" in each.data or each.actor.startswith("staff:")):
            found |= {str(each.data.get("member_id") or each.actor), str(each.data.get("behalf_id") or "")}
    return frozenset(found - {""})


async def listing(unit: db.Unit, wanted: TicketFilter, now: datetime) -> list[TicketView]:
    """Newest first."""
    opened_at, last = wanted.after or (None, None)
    rows = await unit.fetch(
        Q.tickets,
        unit.tenant_id,
        None,
        wanted.state,
        wanted.handler,
        wanted.case,
        opened_at,
        last,
        wanted.limit,
        None,
    )
    return await _views(unit, rows, now)


async def _views(unit: db.Unit, rows: Sequence[db.Row], now: datetime) -> list[TicketView]:
    ids = [row["id"] for row in rows]
    clocks: dict[UUID, list[Clock]] = defaultdict(list)
    for row in await unit.fetch(Q.clocks_of, unit.tenant_id, ids):
        clocks[row["ticket_id"]].append(clock_of(row))
    acts = await _acts(unit, ids)
    return [_view(row, clocks[row["id"]], acts[row["id"]], now) for row in rows]


async def _acts(unit: db.Unit, ids: Sequence[UUID]) -> Mapping[UUID, list[ActView]]:
    acts: dict[UUID, list[ActView]] = defaultdict(list)
    for row in await unit.fetch(Q.acts_of, unit.tenant_id, ids):
        acts[row["ticket_id"]].append(ActView(row["at"], row["act"], row["actor"], row["note"], row["data"]))
    return acts


def _view(row: db.Row, clocks: Sequence[Clock], acts: Sequence[ActView], now: datetime) -> TicketView:
    fields: dict[str, Any] = dict(row) | {name: tuple(row[name]) for name in ("dimensions", "tags", "co_handlers")}
    late = tuple(dict.fromkeys(each.name for each in clocks if each.is_overdue(now)))
    return TicketView(**fields, clocks=tuple(clocks), acts=tuple(acts), overdue=late)
