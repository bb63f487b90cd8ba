"""A partner's order system answers over the machine interface, by the rules of any act, each event once."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from core.policy.model import Override
from tests.core.town import rated
from tests.web.api_world import RULES, Hall, Times, hall
from tests.web.test_api_contract import refused

ON = (
    Override("hotline_exchange", value=True, clause="第二十二条"), Override("dispatcher", "hotline", "第二十二条"),
    Override("ticket_for", {"grades": [2, 1], "needs": "any"}, "第二十二条"),
)  # fmt: skip
LATER = timedelta(hours=2)


@pytest.fixture
async def city(pool: object, now: datetime, times: Times) -> AsyncGenerator[Hall]:
    async with hall("hotline", now, (*RULES, *ON)) as found:
        await rated(found.tenant, "A-1", now, {"overall": 1})
        times.now = now + LATER
        yield found


async def listed(api: httpx.AsyncClient, city: Hall, **query: Any) -> list[dict[str, Any]]:
    return (await api.get("/orders", params=query, headers=city["tickets:read"])).json()["rows"]


def said(now: datetime, id_: str, status: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "status": status, "at": (now + LATER).isoformat(), **more}


async def test_the_partner_takes_an_order_sends_it_on_and_returns_the_result(
    api: httpx.AsyncClient, city: Hall, now: datetime
) -> None:
    (order,) = await listed(api, city)
    events = f"/orders/{order['number']}/events"
    for each in (
        said(now, "E1", "accepted"), said(now, "E2", "dispatched", to="tax-east"),
        said(now, "E3", "verified", by="tax-east", **{"is": "valid"}),
        said(now, "E4", "rectified", by="tax-east", note="已加开窗口"),
        said(now, "E5", "answered", by="tax-east", note="已答复张三 13800000001"),
    ):  # fmt: skip
        answer = await api.post(events, json=each, headers=city["tickets:write"])
        assert answer.status_code == 201, answer.text

    (after,) = await listed(api, city)
    assert (after["state"], after["ticket_state"], after["handler"]) == ("answered", "answered", "tax-east")
    assert (after["status"], after["pushed"], after["disagrees"]) == ("整改结果反馈", 1, "")


async def test_the_same_event_again_is_answered_alike_and_another_under_its_id_is_refused(
    api: httpx.AsyncClient, city: Hall, now: datetime
) -> None:
    (order,) = await listed(api, city)
    events, key = f"/orders/{order['number']}/events", city["tickets:write"]
    first = await api.post(events, json=said(now, "E1", "dispatched", to="tax-east"), headers=key)
    again = await api.post(events, json=said(now, "E1", "dispatched", to="tax-east"), headers=key)
    other = await api.post(events, json=said(now, "E1", "dispatched", to="bureau"), headers=key)

    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    refused(other, 409, "conflict", "id")


@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"status": "unheard"}, 422, "unknown-code", "status"),
        ({"status": "dispatched", "to": "nobody"}, 422, "unknown-code", "to"),
        ({"status": "verified", "is": "valid"}, 422, "invalid", "by"),
        ({"status": "verified", "is": "valid", "by": "nobody"}, 422, "unknown-code", "by"),
        ({"status": "verified", "is": "valid", "by": "tax-east"}, 403, "not-entitled", None),
        ({"status": "graded", "grade": 3}, 403, "not-entitled", None),
        ({"status": "called_back"}, 409, "wrong-state", None),
        ({"status": "accepted", "at": "2026-03-09T09:00:00+08:00"}, 422, "invalid", "at"),
        ({"status": "accepted", "at": "2026-03-09T23:00:00+08:00"}, 422, "invalid", "at"),
        ({"status": "accepted", "at": "0001-01-01T00:00:00"}, 422, "invalid", "at"),
        ({"status": "accepted", "rater": "张三"}, 422, "invalid", "rater"),
    ],
)  # fmt: skip
async def test_what_may_not_be_is_refused_whole_and_stands_beside_the_order(
    api: httpx.AsyncClient, city: Hall, now: datetime, more: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    before = await listed(api, city)
    event = said(now, "E1", more.pop("status"), **more)
    answer = await api.post(f"/orders/{before[0]['number']}/events", json=event, headers=city["tickets:write"])

    refused(answer, status, code, field)
    (after,) = await listed(api, city)
    assert {**after, "disagrees": ""} == {**before[0], "disagrees": ""}


async def test_what_comes_out_of_its_order_is_refused_and_what_is_refused_is_named_to_both(
    api: httpx.AsyncClient, city: Hall, now: datetime
) -> None:
    (order,) = await listed(api, city)
    events, key = f"/orders/{order['number']}/events", city["tickets:write"]
    local = said(now, "E2", "accepted") | {"at": "2026-03-09T11:30:00"}
    assert (await api.post(events, json=local, headers=key)).status_code == 201
    early = said(now, "E1", "urged", note="请尽快") | {"at": (now + LATER - timedelta(minutes=1)).isoformat()}
    answer = await api.post(events, json=early, headers=key)

    refused(answer, 409, "wrong-state", "at")
    assert "对方上报的“催办”未被接受" in (await listed(api, city))[0]["disagrees"]


async def test_an_order_of_another_place_is_not_there(
    api: httpx.AsyncClient, city: Hall, east: Hall, now: datetime
) -> None:
    (order,) = await listed(api, city)
    answer = await api.post(
        f"/orders/{order['number']}/events", json=said(now, "E1", "accepted"), headers=east["tickets:write"]
    )
    refused(answer, 404, "not-found")
    assert await listed(api, east) == []


async def test_orders_are_compared_page_by_page(api: httpx.AsyncClient, city: Hall, now: datetime) -> None:
    for number in range(2, 5):
        await rated(city.tenant, f"A-{number}", now + timedelta(minutes=number), {"overall": 2})
    found: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/orders", params=query, headers=city["tickets:read"])).json()
        found += [each["number"] for each in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == [f"RX-2026-{number:04}" for number in range(1, 5)]
    refused(await api.get("/orders", params={"cursor": "x"}, headers=city["tickets:read"]), 422, "invalid", "cursor")
    assert await listed(api, city, since="2026-03-10") == []
    refused(await api.get("/orders", headers=city["tickets:write"]), 403, "not-entitled")
