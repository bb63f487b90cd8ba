"""What docs/running.md says about backup is what happens: every row of every tenant comes back."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from core import migrate
from core.embedded import postgres, servers, wheels
from core.embedded.servers import Servers
from core.embedded.state import secret

TENANT = "INSERT INTO tenant (id, slug, name, short, created_at) VALUES ({n}, 't{n}', '市{n}', '市', '2026-03-09');"
PLACE = "INSERT INTO region (tenant_id, code, name) VALUES ({n}, 'city', '市本级'), ({n}, 'east', '东区');"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Servers]:
    var = tmp_path / "var"
    try:
        yield servers.start(var)
    finally:
        servers.remove(var)


def as_postgres_tool(house: Servers, tool: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """As the administrator, who is a member of every role."""
    environment = {
        "PGHOST": str(house.state.sockets),
        "PGUSER": postgres.SUPERUSER,
        "PGPASSWORD": secret(house.state, postgres.SUPERUSER),
    }
    whole = [wheels.postgres_bin(house.state) / tool, *arguments]
    return subprocess.run(whole, env=environment, capture_output=True, text=True, check=False)


async def rows(house: Servers, database: str) -> list[tuple[int, int]]:
    connection = await asyncpg.connect(postgres.url(house.state, postgres.SUPERUSER, database))
    found = await connection.fetch("SELECT tenant_id, count(*) AS n FROM region GROUP BY 1 ORDER BY 1")
    forced = await connection.fetchval("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'region'")
    await connection.close()
    assert forced
    return [(row["tenant_id"], row["n"]) for row in found]


async def test_a_dump_holds_every_tenants_rows_and_comes_back_whole(house: Servers, tmp_path: Path):
    await migrate.migrate(house.owner_url)
    filled = "".join(TENANT.format(n=n) + PLACE.format(n=n) for n in (1, 2))
    postgres.ask(house.state, f"\\c {postgres.DATABASE}\n{filled}")
    postgres.ask(house.state, "CREATE ROLE hcp_backup NOLOGIN BYPASSRLS IN ROLE pg_read_all_data;")
    servers.create_database(house, "restored")
    file = tmp_path / "haochaping.dump"

    dump = await asyncio.to_thread(
        as_postgres_tool, house, "pg_dump", "--role=hcp_backup", "--format=custom", f"--file={file}", postgres.DATABASE
    )
    restore = await asyncio.to_thread(
        as_postgres_tool, house, "pg_restore", "--no-owner", "--role=hcp_owner", "--dbname=restored", file
    )

    assert (dump.returncode, dump.stderr) == (0, "")
    assert (restore.returncode, restore.stderr) == (0, "")
    assert await rows(house, "restored") == await rows(house, postgres.DATABASE) == [(1, 2), (2, 2)]


async def test_the_owner_cannot_mistake_an_empty_dump_for_a_backup(house: Servers, tmp_path: Path):
    await migrate.migrate(house.owner_url)

    dump = await asyncio.to_thread(
        as_postgres_tool, house, "pg_dump", "--role=hcp_owner", f"--file={tmp_path / 'dump'}", postgres.DATABASE
    )

    assert dump.returncode != 0
    assert "row-level security" in dump.stderr
