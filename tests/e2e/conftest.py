"""One browser, one server and one town for all who walk through it; each story has a town of its own."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from playwright.async_api import Browser, async_playwright

from core.clock import SHANGHAI
from core.embedded.servers import Servers
from tests.e2e.browser import CHROMIUM, LAUNCH
from tests.e2e.world import World, world
from tests.web.api_world import Times, serving

NOON = datetime(2026, 3, 9, 11, 30, tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def times() -> Times:
    return Times()


@pytest.fixture(scope="session")
async def address(pool: Servers, times: Times) -> AsyncGenerator[str]:
    async with serving(times) as found:
        yield found


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        yield found
        await found.close()


@pytest.fixture(scope="module")
async def town(
    pool: Servers, address: str, times: Times, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[World]:
    times.now = NOON
    async with world(address, NOON, tmp_path_factory.mktemp("evidence")) as found:
        yield found


@pytest.fixture
def noon(times: Times) -> datetime:
    """The server's clock stands at the hour of the town's story."""
    times.now = NOON
    return NOON
