"""Nothing is acknowledged that PostgreSQL has not committed, and nothing is seen of another tenant."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from core import db
from core.errors import Conflict, Invalid, Unavailable
from core.tenants.model import Tenant

REGION = "INSERT INTO region (tenant_id, code, name) VALUES ($1, $2, $3)"
COUNT = "SELECT count(*) FROM region WHERE code = $1"


async def add(unit: db.Unit, code: str) -> None:
    await unit.execute(REGION, unit.tenant_id, code, code)


async def stands(tenant: Tenant, code: str) -> bool:
    async with db.as_tenant(tenant.id) as unit:
        return bool(await unit.fetchval(COUNT, code))


async def test_what_was_committed_is_there_and_only_for_its_tenant(tenant: Tenant, stranger: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await add(unit, "east")

    assert await stands(tenant, "east")
    assert not await stands(stranger, "east")


async def test_an_error_that_was_swallowed_inside_is_not_acknowledged(tenant: Tenant) -> None:
    with pytest.raises(db.CommitLost):
        async with db.as_tenant(tenant.id) as unit:
            await add(unit, "kept")
            with suppress(asyncpg.UniqueViolationError):
                await add(unit, "kept")

    assert not await stands(tenant, "kept")


async def test_a_part_may_fail_alone(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await add(unit, "first")
        with pytest.raises(Conflict):
            async with unit.attempt():
                await add(unit, "part")
                await add(unit, "first")
        await add(unit, "third")

    assert [await stands(tenant, code) for code in ("first", "part", "third")] == [True, False, True]


async def test_a_unit_inside_a_unit_is_refused(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id):
        with pytest.raises(db.NestedUnit):
            db.as_tenant(tenant.id)


async def test_a_closed_unit_cannot_be_used(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        pass

    with pytest.raises(db.UnitClosed):
        await unit.fetch("SELECT 1")


async def test_what_follows_the_commit_cannot_make_it_fail(tenant: Tenant) -> None:
    heard: list[str] = []

    async def break_down() -> None:
        raise ValueError("the observer is ill")

    async def hear() -> None:
        heard.append("told")

    async with db.as_tenant(tenant.id) as unit:
        unit.after_commit(break_down)
        unit.after_commit(hear)
        await add(unit, "told")

    assert heard == ["told"]
    assert await stands(tenant, "told")


async def test_nothing_follows_what_was_rolled_back(tenant: Tenant) -> None:
    heard: list[str] = []

    async def hear() -> None:
        heard.append("told")

    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            unit.after_commit(hear)
            raise Invalid

    assert heard == []


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "x" * 3 + "\udfff"])
async def test_text_the_database_cannot_hold_is_refused(tenant: Tenant, bad: str) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            await add(unit, bad)
    with pytest.raises(Invalid) as refusal:
        db.clean_text(bad, "text")

    assert refusal.value.field == "text"


async def test_nul_inside_json_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            await unit.fetchval("SELECT $1::jsonb", {"a": "b\0"})


async def test_a_number_too_large_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            await unit.fetchval("SELECT $1::bigint", 2**63)


async def test_a_mistake_in_the_code_is_no_refusal(tenant: Tenant) -> None:
    with pytest.raises(asyncpg.DataError):
        async with db.as_tenant(tenant.id) as unit:
            await unit.fetchval("SELECT $1::int", "seven")


async def test_a_lost_server_is_said_to_be_unavailable(tenant: Tenant) -> None:
    with pytest.raises(Unavailable):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert not await stands(tenant, "nothing")


async def test_a_statement_that_takes_too_long_is_given_up(tenant: Tenant) -> None:
    with pytest.raises(Unavailable):
        async with db.as_tenant(tenant.id, patience=1) as unit:
            await unit.execute("SELECT pg_sleep(5)")


async def test_cancelling_gives_the_connection_back(tenant: Tenant) -> None:
    async def hang() -> None:
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("SELECT pg_sleep(9)")

    tasks = [asyncio.create_task(hang()) for _ in range(6)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    async def use() -> bool:
        return await stands(tenant, "nothing")

    assert await asyncio.gather(*(use() for _ in range(16))) == [False] * 16


async def test_without_a_tenant_no_row_is_seen_or_written(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await add(unit, "hidden")

    async with db.as_system() as unit:
        assert await unit.fetchval("SELECT count(*) FROM region") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.as_system() as unit:
            await unit.execute(REGION, tenant.id, "forged", "forged")


async def test_no_query_runs_outside_a_unit() -> None:
    with pytest.raises(db.NestedUnit):
        await db.ENGINE._run_in_new_connection("SELECT 1")


async def test_moments_come_back_as_they_went_in(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        moment = await unit.fetchval("SELECT timestamptz '2026-03-09 01:30:00.123456Z'")
        again = await unit.fetchval("SELECT $1::timestamptz", moment)

    assert moment.isoformat() == "2026-03-09T09:30:00.123456+08:00"
    assert again == moment


async def test_what_somebody_set_for_longer_than_their_work_ends_with_it(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        before = await unit.fetchval("SHOW work_mem")
        await unit.execute("SET work_mem = '9MB'")
        backend = await unit.fetchval("SELECT pg_backend_pid()")
    async with db.as_tenant(tenant.id) as unit:
        again = await unit.fetchval("SELECT pg_backend_pid()"), await unit.fetchval("SHOW work_mem")

    assert again == (backend, before)
