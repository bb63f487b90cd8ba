"""Orders as both sides compare them: what was sent, what arrived, what was answered, and where the two disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from core import db, errors
from core.clock import SHANGHAI
from core.exchange.model import STUCK, Order, Pushed, Said
from core.policy.exchanges import EVENTS
from core.policy.extras import Extra
from core.records import offered
from core.tickets.machine import ENDED

Q = db.queries(__file__)
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """``after`` is the last order of the page before; ``since`` and ``before`` bound when they began."""

    extra: str = ""
    state: str = ""
    since: datetime | None = None
    before: datetime | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """Orders made on a day, its messages and how far they came, and what the partner reported on it."""

    day: date
    orders: int
    pushed: int
    acknowledged: int
    waiting: int
    failed: int
    answered: int
    refused: int


async def page(unit: db.Unit, sought: Sought) -> tuple[Order, ...]:
    """Oldest first, so that whoever compares can go on where they stopped."""
    at, last = sought.after or (None, None)
    rows = await unit.fetch(
        Q.orders, unit.tenant, _kinds(sought.extra), sought.state, sought.since, sought.before, at, last, sought.id,
        sought.limit,
    )  # fmt: skip
    return tuple(map(_order, rows))


async def one(unit: db.Unit, order: UUID) -> Order:
    found = await page(unit, Sought(id=order, limit=1))
    if not found:
        raise errors.NotFound("没有找到这张工单。")
    return found[0]


async def disagreeing(unit: db.Unit, extra: str, since: datetime, before: datetime, now: datetime) -> list[Order]:
    """Those of which both sides do not know the same, the oldest first."""
    rows = await unit.fetch(
        Q.unequal, unit.tenant, _kinds(extra), since, before, now - STUCK, list(ENDED), MOST
    )  # fmt: skip
    return [await one(unit, row["id"]) for row in rows]


async def lines(unit: db.Unit, extra: str) -> list[UUID]:
    """Orders of which something has not arrived."""
    return [row["line"] for row in await unit.fetch(Q.lines_of, unit.tenant, _kinds(extra))]


async def days(unit: db.Unit, extra: str, since: datetime, before: datetime) -> tuple[Day, ...]:
    """The newest first; a day on which nothing happened is left out."""
    rows = await unit.fetch(Q.days, unit.tenant, _kinds(extra), since, before)
    return tuple(Day(**row) for row in rows)


async def pushed(unit: db.Unit, order: UUID) -> tuple[Pushed, ...]:
    """The messages of an order in the order in which they go."""
    return tuple(
        Pushed(row["id"], row["event"], EVENTS.get(row["event"]) or str(row["event"]), row["state"], row["attempts"],
               row["created_at"], row["sent_at"], row["last_error"] or "")
        for row in await unit.fetch(Q.line, unit.tenant, order)
    )  # fmt: skip


async def said(unit: db.Unit, extra: Extra, order: UUID) -> tuple[Said, ...]:
    """What the partner reported of an order, as it came."""
    labels: Mapping[str, str] = {each.code: each.label for each in (extra.exchange.statuses if extra.exchange else ())}
    return tuple(
        Said(row["event_id"], row["status"], labels.get(row["status"]) or str(row["status"]), row["at"],
             row["received_at"], row["code"], row["detail"])
        for row in await unit.fetch(Q.said, unit.tenant, order)
    )  # fmt: skip


def exchanging() -> tuple[Extra, ...]:
    """The installed extras by which tickets are exchanged."""
    return tuple(each for each in offered.known() if each.exchange is not None)


def _kinds(extra: str) -> list[str]:
    return [each.exchange.kind for each in exchanging() if each.exchange and extra in ("", each.code)]


def _order(row: db.Row) -> Order:
    _, kind = offered.kind_of(row["extra"], row["kind"])
    state, fields = kind.state(row["state"]), row["fields"]
    said_at = fields.get("said_at")
    return Order(
        id=row["id"], number=row["number"], extra=row["extra"], state=row["state"],
        label=state.label if state else row["state"], ticket=str(fields.get("ticket", "")),
        ticket_state=row["ticket_state"] or "", handler=row["handler"] or "", theirs=str(fields.get("theirs", "")),
        opened_at=row["filed_at"].astimezone(SHANGHAI), ended_at=row["ended_at"], pushed=row["pushed"],
        acknowledged=row["acknowledged"], failed=row["failed"], waiting_since=row["waiting_since"],
        status=str(fields.get("status", "")), said_at=datetime.fromisoformat(said_at) if said_at else None,
        refused=row["said_detail"] if row["said_code"] else "", status_refused=_label(row),
        ticket_ended=row["ticket_state"] in ENDED,
    )  # fmt: skip


def _label(row: db.Row) -> str:
    """What the partner last said, in words."""
    exchange = offered.extra_of(row["extra"]).exchange
    status = exchange.status(row["said_status"] or "") if exchange else None
    return status.label if status else row["said_status"] or ""
