"""Hundreds of tickets lived beside the model of one (R13), and two who edit one ticket a thousand times each (R14)."""

import asyncio
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

from core.embedded.servers import Servers
from tests.core.tickets.life import Tally, live
from tests.core.tickets.writers import write_at_once
from tests.faults.conftest import Say

pytestmark = pytest.mark.faults

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
LONG = settings(max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=SLOW)
SEEDS = 4
EDITS = 1_000


@pytest.fixture
async def loop(pool: Servers) -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_no_ticket_takes_a_way_that_the_model_does_not_know(loop: asyncio.AbstractEventLoop, say: Say):
    tally, mismatch = Tally(), 0
    seeds = [random.SystemRandom().randrange(2**32) for _ in range(SEEDS)]
    try:
        for seed in seeds:
            live(loop, tally, LONG, seed)
    except AssertionError:
        mismatch = 1
        raise
    finally:
        counted = f"steps={tally.steps} transitions={tally.transitions} refused={tally.refused}"
        say(f"R13 {counted} mismatch={mismatch} lives={tally.lives} seeds={','.join(map(str, seeds))}")


async def test_of_two_writers_nobody_is_overwritten(pool: Servers, say: Say):
    found = await write_at_once(EDITS, with_version=True)

    say(
        f"R14 writers=2 edits={2 * EDITS} done={found.done} conflicts={found.conflicts}"
        f" lost_h={found.lost // timedelta(hours=1)}"
    )
    assert found.lost == timedelta()
    assert (found.done + found.conflicts, found.refused, found.traces) == (2 * EDITS, 0, found.conflicts)
