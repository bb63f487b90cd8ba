"""Work that is due is done once: by whichever worker lives, whatever its clock says, past what can never be done."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.embedded.processes import comes_true
from core.outbox.tasks import ATTEMPTS_ALLOWED, RUNNING_FOR
from tests.faults import due
from tests.faults.conftest import Say
from tests.faults.facts import stored
from tests.faults.house import House, Place, whole_house
from tests.faults.judge import Stored
from tests.faults.load import Hall

SILENT = 20_000
REMINDED = 100
HEALTHY, POISON = 300, 3
CLOCKS = 3_000
# Clocks run out from before the late worker's now until after the right one's.
PAST, COMING, LATE = 150, 20, 90
FOUND_WITHIN = 90
HANDLER = "institution:tax-east"

pytestmark = pytest.mark.faults


async def test_a_worker_killed_at_its_work_leaves_it_to_another(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "f04")
    await asyncio.to_thread(due.lay_silence, house, place, SILENT)
    assert await asyncio.to_thread(comes_true, lambda: due.effects(house, place, due.DEFAULTS)[0] > 0, 30)

    for name in ("worker-0", "worker-1"):
        house.kill_program(name)
    killed, done_before = time.monotonic(), due.effects(house, place, due.DEFAULTS)[0]
    within = RUNNING_FOR.total_seconds() + 60
    assert await asyncio.to_thread(comes_true, lambda: due.effects(house, place, due.DEFAULTS)[0] == SILENT, within)
    rerun = time.monotonic() - killed
    done, doubled = due.effects(house, place, due.DEFAULTS)
    counted = await asyncio.to_thread(stored, house, place)

    say(
        f"F04 kills=2 due={SILENT} done_before_kill={done_before} effects_missing={SILENT - done}"
        f" effects_dup={doubled} tally_off={_off(counted)} rerun_s={rerun:.0f}"
    )
    assert 0 < done_before < SILENT
    assert (done, doubled, _off(counted)) == (SILENT, 0, 0)


async def test_work_that_can_never_be_done_lies_aside_and_holds_up_nothing(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "f12")
    house.sql(
        f"INSERT INTO task (id, tenant, kind, ref, run_after) SELECT gen_random_uuid(), {place.id},"
        f" CASE WHEN n % 100 = 0 THEN 'poison' ELSE 'fold' END, n, now() - interval '1 second' * n"
        f" FROM generate_series(1, {HEALTHY}) AS n;"
    )
    begun = time.monotonic()
    assert await asyncio.to_thread(comes_true, lambda: due.left(house, place, kinds="'fold'") == 0, 60)
    healthy_s = time.monotonic() - begun
    # Their pauses grow to an hour; the test does not wait for them.
    for _ in range(60):
        house.sql(f"UPDATE task SET run_after = now() WHERE tenant = {place.id} AND state = 'waiting';")
        if _dead(house, place.id) == POISON:
            break
        await asyncio.sleep(1)

    dead = house.facts(f"SELECT kind, attempts FROM task WHERE tenant = {place.id} AND state = 'dead'")
    rest = int(house.sql(f"SELECT count(*) FROM task WHERE tenant = {place.id} AND state <> 'dead';"))
    say(f"F12 tasks={HEALTHY} poison={POISON} dead={len(dead)} healthy_left={rest} healthy_s={healthy_s:.1f}")
    assert [(each["kind"], each["attempts"]) for each in dead] == [("poison", ATTEMPTS_ALLOWED)] * POISON
    assert rest == 0


async def test_three_workers_one_of_them_late_tell_everybody_once(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "f17")
    hall = Hall(house, place, house.history(place), applicants=True)
    await hall.report(REMINDED, 4)
    hall.history.close()
    argv = (sys.executable, "-m", "tests.faults.skewed_worker", "-90")
    late = await asyncio.create_subprocess_exec(*argv, env=settings.as_environment(house.settings))
    try:
        await asyncio.sleep(5)
        await asyncio.to_thread(due.lay_silence, house, place, 2_000)
        due.bring_reminders_forward(house, place)
        assert await asyncio.to_thread(comes_true, lambda: due.left(house, place) == 0, 150)
    finally:
        late.kill()
        await late.wait()
    told = {
        name: due.effects(house, place, query)
        for name, query in (("notices", due.NOTICES), ("messages", due.MESSAGES), ("defaults", due.DEFAULTS))
    }

    effects, doubled = sum(n for n, _ in told.values()), sum(n for _, n in told.values())
    ticks = 2 * REMINDED + 2_000
    say(f"F17 workers=3 skew_s=-90 ticks={ticks} effects={effects} dup={doubled}")
    assert told == {"notices": (REMINDED, 0), "messages": (REMINDED, 0), "defaults": (2_000, 0)}
    assert _off(await asyncio.to_thread(stored, house, place)) == 0


async def test_two_workers_one_of_them_late_tell_of_every_clock_once(tmp_path: Path, say: Say):
    with whole_house(tmp_path, webs=1, workers=0) as house:
        place = await asyncio.to_thread(house.found, "clocks")
        house.sql(due.SIGN)
        await asyncio.to_thread(due.lay_clocks, house, place, CLOCKS, past=PAST, coming=COMING)
        async with _worker(house, -LATE):
            assert await asyncio.to_thread(comes_true, lambda: bool(_told(house, place)), 30)
            async with _worker(house, 0):
                # Until what came last is past for the late one too, and a round has found what it slept through.
                await asyncio.sleep(COMING + LATE + 5)
                await asyncio.to_thread(comes_true, lambda: _is_all_told(house, place), FOUND_WITHIN)
        told = await asyncio.to_thread(_told, house, place)
        left = await asyncio.to_thread(due.left, house, place, kinds="'clocks'")

    handled = _to_handler(told)
    doubled, late = sum(each["n"] > 1 for each in told), sum(each["by"] == str(-LATE) for each in told)
    slowest = max(each["waited"] for each in handled if each["came"])
    say(
        f"F17 workers=2 skew_s=-{LATE} ticks={CLOCKS} effects={len(handled)} dup={doubled}"
        f" by_late={late} slowest_s={slowest:.1f}"
    )
    assert _clocks_told(handled, "overdue") == {f"{n:032x}" for n in range(2, CLOCKS + 1, 2)}
    assert _clocks_told(handled, "warning") == {f"{n:032x}" for n in range(1, CLOCKS + 1, 2)}
    assert (doubled, left) == (0, 0)
    assert all(each["in_time"] for each in told)
    assert 0 < late < len(told)


@asynccontextmanager
async def _worker(house: House, skew: int) -> AsyncGenerator[None]:
    """Its sessions bear its skew as their name."""
    named = replace(house.settings, database_url=f"{house.settings.database_url}&application_name={skew}")
    argv = (sys.executable, "-m", "tests.faults.skewed_worker", str(skew))
    process = await asyncio.create_subprocess_exec(*argv, env=settings.as_environment(named))
    try:
        yield
    finally:
        process.kill()
        await process.wait()


def _told(house: House, place: Place) -> list[dict[str, Any]]:
    return house.facts(due.TOLD.format(id=place.id))


def _to_handler(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in told if each["addressee"] == HANDLER]


def _is_all_told(house: House, place: Place) -> bool:
    return len(_to_handler(_told(house, place))) >= CLOCKS


def _clocks_told(told: list[dict[str, Any]], about: str) -> set[str]:
    return {each["clock"].replace("-", "") for each in told if each["about"] == about}


def _dead(house: House, tenant_id: int) -> int:
    return int(house.sql(f"SELECT count(*) FROM task WHERE tenant = {tenant_id} AND state = 'dead';"))


def _off(counted: Stored) -> int:
    keys = {*counted.marks, *counted.tallies}
    return sum(abs(counted.marks.get(key, 0) - counted.tallies.get(key, 0)) for key in keys)
