"""A proposal that has been tried, so that its report and each of its tables has something on it."""

from datetime import datetime, timedelta

from core import db
from core.audit.model import SYSTEM
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.tenants import Tenant
from core.whatif import actions as whatif
from core.whatif import jobs

DRAFT = {"rating_window": "1d", "scores": [10, 7, 5, 2, 0], "ticket_for": {"grades": [3, 2, 1], "needs": "any"}}


async def tried(place: Tenant, now: datetime) -> dict[str, str]:
    """The proposal, its trial, and one of its tables."""
    since = (now + timedelta(days=90)).date()
    found = await proposals.begin(place, since, title="评价期限调整", by=SYSTEM, now=now)
    for key, value in DRAFT.items():
        change = Change(key, value, "第三条")
        found = await proposals.put(place, found.id, change, version=found.version, by=SYSTEM, now=now)
    period = whatif.period((now - timedelta(days=60)).date(), (now - timedelta(days=1)).date(), now)
    async with db.as_tenant(place.id) as unit:
        run = await whatif.order(unit, found.id, period, by=SYSTEM, now=now)
    await jobs.run(place, str(run), now)
    return {"proposal": str(found.id), "run": str(run), "section": "ticket"}
