"""A message that is due is given to the gateway, and kept waiting, ever longer, until the gateway takes it."""

from datetime import datetime, timedelta
from uuid import UUID

from core import db, people
from core.outbox import tasks, texts
from core.outbox.actions import KIND
from core.outbox.mail import Letter, MailGateway, NoMail
from core.outbox.quiet import awake
from core.outbox.sms import DeliveryFailed, Gateway, Message
from core.outbox.words import MAIL, said
from core.tenants.model import Tenant

Q = db.queries(__file__)

ATTEMPTS_ALLOWED = 8
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)


class Delivery:
    """The job ``outbox``: one message, read, given away outside any transaction, and marked."""

    def __init__(self, gateway: Gateway, address: str, mail: MailGateway | None = None) -> None:
        """``address`` is what links to this installation begin with."""
        self._gateway = gateway
        self._address = address
        self._mail = mail or NoMail()

    async def __call__(self, tenant: Tenant, ref: str, now: datetime) -> None:
        found = await _read(tenant, UUID(ref), self._address)
        if found is None:
            return
        message, attempts = found
        if not message.to:
            lacks = "没有可用的邮箱地址" if isinstance(message, Letter) else "没有可用的手机号"
            await _mark_failed(tenant, message, ATTEMPTS_ALLOWED, lacks, now)
            return
        try:
            if isinstance(message, Letter):
                await self._mail.send(message)
            else:
                await self._gateway.send(message, now)
        except DeliveryFailed as failure:
            await _mark_failed(tenant, message, attempts + 1, str(failure), now)
            return
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(Q.sent, tenant.id, message.id, now)


async def _read(tenant: Tenant, message_id: UUID, address: str) -> tuple[Message | Letter, int] | None:
    """``None`` when it was sent already, or nobody knows it."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.waiting, tenant.id, message_id)
        if row is None:
            return None
        to, own = await _address_of(unit, row), await texts.own(unit, row["kind"])
    kind, payload = row["kind"], row["payload"]
    words = said(kind, payload, tenant.short or tenant.name, address, own)
    if kind.startswith(MAIL):
        return Letter(message_id, to, kind, words.subject, words.body), row["attempts"]
    return Message(message_id, to, kind, words.body, payload), row["attempts"]


async def _address_of(unit: db.Unit, row: db.Row) -> str:
    if row["member_id"]:
        contact = await people.contact(unit, row["member_id"])
        return contact.email if row["kind"].startswith(MAIL) else contact.phone
    return await people.address(unit, row["person_id"]) if row["person_id"] else ""


async def _mark_failed(tenant: Tenant, message: Message | Letter, attempts: int, why: str, now: datetime) -> None:
    dead = attempts >= ATTEMPTS_ALLOWED
    pause = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    again = awake(message.kind, now + pause)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.failed, tenant.id, message.id, "dead" if dead else "waiting", why, again)
        if not dead:
            await tasks.wake(unit, KIND, again, str(message.id))
