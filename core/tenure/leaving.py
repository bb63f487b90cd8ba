"""A place goes when two people have said so and the time that its rules name is over; till then it can be stopped."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.desk import papers
from core.errors import Conflict, Invalid, NotEntitled, WrongState
from core.evidence import files
from core.outbox import tasks
from core.people import Member
from core.policy import calendar, keys
from core.policy.policy import Policy
from core.policy.spans import Span
from core.tenants import directory, states
from core.tenants.model import Tenant
from core.tenants.states import Move
from core.tenants.throwaway import ordered

Q = db.queries(__file__)

JOB = "leave"
TURN_SECONDS = 20.0
AT_ONCE = 5000
# How much of a table that is kept by months goes at once.
STRETCH = timedelta(hours=6)
# Looked at again when the database's own clock is not there yet.
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Farewell:
    """``agreed_at`` is None while the second person has not agreed."""

    id: UUID
    reason: str
    wait: str
    clause: str
    asked_by: UUID
    asked_name: str
    asked_at: datetime
    agreed_by: UUID | None
    agreed_name: str | None
    agreed_at: datetime | None

    @property
    def waits(self) -> str:
        return Span.parse(self.wait).chinese


async def current(unit: db.Unit) -> Farewell | None:
    row = await unit.fetchrow(Q.farewell, unit.tenant)
    return Farewell(**row) if row else None


async def ask(unit: db.Unit, member: Member, policy: Policy, reason: str, now: datetime) -> None:
    """The first of two; how long is waited is what the rules say, with their clause."""
    if not reason:
        raise Invalid("请写明原因，会记入操作记录。", field="reason")
    if await states.locked(unit) != "archived":
        raise WrongState("请先归档，再申请删除。")
    why = policy.why(keys.deletion_wait)
    if why.value is None:
        raise Conflict("规则里还没有写明“删除全部数据前的等待期”及其依据，请先写明，再申请删除。", field="wait")
    if await current(unit):
        raise Conflict("已有人申请删除，请由另一位同意或停止。")
    await _without_cities(unit)
    told = (reason, str(why.value), why.clause)
    await unit.execute(Q.ask, unit.tenant, ids.new(), *told, member.id, member.name, now)
    after = {"reason": reason, "wait": str(why.value), "clause": why.clause}
    await audit.write(unit, member.actor, "tenant.leave-ask", "tenant", unit.tenant, None, after, now)


async def agree(unit: db.Unit, tenant: Tenant, member: Member, now: datetime) -> datetime:
    """The second of two: from now on time runs, and when it is over everything goes."""
    found = await current(unit)
    if found is None or found.agreed_at is not None:
        raise WrongState("现在没有等待同意的删除申请，请刷新页面。")
    if found.asked_by == member.id:
        raise NotEntitled("删除须由另一位人员同意，不能同意自己的申请。")
    await _without_cities(unit)
    leaves_at = calendar.due(now, Span.parse(found.wait), tenant.calendar).at
    await unit.execute(Q.agree, unit.tenant, found.id, member.id, member.name, now)
    await states.move(unit, Move("leaving", found.reason, member.name, member.actor, leaves_at=leaves_at), now)
    await tasks.wake(unit, JOB, leaves_at, "0")
    return leaves_at


async def _without_cities(unit: db.Unit) -> None:
    """A province goes after its cities: they hold on to its row, and would be left with half of it."""
    if names := [row["name"] for row in await unit.fetch(Q.cities, unit.tenant)]:
        raise Conflict(f"“{'”“'.join(names)}”还属于这里，请先删除这些地区，或改为不属于这里。")


async def stop(unit: db.Unit, member: Member, reason: str, now: datetime) -> None:
    """Up to the last moment anybody who may close a place may also stop it; then rows are going, and it is too late."""
    state, found = await states.locked(unit), await current(unit)
    if found is None:
        raise WrongState("没有正在进行的删除，请刷新页面。")
    if await unit.fetchval(Q.time_is_over, unit.tenant, now):
        raise WrongState("等待期已满，数据正在删除，不能再停止。")
    await unit.execute(Q.stop, unit.tenant, found.id, member.name, now)
    if state == "leaving":
        await states.move(unit, Move("archived", f"停止删除：{reason}", member.name, member.actor), now)
    told = {"reason": reason}
    await audit.write(unit, member.actor, "tenant.leave-stop", "tenant", unit.tenant, None, told, now)


async def leave(tenant: Tenant, ref: str, now: datetime) -> None:
    """Row by row until none is left; ``ref`` is how many went before. What is stopped meanwhile is stopped."""
    gone, until = int(ref or 0), time.monotonic() + TURN_SECONDS
    if tenant.state != "leaving" or tenant.leaves_at is None or now < tenant.leaves_at:
        return
    async with db.as_tenant(tenant.id) as unit:
        # Whoever was stopping it at the last moment is waited for; from here on the database lets nobody stop it.
        if await states.locked(unit) != "leaving":
            return
        if await unit.fetchval(Q.departing) != tenant.id:
            await tasks.wake(unit, JOB, now + AGAIN, ref)
            return
        tables = [(each, await unit.fetchval(Q.partitions, each)) for each in await ordered(unit)]
    for table, by_months in tables:
        while taken := await _some(tenant, table, by_months=by_months):
            gone += taken
            if time.monotonic() > until:
                async with db.as_tenant(tenant.id) as unit:
                    await tasks.wake(unit, JOB, now + timedelta(seconds=1), str(gone))
                return
    await _end(tenant, gone, now)


async def _some(tenant: Tenant, table: str, *, by_months: bool) -> int:
    """The names are the catalogue's own."""
    first = f"SELECT ctid FROM {table} WHERE tenant_id = $1 LIMIT {AT_ONCE}"  # noqa: S608
    chunk = f"DELETE FROM {table} WHERE tenant_id = $1 AND ctid = ANY (ARRAY({first}))"  # noqa: S608
    stretch = (
        f"DELETE FROM {table} WHERE tenant_id = $1"  # noqa: S608
        f" AND rated_at < (SELECT min(rated_at) FROM {table} WHERE tenant_id = $1) + $2::interval"
    )
    async with db.as_tenant(tenant.id, patience=50) as unit:
        return await (unit.execute(stretch, tenant.id, STRETCH) if by_months else unit.execute(chunk, tenant.id))


async def _end(tenant: Tenant, gone: int, now: datetime) -> None:
    """The files first, since a row that names them is there to say so until they are gone."""
    if files.has_folder():
        await asyncio.to_thread(files.remove_all, tenant.id)
        await asyncio.to_thread(papers.drop_all, tenant.id)
    async with db.as_tenant(tenant.id, patience=50) as unit:
        told = (tenant.slug, tenant.name, tenant.parent, gone, now)
        await unit.execute(Q.depart, tenant.id, *told)
        await unit.execute("DELETE FROM task WHERE tenant = $1", tenant.id)
        if not await unit.execute("DELETE FROM tenant WHERE id = $1", tenant.id):
            raise Conflict("删除没有完成，稍后重试。")
        unit.after_commit(_forgotten(tenant.id))


def _forgotten(tenant_id: int) -> Callable[[], Awaitable[None]]:
    async def told() -> None:
        directory.forget(tenant_id)

    return told


async def look_at(tenant: Tenant, now: datetime) -> None:
    """A wake-up that was lost is made good."""
    if tenant.state == "leaving" and tenant.leaves_at is not None and tenant.leaves_at <= now:
        async with db.as_tenant(tenant.id) as unit:
            await tasks.wake(unit, JOB, now, "0")
