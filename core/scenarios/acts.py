"""What a step does to a ticket; where it does not say who, the core takes one who is entitled."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core import db, flow
from core.audit.model import Actor
from core.errors import NotFound
from core.scenarios.model import Step
from core.scenarios.stage import Moment
from core.tickets.model import Act

Q = db.queries(__file__)

ENDED = frozenset({"closed", "rejected", "withdrawn"})
FRAME = frozenset({"case", "ticket", "by"})


async def act(moment: Moment, step: Step) -> None:
    ticket = await ticket_of(moment, step.given)
    what = Act(step.word, {key: value for key, value in step.given.items() if key not in FRAME})
    by = Actor.parse(step.given["by"]) if "by" in step.given else None
    await flow.act(moment.tenant, ticket, what, by=by, now=moment.now)


async def ticket_of(moment: Moment, given: Mapping[str, Any]) -> UUID:
    """The one named; else the newest that has not ended; else the newest."""
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.tickets, moment.tenant.id, given["case"])
    if "ticket" in given:
        rows = rows[given["ticket"] - 1 : given["ticket"]]
    if not rows:
        raise NotFound(f"“{given['case']}”没有这张工单。")
    return max(rows, key=lambda row: (row["state"] not in ENDED, row["opened_at"], row["nth"]))["id"]
