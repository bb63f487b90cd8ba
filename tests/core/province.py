"""A province with two towns, and an outbox worker that can be made to lose, repeat and shuffle what it carries."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, duties, tenants
from core.audit.model import SYSTEM
from core.outbox.jobs import Delivery
from core.outbox.sms import NoGateway
from core.policy.model import Override
from core.publication import jobs
from core.tenants import Founding, Tenant
from core.tenants.throwaway import throwaway
from tests.core.town import PLACES

WINDOW = Override("rating_window", "7d", "第二条")
SCORES = Override("scores", [10, 8, 6, 3, 0], "第一条")
LIVED = timedelta(days=400)
DELIVERY = Delivery(NoGateway(), "https://hall.example", couriers=duties.COURIERS)


@dataclass
class Land:
    """``east`` and ``west`` are cities of ``province``."""

    province: Tenant
    east: Tenant
    west: Tenant


@asynccontextmanager
async def land(now: datetime, *more: Override, live: bool = True) -> AsyncGenerator[Land]:
    over = Founding("land", "测试省", (), "测试省", province=True)
    async with (
        throwaway(over, now=now) as province,
        city("east", "东市", province, now, WINDOW, SCORES, *more) as east,
        city("west", "西市", province, now, Override("rating_window", "5d", "第九条"), SCORES) as west,
    ):
        if live:
            for each in (east, west):
                await tenants.go_live(each.id, True, by=SYSTEM, now=now - LIVED)
        yield Land(province, await tenants.by_id(east.id), await tenants.by_id(west.id))


@asynccontextmanager
async def city(slug: str, name: str, province: Tenant, now: datetime, *rules: Override) -> AsyncGenerator[Tenant]:
    founding = Founding(slug, name, ("national",), name, parent=province.id, overrides=rules, answers={"Q18": False})
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        yield await tenants.by_id(tenant.id)


async def posted(sender: Tenant) -> Sequence[UUID]:
    """What waits in the sender's outbox, oldest first."""
    async with db.as_tenant(sender.id) as unit:
        rows = await unit.fetch(
            "SELECT id FROM outbox WHERE tenant_id = $1 AND state = 'waiting' ORDER BY id", sender.id
        )
    return [row["id"] for row in rows]


async def carry(sender: Tenant, now: datetime) -> int:
    """One round of the outbox worker for this sender; how many messages it took."""
    waiting = await posted(sender)
    for each in waiting:
        await DELIVERY(sender, str(each), now)
    return len(waiting)


async def tell(tenant: Tenant, now: datetime) -> None:
    """The city publishes what it has to, and it arrives."""
    fresh = await tenants.by_id(tenant.id)
    await jobs.publish(fresh, "", now)
    await carry(fresh, now)
