"""A program begins only where everything it stands on is in order, and its log keeps what it saw to itself."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from core import boot, migrate, ready, settings
from core.boot import BootRefused
from core.embedded import postgres, servers
from core.embedded.servers import Servers

ROLES = Path(__file__).parents[2] / "deploy" / "roles.sql"
SECRET = "x" * 40


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Servers]:
    var = tmp_path / "var"
    try:
        yield servers.start(var)
    finally:
        servers.remove(var)


def as_a_database_administrator_leaves_it(house: Servers) -> tuple[str, str]:
    """A server of somebody else's, prepared by the script we give them: the application's and the owner's address."""
    postgres.ask(house.state, "DROP DATABASE haochaping; DROP ROLE hcp_web; DROP ROLE hcp_app; DROP ROLE hcp_owner;")
    words = "\\set database city\n\\set owner_password o\n\\set web_password w\n"
    postgres.ask(house.state, words + ROLES.read_text("utf-8"))
    where = f"/city?host={house.state.sockets}"
    return f"postgresql://hcp_web:w@{where}", f"postgresql://hcp_owner:o@{where}"


def test_our_script_prepares_a_server_of_somebody_elses(house: Servers, tmp_path: Path):
    database_url, owner_url = as_a_database_administrator_leaves_it(house)
    environment = {
        "DATABASE_URL": database_url,
        "DATABASE_OWNER_URL": owner_url,
        "REDIS_URL": house.redis_url,
        "HAOCHAPING_SECRET": SECRET,
        "HAOCHAPING_VAR": str(tmp_path / "unused"),
    }
    found = settings.read(environment)

    with pytest.raises(BootRefused, match="haochaping migrate"), ready.house(found):
        pass
    with boot.house(found) as urls:
        asyncio.run(migrate.migrate(boot.owner_url(urls), boot.app_role(urls)))
    with ready.house(found, redis_must_answer=True) as started:
        assert started == found

    assert not (tmp_path / "unused").exists()


async def test_a_schema_older_than_the_program_is_refused(house: Servers):
    await migrate.migrate(house.owner_url)
    owner, web = await asyncpg.connect(house.owner_url), await asyncpg.connect(house.database_url)
    await ready.check_schema(web)

    await owner.execute("DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)")

    with pytest.raises(BootRefused, match="haochaping migrate"):
        await ready.check_schema(web)
    await owner.close()
    await web.close()


def test_a_traceback_in_the_log_tells_no_values():
    code = """
import structlog
from core import logs
logs.configure()
def sign_in(password):
    raise ValueError("not today")
try:
    sign_in("hunter-" + "two")
except ValueError:
    structlog.get_logger().exception("broken", path="/")
"""

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "not today" in said
    assert '"path": "/"' in said
    assert "hunter-two" not in said
