"""A hall's system speaks to the real application over real HTTP, on the clock of the test."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import uvicorn

from core import clock, db
from core import settings as environment
from core.audit.model import SYSTEM
from core.people import issue_key
from core.people.keys import SCOPES
from core.policy.model import Override
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway
from tests.ports import loopback
from web.app import create_app

PLACES = """
INSERT INTO region (tenant_id, code, name) VALUES ($1, 'city', '市本级');
INSERT INTO region (tenant_id, code, name, parent) VALUES ($1, 'east', '东区', 'city');
INSERT INTO line (tenant_id, code, name) VALUES ($1, 'tax', '税务');
INSERT INTO institution (tenant_id, code, name, region, line, duty) VALUES
  ($1, 'tax-east', '东区税务局', 'east', 'tax', 'service'), ($1, 'bureau', '政务服务管理局', 'city', NULL, 'bureau');
INSERT INTO service_window (tenant_id, code, name, institution) VALUES ($1, 'w1', '1号窗口', 'tax-east');
INSERT INTO staff (tenant_id, code, name, institution) VALUES ($1, 'li', '李四', 'tax-east');
INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'invoice', '发票领用', 'tax-east');
"""
RULES = (
    Override("scores", [10, 8, 6, 3, 0], "第一条"),
    Override("rating_window", "7d", "第二条"),
    Override("clocks", [{"clock": "close", "from": "dispatched", "within": "10wd"}], "第三条"),
    Override("append", {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]}, "第四条"),
    Override("feedback_scale", ["满意", "基本满意", "不满意"], "第五条"),
)


@dataclass
class Hall:
    """One place with a key of each kind."""

    tenant: Tenant
    keys: Mapping[str, str] = field(default_factory=dict[str, str])

    def __getitem__(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[scope]}"}


@asynccontextmanager
async def hall(slug: str, now: datetime, rules: tuple[Override, ...] = RULES) -> AsyncIterator[Hall]:
    founding = Founding(slug, f"{slug}市", ("national",), slug, overrides=rules)
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
            own = {scope: await issue_key(unit, scope, [scope], by=SYSTEM, now=now) for scope in SCOPES}
            own["all"] = await issue_key(unit, "all", SCOPES, by=SYSTEM, now=now)
            plain = [scope for scope in SCOPES if scope != "admin"]
            own["hall"] = await issue_key(unit, "hall", plain, by=SYSTEM, now=now)
        yield Hall(tenant, own)


class Times:
    """The moment at which the server answers."""

    def __init__(self) -> None:
        self.now: datetime | None = None

    def __call__(self, app: Any) -> Any:
        async def set_clock(scope: Any, receive: Any, send: Any) -> None:
            if self.now is None:
                return await app(scope, receive, send)
            with clock.at(self.now):
                return await app(scope, receive, send)

        return set_clock


class Unasked(uvicorn.Server):
    """Who ends the run ends the run: a server that goes first would make a failure of the test that is at it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def serving(times: Times) -> AsyncGenerator[str]:
    settings = environment.read({"HAOCHAPING_URL": "https://hcp.test"})
    app = times(create_app(settings))
    server = Unasked(uvicorn.Config(app, port=0, log_config=None, lifespan="on"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this attribute only
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


def client(address: str) -> httpx.AsyncClient:
    return loopback(f"{address}/api/v1")


def event(now: datetime, case: str = "A1", number: int = 1, **more: object) -> dict[str, object]:
    """A closing at the window, told as the contract says."""
    told = {"case": case, "number": number, "event": "closed", "at": now.isoformat(), "item": "invoice", "staff": "li"}
    return told | {"mode": "window"} | more


async def invited(api: httpx.AsyncClient, hall: Hall, now: datetime, case: str = "A1", **more: object) -> str:
    """The token of a case that was just closed."""
    answer = await api.post("/service-events", json=event(now, case, **more), headers=hall["hall"])
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["invitation"]["token"]
    return token
