"""Whatever is interleaved, cancelled or broken on two shared connections, no tenant ever sees another's row (R03)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import db
from core.embedded.servers import Servers
from core.errors import Refused
from core.places.tables import Line
from core.tenants import Tenant

Step = Literal["read", "write", "piccolo", "wrong", "swallow", "raise", "rest"]
CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Script:
    """One visitor: whose tenant, what they do, and after how many milliseconds they hang up."""

    second: bool
    steps: tuple[Step, ...]
    hangs_up: int | None


@dataclass(slots=True)
class Seen:
    steps: int = 0
    foreign: int = 0
    acknowledged: list[str] = field(default_factory=list[str])


class Hall:
    """Two tenants and the two connections they share."""

    def __init__(self, first: Tenant, second: Tenant) -> None:
        self.first, self.second = first, second
        self.pool: Any = db.ENGINE.pool


@pytest.fixture
async def hall(pool: Servers, tenant: Tenant, stranger: Tenant) -> AsyncGenerator[Hall]:
    await db.close_pool()
    await db.open_pool(pool.database_url, CONNECTIONS, CONNECTIONS)
    yield Hall(tenant, stranger)
    await db.close_pool()
    await db.open_pool(pool.database_url, 1, 8)


scripts = st.lists(
    st.builds(
        Script,
        st.booleans(),
        st.lists(st.sampled_from(Step.__args__), min_size=1, max_size=6).map(tuple),
        st.none() | st.integers(min_value=0, max_value=12),
    ),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(scripts)
async def test_no_interleaving_shows_a_foreign_row(hall: Hall, plays: list[Script]) -> None:
    seen = Seen()
    await asyncio.gather(*(_play(script, hall.second if script.second else hall.first, seen) for script in plays))

    assert seen.foreign == 0
    assert await _stored(hall.first, hall.second) >= set(seen.acknowledged)
    assert await _left_over(hall) == [""] * CONNECTIONS


async def _left_over(hall: Hall) -> list[str]:
    """The tenant that each connection would still speak for; all of them can be had at once."""
    connections = [await hall.pool.acquire(timeout=5) for _ in range(CONNECTIONS)]
    left = [await each.fetchval("SELECT current_setting('app.tenant_id', true)") or "" for each in connections]
    for each in connections:
        await hall.pool.release(each)
    return left


async def _play(script: Script, tenant: Tenant, seen: Seen) -> None:
    visit = asyncio.ensure_future(_visit(script, tenant, seen))
    with suppress(TimeoutError, Refused, asyncpg.PostgresError, ValueError):
        await asyncio.wait_for(visit, None if script.hangs_up is None else script.hangs_up / 1000)


async def _visit(script: Script, tenant: Tenant, seen: Seen) -> None:
    written: list[str] = []
    async with db.as_tenant(tenant.id) as unit:
        for step in script.steps:
            seen.steps += 1
            await _do(step, unit, seen, written)
    seen.acknowledged += written


async def _do(step: Step, unit: db.Unit, seen: Seen, written: list[str]) -> None:
    match step:
        case "read":
            rows = await unit.fetch("SELECT tenant_id FROM line")
            seen.foreign += sum(row["tenant_id"] != unit.tenant_id for row in rows)
        case "write":
            written.append(str(db.ids.new()))
            await unit.execute("INSERT INTO line (tenant_id, code, name) VALUES ($1, $2, '')", unit.tenant, written[-1])
        case "piccolo":
            rows: list[Any] = await Line.select(Line.tenant_id)
            seen.foreign += sum(row["tenant_id"] != unit.tenant_id for row in rows)
        case "wrong":
            await unit.execute("SELECT 1 / 0")
        case "swallow":
            with suppress(asyncpg.PostgresError):
                await unit.execute("SELECT 1 / 0")
        case "raise":
            raise ValueError
        case "rest":
            await unit.execute("SELECT pg_sleep(0.003)")


async def _stored(*tenants: Tenant) -> set[str]:
    found: set[str] = set()
    for tenant in tenants:
        async with db.as_tenant(tenant.id) as unit:
            found |= {row["code"] for row in await unit.fetch("SELECT code FROM line WHERE tenant_id = $1", tenant.id)}
    return found
