"""Two people edit one ticket at once, each from what they have read; what one of them wrote is never lost."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, flow
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Conflict, Refused
from core.tenants import actions as tenants
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.tickets.hall import Hall
from tests.core.tickets.policies import GROUND, Law

NOW = datetime(2026, 3, 9, 9, 30, tzinfo=SHANGHAI)
HANDLER = Actor("institution", "tax-east")
LAW: Law = {
    **GROUND,
    "extension": {"before_due": True, "needs": ["until"]},
    "clocks": [{"clock": "close", "from": "dispatched", "within": "10wd"}],
}
# Each adds to the due time it has read, by turns more and less than the other: what was overwritten misses in the sum.
HOURS = (timedelta(hours=1), timedelta(hours=2))
READ = (
    "SELECT t.id, t.version, k.due_at, (SELECT count(*) FROM ticket_act a WHERE a.tenant_id = $1 AND a.ticket_id = t.id"
    " AND a.act = 'extend') AS acts, (SELECT count(*) FROM audit u WHERE u.tenant_id = $1"
    " AND u.act = 'ticket.extend.refused') AS refused"
    " FROM ticket t JOIN clock k ON k.tenant_id = t.tenant_id AND k.ticket_id = t.id WHERE t.tenant_id = $1"
)


@dataclass(frozen=True)
class Page:
    """What somebody sees of the ticket before they act."""

    id: UUID
    version: int
    due_at: datetime
    acts: int
    refused: int


@dataclass
class Edits:
    done: int = 0
    conflicts: int = 0
    refused: int = 0
    added: timedelta = timedelta()
    lost: timedelta = timedelta()
    traces: int = 0


async def write_at_once(edits: int, *, with_version: bool) -> Edits:
    """``edits`` by each of the two; without the version nobody is told that the page has changed."""
    hall = Hall(LAW)
    await hall.open(NOW)
    try:
        assert await hall.does("closed", {"item": "invoice", "mode": "window"}, NOW) is None
        assert await hall.does("rate", {"grades": {"overall": 1}, "text": "太慢"}, NOW) is None
        assert hall.stage
        tenant = await tenants.by_id(hall.stage.tenant_id)
        return await _both(tenant, edits, with_version=with_version)
    finally:
        await hall.close()


async def _both(tenant: Tenant, edits: int, *, with_version: bool) -> Edits:
    found, before = Edits(), await _read(tenant)
    await asyncio.gather(*(_writes(tenant, range(n, n + edits), found, with_version=with_version) for n in range(2)))
    after = await _read(tenant)
    found.lost = before.due_at + found.added - after.due_at
    found.traces = after.refused
    assert (after.version - before.version, after.acts) == (found.done, found.done)
    return found


async def _writes(tenant: Tenant, turns: range, found: Edits, *, with_version: bool) -> None:
    for turn in turns:
        page, own = await _read(tenant), HOURS[turn % len(HOURS)]
        act = Act("extend", {"until": page.due_at + own})
        try:
            await flow.act(tenant, page.id, act, by=HANDLER, now=NOW, version=page.version if with_version else None)
        except Conflict:
            found.conflicts += 1
        except Refused:
            found.refused += 1
        else:
            found.done += 1
            found.added += own


async def _read(tenant: Tenant) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(READ, tenant.id)
    assert row
    return Page(**row)
