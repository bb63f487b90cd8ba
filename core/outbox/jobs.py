"""A message that is due is given to the gateway, and kept waiting, ever longer, until the gateway takes it."""

from datetime import datetime, timedelta
from uuid import UUID

from core import db, people
from core.outbox import tasks
from core.outbox.actions import KIND
from core.outbox.quiet import awake
from core.outbox.sms import DeliveryFailed, Gateway, Message
from core.outbox.words import text_of
from core.tenants.model import Tenant

Q = db.queries(__file__)

ATTEMPTS_ALLOWED = 8
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=6)


class Delivery:
    """The job ``outbox``: one message, read, given away outside any transaction, and marked."""

    def __init__(self, gateway: Gateway, address: str) -> None:
        """``address`` is what links to this installation begin with."""
        self._gateway = gateway
        self._address = address

    async def __call__(self, tenant: Tenant, ref: str, now: datetime) -> None:
        found = await _read(tenant, UUID(ref), self._address)
        if found is None:
            return
        message, attempts = found
        if not message.to:
            await _mark_failed(tenant, message, ATTEMPTS_ALLOWED, "没有可用的手机号", now)
            return
        try:
            await self._gateway.send(message, now)
        except DeliveryFailed as failure:
            await _mark_failed(tenant, message, attempts + 1, str(failure), now)
            return
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(Q.sent, tenant.id, message.id, now)


async def _read(tenant: Tenant, message_id: UUID, address: str) -> tuple[Message, int] | None:
    """``None`` when it was sent already, or nobody knows it."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.waiting, tenant.id, message_id)
        if row is None:
            return None
        to = await people.address(unit, row["person_id"]) if row["person_id"] else ""
    text = text_of(row["kind"], row["payload"], tenant.short or tenant.name, address)
    return Message(message_id, to, row["kind"], text, row["payload"]), row["attempts"]


async def _mark_failed(tenant: Tenant, message: Message, attempts: int, why: str, now: datetime) -> None:
    dead = attempts >= ATTEMPTS_ALLOWED
    pause = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    again = awake(message.kind, now + pause)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.failed, tenant.id, message.id, "dead" if dead else "waiting", why, again)
        if not dead:
            await tasks.wake(unit, KIND, again, str(message.id))
