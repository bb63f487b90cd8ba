"""A city publishes what has changed: at once where its rules or standing did, and each hour whatever else there is."""

from datetime import datetime

from core import db, stack
from core.clock import SHANGHAI
from core.publication import actions, figures, health, rules
from core.publication.actions import Q
from core.publication.decide import begun, months
from core.publication.model import Entry
from core.tenants.model import Tenant

JOB = "publish"
_looked: dict[int, tuple[datetime, int]] = {}


async def publish(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Everything a province may know, in one transaction; what came in before the first day was practice."""
    if tenant.parent is None:
        return
    today = now.astimezone(SHANGHAI).date()
    policy = stack.policy(tenant, today)
    async with db.as_tenant(tenant.id, patience=60) as unit:
        taken = {row["key"]: (row["value"], row["place"]) for row in await unit.fetch(Q.borrowed, unit.tenant)}
        found: list[Entry] = [*rules.entries(tenant, policy, taken), health.standing(tenant, policy)]
        if tenant.live_since is not None:
            found.append(await health.health(unit, tenant, policy, now))
            first = begun(await unit.fetchval(Q.first_counted, unit.tenant), tenant.live_since)
            for month in months(first, today, await actions.subjects(unit, "figures")):
                found.append(await figures.month(unit, tenant, month, now))
        await actions.publish(unit, found, now)


async def look_at(tenant: Tenant, now: datetime) -> None:
    """Each hour, and after a restart: what a lost wake-up forgot is said then."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if tenant.parent is None or _looked.get(tenant.id) == (hour, tenant.revision):
        return
    await publish(tenant, "", now)
    _looked[tenant.id] = (hour, tenant.revision)
