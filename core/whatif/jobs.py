"""A trial says how far it is while it runs, stops when it is given up, and begins anew after a crash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import db
from core.errors import Conflict
from core.outbox import tasks
from core.outbox.watched import watched
from core.proposals import actions as proposals
from core.tenants.model import Tenant
from core.whatif import decide, report, trial
from core.whatif.actions import JOB
from core.whatif.casework import Worlds
from core.whatif.hands import PATIENCE
from core.whatif.model import Period
from core.whatif.reading import Q

# Longer than the largest province needs, and short enough that nobody waits for what hangs.
SECONDS = 900
ROWS_AT_ONCE = 2000
FORGOTTEN_AFTER = timedelta(minutes=2)
GIVEN_UP = "多次尝试仍没有算完，请缩短期间后重新试算；再次失败请联系系统管理员。"
OVERTAKEN = "试算开始之后草案又有修改，请重新试算。"


@dataclass(slots=True)
class Progress:
    stage: str = ""
    done: int = 0

    def tell(self, stage: str, done: int) -> None:
        self.stage, self.done = stage, min(done, 99)


async def run(tenant: Tenant, ref: str, now: datetime) -> None:
    """Whoever asked sees how far it is, and may give it up."""
    async with db.as_tenant(tenant.id) as unit:
        asked = await unit.fetchrow(Q.begin, tenant.id, UUID(ref))
    if asked is None:
        return
    progress = Progress()

    async def got_on() -> bool:
        async with db.as_tenant(tenant.id) as unit:
            return bool(await unit.execute(Q.got_on, tenant.id, asked["id"], progress.done, progress.stage))

    if refused := await watched(_work(tenant, asked, now, progress), got_on):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(Q.fail, tenant.id, asked["id"], now, refused.detail)


async def _work(tenant: Tenant, asked: Mapping[str, Any], now: datetime, progress: Progress) -> None:
    proposal = await proposals.by_id(tenant, asked["proposal_id"])
    if proposal.version != asked["version"] or not proposal.undecided:
        raise Conflict(OVERTAKEN)
    period = Period(asked["start"], asked["until"])
    worlds = Worlds(tenant, decide.hypothetical(tenant, proposal, period.start), now)
    found = await trial.tried(worlds, period, progress.tell)
    progress.tell("保存报告", 95)
    told, tables = report.written(found, proposal), report.rows(found)
    told["rows"] = {name: len(rows) for name, rows in tables.items()}
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        for section, rows in tables.items():
            for begin in range(0, len(rows), ROWS_AT_ONCE):
                part = rows[begin : begin + ROWS_AT_ONCE]
                await unit.execute(Q.add_rows, tenant.id, asked["id"], section, begin, part)
        hashed, turns = report.hashed(told, tables), report.turned(found.turns)
        if not await unit.execute(Q.finish, tenant.id, asked["id"], now, told, hashed, turns):
            raise Conflict(OVERTAKEN)


async def look_at(tenant: Tenant, now: datetime) -> None:
    """What lost wake-ups forgot is done after all; what was tried to the last has failed."""
    async with db.as_tenant(tenant.id) as unit:
        for row in await unit.fetch(Q.given_up, tenant.id, JOB):
            await unit.execute(Q.fail, tenant.id, row["id"], now, GIVEN_UP)
        for row in await unit.fetch(Q.owed, tenant.id, now - FORGOTTEN_AFTER, JOB):
            await tasks.wake(unit, JOB, now, str(row["id"]))
