"""Examples that hold, that do not and that are not whole, and a run that tells of them."""

from datetime import datetime

from core import db, tenants
from core.audit.model import SYSTEM
from core.examples import actions as examples
from core.scenarios import jobs
from core.scenarios.jobs import Wanted
from core.tenants import Tenant

CLOSED = {"at": "2026-03-02T10:00:00", "do": "closed", "case": "A1", "item": "invoice", "mode": "window", "staff": "li"}
BODIES = (
    {"says": "办结后可以评价", "clause": "第二条", "step": [CLOSED, {
        "at": "2026-03-02T10:05:00", "see": "invitation", "case": "A1", "state": "open"}]},
    {"says": "差评生成工单", "step": [CLOSED, {
        "at": "2026-03-02T10:05:00", "do": "rate", "case": "A1", "grades": {"overall": 1}, "text": "慢"}, {
        "at": "2026-03-02T10:06:00", "see": "ticket", "case": "A1", "state": "closed", "overdue": ["verify"]}]},
)  # fmt: skip


async def exemplified(place: Tenant, now: datetime) -> dict[str, str]:
    """The example that does not hold, and the run that found it out."""
    fresh = await tenants.by_id(place.id)
    who = {"by": SYSTEM, "name": "运营某", "now": now}
    async with db.as_tenant(place.id) as unit:
        made = [await examples.add(unit, body, "", **who) for body in BODIES]
        await examples.add(unit, {"says": "", "step": [{**CLOSED, "item": ""}]}, "请用一句话写明", **who)
        run = await jobs.ask(unit, fresh, Wanted("own"), **who)
    await jobs.examples_run(fresh, str(run), now)
    return {"example": str(made[-1]), "example_run": str(run)}
