"""Codes are printed for what citizens stand before, and each device has a key for its own window alone."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.async_api import Browser

from core import db, flow, people
from core.audit.model import SYSTEM
from core.intake.model import ServiceEvent, Source
from core.policy.model import Override
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import CANARY, PHONE, Seat, seat, town

CHANNELS, DEVICES, SYSTEMS = "/admin/channels", "/admin/channels/devices", "/admin/channels/systems"
NAMED = Override("channels", [
    {"code": "mini", "label": "本地小程序", "base": "app"}, {"code": "hall", "label": "评价器", "base": "device"},
], "第九条")  # fmt: skip


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", NAMED) as found:
        async with db.as_tenant(found.id) as unit:
            await unit.execute(
                "INSERT INTO service_window (tenant_id, code, name, institution, kiosk)"
                " VALUES ($1, 'k1', '自助一号', 'tax-east', true), ($1, 'w2', '2号窗口', 'tax-west', false)", found.id,
            )  # fmt: skip
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


def words(content: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


async def test_windows_terminals_items_and_channels_are_listed_and_printed(operator: Seat) -> None:
    kinds = ("window", "kiosk", "item", "channel")
    lists = {kind: (await operator.get(f"{CHANNELS}?kind={kind}")).text for kind in kinds}
    all_ = await operator.get(f"{CHANNELS}/sheets.pdf?kind=window&layout=8")
    one = await operator.get(f"{CHANNELS}/sheets.pdf?kind=window&layout=label&code=w2&code=gone")
    item = await operator.get(f"{CHANNELS}/sheets.pdf?kind=item&q=发票")
    channel = await operator.get(f"{CHANNELS}/sheets.pdf?kind=channel")

    assert "1号窗口" in lists["window"] and "自助一号" not in lists["window"] and "自助一号" in lists["kiosk"]
    assert "发票领用" in lists["item"]
    assert "本地小程序" in lists["channel"] and "第九条" in lists["channel"] and "未开通" in lists["channel"]
    assert all_.headers["content-type"] == "application/pdf"
    assert (
        "1号窗口" in words(all_.content) and "2号窗口" in words(all_.content) and "自助一号" not in words(all_.content)
    )
    assert "2号窗口" in words(one.content) and "1号窗口" not in words(one.content)
    assert "发票领用" in words(item.content) and "退税" not in words(item.content)
    assert "本地小程序" in words(channel.content) and "评价器" not in words(channel.content)


async def test_nothing_to_print_is_said_where_it_is_asked(operator: Seat) -> None:
    answer = await operator.get(f"{CHANNELS}/sheets.pdf?kind=window&q=nothing")

    assert answer.status_code == 422 and "请勾选要打印的" in answer.text


@pytest.mark.parametrize(("path", "channel"), [("/i/invoice", "qr"), ("/e/mini", "app")])
async def test_the_code_of_an_item_or_channel_leads_by_message_to_ones_own_rating(
    operator: Seat, address: str, place: Tenant, now: datetime, path: str, channel: str
) -> None:
    given = {"item": "invoice", "staff": "li", "window": "w1", "mode": "window"}
    happened = ServiceEvent("A1", "closed", now - timedelta(hours=1), applicant=CANARY, **given)  # pyright: ignore[reportArgumentType]
    await flow.receive(place, [happened], source=Source("demo", trusted=True), now=now)
    async with loopback(address, headers={"sec-fetch-site": "same-origin"}) as visitor:
        home = f"/t/{place.slug}{path}"
        shown = await visitor.get(home)
        picture = await visitor.get(f"{home}/qr.svg")
        wrong = await visitor.post(home, data={"phone": "123"})
        sent = await visitor.post(home, data={"phone": PHONE})
        same = await visitor.post(home, data={"phone": "13900000000"})
    async with db.as_tenant(place.id) as unit:
        body = await unit.fetchval("SELECT payload FROM outbox WHERE tenant_id = $1 AND kind = 'sms.link'", place.id)

    assert shown.status_code == 200 and picture.headers["content-type"] == "image/svg+xml"
    assert wrong.status_code == 422 and "11 位手机号" in wrong.text
    assert (sent.status_code, sent.headers["location"]) == (same.status_code, same.headers["location"])
    assert urlsplit(body["path"]).query == f"c={channel}"


@pytest.mark.parametrize("path", ["/e/hall", "/e/qr", "/i/nothing", "/e/nothing"])
async def test_a_channel_that_the_rules_do_not_name_is_shut(operator: Seat, path: str) -> None:
    assert (await operator.get(path)).status_code == 404


async def test_a_key_is_shown_once_works_at_its_window_alone_and_ends_when_it_is_taken_back(
    operator: Seat, address: str, place: Tenant
) -> None:
    made = await operator.post(DEVICES, {"label": "1号窗口评价器", "window": "w1"})
    shown = re.search(r'class="secret num">([^<]+)<', made.text)
    assert shown
    listed = (await operator.get(DEVICES)).text
    async with loopback(address, headers={"sec-fetch-site": "same-origin"}) as screen:
        own = await screen.post(f"/t/{place.slug}/device/w1/enter", data={"key": shown[1]})
        at_work = await screen.get(f"/t/{place.slug}/device/w1")
        other = await screen.post(f"/t/{place.slug}/device/w2/enter", data={"key": shown[1]})
        elsewhere = await screen.get(f"/t/{place.slug}/device/w2")
        called = await screen.post("/api/v1/ratings", json={}, headers={"authorization": f"Bearer {shown[1]}"})
        seen = (await operator.get(DEVICES)).text
        back = re.search(r'action="[^"]+(/admin/channels/devices/[\w-]+/revoke)"', seen)
        assert back
        gone = await operator.post(back[1])
        after = await screen.get(f"/t/{place.slug}/device/w1")
        twice = await operator.post(back[1])

    assert made.status_code == 200 and shown[1] not in listed and "未启用" in listed
    assert f"/t/{place.slug}/device/w1/enter" in made.text
    assert (own.status_code, at_work.status_code) == (303, 200)
    assert other.status_code == 403 and "别的窗口" in other.text
    assert elsewhere.status_code in (303, 403)
    assert called.status_code == 403
    assert "在线" in seen
    assert (gone.status_code, twice.status_code) == (303, 404)
    assert after.status_code in (303, 401)


@pytest.mark.parametrize(
    ("fields", "field"), [({"label": "", "window": "w1"}, "label"), ({"label": "屏", "window": "w9"}, "window")]
)
async def test_a_device_without_a_name_or_window_is_refused_at_its_field(
    operator: Seat, fields: dict[str, str], field: str
) -> None:
    answer = await operator.post(DEVICES, fields)

    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text


async def test_a_key_that_is_no_device_s_is_not_taken_back_here(operator: Seat, place: Tenant, now: datetime) -> None:
    async with db.as_tenant(place.id) as unit:
        await people.issue_key(unit, "大厅系统", ["events:write"], by=SYSTEM, now=now)
        key = next(each for each in await people.keys(unit) if each.label == "大厅系统")
    answer = await operator.post(f"{DEVICES}/{key.id}/revoke")

    assert answer.status_code == 404 and "大厅系统" not in (await operator.get(DEVICES)).text


async def test_a_system_gets_a_key_for_what_it_must_do_and_loses_it_here(
    operator: Seat, address: str, now: datetime
) -> None:
    asked = {"label": "大厅叫号系统", "scopes": ["events:write", "ratings:write"], "until": "2026-12-31"}
    made = await operator.post(SYSTEMS, asked)
    shown = re.search(r'class="secret num">([^<]+)<', made.text)
    assert shown
    listed = (await operator.get(SYSTEMS)).text
    back = re.search(r'action="[^"]+(/admin/channels/systems/[\w-]+/revoke)"', listed)
    assert back
    async with loopback(address, headers={"authorization": f"Bearer {shown[1]}"}) as system:
        before = await system.post("/api/v1/service-events", json=[])
        gone = await operator.post(back[1])
        after = await system.post("/api/v1/service-events", json=[])

    assert shown[1] not in listed and "报送办件和服务事件、报送评价" in listed
    assert before.status_code not in (401, 403) and gone.status_code == 303 and after.status_code == 401


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"label": ""}, "label"), ({"scopes": []}, "scopes"), ({"scopes": ["admin"]}, "scopes"),
     ({"until": "2020-01-01"}, "until"), ({"until": "soon"}, "until")],
)  # fmt: skip
async def test_a_key_for_a_system_is_refused_at_its_field(
    operator: Seat, fields: dict[str, object], field: str
) -> None:
    answer = await operator.post(SYSTEMS, {"label": "系统", "scopes": ["events:write"], "until": "", **fields})

    assert answer.status_code == 422 and f'id="e-{field}"' in answer.text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
async def test_lists_devices_and_entrances_are_readable_by_everybody(
    chromium: Browser, operator: Seat, address: str
) -> None:
    await operator.post(DEVICES, {"label": "1号窗口评价器", "window": "w1"})
    found = []
    for width in (1440, 390):
        async with tab(chromium, address, width=width) as page:
            await page.context.add_cookies(
                [{"name": f"hcp-{operator.tenant.slug}", "value": operator.session, "url": address}]
            )
            for path in (f"{CHANNELS}?kind=channel", f"{CHANNELS}?kind=window", DEVICES, SYSTEMS, "/i/invoice"):
                await page.goto(operator.at(path))
                found += await flaws(page)

    assert found == []
