"""The schema moves forward once, whoever moves it, and never on top of a file that was changed."""

import asyncio
import os
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from core import clock, migrate
from core.embedded import servers
from core.embedded.servers import Servers
from core.migrate import MigrationFailed
from core.policy import holidays


@pytest.fixture
async def empty(database: Servers) -> AsyncGenerator[Servers]:
    name = f"test_{os.getpid()}_empty"
    yield servers.create_database(database, name)
    servers.drop_database(database, name)


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_second_run_changes_nothing(pool: Servers) -> None:
    assert await migrate.migrate(pool.owner_url) == ()


async def test_of_two_at_once_only_one_moves_it(empty: Servers) -> None:
    first, second = await asyncio.gather(migrate.migrate(empty.owner_url), migrate.migrate(empty.owner_url))

    names = tuple(each.name for each in migrate.migrations())
    assert sorted((first, second)) == [(), names]
    assert await ask(empty.owner_url, "SELECT count(*) FROM migration") == len(names)


async def test_a_file_that_fails_leaves_nothing_of_itself(empty: Servers, tmp_path: Path) -> None:
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (a int);")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE half (a int); SELECT 1 / 0;")

    with pytest.raises(MigrationFailed, match="0002_bad"):
        await migrate.migrate(empty.owner_url, folder=tmp_path)

    left = "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"
    assert await ask(empty.owner_url, left) == "good,migration"


async def test_a_file_changed_after_it_ran_stops_everything(empty: Servers, tmp_path: Path) -> None:
    file = tmp_path / "0001_first.sql"
    file.write_text("CREATE TABLE first (a int);")
    await migrate.migrate(empty.owner_url, folder=tmp_path)
    file.write_text("CREATE TABLE first (a bigint);")

    with pytest.raises(MigrationFailed, match="改动"):
        await migrate.migrate(empty.owner_url, folder=tmp_path)


async def test_a_program_older_than_its_database_does_not_touch_it(empty: Servers, tmp_path: Path) -> None:
    file = tmp_path / "0001_first.sql"
    file.write_text("CREATE TABLE first (a int);")
    await migrate.migrate(empty.owner_url, folder=tmp_path)
    file.unlink()

    with pytest.raises(MigrationFailed, match="升级程序"):
        await migrate.migrate(empty.owner_url, folder=tmp_path)


async def test_months_are_ready_ahead_of_time(pool: Servers) -> None:
    today = clock.now().date()
    ahead = date(today.year + (today.month + 17) // 12, (today.month + 17) % 12 + 1, 1)

    found = await ask(pool.owner_url, f"SELECT to_regclass('rating_{ahead:%Y_%m}') IS NOT NULL")

    assert found


async def test_every_year_of_the_seed_stands_once(pool: Servers) -> None:
    rows = await ask(pool.owner_url, "SELECT count(*) FROM holiday_notice WHERE version = 1")

    assert rows == len(holidays.SEED)
    assert min(holidays.SEED) == 2004


async def test_the_application_cannot_change_the_schema(pool: Servers) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(pool.database_url, "CREATE TABLE mine (a int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(pool.database_url, "SELECT make_month('2031-01-01')")
