"""Whatever is killed under load, what was acknowledged is stored once, and everything comes back by itself."""

import asyncio
import os
from pathlib import Path

import pytest

from core import clock
from core.embedded.processes import comes_true
from tests.faults.house import House, whole_house
from tests.faults.load import History, report_and_rate, settle

pytestmark = pytest.mark.slow

# One of each on every commit; `make faults` goes round more often.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
BETWEEN_SECONDS = 2.0
BACK_WITHIN = 60


async def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with whole_house(tmp_path / "var") as house:
        assert await asyncio.to_thread(comes_true, lambda: house.is_ready, BACK_WITHIN)
        history = History(clock.now())

        await break_things_under_load(house, history)
        assert await asyncio.to_thread(comes_true, lambda: house.is_ready, BACK_WITHIN)
        await settle(house, history)
        stored = {case: (int(ratings), receipt) for case, ratings, receipt in house.facts(STORED)}
        [[counted]] = house.facts(COUNTED)

        lost = set(history.acked) - set(stored)
        doubled = {case for case, (ratings, _) in stored.items() if ratings != 1}
        with capsys.disabled():
            told = (
                f"kills={5 * ROUNDS} acked={len(history.acked)} lost={len(lost)} dup={len(doubled)} counted={counted}"
            )
            os.write(1, f"\n{told}\n".encode())
        assert lost == set()
        assert doubled == set()
        assert {case: receipt for case, (_, receipt) in stored.items()} == history.acked
        assert int(counted) == len(history.acked)


async def break_things_under_load(house: House, history: History) -> None:
    stop = asyncio.Event()
    load = asyncio.create_task(report_and_rate(house, history, stop))
    for _ in range(ROUNDS):
        for kill in (
            house.kill_database,
            house.kill_valkey,
            lambda: house.kill_program("serve"),
            lambda: house.kill_program("worker"),
            house.kill_database,
        ):
            await asyncio.sleep(BETWEEN_SECONDS)
            await asyncio.to_thread(kill)
            await asyncio.to_thread(comes_true, lambda: house.is_ready, BACK_WITHIN)
    await asyncio.sleep(BETWEEN_SECONDS)
    stop.set()
    await load


STORED = """
SELECT c.code, count(*), min(r.receipt) FROM rating AS r JOIN service_case AS c ON c.id = r.case_id
WHERE r.origin = 'citizen' GROUP BY c.code;
"""
COUNTED = """
SELECT (SELECT coalesce(sum(n), 0) FROM tally WHERE subject = 'institution' AND code = 'tax' AND dimension = 'overall')
     + (SELECT coalesce(sum(n), 0) FROM tally_delta WHERE dimension = 'overall');
"""
