"""A worker whose jobs leave a row each time they are begun and ended, so that a test can count."""

import asyncio
from datetime import datetime

from core import db, settings, worker
from core.tenants import Tenant


async def _leave(tenant: Tenant, code: str, name: str) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute("INSERT INTO line (tenant_id, code, name) VALUES ($1, $2, $3)", tenant.id, code, name)


async def count(tenant: Tenant, ref: str, _now: datetime) -> None:
    await _leave(tenant, f"{ref}-{db.ids.new()}", ref)


async def slow(tenant: Tenant, ref: str, _now: datetime) -> None:
    """The first time it hangs; the second time it comes to an end."""
    async with db.as_tenant(tenant.id) as unit:
        begun = await unit.fetchval("SELECT count(*) FROM line WHERE tenant_id = $1 AND name = 'begun'", tenant.id)
    await _leave(tenant, f"begun-{begun}", "begun")
    if not begun:
        await asyncio.sleep(50)
    await _leave(tenant, "ended", ref)


if __name__ == "__main__":
    asyncio.run(worker.work(settings.read(), worker.Plan({"count": count, "slow": slow}, throwaway=True)))
