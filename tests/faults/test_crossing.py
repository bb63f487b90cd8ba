"""F16 below the routes (those are walked by tests/web/test_routes.py): no table shows one tenant's rows to another."""

import asyncio

import pytest

from tests.faults.conftest import Say
from tests.faults.crossing import cross
from tests.faults.house import House, Place
from tests.faults.load import Hall

pytestmark = pytest.mark.faults


async def inhabited(house: House, name: str) -> Place:
    """A place with events, ratings, tickets and everything that follows from them."""
    place = await asyncio.to_thread(house.found, name)
    hall = Hall(house, place, house.history(place), applicants=True)
    await hall.do(20, 2)
    hall.history.close()
    return place


async def test_no_table_shows_a_foreign_row_or_lets_it_be_changed(house: House, say: Say):
    ours, theirs = await inhabited(house, "f16-ours"), await inhabited(house, "f16-theirs")

    found = await cross(house, ours, theirs)

    say(f"F16 {found}")
    assert found.tables > 30
    assert (found.leaks, found.writes) == ((), ())
