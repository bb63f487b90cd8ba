"""Whatever is killed under load, what was acknowledged is stored once, and everything comes back by itself."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.conftest import Say
from tests.faults.facts import stored
from tests.faults.history import read
from tests.faults.house import House, whole_house
from tests.faults.judge import Verdict, judge
from tests.faults.load import Hall

CLIENTS = 4
BETWEEN = 2.0


@dataclass
class Run:
    """A load that goes on while its caller breaks things; afterwards the judge has spoken."""

    hall: Hall
    recovered: list[float] = field(default_factory=list[float])

    @property
    def verdict(self) -> Verdict:
        return judge(read(self.hall.history.file), stored(self.hall.house, self.hall.place))

    async def kill(self, how: Callable[[], object]) -> None:
        """Kills, and waits until somebody who asked after it has been answered."""
        await asyncio.sleep(BETWEEN)
        await asyncio.to_thread(how)
        killed = time.monotonic()
        while not any(at >= killed for at, _ in self.hall.took):  # noqa: ASYNC110 - the load tells nobody
            await asyncio.sleep(0.02)
        self.recovered.append(time.monotonic() - killed)


@asynccontextmanager
async def under_load(house: House, name: str) -> AsyncGenerator[Run]:
    place = await asyncio.to_thread(house.found, name)
    stop, run = asyncio.Event(), Run(Hall(house, place, house.history(place)))
    load = asyncio.create_task(run.hall.work(CLIENTS, stop))
    try:
        yield run
        await asyncio.sleep(BETWEEN)
    finally:
        stop.set()
        await load
        run.hall.history.close()


@pytest.mark.slow
async def test_an_installation_of_one_of_each_comes_through_a_kill_of_each(tmp_path: Path, say: Say):
    with whole_house(tmp_path) as house:
        async with under_load(house, "each") as run:
            for kill in (
                house.kill_database, house.kill_valkey, lambda: house.kill_program("serve-0"),
                lambda: house.kill_program("worker-0"),
            ):  # fmt: skip
                await run.kill(kill)
        verdict = run.verdict

        say(f"reduced: kills=4 {verdict} recovery_s={max(run.recovered):.1f}")
        assert verdict.holds
        assert verdict.acked > 0
        assert await asyncio.to_thread(house.waits_until_ready)


@pytest.mark.faults
async def test_a_killed_database_loses_nothing_it_acknowledged(house: House, say: Say):
    async with under_load(house, "f01") as run:
        for _ in range(3):
            await run.kill(house.kill_database)
    verdict = run.verdict

    say(f"F01 kills=3 {verdict} resolved={run.hall.resolved} recovery_s={max(run.recovered):.1f}")
    assert verdict.holds
    assert verdict.acked > 0
    assert max(run.recovered) <= 30
    assert await asyncio.to_thread(house.waits_until_ready)


@pytest.mark.faults
async def test_a_rating_needs_no_valkey_and_no_work_is_forgotten(house: House, say: Say):
    async with under_load(house, "f02") as run:
        await asyncio.sleep(6)
        begun = time.monotonic()
        await run.kill(house.kill_valkey)
        await run.kill(lambda: _told(house, "FLUSHALL"))
        await run.kill(lambda: _told(house, "CONFIG", "SET", "maxmemory", "1"))
        await asyncio.sleep(4)
        await run.kill(lambda: _told(house, "CONFIG", "SET", "maxmemory", "96mb"))
        ended = time.monotonic()
    await _wake(house, run.hall.place.id)
    _told(house, "FLUSHALL")
    left = await asyncio.to_thread(_is_done, house, run.hall.place.id)
    verdict = run.verdict

    before, during = run.hall.p95_ms(until=begun), run.hall.p95_ms(begun, ended)
    say(f"F02 {verdict} p95_before_ms={before:.0f} p95_without_ms={during:.0f} tasks=200 tasks_left={left}")
    assert verdict.holds
    assert left == 0


@pytest.mark.faults
async def test_killed_web_processes_leave_no_answer_that_was_not_meant(house: House, say: Say):
    async with under_load(house, "f03") as run:
        for nth in range(6):
            await run.kill(lambda: house.kill_program(f"serve-{nth % 2}"))  # noqa: B023 - called before the next
    verdict = run.verdict

    say(f"F03 kills=6 {verdict} resolved={run.hall.resolved}")
    assert verdict.holds
    assert verdict.unknown == 0
    assert verdict.acked > 0


def _told(house: House, *command: str) -> None:
    with Redis.from_url(house.settings.redis_url) as redis:
        redis.execute_command(*command)


async def _wake(house: House, tenant_id: int) -> None:
    """Work that is due now, some of it already carried to Valkey when that forgets everything."""
    house.sql(
        f"INSERT INTO task (id, tenant, kind, run_after) SELECT gen_random_uuid(), {tenant_id}, 'fold',"
        " now() - interval '1 second' * n FROM generate_series(1, 200) AS n;"
    )
    await asyncio.sleep(1.5)


def _is_done(house: House, tenant_id: int, within: float = 60) -> int:
    until = time.monotonic() + within
    while left := int(house.sql(f"SELECT count(*) FROM task WHERE tenant = {tenant_id} AND run_after <= now();")):
        if time.monotonic() > until:
            return left
        time.sleep(0.5)
    return 0
