"""Trying rules is as living by them: the report says what a place in which they were in force has come to."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from core.clock import SHANGHAI
from core.embedded.servers import Servers
from core.whatif import decide
from tests.core.whatif import chance
from tests.core.whatif.lived import UNTIL, Event, Sight, Town, seen, tried

LUCK = st.binary(min_size=8, max_size=8).map(Random)
LIVES = 16
CASES = 8


class Disagreed(AssertionError):
    """Said and lived; its text ends with the story."""


@pytest.fixture
async def loop(pool: Servers) -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


@dataclass
class Tally:
    """In how many lives a draft made any difference, and to what."""

    scores: int = 0
    tickets: int = 0
    defaults: int = 0


def test_what_if_equals_doing_it(loop: asyncio.AbstractEventLoop):
    tally = Tally()

    @seed(20261122)
    @settings(max_examples=LIVES, deadline=None, database=None, phases=[Phase.generate], derandomize=False,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(luck=LUCK)
    def any_place_any_draft(luck: Random) -> None:
        rules, draft, story = chance.place(luck), chance.draft(luck), chance.story(luck, CASES)
        loop.run_until_complete(_same(rules, draft, story, tally))

    any_place_any_draft()

    # A proof in which nothing ever differs would prove nothing.
    assert min(tally.scores, tally.tickets, tally.defaults) > 0, tally


async def _same(rules: Mapping[str, Any], draft: Mapping[str, Any], story: Sequence[Event], tally: Tally) -> None:
    was, would = Town(rules), Town(rules, draft)
    try:
        for town, like in ((was, None), (would, was)):
            await town.open(chance.FIRST - timedelta(days=1))
            await town.live(story, UNTIL, like)
        before, after, _ = await tried(was, draft)
        tally.scores += before.scores != after.scores
        tally.tickets += before.tickets != after.tickets
        tally.defaults += before.defaults != after.defaults
        wrong = [f"as it was: {each}" for each in _differences(before, await seen(was))]
        wrong += [f"as it would be: {each}" for each in _differences(after, await seen(would))]
        if wrong:
            told = [f"{each.at:%m-%d %H:%M} {each.word} {dict(each.given)}" for each in sorted(story, key=_at)]
            raise Disagreed("\n".join([*wrong, f"rules {rules}", f"draft {draft}", *told]))
    finally:
        await was.close()
        await would.close()


PAUSED: Mapping[str, Any] = {
    "dimensions": [{"code": "overall", "label": "总体评价", "of": "case"}],
    "occasions": [{"event": "closed", "dimensions": ["overall"]}],
    "scores": [10, 8, 6, 3, 0], "rating_window": "5d", "after_window": 5,
}  # fmt: skip


def _on(day: int, word: str, hour: int = 10, **given: Any) -> Event:
    return Event(datetime(2026, 3, day, hour, tzinfo=SHANGHAI), word, given)


@pytest.mark.parametrize("window", ["2d", "4d"])
async def test_a_chance_that_met_a_pause_is_longer_by_it_under_any_window(pool: Servers, window: str):
    closings = [_on(day, "closed", case=f"P{day}", item="invoice", mode="window") for day in (3, 5, 6, 9, 16)]
    late = [
        _on(14, "rate", case="P6", grades={"overall": 1}, text="慢"),
        _on(13, "rate", case="P5", grades={"overall": 3}),
    ]
    story = [*closings, _on(7, "pause"), _on(12, "resume", hour=16), *late]

    await _same(PAUSED, {"rating_window": window}, story, Tally())


@pytest.mark.parametrize(("was", "would"), [("once", "each"), ("each", "once")])
async def test_a_batch_counts_by_the_rules_of_its_own_day_as_living_by_them_would(pool: Servers, was: str, would: str):
    served = {"item": "invoice", "mode": "window", "staff": "li"}
    early = Event(datetime(2026, 2, 27, 10, tzinfo=SHANGHAI), "closed", {"case": "B0", "batch": 7, **served})
    closings = [_on(3, "closed", case="B1", batch=5, **served), _on(4, "closed", case="B2", batch=3, **served),
                _on(4, "closed", case="C1", **served)]  # fmt: skip
    rated = [_on(3, "rate", hour=9, case="B0", grades={"overall": 2}, text="慢"),
             _on(5, "rate", case="B1", grades={"overall": 1}, text="慢"),
             _on(5, "rate", case="C1", grades={"overall": 4})]  # fmt: skip
    tally = Tally()

    counted = {**PAUSED, "formulas": chance.FORMULAS[0], "defaults_count": True, "batch_counts": was}
    await _same(counted, {"batch_counts": would}, [early, *closings, *rated], tally)

    assert tally.scores == 1


def test_how_a_batch_counts_is_left_out_where_other_keys_move_grades_too():
    assert decide.untried(["batch_counts", "scores"]) == set()
    assert decide.untried(["batch_counts", "rating_window"]) == {"batch_counts"}
    assert decide.untried(["batch_counts", "identity"]) == {"identity"}


def _at(event: Event) -> datetime:
    return event.at


def _differences(said: Sight, lived: Sight) -> list[str]:
    """In words; empty where both agree."""
    found: list[str] = []
    for name in ("scores", "tickets", "weeks", "bodies"):
        one, other = dict(getattr(said, name)), dict(getattr(lived, name))
        keys = sorted(one.keys() | other.keys(), key=str)
        found += [f"{name} {key}: said {one.get(key)}, lived {other.get(key)}" for key in keys
                  if one.get(key) != other.get(key)]  # fmt: skip
    if said.defaults != lived.defaults:
        found.append(f"defaults: said {said.defaults}, lived {lived.defaults}")
    return found
