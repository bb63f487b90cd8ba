"""What watches the system learns whether it lives, whether it can work, and nothing about anybody."""

from datetime import datetime, timedelta

import httpx
import pytest

from core import clock, db
from tests.ports import loopback
from tests.web.api_world import Hall, Times, invited
from web.api import health, metrics


async def test_it_is_ready_when_everything_it_needs_answers(address: str, times: Times, now: datetime) -> None:
    times.now = now
    async with loopback(address) as client:
        live, ready = await client.get("/health/live"), await client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert ready.status_code == 200, ready.text
    assert [check["name"] for check in ready.json()["checks"]] == ["database", "tasks", "disk"]


@pytest.mark.parametrize(("tenant", "status"), [(7, 503), (-7, 200)], ids=["real", "throw-away"])
async def test_it_is_not_ready_while_a_real_tenants_task_waits_too_long(
    address: str, times: Times, now: datetime, tenant: int, status: int
) -> None:
    async with db.as_system() as unit:
        statement = "INSERT INTO task (id, tenant, kind, run_after) VALUES ($1, $2, 'silence', $3)"
        await unit.execute(statement, db.ids.new(), tenant, now - timedelta(minutes=11))
    times.now = now
    async with loopback(address) as client:
        ready = await client.get("/health/ready")
    async with db.as_system() as unit:
        await unit.execute("DELETE FROM task WHERE tenant = $1", tenant)

    assert ready.status_code == status
    assert ("11 分钟" in ready.json()["checks"][1]["detail"]) == (status == 503)


async def test_what_cannot_be_found_out_counts_as_not_ready(
    address: str, times: Times, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.now = now
    monkeypatch.setattr(health, "NEWEST", "SELECT broken")
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    async with loopback(address) as client:
        ready = await client.get("/health/ready")

    checks = {check["name"]: check["ok"] for check in ready.json()["checks"]}
    assert (ready.status_code, checks) == (503, {"database": False, "tasks": True, "disk": False})


async def test_metrics_bear_no_label_that_a_client_chose(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await invited(api, east, now)
    await api.post("/ratings", json={"token": token, "grades": {"overall": 5}}, headers=east["hall"])
    await api.get("/tickets/secret-name", headers=east["hall"])
    await api.get("/no/such/secret-path", headers=east["hall"])
    await api.request("SECRET", "/ratings", headers=east["hall"])

    transport = httpx.ASGITransport(metrics.app)
    with clock.at(now):
        async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
            found = await client.get("/metrics")
            other = await client.get("/")
    assert (found.status_code, other.status_code) == (200, 404)
    assert 'hcp_requests_total{method="POST",route="/api/v1/ratings",status="201"}' in found.text
    assert "hcp_task_oldest_due_seconds" in found.text
    assert "hcp_database_up 1.0" in found.text
    for secret in ("secret", "SECRET", token, east.tenant.slug, "A1"):
        assert secret not in found.text
