"""The servers of a checkout keep what was committed, and keep to themselves."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from core.embedded import postgres, processes, servers, valkey
from core.embedded.servers import Servers
from core.embedded.state import lay_out


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    servers.remove(tmp_path / "var")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers that nobody hurts."""
    var = tmp_path_factory.mktemp("house") / "var"
    yield servers.start(var)
    servers.remove(var)


async def add(house: Servers, *numbers: int) -> None:
    connection = await asyncpg.connect(house.owner_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
    for number in numbers:
        await connection.execute("INSERT INTO kept VALUES ($1)", number)
    await connection.close()


async def kept(house: Servers) -> list[int]:
    connection = await asyncpg.connect(house.owner_url)
    rows = await connection.fetch("SELECT number FROM kept ORDER BY number")
    await connection.close()
    return [row["number"] for row in rows]


def kill(house: Servers, program: str) -> None:
    pids = processes.living(house.state.name, program)
    processes.end(pids, signal.SIGKILL)
    assert pids
    assert processes.comes_true(lambda: not processes.living(house.state.name, program), within=5)


async def test_what_was_committed_outlives_a_killed_postmaster(var: Path):
    house = servers.start(var)
    for round_ in range(3):
        await add(house, round_)

        kill(house, "bin/postgres")

        assert not servers.are_alive(var)
        assert servers.start(var) == house
    assert await kept(house) == [0, 1, 2]


async def test_a_busy_backend_does_not_bar_the_next_postmaster(var: Path):
    house = servers.start(var)
    busy = await asyncpg.connect(house.owner_url)
    task = asyncio.create_task(busy.execute("DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"))
    await asyncio.sleep(0.2)

    kill(house, "bin/postgres")
    servers.start(var)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await task
    assert postgres.is_alive(house.state)


def test_a_lock_that_names_a_stranger_does_not_bar_the_start(var: Path):
    house = servers.start(var)
    lock = house.state.postgres / "data" / "postmaster.pid"
    left_behind = lock.read_text().splitlines()[1:]
    servers.stop(var)
    lock.write_text("\n".join([str(os.getpid()), *left_behind]))

    assert servers.start(var) == house


async def test_data_is_kept_between_runs(var: Path):
    house = servers.start(var)
    await add(house, 7)
    with Redis.from_url(house.redis_url) as client:
        client.set("seen", "yes")
    servers.stop(var)
    assert not servers.are_alive(var)

    again = servers.start(var)

    assert await kept(again) == [7]
    with Redis.from_url(again.redis_url) as client:
        assert client.get("seen") == b"yes"


def test_a_killed_valkey_comes_back_with_what_it_was_told(var: Path):
    house = servers.start(var)
    with Redis.from_url(house.redis_url) as client:
        client.set("seen", "yes")
        client.waitaof(1, 0, 2000)

    kill(house, "valkey-server")
    servers.start(var)

    with Redis.from_url(house.redis_url) as client:
        assert client.get("seen") == b"yes"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


async def test_two_checkouts_run_side_by_side_and_share_nothing(tmp_path: Path):
    one, other = tmp_path / "one/var", tmp_path / "other/var"
    first, second = servers.start(one), servers.start(other)
    try:
        await add(first, 1)
        await add(second, 2)

        assert (await kept(first), await kept(second)) == ([1], [2])
        servers.stop(one)
        assert servers.are_alive(other)
    finally:
        servers.remove(one)
        servers.remove(other)


def test_a_copied_checkout_gets_servers_of_its_own(var: Path, tmp_path: Path):
    house = servers.start(var)
    copy = tmp_path / "copy" / "var"
    copy.mkdir(parents=True)
    if (var / "servers").is_symlink():
        (copy / "servers").symlink_to((var / "servers").readlink())

    try:
        assert lay_out(copy).root != house.state.root
    finally:
        servers.remove(copy)


def test_the_last_command_that_needs_the_servers_stops_them(var: Path):
    with servers.running(var):
        with servers.running(var):
            pass
        assert servers.are_alive(var)

    assert not servers.are_alive(var)


async def test_the_application_and_the_owner_are_plain_roles(house: Servers):
    rights = postgres.ask(
        house.state,
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"
        " WHERE rolname LIKE 'hcp\\_%' AND rolname <> 'hcp_bootstrap' ORDER BY 1;",
    )

    assert rights.splitlines() == ["hcp_app|f|f", "hcp_owner|t|f", "hcp_web|t|f"]


async def test_a_stranger_needs_a_password(house: Servers):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(house.database_url.replace("hcp_web:", "hcp_web:wrong"))


def test_the_servers_never_run_as_root_and_their_secrets_are_private(house: Servers):
    for program in ("bin/postgres", "valkey-server"):
        (pid,) = processes.living(house.state.name, program)
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert (house.state.root / "secrets").stat().st_mode & 0o777 == 0o600
    assert valkey.is_alive(house.state)


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path):
    deep = tmp_path / ("very-long-folder-name" * 4) / "var"
    try:
        assert len(str(servers.start(deep).state.sockets)) < 100
    finally:
        servers.remove(deep)


async def test_a_database_can_be_copied_for_a_test(house: Servers):
    await add(house, 1)

    copy = servers.create_database(house, "copy", template=postgres.DATABASE)

    assert await kept(copy) == [1]
    servers.drop_database(house, "copy")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(copy.owner_url)
