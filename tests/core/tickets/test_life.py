"""A ticket under any regulation, whoever does what to it when, is what the model on paper says it is (R13)."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings

from core.embedded.servers import Servers
from core.tickets import clocks, machine
from tests.core.tickets.life import Disagreed, Tally, live
from tests.core.tickets.paper import Timer

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
# What failed once is tried again first. The long run in tests/faults finds the shortest way to it.
SHORT = settings(
    max_examples=24, stateful_step_count=12, deadline=None, suppress_health_check=SLOW,
    phases=[Phase.reuse, Phase.generate],
)  # fmt: skip
UNTIL_FOUND = settings(
    SHORT, max_examples=200, stateful_step_count=30, phases=[Phase.generate], database=None, report_multiple_bugs=False
)
SEED = 20260309
Break = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
async def loop(pool: Servers) -> asyncio.AbstractEventLoop:
    """The session's own, on which the pool lives; a test that is not async may run it."""
    return asyncio.get_running_loop()


def test_a_ticket_is_what_the_model_says_it_is(loop: asyncio.AbstractEventLoop):
    tally = Tally()

    live(loop, tally, SHORT, SEED)

    assert tally.steps > 100
    assert tally.transitions > 10
    assert tally.refused > 50


def _a_verdict_at_any_time(patch: pytest.MonkeyPatch) -> None:
    ever = replace(machine.RULES["verdict"], states=(*machine.LIVE, "answered", "closed"))
    patch.setitem(machine.RULES, "verdict", ever)


def _pauses_that_are_not_made_up_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clocks, "_resumed", lambda clock, *_: replace(clock, state="running"))


def _a_model_that_forgets_lateness(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Timer, "is_overdue", lambda *_: False)


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        pytest.param(_a_verdict_at_any_time, "verdict: model wrong-state, program done", marks=pytest.mark.slow),
        (_pauses_that_are_not_made_up_for, "shows due"),
        (_a_model_that_forgets_lateness, "shows overdue: model set()"),
    ],
)
def test_what_is_broken_is_found(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, breaks: Break, told: str
):
    breaks(monkeypatch)

    with pytest.raises(Disagreed, match=re.escape(told)):
        live(loop, Tally(), UNTIL_FOUND, SEED)
