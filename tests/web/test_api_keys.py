"""A key opens one tenant, for what its scopes say, while it lasts; of others not even their absence can be learnt."""

from datetime import datetime, timedelta

import httpx
import pytest

from core import db, people
from core.audit.model import SYSTEM
from tests.web.api_world import Hall, Times, event, invited
from web.api.routes import CALLS

BODIES = {"POST": {"content": b"{}"}, "GET": {}}


async def test_without_a_key_no_call_is_answered(api: httpx.AsyncClient, east: Hall) -> None:
    own = east.keys["hall"]
    for bearer in (None, "", "Bearer", f"Basic {own}", f"Bearer {own}x", f"Bearer {own[:-1]}", "Bearer hcp_1_2_3",
                   f"Bearer hcp_zzzzzzz_{'0' * 32}_{'x' * 43}", f"Bearer hcp_n1_{'0' * 32}_{'x' * 43}"):  # fmt: skip
        for handler in CALLS:
            path = min(handler.paths).replace("{", "").replace("}", "").replace(":str", "")
            method = next(iter(handler.http_methods))
            headers = {"Authorization": bearer} if bearer is not None else {}
            answer = await api.request(str(method), path, headers=headers, **BODIES[str(method)])
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), (bearer, path)


async def test_a_key_does_only_what_its_scopes_say(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    for handler in CALLS:
        path = min(handler.paths).replace("{", "").replace("}", "").replace(":str", "")
        method = str(next(iter(handler.http_methods)))
        needed = handler.opt["call"].scope
        for scope in ("events:write", "ratings:write", "scores:read", "tickets:read", "tickets:write", "admin"):
            answer = await api.request(method, path, headers=east[scope], **BODIES[method])
            is_closed = answer.status_code == 403 and answer.json()["code"] == "not-entitled"
            assert is_closed == (bool(needed) and scope != needed), (path, scope, answer.text)


async def test_a_key_ends_on_its_day_and_when_it_is_revoked(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    async with db.as_tenant(east.tenant.id) as unit:
        day = timedelta(days=1)
        short = await people.issue_key(unit, "short", ["scores:read"], expires_at=now + day, by=SYSTEM, now=now)
    headers = {"Authorization": f"Bearer {short}"}
    assert (await api.get("/policy", headers=headers)).status_code == 200
    async with db.as_tenant(east.tenant.id) as unit:
        used = {key.label: key.used_at for key in await people.keys(unit)}
        hall_key = next(key for key in await people.keys(unit) if key.label == "hall")
        await people.revoke_key(unit, hall_key.id, by=SYSTEM, now=now)
    assert used["short"] == now

    times.now = now + day
    assert (await api.get("/policy", headers=headers)).status_code == 401
    assert (await api.get("/policy", headers=east["hall"])).status_code == 401


async def test_of_another_tenant_nothing_can_be_read_changed_or_guessed(
    api: httpx.AsyncClient, east: Hall, west: Hall, now: datetime
) -> None:
    token = await invited(api, west, now)
    rated = (
        await api.post("/ratings", json={"token": token, "grades": {"overall": 1}, "tags": [109]}, headers=west["hall"])
    ).json()
    open_token = await invited(api, west, now, "W2")
    nothing = "01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2"

    async def tried(ticket: str, rating: str, token: str) -> list[tuple[int, str]]:
        key = east["all"]
        answers = [
            await api.get(f"/tickets/{ticket}", headers=key),
            await api.get(f"/why/{ticket}/close", headers=key),
            await api.post(f"/tickets/{ticket}/verdict", json={"is": "valid"}, headers=key),
            await api.post(f"/tickets/{ticket}/rate-feedback", json={"token": token, "grade": 3}, headers=key),
            await api.post(f"/ratings/{rating}/append", json={"token": token, "grades": {"overall": 1}}, headers=key),
            await api.post("/ratings", json={"token": token, "grades": {"overall": 5}}, headers=key),
            await api.post("/comments", json={"token": token, "text": "好"}, headers=key),
        ]
        return [(answer.status_code, answer.json()["code"]) for answer in answers]

    strange = await tried(rated["ticket"], rated["id"], open_token)
    assert {status for status, _ in strange} == {404}
    assert strange == await tried(nothing, nothing, "1-" + "x" * 22)
    assert (await api.get("/tickets", headers=east["all"])).json()["rows"] == []
    ours = await api.post("/service-events", json=event(now, "A1", 1, kind="instant"), headers=east["hall"])
    assert ours.status_code == 201
    still = await api.post("/ratings", json={"token": open_token, "grades": {"overall": 5}}, headers=west["hall"])
    assert still.status_code == 201


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Tenant", "Host"])
async def test_the_tenant_comes_from_the_key_and_from_nothing_else(
    api: httpx.AsyncClient, east: Hall, west: Hall, now: datetime, name: str
) -> None:
    headers = east["hall"] | {name: f"{west.tenant.slug}.hcp.test"}
    answer = await api.post("/service-events?tenant=west", json=event(now), headers=headers)

    assert answer.status_code == 201
    async with db.as_tenant(west.tenant.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM service_event") == 0
