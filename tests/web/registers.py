"""A town where findings give tasks, repetition raises alerts and complex matters have six months."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

from core import db, flow
from core.audit.model import Actor
from core.policy.model import Override
from core.tenants import Tenant
from core.tickets.model import Act
from tests.web.office import rated, town

STRICT = (
    Override("clocks", [
        {"clock": "verify", "from": "dispatched", "within": "2wd"},
        {"clock": "rectify", "from": "verified", "within": "5wd"},
        {"clock": "complex", "complexity": "complex", "from": "verified", "within": "6m"},
        {"clock": "appeal", "from": "noticed", "within": "3wd"},
        {"clock": "decide", "from": "appealed", "within": "5wd"},
    ], "第三条"),
    Override("accountability", [{"verdict": "valid", "tasks": ["correct", "interview"]}], "第九条"),
    Override("alerts", [
        {"of": "staff", "kind": "repeat-year", "what": "valid-bad", "count": 2, "within": "12m", "task_within": "10wd"},
        {"of": "rater", "kind": "malicious-rater", "what": "malicious", "count": 1, "within": "12m"},
    ], "第十条"),
    Override("extension", {"before_due": True, "longest": "8m"}, "第五条"),
    Override("tags", [{"code": 101, "grade": 1, "label": "态度生硬", "about": "staff"}], "第十一条"),
)  # fmt: skip
TAX, BUREAU, LI = Actor("institution", "tax-east"), Actor("institution", "bureau"), Actor("staff", "li")
WEST = Actor("institution", "tax-west")


@asynccontextmanager
async def strict(now: datetime, slug: str = "strict", *more: Override) -> AsyncIterator[Tenant]:
    async with town(now, slug, *STRICT, *more) as found:
        yield found


async def verified(tenant: Tenant, at: datetime, case: str, **data: str) -> str:
    """A bad rating of 李四's manner that was found to be as it said."""
    number = await rated(tenant, at, case=case, tags=(101,))
    await act(tenant, number, "verdict", at + timedelta(hours=2), TAX, **({"is": "valid", "note": "属实"} | data))
    return number


async def act(tenant: Tenant, number: str, verb: str, at: datetime, by: Actor, **data: object) -> None:
    await flow.act(tenant, await ticket_id(tenant, number), Act(verb, data), by=by, now=at)


async def ticket_id(tenant: Tenant, number: str) -> UUID:
    async with db.as_tenant(tenant.id) as unit:
        return await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2", tenant.id, number)
