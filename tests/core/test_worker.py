"""Work is done until it is finished: by one worker at a time, whatever dies, and in sight when it cannot be done."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from arq.connections import ArqRedis
from redis.asyncio import Redis

from core import clock, db, worker
from core.audit import Actor
from core.embedded.servers import Servers
from core.errors import NotFound
from core.outbox import tasks
from core.tenants import Tenant

ROOT = Path(__file__).parents[2]
BY = Actor("member", "operator")


async def wake(tenant: Tenant, kind: str, at: datetime, *refs: str) -> None:
    async with db.as_tenant(tenant.id) as unit:
        for ref in refs or ("",):
            await tasks.wake(unit, kind, at, ref)


async def listed(tenant: Tenant) -> Sequence[tasks.Listed]:
    async with db.as_tenant(tenant.id) as unit:
        return await tasks.listing(unit)


async def lines(tenant: Tenant) -> Counter[str]:
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch("SELECT name FROM line WHERE tenant_id = $1", tenant.id)
    return Counter(row["name"] for row in rows)


async def comes_true(asked: Callable[[], Awaitable[bool]], within: float = 60) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if await asked():
            return True
        await asyncio.sleep(0.1)
    return False


def redis_url(pool: Servers) -> str:
    """A database of this run: other runs have their own workers on the same Valkey."""
    return pool.redis_url.replace("db=0", f"db={os.getpid() % 15 + 1}")


@asynccontextmanager
async def working(pool: Servers, workers: int) -> AsyncGenerator[list[asyncio.subprocess.Process]]:
    environment = {
        **os.environ, "DATABASE_URL": pool.database_url, "REDIS_URL": redis_url(pool), "HAOCHAPING_ENV": "demo",
        "HAOCHAPING_SECRET": "a secret that is only good for tests",
    }  # fmt: skip
    argv = (sys.executable, "-m", "tests.core.worker_under_test")
    running = [await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=environment) for _ in range(workers)]
    try:
        yield running
    finally:
        for each in running:
            if each.returncode is None:
                each.terminate()
        await asyncio.gather(*(each.wait() for each in running))


async def test_two_workers_do_everything_and_nothing_twice(pool: Servers, tenant: Tenant) -> None:
    refs = [str(number) for number in range(150)]
    await wake(tenant, "count", clock.now(), *refs)
    await wake(tenant, "count", clock.now() + timedelta(hours=1), "later")

    async with working(pool, 2):
        assert await comes_true(lambda: _are_left(tenant, 1))
    assert await lines(tenant) == Counter(refs)


async def _are_left(tenant: Tenant, number: int) -> bool:
    return len(await listed(tenant)) == number


async def test_what_a_killed_worker_held_is_done_after_its_lease(pool: Servers, tenant: Tenant) -> None:
    await wake(tenant, "slow", clock.now(), "done")

    async def begun() -> bool:
        return (await lines(tenant))["begun"] == 1

    async with working(pool, 1) as (first,):
        assert await comes_true(begun)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with db.as_system() as unit:
        await unit.execute("UPDATE task SET leased_until = $1 WHERE tenant = $2", clock.now(), tenant.id)
    async with working(pool, 1):
        assert await comes_true(lambda: _are_left(tenant, 0))

    assert await lines(tenant) == Counter({"begun": 2, "done": 1})


async def test_what_redis_forgot_is_carried_again(pool: Servers, tenant: Tenant) -> None:
    await wake(tenant, "count", clock.now(), "forgotten")
    claimed = await tasks.claim(clock.now(), 5, throwaway=True)
    async with Redis.from_url(redis_url(pool)) as redis:
        await redis.flushdb()
    async with db.as_system() as unit:
        await unit.execute("UPDATE task SET leased_until = $1 WHERE id = ANY($2)", clock.now(), list(claimed.ids))

    async with working(pool, 1):
        assert await comes_true(lambda: _are_left(tenant, 0))
    assert await lines(tenant) == Counter({"forgotten": 1})


async def test_without_redis_a_claim_is_given_back(tenant: Tenant) -> None:
    await wake(tenant, "count", clock.now(), "patient")
    nowhere = ArqRedis.from_url("redis://127.0.0.1:1/0")
    sweeping = asyncio.create_task(worker.sweep(nowhere, worker.Plan({}, throwaway=True)))

    async def waits() -> bool:
        await asyncio.sleep(1.2)
        return [each.state for each in await listed(tenant)] == ["waiting"]

    assert await waits()
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    await nowhere.aclose()


async def test_asking_twice_for_the_same_moment_is_asking_once(tenant: Tenant, now: datetime) -> None:
    await wake(tenant, "fold", now)
    await wake(tenant, "fold", now)

    assert len(await listed(tenant)) == 1


async def test_work_asked_for_while_it_is_being_done_is_done_again(tenant: Tenant, now: datetime) -> None:
    await wake(tenant, "fold", now)
    task = await _begin(now)
    await wake(tenant, "fold", now)

    assert not await tasks.finish(task)
    assert [each.state for each in await listed(tenant)] == ["waiting"]


async def test_a_zombie_cannot_finish_what_another_took_over(tenant: Tenant, now: datetime) -> None:
    await wake(tenant, "fold", now)
    zombie = await _begin(now)
    later = now + tasks.RUNNING_FOR
    second = await _begin(later)

    assert second.attempts == 2
    assert not await tasks.finish(zombie)
    assert await tasks.finish(second)


async def test_a_claim_can_be_begun_once(tenant: Tenant, now: datetime) -> None:
    await wake(tenant, "fold", now)
    claimed = await tasks.claim(now, 5, throwaway=True)
    (task_id,) = claimed.ids

    assert await tasks.begin(task_id, claimed.token, now) is not None
    assert await tasks.begin(task_id, claimed.token, now) is None


async def test_a_worker_whose_clock_is_behind_does_what_is_due_as_of_when_it_was_due(
    tenant: Tenant, now: datetime
) -> None:
    told: list[datetime] = []

    async def look(_tenant: Tenant, _ref: str, at: datetime) -> None:
        told.append(at)

    await wake(tenant, "look", now)
    claimed = await tasks.claim(now, 5, throwaway=True)
    with clock.at(now - timedelta(seconds=90)):
        await worker.run_claimed(claimed.ids[0], claimed.token, {"look": look})

    assert told == [now]


async def test_what_cannot_be_done_rests_ever_longer_and_then_lies_in_sight(tenant: Tenant, now: datetime) -> None:
    async def poison(_tenant: Tenant, _ref: str, _now: datetime) -> None:
        raise ValueError("I never work")

    await wake(tenant, "poison", now)
    at, pauses = now, []
    for _ in range(tasks.ATTEMPTS_ALLOWED):
        with clock.at(at):
            claimed = await tasks.claim(at, 5, throwaway=True)
            await worker.run_claimed(claimed.ids[0], claimed.token, {"poison": poison})
        (task,) = await listed(tenant)
        pauses.append(task.run_after - at)
        at = task.run_after

    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert (task.state, task.last_error) == ("dead", "ValueError")
    assert (await tasks.claim(at + timedelta(days=1), 5, throwaway=True)).ids == ()
    async with db.as_tenant(tenant.id) as unit:
        await tasks.retry(unit, task.id, by=BY, now=at)
    assert [each.state for each in await listed(tenant)] == ["waiting"]


async def test_throwaway_tenants_run_their_own_jobs(tenant: Tenant, now: datetime) -> None:
    await wake(tenant, "fold", now)

    assert (await tasks.claim(now, 5)).ids == ()
    assert await tasks.oldest_due(now) is None


async def test_a_stranger_neither_sees_nor_retries_anothers_task(
    tenant: Tenant, stranger: Tenant, now: datetime
) -> None:
    await wake(tenant, "fold", now)
    (task,) = await listed(tenant)

    assert await listed(stranger) == []
    with pytest.raises(NotFound):
        async with db.as_tenant(stranger.id) as unit:
            await tasks.retry(unit, task.id, by=BY, now=now)


async def _begin(now: datetime) -> tasks.Task:
    claimed = await tasks.claim(now, 5, throwaway=True)
    begun = await tasks.begin(claimed.ids[0], claimed.token, now)
    assert begun is not None
    return begun


async def test_long_work_says_that_it_is_still_being_done(
    pool: Servers, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)
    await wake(tenant, "whatif", clock.now())
    claimed = await tasks.claim(clock.now() + timedelta(seconds=1), 100, throwaway=True)
    (task,) = [each for each in await listed(tenant) if each.id in claimed.ids]
    leases: list[datetime] = []

    async def lease() -> None:
        async with db.as_system() as unit:
            leases.append(await unit.fetchval("SELECT leased_until FROM task WHERE id = $1", task.id))

    async def slow(_tenant: Tenant, _ref: str, _now: datetime) -> None:
        await lease()
        while len(leases) < 100 and leases[-1] == leases[0]:
            await asyncio.sleep(0.02)
            await lease()

    await worker.run_claimed(task.id, claimed.token, {"whatif": slow})

    assert leases[-1] > leases[0]
    assert await listed(tenant) == []
