"""The log tells of itself when somebody has been at it: nothing sealed is changed, taken out or slipped in unseen."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from core import db, duties
from core.audit import actions, origin, seal
from core.audit.model import SYSTEM, Actor
from core.embedded.servers import Servers
from core.tenants.model import Tenant

AT_ONCE = -1.0  # a grace that lets an entry of this very moment be sealed


async def write(tenant: Tenant, now: datetime, *acts: str) -> None:
    async with db.as_tenant(tenant.id) as unit:
        for each in acts:
            await actions.write(unit, Actor("member", "wang"), each, "ticket", each, {"state": "open"}, "新", now)


async def sealed(tenant: Tenant, now: datetime) -> int:
    async with db.as_tenant(tenant.id) as unit:
        return await seal.seal(unit, now, AT_ONCE)


async def verdict(tenant: Tenant, newest: int = 0) -> seal.Verdict:
    async with db.as_tenant(tenant.id) as unit:
        return await seal.verify(unit, newest)


async def fates(tenant: Tenant) -> list[tuple[int, str]]:
    return [(each.place, each.fate) for each in (await verdict(tenant)).faults]


@pytest.fixture
async def owner(pool: Servers, tenant: Tenant) -> AsyncGenerator[asyncpg.Connection]:
    """Whoever runs the database may do anything to it."""
    connection = await asyncpg.connect(pool.owner_url)
    await connection.execute(f"SET app.tenant_id = '{tenant.id}'")
    yield connection
    await connection.close()


@pytest.fixture
async def chain(tenant: Tenant, now: datetime) -> int:
    """The founding and five acts in two batches; how many entries."""
    await write(tenant, now, "a1", "a2", "a3")
    first = await sealed(tenant, now)
    await write(tenant, now, "b1", "b2")
    return first + await sealed(tenant, now)


async def test_an_untouched_chain_is_sound_and_says_how_far_it_reaches(tenant: Tenant, chain: int) -> None:
    whole, newest = await verdict(tenant), await verdict(tenant, 1)
    async with db.as_tenant(tenant.id) as unit:
        state = await seal.state(unit)

    assert whole.is_sound and whole.checked == chain == state.upto
    assert newest.is_sound and newest.checked == 2
    assert state.number == 2 and len(state.head) == 16


@pytest.mark.parametrize("column", ["act", "actor", "at", "before", "address", "member"])
async def test_a_changed_word_of_a_sealed_entry_is_found(
    tenant: Tenant, chain: int, owner: asyncpg.Connection, column: str
) -> None:
    value = {"at": "at - interval '1 day'", "before": "'{}'"}.get(column, "'x'")

    await owner.execute(f"UPDATE audit SET {column} = {value} WHERE act = 'a2'")

    assert await fates(tenant) == [(chain - 3, "changed")]


async def test_a_deleted_entry_is_found(tenant: Tenant, chain: int, owner: asyncpg.Connection) -> None:
    await owner.execute("DELETE FROM audit WHERE act = 'b1'")

    assert await fates(tenant) == [(chain - 1, "deleted")]


async def test_an_entry_slipped_in_among_sealed_ones_is_found(
    tenant: Tenant, chain: int, owner: asyncpg.Connection, now: datetime
) -> None:
    between = await owner.fetchval("SELECT id FROM audit WHERE act = 'a2'")
    forged = UUID(int=between.int + 1)

    await owner.execute(
        "INSERT INTO audit (tenant_id, id, at, actor, act, object_kind, object_id)"
        " VALUES ($1, $2, $3, 'x', 'x', 'x', 'x')",
        tenant.id, forged, now,
    )  # fmt: skip

    assert await fates(tenant) == [(chain - 2, "inserted")]


async def test_a_seal_that_is_taken_out_or_written_anew_without_the_key_is_found(
    tenant: Tenant, chain: int, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "UPDATE audit_seal SET digests = overlay(digests PLACING '\\x00' FROM 1 FOR 1) WHERE number = 2"
    )
    rewritten = await fates(tenant)
    await owner.execute("DELETE FROM audit_seal WHERE number = 1")
    gone = await fates(tenant)

    assert rewritten == [(chain - 1, "changed"), (chain, "changed")]
    assert gone == [(1, "broken")]


async def test_two_sealers_at_once_seal_each_entry_once(tenant: Tenant, now: datetime) -> None:
    await write(tenant, now, *(f"c{number}" for number in range(20)))

    done = await asyncio.gather(*(sealed(tenant, now) for _ in range(4)))

    assert sum(map(bool, done)) == 1
    assert (await verdict(tenant)).is_sound


async def test_what_is_still_being_written_waits_for_the_next_round(tenant: Tenant, now: datetime) -> None:
    await write(tenant, now, "fresh")

    await duties.seal(tenant, "", now)

    async with db.as_tenant(tenant.id) as unit:
        assert (await seal.state(unit)).upto == 0


async def test_an_entry_says_from_where_it_came_without_its_writer_knowing(tenant: Tenant, now: datetime) -> None:
    with origin.coming("job"):
        await write(tenant, now, "inside")
    origin.begin("web", "t-1")
    origin.know(member="wang", address="10.1.2.3")
    await write(tenant, now + timedelta(seconds=1), "at-the-desk")
    origin.begin("", "")
    async with db.as_tenant(tenant.id) as unit:
        desk, inside = await actions.newest(unit, limit=2)
        await actions.write(unit, SYSTEM, "x", "x", "x", None, None, now)

    assert (inside.source, inside.member, inside.address) == ("job", "", "")
    assert (desk.source, desk.member, desk.address, desk.trace) == ("web", "wang", "10.1.2.3", "t-1")
