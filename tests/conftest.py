"""Every test stands on a real PostgreSQL, as the role that the program has when it runs."""

import os
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher

from core import crypto, db, migrate
from core.clock import SHANGHAI
from core.embedded import servers
from core.embedded.servers import Servers
from core.people import passwords
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

ROOT = Path(__file__).parent.parent
VAR = ROOT / "var" / "tests"
SECRET = "a secret that is only good for tests"  # noqa: S105


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long go first: else one core has them alone at the end."""
    long = {each.path for each in items if each.get_closest_marker("slow")}
    items.sort(key=lambda each: each.path not in long)


@pytest.fixture(scope="session")
async def database() -> AsyncGenerator[Servers]:
    """An empty database of this run; the last run that uses the servers stops them."""
    server = servers.start(VAR)
    for name in await _databases(server):
        # What runs that were killed left behind.
        if not _is_alive(int(name.split("_")[1])):
            servers.drop_database(server, name)
    name = f"test_{os.getpid()}"
    yield servers.create_database(server, name)
    servers.drop_database(server, name)
    if not await _databases(server):
        servers.stop(VAR)


@pytest.fixture(scope="session")
async def pool(database: Servers) -> AsyncGenerator[Servers]:
    """The schema at its newest, and the program's one pool open on it."""
    await migrate.migrate(database.owner_url)
    crypto.use_secret(SECRET)
    # Thousands sign in: their passwords are guarded as all others are, only not as long.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # pyright: ignore[reportPrivateUsage]
    await db.open_pool(database.database_url, 1, 8)
    yield database
    await db.close_pool()


@pytest.fixture
def now() -> datetime:
    """A Monday morning with no holiday near."""
    return datetime(2026, 3, 9, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
async def tenant(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with throwaway(Founding("hall", "测试市", ("national",), "测试"), now=now) as found:
        yield found


@pytest.fixture
async def stranger(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    """Another tenant, which must never be reached from the first."""
    async with throwaway(Founding("other", "外地市", ("national",), "外地"), now=now) as found:
        yield found


async def _databases(server: Servers) -> list[str]:
    connection = await asyncpg.connect(server.owner_url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9]+'")
        return [row["datname"] for row in rows]
    finally:
        await connection.close()


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
