"""A spreadsheet is tried, or taken in whole in one transaction, while another task says how far it is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from core import db
from core.audit.model import Actor
from core.notify import actions as notify
from core.outbox import tasks
from core.outbox.watched import watched
from core.places import actions as places
from core.rosters import judging, mapping
from core.rosters.actions import JOB, KEPT, SHOWN, Q, outcome_of
from core.rosters.judging import Judgement
from core.rosters.workbook import Grid, read
from core.tenants.model import Tenant

SECONDS: Final = 600
PATIENCE: Final = 120
CHUNK: Final = 2000
FORGOTTEN_AFTER: Final = timedelta(minutes=2)
GIVEN_UP: Final = "多次尝试仍没有完成，什么也没有写入；请重新导入，再次失败请联系系统管理员。"


@dataclass(slots=True)
class Progress:
    total: int = 0
    done: int = 0
    stage: str = "读取文件"

    def tell(self, stage: str, done: int) -> None:
        self.stage, self.done = stage, done


async def run(tenant: Tenant, ref: str, now: datetime) -> None:
    """What a refusal or giving up leaves behind is nothing."""
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        asked = await unit.fetchrow(Q.begin, tenant.id, UUID(ref))
    if asked is None:
        return
    progress = Progress()

    async def got_on() -> bool:
        how_far = (progress.stage, progress.done, progress.total)
        async with db.as_tenant(tenant.id) as unit:
            return bool(await unit.execute(Q.got_on, tenant.id, asked["id"], *how_far, asked["version"]))

    if refused := await watched(_work(tenant, asked, progress, now), got_on):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(Q.fail, tenant.id, asked["id"], refused.detail, now)


async def _work(tenant: Tenant, asked: Mapping[str, Any], progress: Progress, now: datetime) -> None:
    grids = await asyncio.to_thread(read, asked["content"], asked["name"])
    plan = mapping.checked(grids, mapping.parse(asked["plan"]))
    rows = judging.count(grids, plan)
    progress.total = rows * (2 if asked["state"] == "importing" else 1)
    if asked["state"] == "checking":
        await _check(tenant, asked, grids, plan, progress)
    else:
        await _take_in(tenant, asked, grids, plan, progress, now)


async def _check(
    tenant: Tenant, asked: Mapping[str, Any], grids: Sequence[Grid], plan: mapping.Plan, progress: Progress
) -> None:
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        found = await judging.judge(unit, grids, plan, progress.tell)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.checked, tenant.id, asked["id"], asked["version"], *_told(found), progress.total)


async def _take_in(
    tenant: Tenant, asked: Mapping[str, Any], grids: Sequence[Grid], plan: mapping.Plan, progress: Progress,
    now: datetime,
) -> None:  # fmt: skip
    """All of it or nothing: rows, their entries in the log, and what became of the file."""
    by = replace(Actor.parse(asked["asked_by"]), member=asked["member_id"])
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        found = await judging.judge(unit, grids, plan, progress.tell)
        done = progress.total // 2
        for each in found:
            for start in range(0, len(each.rows), CHUNK):
                part = each.rows[start : start + CHUNK]
                progress.tell(f"写入{each.kind.label}", done)
                await places.save(unit, [row.place for row in part], by=by, now=now, source="import")
                done += len(part)
        await unit.execute(Q.finished, tenant.id, asked["id"], asked["version"], *_told(found), progress.total, now)
        stored = sum(each.tally.fresh + each.tally.changed for each in found)
        about, link = f"{asked['name']}：写入 {stored} 行", f"/places/import/{asked['id']}"
        await notify.tell(unit, asked["member_id"], "roster", about, link, now)


async def look_at(tenant: Tenant, now: datetime) -> None:
    """What lost wake-ups forgot is done after all; what was tried to the last has failed."""
    async with db.as_tenant(tenant.id) as unit:
        for row in await unit.fetch(Q.given_up, tenant.id, JOB):
            await unit.execute(Q.fail, tenant.id, row["id"], GIVEN_UP, now)
        for row in await unit.fetch(Q.owed, tenant.id, now - FORGOTTEN_AFTER, JOB):
            await tasks.wake(unit, JOB, now, str(row["id"]))
        await unit.execute(Q.forget, tenant.id, now - KEPT)


def _told(found: Sequence[Judgement]) -> tuple[Any, ...]:
    """Counts by kind, the first broken rows, and all of them as a file."""
    broken = judging.told(found)
    outcome = outcome_of({each.kind.name: each.tally for each in found})
    return outcome, [asdict(each) for each in broken[:SHOWN]], judging.to_mend(found) if broken else None
