"""A message of an order is given to the partner, and what cannot be given is at last told to whoever runs the place."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core import crypto, db, errors, notify
from core.exchange import orders, partners
from core.outbox.jobs import LINE_ATTEMPTS
from core.outbox.sms import DeliveryFailed
from core.records import offered, stored
from core.records.telling import NEWS
from core.tenants.model import Tenant

Q = db.queries(__file__)
TITLE: Final = "工单没有送达对方系统"
LONGEST_NUMBER: Final = 100


async def carry(tenant: Tenant, message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """Raises what keeps it from going: it is tried again, and after the last try it lies in sight."""
    told = dict(payload)
    extra = told.pop("extra")
    try:
        async with db.as_tenant(tenant.id) as unit:
            url, key = await partners.access(unit, extra)
        answer = await partners.send(url, key, message, told, now)
    except (DeliveryFailed, errors.NotFound, crypto.CryptoFailed) as failure:
        await _note_end(tenant, message, told["order"], str(failure), now)
        raise DeliveryFailed(str(failure)) from failure
    await _answered(tenant, told["order"], answer, now)


async def _answered(tenant: Tenant, number: str, answer: Mapping[str, Any], now: datetime) -> None:
    """The partner may say what it calls the order."""
    theirs = str(answer.get("number") or "").strip()[:LONGEST_NUMBER]
    if not theirs.isprintable():
        return
    async with db.as_tenant(tenant.id) as unit:
        order = await orders.by_number(unit, number, now)
        if not theirs or order is None or order.fields.get("theirs") == theirs:
            return
        order, (_, kind) = await orders.held(unit, order.id, now), offered.kind_of(order.extra, order.kind)
        if "theirs" in kind.form.codes:
            await stored.save(unit, kind, replace(order, fields={**order.fields, "theirs": theirs}))


async def _note_end(tenant: Tenant, message: UUID, number: str, why: str, now: datetime) -> None:
    """Of the last try somebody hears, with the way to the order where it can be sent again."""
    async with db.as_tenant(tenant.id) as unit:
        tried = await unit.fetchval(Q.tried, unit.tenant, message)
        order = await orders.by_number(unit, number, now) if tried == LINE_ATTEMPTS - 1 else None
        if order is None:
            return
        about = f"{number} 试了 {LINE_ATTEMPTS} 次仍未送达（{why}）。请与对方核对接口，再到这条记录里重新推送。"
        await notify.tell(
            unit, "role:operator", NEWS, about, f"/extras/records/{order.id}", now, title=TITLE,
            once=f"undelivered:{message}",
        )  # fmt: skip
