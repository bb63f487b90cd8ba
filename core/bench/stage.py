"""The bench has servers, a place and programs of its own, and leaves none of them behind."""

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from core import boot, clock, migrate, people, ready, settings, supervisor, tenants
from core.audit.model import SYSTEM
from core.bench.wire import BenchFailed, Door
from core.codecs import set_codecs
from core.db import as_tenant
from core.embedded import postgres, servers
from core.embedded.servers import Servers
from core.embedded.state import secret
from core.people.keys import SCOPES
from core.places import actions as places
from core.places.model import Institution, Item, Line, Place, Region, Staff
from core.policy.model import Override
from core.settings import Settings
from core.supervisor import Program
from core.tenants.model import Founding, Tenant

SLUG = "bench"
DISTRICTS, LINES, STAFF, ITEMS = 8, 4, 6, 2
ANSWER_SECONDS = 60
RULES = (
    Override(
        "dimensions",
        [
            {"code": "overall", "label": "总体评价", "of": "case"},
            {"code": "staff", "label": "工作人员评价", "of": "staff"},
        ],
        "测速",
    ),
    Override("occasions", [{"event": "closed", "dimensions": ["overall", "staff"]}], "测速"),
    Override("scores", [10, 8, 6, 3, 0], "测速"),
    Override("rating_window", "7d", "测速"),
    Override("after_window", 5, "测速"),
    Override("defaults_count", True, "测速"),
    Override("remind_after", "24h", "测速"),
    Override("region_includes_below", True, "测速"),
    Override("clocks", [{"clock": "close", "from": "dispatched", "within": "10wd"}], "测速"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """``owner`` is a connection that may lay any number of rows at once, past every trigger and policy."""

    servers: Servers
    settings: Settings
    tenant: Tenant
    door: Door
    owner: Any


@asynccontextmanager
async def stage(found: Settings) -> AsyncGenerator[Stage]:
    """A migrated database with one place in it; the caller's pool is open on it."""
    var = found.var / SLUG
    server = servers.start(var)
    try:
        house = boot.settled(_own(var), server)
        await migrate.migrate(boot.owner_url(house), boot.app_role(house))
        async with ready.pool(house), _superuser(server) as owner:
            tenant, key = await _place()
            yield Stage(server, house, tenant, Door(house.host, house.port, key), owner)
    finally:
        servers.remove(var)


@contextmanager
def programs(house: Settings) -> Iterator[None]:
    """One web process and one worker, as in the demo."""
    stopped = threading.Event()
    python = (sys.executable, "-m", "core.cli")
    thread = threading.Thread(
        target=supervisor.supervise,
        args=([Program(name, (*python, name)) for name in ("serve", "worker")],),
        kwargs={
            "environment": settings.as_environment(house), "logs": house.var / "log", "mend": _let, "stopped": stopped
        },
    )  # fmt: skip
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


async def answers(house: Settings) -> None:
    """Returns when the web process is ready."""
    async with httpx.AsyncClient(base_url=house.public_url, timeout=5) as client:
        for _ in range(ANSWER_SECONDS * 5):
            try:
                if (await client.get("/health/ready")).status_code == HTTPStatus.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise BenchFailed(f"网站没有应答，请查看 {house.var / 'log' / 'serve.log'}。")


def town() -> tuple[Place, ...]:
    """One city of eight districts, with four lines in each."""
    lines = [Line(f"line-{line}", f"条线{line}") for line in range(LINES)]
    districts = [Region(f"district-{each}", f"第{each + 1}区", "city") for each in range(DISTRICTS)]
    offices = [
        Institution(f"office-{each}-{line}", f"第{each + 1}区条线{line}", f"district-{each}", f"line-{line}")
        for each in range(DISTRICTS) for line in range(LINES)
    ]  # fmt: skip
    staff = [Staff(f"{office.code}-s{n}", f"人员{n}", office.code) for office in offices for n in range(STAFF)]
    items = [Item(f"{office.code}-i{n}", f"事项{n}", office.code) for office in offices for n in range(ITEMS)]
    bureau = Institution("bureau", "政务服务管理局", "city", duty="bureau")
    return (Region("city", "测速市"), *districts, *lines, bureau, *offices, *staff, *items)


async def _place() -> tuple[Tenant, str]:
    now = clock.now()
    tenant = await tenants.create(Founding(SLUG, "测速市", ("national",), overrides=RULES), now=now)
    async with as_tenant(tenant.id, patience=60) as unit:
        await places.save(unit, town(), by=SYSTEM, now=now)
        return tenant, await people.issue_key(unit, "测速", SCOPES, by=SYSTEM, now=now)


def _own(var: Path) -> Settings:
    """Nothing of the surroundings but the folder: neither servers nor ports of anybody else."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return settings.read({"HAOCHAPING_VAR": str(var), "HAOCHAPING_PORT": port, "HAOCHAPING_ENV": "demo"})


@asynccontextmanager
async def _superuser(server: Servers) -> AsyncGenerator[Any]:
    password = secret(server.state, postgres.SUPERUSER)
    connection: Any = await asyncpg.connect(
        host=str(server.state.sockets), user=postgres.SUPERUSER, password=password, database=postgres.DATABASE
    )
    try:
        await set_codecs(connection)
        await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        yield connection
    finally:
        await connection.close()


def _let() -> None:
    """Nobody kills the servers here."""
