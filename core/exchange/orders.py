"""A ticket that opens while an exchange is on has one order, made with it; all that happens to it goes in its line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core import db, stack
from core.audit.model import SYSTEM
from core.exchange import words
from core.outbox import actions as outbox
from core.places import actions as places
from core.policy.exchanges import Exchange
from core.policy.extras import Extra, Kind
from core.records import actions as records
from core.records import bearing, offered, stored, telling
from core.records.model import Record
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets.machine import ENDED, LIVE
from core.tickets.model import Ticket
from core.tickets.watching import Happening

Q = db.queries(__file__)
CHANNEL: Final = "ticket"
HOTLINE: Final = "hotline"
OPENED: Final = "opened"
# What the partner tells us is not told back to it: it reads what came of it in the answer.
_heard: ContextVar[UUID | None] = ContextVar("heard", default=None)


@contextmanager
def heard(order: UUID) -> Iterator[None]:
    token = _heard.set(order)
    try:
        yield
    finally:
        _heard.reset(token)


@dataclass(frozen=True, slots=True)
class Desk:
    """One exchange, and what happened to a ticket that it may have an order of."""

    unit: db.Unit
    tenant: Tenant
    extra: Extra
    exchange: Exchange
    kind: Kind
    happening: Happening


async def happened(unit: db.Unit, tenant: Tenant, happening: Happening) -> None:
    """In the transaction of what happened: a process that dies leaves both or neither."""
    for extra in stack.extras():
        kind = extra.kind(extra.exchange.kind) if extra.exchange else None
        if extra.exchange is not None and kind is not None:
            await _happened(Desk(unit, tenant, extra, extra.exchange, kind, happening))


async def _happened(desk: Desk) -> None:
    happening = desk.happening
    order, names = await of_ticket(desk.unit, desk.kind, happening), list(_names(happening))
    if order is None:
        if not happening.opens or not offered.is_offered(desk.tenant, desk.extra, bearing.day_of(happening.at)):
            return
        names = [OPENED]
    ticket = await tickets.read(desk.unit, happening.ticket.id)
    shown = await words.facts(desk.unit, desk.tenant, ticket)
    if order is None:
        order = await _make(desk, ticket, shown)
    for name in names:
        order = await move(desk, order, desk.exchange.follows.get(name, ""), shown)
    if _heard.get() != order.id:
        await _post(desk, order, [name for name in names if name in desk.exchange.pushes], ticket, shown)


def _names(happening: Happening) -> Iterator[str]:
    """What happened under its own name, and beside it that the ticket has ended, or lives again."""
    yield happening.event
    before, after = happening.was, happening.ticket.state
    if after in ENDED and before not in ENDED and after != "withdrawn":
        yield "closed"
    if before in (*ENDED, "answered") and after in LIVE:
        yield "reopened"


async def of_ticket(unit: db.Unit, kind: Kind, happening: Happening) -> Record | None:
    """The ticket's order, held until this transaction ends, so that its messages have one order."""
    row = await unit.fetchrow(stored.Q.by_once, unit.tenant, key_of(kind, happening.ticket.id))
    return await stored.load(unit, row["id"], happening.at, lock=True) if row is not None else None


async def by_number(unit: db.Unit, number: str, now: datetime) -> Record | None:
    kinds = [each.exchange.kind for each in stack.extras() if each.exchange]
    found = await unit.fetchval(Q.by_number, unit.tenant, number, kinds)
    return await stored.load(unit, found, now) if found is not None else None


async def held(unit: db.Unit, order: UUID, now: datetime) -> Record:
    """Nobody else changes it until this transaction ends."""
    return await stored.load(unit, order, now, lock=True)


def key_of(kind: Kind, ticket_id: UUID) -> str:
    """What a ticket's order of this kind is made once under."""
    return f"order:{kind.code}:{ticket_id}"


async def _make(desk: Desk, ticket: Ticket, shown: Mapping[str, Any]) -> Record:
    unit, kind, at = desk.unit, desk.kind, desk.happening.at
    own = bearing.desk_of(unit, desk.tenant, desk.extra, kind, bearing.day_of(at), at, SYSTEM)
    told = {code: shown[code] for code in kind.form.codes if shown.get(code) not in (None, "")}
    with_ = await places.by_duty(unit, HOTLINE) if desk.exchange.actor == HOTLINE else ()
    born = bearing.blank(own, told, CHANNEL, None)
    born = replace(born, institution=with_[0].code if with_ else ticket.handler, receipt="")
    record = await bearing.bear(own, born, told, key_of(kind, ticket.id))
    await telling.tell(unit, kind, record, stored.FILED, at)
    await bearing.log(own, record, "extra.file", {"made_by": ticket.number})
    return record


async def move(desk: Desk, order: Record, code: str, shown: Mapping[str, Any]) -> Record:
    """Does an act of the order where its state allows it; what it shows is written either way."""
    fresh = {**order.fields, **{each: shown[each] for each in desk.kind.form.codes if each in shown}}
    order = replace(order, fields={each: value for each, value in fresh.items() if value not in (None, "")})
    act = desk.kind.act(code)
    if act is None or order.state not in act.states:
        await stored.save(desk.unit, desk.kind, order)
        return order
    happening = desk.happening
    own = bearing.desk_of(desk.unit, desk.tenant, desk.extra, desk.kind, order.policy_day, happening.at, happening.by)
    await records.do(own, order, act, {})
    return await stored.load(desk.unit, order.id, happening.at)


async def _post(desk: Desk, order: Record, names: list[str], ticket: Ticket, shown: Mapping[str, Any]) -> None:
    unit, happening = desk.unit, desk.happening
    for name in names:
        told = await words.event(unit, order.number, name, happening, ticket, shown)
        payload = {"extra": desk.extra.code, **told}
        await outbox.post(unit, outbox.TO_PARTNER, payload, happening.at, line=order.id)
