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
