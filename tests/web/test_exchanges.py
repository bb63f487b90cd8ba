"""The office sees how far a partner knows of each order, says where the partner is, and sends again what was lost."""

import os
import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser

from core import db, errors
from core.exchange import answers, listing
from core.exchange.model import Report
from core.intake.model import Source
from core.policy.model import Override
from core.records import listing as records
from core.records.model import Reach
from core.tenants import Tenant
from tests.core.exchange.conftest import exchange
from tests.core.exchange.test_pushing import delivered, orders
from tests.order_system import KEY, Running, running
from tests.web.api_world import Times
from tests.web.browsers import flaws, tab
from tests.web.office import WORDS, Seat, rated, seat, town

ON = (
    Override("hotline_exchange", value=True, clause="第二十二条"),
    Override("ticket_for", {"grades": [2, 1], "needs": "any"}, "第二十二条"),
)  # fmt: skip
HOME = "/admin/exchanges/hotline_exchange"
BUREAU = Reach(frozenset({"bureau"}), regions=None)


@pytest.fixture
async def hotline() -> AsyncGenerator[Running]:
    async with running() as found:
        yield found


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    async with town(now, "exchange", *ON) as found:
        await rated(found, now - timedelta(hours=3))
        times.now = now
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def test_where_the_partner_is_is_said_once_tried_and_what_waited_goes(
    operator: Seat, place: Tenant, hotline: Running, now: datetime
) -> None:
    before = await operator.get(HOME)
    wrong = await operator.post(f"{HOME}/partner", {"url": hotline.url, "key": "short"})
    saved = await operator.post(f"{HOME}/partner", {"url": hotline.url, "key": KEY})
    tried = await operator.post(f"{HOME}/test")
    shown = await operator.get(f"{HOME}/partner")
    await delivered(place, now)

    assert "还没有填写对方系统的地址和密钥" in before.text
    assert wrong.status_code == 422 and "密钥须为 16 到 200 个" in wrong.text
    assert hotline.url in wrong.text and "short" not in re.sub(r"<[^>]*class=[^>]*>", "", wrong.text)
    assert (saved.status_code, tried.status_code, hotline.inside.tests) == (303, 303, 1)
    assert "对方已收下" in shown.text and KEY not in shown.text
    (order,) = await orders(place)
    assert (order.pushed, order.acknowledged) == (1, 1)


async def test_a_ticket_leads_to_its_order_and_nobody_to_a_record_that_they_may_not_see(
    place: Tenant, address: str, now: datetime
) -> None:
    (order,) = await orders(place)
    async with seat(address, place, "supervisor", now) as bureau:
        shown = await bureau.get(f"/admin/tickets/{order.ticket}")
    async with db.as_tenant(place.id) as unit:
        once = [
            await unit.fetchval("SELECT once FROM extra_record WHERE tenant_id = $1 AND id = $2", place.id, order.id)
        ]
        elsewhere = Reach(frozenset({"handler"}), institutions=frozenset({"tax-west"}))
        there, nowhere = [await records.about(unit, "", once, each, now) for each in (BUREAU, elsewhere)]

    assert f'/admin/extras/records/{order.id}"' in shown.text and order.number in shown.text
    assert [each.id for each in there] == [order.id] and nowhere == ()


async def test_a_partner_that_does_not_answer_is_said_to_and_nothing_of_it_is_lost(
    operator: Seat, place: Tenant, hotline: Running, now: datetime
) -> None:
    await operator.post(f"{HOME}/partner", {"url": "http://127.0.0.1:9/", "key": KEY})
    await operator.post(f"{HOME}/test")

    shown = await operator.get(f"{HOME}/partner")
    assert "没有收下：ConnectError" in shown.text


async def test_both_sides_are_compared_day_by_day_and_what_differs_is_named(
    operator: Seat, place: Tenant, hotline: Running, now: datetime
) -> None:
    await operator.post(f"{HOME}/partner", {"url": hotline.url, "key": KEY})
    hotline.inside.refuse_next = 100
    await delivered(place, now)
    page = await operator.get(HOME)
    (order,) = await orders(place)
    record = await operator.get(f"/admin/extras/records/{order.id}")

    assert order.number in page.text and "推送等待超过 1 小时" in page.text and "立即重新推送" in page.text
    assert "等待送达" in record.text and "HTTP 500" in record.text and f"/tickets/{order.ticket}" in record.text

    hotline.inside.refuse_next = 0
    answer = await operator.post(f"{HOME}/orders/{order.id}/resend")
    await delivered(place, now)
    assert answer.status_code == 303 and (await orders(place))[0].acknowledged == 1
    assert "这段时间的工单，两边是一致的" in (await operator.get(HOME)).text


async def test_only_whoever_runs_the_whole_place_may_say_where_the_partner_is(
    address: str, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "supervisor", now) as supervisor, seat(address, place, "handler", now) as handler:
        assert (await supervisor.get(HOME)).status_code == 200
        assert "签名密钥" not in (await supervisor.get(f"{HOME}/partner")).text
        assert (await supervisor.post(f"{HOME}/partner", {"url": "https://a.example/", "key": KEY})).status_code == 403
        assert (await handler.get(HOME)).status_code == 403


async def test_the_list_of_orders_shows_no_word_that_names_the_rater(operator: Seat, place: Tenant) -> None:
    (order,) = await orders(place)
    shown = await operator.get("/admin/extras/hotline_exchange/orders")

    assert order.number in shown.text and "对账" in shown.text and "13977776666" not in shown.text
    async with db.as_tenant(place.id) as unit:
        assert len(await listing.lines(unit, exchange().code)) == 1
    assert WORDS


@pytest.mark.parametrize("width", [390, 1440])
async def test_its_pages_can_be_read_by_everybody(
    chromium: Browser, address: str, operator: Seat, place: Tenant, hotline: Running, now: datetime, width: int
) -> None:
    await operator.post(f"{HOME}/partner", {"url": hotline.url, "key": KEY})
    hotline.inside.refuse_next = 1
    await delivered(place, now)
    (order,) = await orders(place)
    told = Report("E1", "dispatched", now, data={"to": "nobody"})
    with pytest.raises(errors.Refused):
        await answers.report(place, order.number, told, source=Source("key"), now=now)
    found: list[object] = []
    async with tab(chromium, address, width=width) as page:
        await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": operator.session, "url": address}])
        for path in (HOME, f"{HOME}/partner", f"/admin/extras/records/{order.id}", "/admin/extras/hotline_exchange"):
            await page.goto(operator.at(path))
            if folder := os.environ.get("LOOK"):
                await page.screenshot(path=f"{folder}/{width}{path.replace('/', '-')[:50]}.png", full_page=True)
            found += await flaws(page)
    assert found == []
