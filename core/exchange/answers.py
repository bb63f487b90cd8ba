"""What a partner reports is done by the rules of any act, once for each of its events, whole or not at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from core import db, errors, handling, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.exchange import listing, orders, words
from core.exchange.model import Order, Report
from core.intake.model import Source
from core.places import actions as places
from core.policy.exchanges import Exchange, Status
from core.policy.extras import Extra, Kind
from core.policy.shapes import nearest
from core.records import offered
from core.records.model import Record
from core.redaction import redact
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets.model import Act, Ticket
from core.tickets.watching import Happening

Q = db.queries(__file__)
AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Talk:
    """One report, and the order that it is about."""

    unit: db.Unit
    tenant: Tenant
    extra: Extra
    exchange: Exchange
    kind: Kind
    order: Record
    told: Report
    now: datetime


async def report(tenant: Tenant, number: str, told: Report, *, source: Source, now: datetime) -> tuple[Order, bool]:
    """The order after it, and whether it had been told before; what is refused is written down beside the order."""
    if tenant.read_only:
        raise errors.ReadOnly
    try:
        return await handling.patiently(partial(_report, tenant, number, told, source, now))
    except errors.Unavailable:
        raise
    except errors.Refused as refusal:
        await _note_refusal(tenant, number, told, refusal, source, now)
        raise


async def _report(tenant: Tenant, number: str, told: Report, source: Source, now: datetime) -> tuple[Order, bool]:
    async with db.as_tenant(tenant.id) as unit:
        for each in (f"event:{told.id}", f"order:{number}"):
            await unit.execute(Q.one_at_a_time, unit.tenant, each)
        talk = await _about(unit, tenant, number, told, now)
        known = await unit.fetchrow(Q.done, unit.tenant, told.id)
        if known is not None:
            if known["fingerprint"] != fingerprint(number, told):
                raise errors.Conflict("这个事件编号已经用过，内容不同。每条事件请用自己的编号。", field="id")
            return await listing.one(unit, talk.order.id), True
        status = _status(talk)
        await _check_time(talk)
        with orders.heard(talk.order.id):
            await _do(talk, status, source)
        await _write(unit, talk.order, told, "", "", now)
        return await listing.one(unit, talk.order.id), False


async def _about(unit: db.Unit, tenant: Tenant, number: str, told: Report, now: datetime) -> Talk:
    order = await orders.by_number(unit, number, now)
    if order is None:
        raise errors.NotFound(f"没有编号为“{number}”的工单，请核对。")
    extra, kind = offered.kind_of(order.extra, order.kind)
    if extra.exchange is None:
        raise errors.NotFound(f"“{number}”不是对接的工单。")
    return Talk(unit, tenant, extra, extra.exchange, kind, order, told, now)


def fingerprint(number: str, told: Report) -> bytes:
    at = told.at.astimezone(SHANGHAI).isoformat()
    said = (number, told.status, at, told.by, sorted(told.data.items()))
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def _status(talk: Talk) -> Status:
    wanted = talk.told.status
    status = talk.exchange.status(wanted)
    if status is None:
        known = [each.code for each in talk.exchange.statuses]
        said = f"没有“{wanted}”这种状态，可用：{'、'.join(known)}。{nearest(wanted, known)}"
        raise errors.UnknownCode(said, field="status")
    return status


async def _check_time(talk: Talk) -> None:
    """What the partner did comes to us in the order in which it was done."""
    at = talk.told.at
    if at > talk.now + AHEAD:
        raise errors.Invalid("事件时间晚于现在，请核对。", field="at")
    if at < talk.order.filed_at - AHEAD:
        raise errors.Invalid("事件时间早于工单产生的时间，请核对。", field="at")
    last = await talk.unit.fetchrow(Q.last_done, talk.unit.tenant, talk.order.id)
    if last is not None and at < last["at"]:
        before = f"“{last['status']}”（{last['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}）"
        said = f"这条事件早于已经收到的{before}，请按发生的先后上报；漏报的请以现在的时间补报。"
        raise errors.WrongState(said, field="at")


async def _do(talk: Talk, status: Status, source: Source) -> None:
    ticket_id = await talk.unit.fetchval(Q.ticket_of, talk.unit.tenant, talk.order.fields.get("ticket"))
    by = await _speaker(talk, status)
    if not status.act:
        await _mark(talk, status, await tickets.read(talk.unit, ticket_id))
        return
    ticket = await handling.act_within(
        talk.unit, talk.tenant, ticket_id, Act(status.act, talk.told.data), by=by, now=talk.now, source=source
    )
    await _mark(talk, status, ticket)


async def _speaker(talk: Talk, status: Status) -> Actor:
    told = talk.told
    if status.by == "rater":
        if not told.may_grade:
            raise errors.NotEntitled("转报评价人的评价，密钥还须有提交评价（ratings:write）的权限。")
        return Actor("rater")
    if status.by == "partner":
        return Actor.parse(talk.exchange.actor)
    if not told.by:
        raise errors.Invalid(f"“{status.label}”是承办单位办的，请在 by 里写明是哪个机构。", field="by")
    if told.by not in await places.among(talk.unit, "institution", [told.by]):
        raise errors.UnknownCode(f"没有编码为“{told.by}”的机构，请核对。", field="by")
    return Actor("institution", told.by)


async def _mark(talk: Talk, status: Status, ticket: Ticket) -> None:
    """The order shows what the partner last said, and moves by it."""
    happening = Happening(ticket, status.act, talk.now, by=Actor.parse(talk.exchange.actor))
    order = await orders.of_ticket(talk.unit, talk.kind, happening)
    if order is None:
        raise errors.NotFound
    act = talk.kind.act(status.order)
    if act is not None and not status.act and order.state not in act.states:
        raise errors.WrongState(f"“{order.number}”现在的状态不能再报“{status.label}”。", field="status")
    shown = await words.facts(talk.unit, talk.tenant, ticket) | {"status": status.label, "said_at": talk.told.at}
    said = str(talk.told.data.get("note") or "")
    if said and status.by == "handler":
        shown["result"] = redact(said, await tickets.known_of(talk.unit, ticket.case_id))
    desk = orders.Desk(talk.unit, talk.tenant, talk.extra, talk.exchange, talk.kind, happening)
    await orders.move(desk, order, status.order, shown)


async def _write(unit: db.Unit, order: Record, told: Report, code: str, detail: str, now: datetime) -> None:
    await unit.execute(
        Q.add_said, unit.tenant, ids.new(), order.id, told.id, told.status, told.at, now,
        fingerprint(order.number, told), code, detail,
    )  # fmt: skip


async def _note_refusal(
    tenant: Tenant, number: str, told: Report, refusal: errors.Refused, source: Source, now: datetime
) -> None:
    """Both sides can see later where they disagreed; what is tried again in vain is written once."""
    async with db.as_tenant(tenant.id) as unit:
        order = await orders.by_number(unit, number, now)
        if order is None:
            return
        mark = fingerprint(number, told)
        if await unit.fetchval(Q.is_known, unit.tenant, order.id, told.id, mark, refusal.code):
            return
        await _write(unit, order, told, refusal.code, refusal.detail, now)
        after = {"number": number, "status": told.status, "code": refusal.code}
        await audit.write(
            unit,
            Actor("key", source.code or source.kind),
            "exchange.refused",
            "extra",
            order.id,
            None,
            after,
            now,
            source=str(source),
        )
