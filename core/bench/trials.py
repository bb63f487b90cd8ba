"""A draft is tried against a month of a province, laid as rows, beside one PostgreSQL aggregate of the same month."""

import resource
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from core import db, ids, tenants
from core.bench.figures import Figure, Plain
from core.bench.measures import Bench
from core.bench.stage import Stage
from core.clock import SHANGHAI
from core.proposals.model import Change, Proposal
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.whatif import decide, reading, trial
from core.whatif.casework import Worlds
from core.whatif.model import Period

Q = db.Queries(Path(__file__).with_name("trials.sql"))
AT_ONCE = 250_000
STAFF_EACH = 14
STEPS = (
    "past_cases", "past_events", "past_invitations", "past_targets", "past_ratings", "past_marks", "past_tallies",
)  # fmt: skip
KILOBYTES = 1024
CLOCKS = [{"clock": "close", "from": "dispatched", "within": "5wd"}]
# What is asked most, and the most that can be asked: nearly every grade of the month counts otherwise then.
DRAFTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "scores": ("改分值", {"scores": [100, 80, 60, 30, 0]}),
    "clocks": ("改期限和路由", {"clocks": CLOCKS, "routing": [{"to": "staff-institution"}]}),
    "window": ("评价期限 7 天改 3 天", {"rating_window": "3d"}),
    "all": ("分值、期限、评价期限、默认等级都改", {
        "scores": [100, 80, 60, 30, 0], "clocks": CLOCKS, "rating_window": "3d", "after_window": 4,
    }),
}  # fmt: skip


async def trials(bench: Bench, count: int, staff: int) -> Sequence[Figure]:
    """Each draft from the first read to the last figure, with nothing kept from the one before."""
    month = _month(bench.now)
    begun = time.perf_counter()
    await _lay(bench.stage, month, count, staff)
    laid = time.perf_counter() - begun
    tenant = await tenants.by_id(bench.stage.tenant.id)
    await _open_tickets(tenant, month)
    alone = await _alone(tenant, month)
    beside = Plain("一条 SELECT 汇总同一个月的评价", alone)
    figures: list[Figure] = []
    for name, (said, draft) in DRAFTS.items():
        took, found = await _tried(tenant, bench.now, month, draft)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES
        made, opened = sum(found.made.values()), found.work.tickets.before
        note = f"{made:,} 条评价，{opened:,} 张工单，{staff:,} 人；内存峰值 {peak:.0f} MB"
        figures.append(
            Figure(f"whatif_{name}", f"试算：{said}", "秒", took, beside, note=f"{note}；铺数据 {laid:.0f} 秒")
        )
    return figures


def _month(now: datetime) -> Period:
    """The last whole month."""
    return decide.usual(now.astimezone(SHANGHAI).date())["month"][1]


async def _lay(stage: Stage, month: Period, count: int, staff: int) -> None:
    """Services from a week before the month on, so that silence falls into all of it."""
    owner, bodies = stage.owner, max(8, staff // STAFF_EACH // 8 * 8)
    await owner.execute(Q.crowd, stage.tenant.id, bodies, staff)
    for statement in filter(str.strip, Q.month.split(";")):
        await owner.execute(statement)
    start, end = reading.instants(month)
    since = start - timedelta(days=8)
    for first in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - first)
        part = (since + (end - since) * (first / count), since + (end - since) * ((first + size) / count))
        await owner.execute("TRUNCATE past")
        await owner.execute(Q.draw_month, stage.tenant.id, first, first + size, *part, staff, bodies)
        for step in STEPS:
            await owner.execute(getattr(Q, step))
    await owner.execute("VACUUM ANALYZE")


async def _open_tickets(tenant: Tenant, month: Period) -> None:
    """The bad ones have the tickets that they would have had."""
    async with db.as_tenant(tenant.id, patience=600) as unit:
        rows = await unit.fetch(Q.bad_ones, tenant.id, *reading.instants(month))
        told = [row["rating_id"] for row in rows]
        for row in await unit.fetch(reading.Q.said, tenant.id, [row["rated_at"] for row in rows], told):
            await tickets.open_for(unit, tenant, reading.kept_of(row))


async def _alone(tenant: Tenant, month: Period) -> float:
    begun = time.perf_counter()
    async with db.as_tenant(tenant.id, patience=600) as unit:
        await unit.fetchval(Q.one_aggregate, tenant.id, *reading.instants(month))
    return time.perf_counter() - begun


async def _tried(tenant: Tenant, now: datetime, month: Period, draft: Mapping[str, Any]) -> tuple[float, trial.Found]:
    changes = tuple(Change(key, value, "测速") for key, value in draft.items())
    proposal = Proposal(ids.new(), "测速", date.max, "open", 1, changes)
    begun = time.perf_counter()
    worlds = Worlds(tenant, decide.hypothetical(tenant, proposal, month.start), now)
    found = await trial.tried(worlds, month, lambda _stage, _done: None)
    return time.perf_counter() - begun, found
