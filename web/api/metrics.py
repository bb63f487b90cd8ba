"""What is measured of this process stands on a port of its own, under labels that no client can choose."""

import time

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core import db
from web.api.health import FAILURES, PATIENCE, oldest_due_age

REGISTRY = CollectorRegistry()
REQUESTS = Counter("hcp_requests", "Answered requests", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram("hcp_request_seconds", "Until the first byte of the answer", ("route",), registry=REGISTRY)
DATABASE_UP = Gauge("hcp_database_up", "1 when PostgreSQL answered this scrape", registry=REGISTRY)
OLDEST_DUE = Gauge("hcp_task_oldest_due_seconds", "Age of the oldest due task", registry=REGISTRY)
TASKS = Gauge("hcp_tasks", "Tasks by state", ("state",), registry=REGISTRY)

# A path that no route answers, and a method nobody has, would otherwise let a client fill the memory with labels.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATES = ("waiting", "leased", "dead")
BY_STATE = "SELECT state, count(*) AS n FROM task GROUP BY state"


class Measured:
    """An application whose answers are counted by method, route template and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                _count(scope, message["status"], time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, counting)


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = scope.get("path_template") or "none"
    method = str(scope.get("method", ""))
    REQUESTS.labels(method if method in METHODS else "other", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


async def app(scope: Scope, _: Receive, send: Send) -> None:
    """Answers ``GET /metrics``, for the scraper on this machine."""
    if scope["type"] != "http":
        return
    is_found = scope["path"] == "/metrics"
    body = await _figures() if is_found else b""
    headers = [(b"content-type", CONTENT_TYPE_LATEST.encode() if is_found else b"text/plain")]
    await send({"type": "http.response.start", "status": 200 if is_found else 404, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _figures() -> bytes:
    try:
        OLDEST_DUE.set((await oldest_due_age()).total_seconds())
        async with db.as_system(patience=PATIENCE) as unit:
            found = {row["state"]: row["n"] for row in await unit.fetch(BY_STATE)}
        for state in STATES:
            TASKS.labels(state).set(found.get(state, 0))
        DATABASE_UP.set(1)
    except FAILURES:
        DATABASE_UP.set(0)
    return generate_latest(REGISTRY)
