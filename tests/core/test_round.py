"""What a lost wake-up forgot is found by the round over all tenants, whatever state one of them is in."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest

from core import clock, db, duties, tenants, worker
from core.embedded.servers import Servers
from core.policy.model import Override
from core.tenants import Founding, Tenant
from tests.core.test_ratings import RULES, rows
from tests.core.town import PLACES, invited


async def founded(now: datetime) -> Tenant:
    """A real tenant: the round passes throw-away ones by."""
    slug = f"round-{db.ids.new().hex[-8:]}"
    founding = Founding(slug, "真实市", ("national",), overrides=RULES, answers={"Q18": False}, timeless=True)
    tenant = await tenants.create(founding, now=now)
    async with db.as_tenant(tenant.id) as unit:
        for statement in filter(str.strip, PLACES.split(";")):
            await unit.execute(statement, tenant.id)
    return tenant


async def stands_on(tenant: Tenant, plugin: str) -> None:
    async with db.as_tenant(tenant.id) as unit:
        sql = "UPDATE tenant SET stack = ARRAY[$2], revision = revision + 1 WHERE id = $1"
        await unit.execute(sql, tenant.id, plugin)
    tenants.forget(tenant.id)


@pytest.fixture
async def broken(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    """Its plugin was taken away while one of its windows waits for a year's holidays."""
    tenant = await founded(now)
    await invited(tenant, "A1", now)
    await rows(tenant, "UPDATE invitation SET provisional = true WHERE tenant_id = $1 RETURNING id")
    await stands_on(tenant, "taken-away")
    yield tenant
    await stands_on(tenant, "national")
    await rows(tenant, "DELETE FROM task WHERE tenant = $1 RETURNING id")


@pytest.fixture
async def healthy(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    tenant = await founded(now)
    yield tenant
    await rows(tenant, "DELETE FROM task WHERE tenant = $1 RETURNING id")


async def test_one_tenants_trouble_keeps_no_other_from_being_looked_at(
    broken: Tenant, healthy: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await invited(healthy, "B1", now)
    monkeypatch.setattr(worker, "ROUND_SECONDS", 0.05)

    with clock.at(now + timedelta(days=9)):
        rounds = asyncio.create_task(worker.rounds())
    for _ in range(100):
        await asyncio.sleep(0.1)
        found = await rows(healthy, "SELECT origin FROM rating WHERE tenant_id = $1")
        if found or rounds.done():
            break
    alive = not rounds.done()
    rounds.cancel()
    with suppress(asyncio.CancelledError):
        await rounds

    assert [row["origin"] for row in found] == ["default"]
    assert alive


async def test_a_window_counted_without_the_years_holidays_is_counted_again_when_they_are_known(
    healthy: Tenant, now: datetime
) -> None:
    late = datetime(2026, 12, 28, 10, tzinfo=clock.SHANGHAI)
    await tenants.override(healthy.id, [Override("rating_window", "5wd", "第一条")], now=now)
    tenant = await tenants.by_id(healthy.id)
    invitation = await invited(tenant, "C1", late)
    await tenants.load_notice(tenant.id, 2027, [date(2027, 1, 1)], [], now=late)

    await duties.look_at(tenant.id, late + timedelta(hours=1))
    await duties.look_at(tenant.id, late + timedelta(hours=2))

    (row,) = await rows(
        tenant, "SELECT closes, provisional FROM invitation WHERE tenant_id = $1 AND id = $2", invitation.id
    )
    assert invitation.provisional and invitation.closes
    assert (row["closes"] - invitation.closes, row["provisional"]) == (timedelta(days=1), False)
