"""One server for all tests of this folder; each test has places of its own."""

from collections.abc import AsyncGenerator
from datetime import datetime

import httpx
import pytest
from playwright.async_api import Browser, async_playwright

from core.embedded.servers import Servers
from core.tenants import Tenant
from tests.web.api_world import Hall, Times, client, hall, serving
from tests.web.browsers import CHROMIUM
from tests.web.office import Seat, seat


@pytest.fixture(scope="session")
def times() -> Times:
    return Times()


@pytest.fixture(scope="session")
async def address(pool: Servers, times: Times) -> AsyncGenerator[str]:
    async with serving(times) as found:
        yield found


@pytest.fixture
async def api(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the machine interface; the server's clock stands at ``now``."""
    times.now = now
    async with client(address) as found:
        yield found


@pytest.fixture
async def east(pool: Servers, now: datetime) -> AsyncGenerator[Hall]:
    async with hall("east", now) as found:
        yield found


@pytest.fixture
async def west(pool: Servers, now: datetime) -> AsyncGenerator[Hall]:
    async with hall("west", now) as found:
        yield found


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        await found.close()


@pytest.fixture
async def handler(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "handler", now) as found:
        yield found


@pytest.fixture
async def clerk(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "clerk", now) as found:
        yield found
