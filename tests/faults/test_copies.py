"""A message that comes five times at once is one message, and each copy is answered alike."""

import asyncio

import pytest

from tests.faults.conftest import Say
from tests.faults.facts import stored
from tests.faults.history import read
from tests.faults.house import House
from tests.faults.judge import judge
from tests.faults.load import Hall

CASES, COPIES = 150, 5


@pytest.mark.faults
async def test_copies_are_stored_once_and_answered_alike(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "f10")
    hall = Hall(house, place, house.history(place), copies=COPIES)
    await hall.do(CASES, 3)
    hall.history.close()
    verdict = judge(read(hall.history.file), await asyncio.to_thread(stored, house, place))

    same = 100 * (1 - hall.receipts_differ / CASES)
    say(f"F10 sent={COPIES * CASES} stored={verdict.stored} same_receipt={same:.0f}% {verdict}")
    assert verdict.holds
    assert verdict.stored == CASES
    assert hall.sent >= 2 * COPIES * CASES
    assert hall.receipts_differ == 0
