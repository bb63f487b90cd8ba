"""A message that is due is given to the gateway, and kept waiting, ever longer, until the gateway takes it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import db, people
from core.errors import Refused
from core.outbox import tasks, texts
from core.outbox.actions import KIND
from core.outbox.mail import Letter, MailGateway, NoMail
from core.outbox.quiet import awake
from core.outbox.sms import DeliveryFailed, Gateway, Message
from core.outbox.voice import VOICE, NoVoice
from core.outbox.words import MAIL, said
from core.tenants.model import Tenant

Q = db.queries(__file__)

ATTEMPTS_ALLOWED = 8
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)
# What goes in a line is owed by law and holds back what comes after it: three days, asked for each hour.
LINE_ATTEMPTS = 72
LINE_PAUSE = timedelta(hours=1)
# Brings what one tenant tells another to it; a second time it changes nothing.
Courier = Callable[[Tenant, UUID, Mapping[str, Any], datetime], Awaitable[None]]
NO_COURIERS: Mapping[str, Courier] = {}


class Delivery:
    """The job ``outbox``: one message, read, given away outside any transaction, and marked."""

    def __init__(
        self, gateway: Gateway, address: str, mail: MailGateway | None = None,
        couriers: Mapping[str, Courier] = NO_COURIERS, voice: Gateway | None = None,
    ) -> None:  # fmt: skip
        """``address`` is what links to this installation begin with; ``couriers`` go to other tenants, by kind."""
        self._gateway = gateway
        self._address = address
        self._mail = mail or NoMail()
        self._couriers = couriers
        self._voice = voice or NoVoice()

    async def __call__(self, tenant: Tenant, ref: str, now: datetime) -> None:
        async with db.as_tenant(tenant.id) as unit:
            row = await unit.fetchrow(Q.waiting, tenant.id, UUID(ref))
            to = await _address_of(unit, row) if row is not None else ""
            behind = row is not None and row["line"] and await unit.fetchval(Q.is_behind, *_place(tenant, row))
        # It was sent already, or nobody knows it, or the one before it will wake it.
        if row is None or behind:
            return
        courier = self._couriers.get(row["kind"])
        if courier is None and not to:
            lacks = "没有可用的邮箱地址" if row["kind"].startswith(MAIL) else "没有可用的手机号"
            await _mark_failed(tenant, row, ATTEMPTS_ALLOWED, lacks, now)
            return
        try:
            await (courier(tenant, row["id"], row["payload"], now) if courier else self._send(tenant, row, to, now))
        except (DeliveryFailed, Refused) as failure:
            await _mark_failed(tenant, row, row["attempts"] + 1, str(failure), now)
            return
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(Q.sent, tenant.id, row["id"], now)
            following = await unit.fetchval(Q.next_of_line, *_place(tenant, row)) if row["line"] else None
            if following is not None:
                await tasks.wake(unit, KIND, now, str(following))

    async def _send(self, tenant: Tenant, row: db.Row, to: str, now: datetime) -> None:
        kind, payload = row["kind"], row["payload"]
        async with db.as_tenant(tenant.id) as unit:
            own = await texts.own(unit, kind)
        words = said(kind, payload, tenant.short or tenant.name, self._address, own)
        if kind.startswith(MAIL):
            await self._mail.send(Letter(row["id"], to, kind, words.subject, words.body))
        else:
            gateway = self._voice if kind.startswith(VOICE) else self._gateway
            await gateway.send(Message(row["id"], to, kind, words.body, payload), now)


def _place(tenant: Tenant, row: db.Row) -> tuple[int, UUID, int]:
    return tenant.id, row["line"], row["nth"]


async def _address_of(unit: db.Unit, row: db.Row) -> str:
    if row["member_id"]:
        contact = await people.contact(unit, row["member_id"])
        return contact.email if row["kind"].startswith(MAIL) else contact.phone
    return await people.address(unit, row["person_id"]) if row["person_id"] else ""


async def _mark_failed(tenant: Tenant, row: db.Row, attempts: int, why: str, now: datetime) -> None:
    allowed, longest = (LINE_ATTEMPTS, LINE_PAUSE) if row["line"] else (ATTEMPTS_ALLOWED, LONGEST_PAUSE)
    dead = attempts >= allowed
    pause = min(FIRST_PAUSE * 4 ** min(attempts - 1, 10), longest)
    again = awake(row["kind"], now + pause)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.failed, tenant.id, row["id"], "dead" if dead else "waiting", why, again)
        if not dead:
            await tasks.wake(unit, KIND, again, str(row["id"]))
