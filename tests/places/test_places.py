"""Twelve places that no plugin of ours knows: their rules are entered, and their own examples hold."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from core.policy import keys
from core.scenarios import wording
from core.scenarios.catalogue import installed
from tests.places.entered import PLACES, Place, entered, founded, read, tried


@pytest.fixture(scope="module", autouse=True)
async def house(pool: object) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("code", PLACES)
async def test_the_places_own_examples_hold_by_the_rules_entered(code: str, now: datetime):
    place = read(code)

    async with founded(place, now) as empty:
        tenant = await entered(empty, place, now)
        run, results = await tried(tenant, place, now)

    told = [
        (each.says, each.step, wording.told(each.expected), wording.told(each.found)) for each in results if not each.ok
    ]
    assert told == []
    assert run.holds and run.passed == len(place.examples) > 0


def test_there_are_twelve_and_none_is_ours():
    places = [read(code) for code in PLACES]

    assert len(places) >= 12
    assert not {each.code for each in places} & installed().plugins
    assert sum(any(rule.get("known") for rule in each.rules) for each in places) >= 4


def test_every_key_there_is_is_entered_somewhere():
    written = {keys.whole(key).name for place in map(read, PLACES) for key in _keys(place)}

    assert set(keys.ALL) - written == set()


def _keys(place: Place) -> list[str]:
    return [rule["key"] for rule in place.rules if not rule["key"].startswith("answer:")]
