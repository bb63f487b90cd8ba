"""Examples are run by the worker, one after the other in a throw-away tenant, and what became of each is kept."""

import asyncio
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from core import db, ids, stack
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Invalid, TooMany
from core.examples import actions as examples
from core.examples import kept
from core.examples.actions import Q
from core.examples.model import Scope
from core.outbox import tasks
from core.proposals import actions as proposals
from core.proposals.applied import applied
from core.scenarios import ground as grounds
from core.scenarios.catalogue import installed, of_tenant, scenario_folders
from core.scenarios.errors import Unreadable
from core.scenarios.faults import FILE
from core.scenarios.language import load, read, scenario
from core.scenarios.model import Scenario
from core.scenarios.report import Result, files
from core.scenarios.runner import run as live
from core.scenarios.sights import plain
from core.tenants.model import Tenant
from core.tenants.throwaway import number, sweep

JOB = "examples"
MOST_AT_ONCE = 3
# Shorter than a job may run, the longest example included: what is left is handed on to the next turn.
TURN_SECONDS = 20.0
EXAMPLE_SECONDS = 25.0
ABANDONED_AFTER = timedelta(minutes=30)
KEPT = timedelta(days=90)
TOO_SLOW = f"超过 {EXAMPLE_SECONDS:g} 秒没有跑完，请减少步骤，或缩短步骤之间的时间"
GIVEN_UP = "多次尝试仍没有跑完，请重新运行；再次失败请联系系统管理员。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``one`` example, all of the tenant's ``own``, or ``all``: those of the regulations below it too."""

    scope: Scope
    example_id: UUID | None = None
    proposal_id: UUID | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A run in this turn: the tenant with the rules it is run by, and the day on which they are in force."""

    id: UUID
    tenant: Tenant
    on: date
    stage: int


async def ask(unit: db.Unit, tenant: Tenant, wanted: Wanted, *, by: Actor, name: str, now: datetime) -> UUID:
    await _give_up(unit, now)
    if await unit.fetchval(Q.under_way, unit.tenant) >= MOST_AT_ONCE:
        raise TooMany(f"已有 {MOST_AT_ONCE} 次运行正在进行，请等其中一次结束。")
    if wanted.scope == "own" and not await unit.fetchval(Q.count, unit.tenant):
        raise Invalid("还没有例子可以运行，请先写一个。")
    run_id = ids.new()
    rules = kept.rules_of(tenant.revision, wanted.version)
    written = await kept.standing(unit, wanted.example_id)
    asked = (wanted.proposal_id, rules, written, wanted.scope, wanted.example_id, number(), name, now)
    await unit.execute(Q.ask, unit.tenant, run_id, *asked)
    told = {"scope": wanted.scope, "example": wanted.example_id, "proposal": wanted.proposal_id}
    await audit.write(unit, by, "example.run", "example", run_id, None, told, now)
    await tasks.wake(unit, JOB, now, str(run_id))
    return run_id


async def examples_run(tenant: Tenant, ref: str, now: datetime) -> None:
    """Goes on from where the last turn stopped."""
    until, run_id = time.monotonic() + TURN_SECONDS, UUID(ref)
    taken = await _take(tenant, run_id, now)
    while taken is not None:
        if not await _next(tenant, taken, now):
            return
        if time.monotonic() > until:
            async with db.as_tenant(tenant.id) as unit:
                await tasks.wake(unit, JOB, now + timedelta(seconds=1), ref)
            return


async def _take(tenant: Tenant, run_id: UUID, now: datetime) -> _Taken | None:
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.take, unit.tenant, run_id)
        if row is None:
            return None
        await unit.execute(Q.begin, unit.tenant, run_id, now)
        if not await unit.fetchval(Q.planned, unit.tenant, run_id):
            await _plan(unit, tenant, row)
    if row["state"] == "running":
        # A turn before this one may have died with its throw-away tenant standing.
        await sweep(row["stage"])
    if row["proposal_id"] is None:
        return _Taken(run_id, tenant, now.astimezone(SHANGHAI).date(), row["stage"])
    proposal = await proposals.by_id(tenant, row["proposal_id"])
    return _Taken(run_id, applied(tenant, proposal), proposal.since, row["stage"])


async def _plan(unit: db.Unit, tenant: Tenant, row: db.Row) -> None:
    own = await examples.listing(unit) if row["scope"] != "one" else [await examples.one(unit, row["example_id"])]
    planned = [(each.id, each.version, "", each.says, list(each.covers)) for each in own]
    if row["scope"] == "all":
        planned += [(None, None, source, "", []) for source in sources(tenant)]
    rows = [(unit.tenant, row["id"], nth, *each) for nth, each in enumerate(planned, start=1)]
    await unit.executemany(Q.plan, rows)


async def _next(tenant: Tenant, taken: _Taken, now: datetime) -> bool:
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.next, unit.tenant, taken.id)
        if row is None:
            await unit.execute(Q.end, unit.tenant, taken.id, "ended", "", now)
            return False
        body = await examples.body_of(unit, row["example_id"], row["version"]) if row["example_id"] else None
    result = await _outcome(taken, row["source"], body)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(
            Q.tell, unit.tenant, taken.id, row["nth"], result.ok, result.readable, result.step, result.word,
            plain(result.expected), plain(result.found), result.says, list(result.covers),
        )  # fmt: skip
    return True


async def _outcome(taken: _Taken, source: str, body: examples.Body | None) -> Result:
    try:
        if body is None:
            told = read(file_of(source), installed())
            ground = grounds.of_regulation(taken.tenant, told, taken.on, taken.stage)
        else:
            told = scenario(FILE, body, of_tenant(taken.tenant), taken.tenant.stack)
            ground = grounds.of_tenant(taken.tenant, told, taken.on, taken.stage)
    except Unreadable as error:
        says = "" if body is None else str(body.get("says", ""))
        return Result(source, says, ok=False, step=error.step, found=error.problem, readable=False)
    return await _in_time(told, ground)


async def _in_time(told: Scenario, ground: grounds.Ground) -> Result:
    try:
        return await asyncio.wait_for(live(told, ground), EXAMPLE_SECONDS)
    except TimeoutError:
        return Result(str(told.file), told.says, told.covers, ok=False, expected="跑完", found=TOO_SLOW)


def sources(tenant: Tenant) -> tuple[str, ...]:
    """The examples that speak of just this stack of regulations, as plugin/file.

    One of a lower layer alone says what holds where no city has ruled otherwise: here the city has.
    """
    standing = tuple(each for each in tenant.stack if each != stack.NATIONAL)
    names = dict.fromkeys((stack.NATIONAL, *standing))
    folders = {folder: name for name in names for folder in scenario_folders() if folder.parent == stack.folder(name)}
    return tuple(
        f"{name}/{file.name}"
        for folder, name in folders.items()
        for file in files((folder,))
        if _stack_of(file) == standing
    )


@cache
def _stack_of(file: Path) -> tuple[str, ...]:
    return tuple(load(file.read_bytes()).get("policy", ()))


def file_of(source: str) -> Path:
    name, _, file = source.partition("/")
    found = next((each for each in scenario_folders() if each.parent == stack.folder(name)), None)
    if found is None or not (found / file).is_file():
        raise Unreadable(f"规则插件“{name}”没有带来“{file}”这个例子。")
    return found / file


async def _give_up(unit: db.Unit, now: datetime) -> None:
    """What nobody went on with has failed; what is old is forgotten, the last of each kind never."""
    for row in await unit.fetch(Q.abandoned, unit.tenant, now - ABANDONED_AFTER):
        await unit.execute(Q.end, unit.tenant, row["id"], "failed", GIVEN_UP, now)
    for row in await unit.fetch(Q.old_runs, unit.tenant, now - KEPT):
        await unit.execute(Q.forget_results, unit.tenant, row["id"])
        await unit.execute(Q.forget_run, unit.tenant, row["id"])


JOBS = {JOB: examples_run}
