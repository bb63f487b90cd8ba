"""A member finds what concerns them at the bell, follows it, and says how else they want to hear of it."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser

from core import db, notify, people
from core.notify import actions
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import PHONE, WORDS, Seat, rated, seat, town

SETTINGS = "/admin/notifications/settings"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


async def _bell(member: Seat) -> str:
    found = re.search(r'aria-label="提醒，([^"]*)未读"', (await member.get("/admin/help")).text)
    return found[1] if found else ""


async def _first(member: Seat, show: str = "") -> str:
    found = re.search(r'data-row href="([^"]+)"', (await member.get(f"/admin/notifications?show={show}")).text)
    return found[1] if found else ""


async def test_a_ticket_rings_the_bell_of_its_handler_and_following_it_reads_it(
    address: str, place: Tenant, handler: Seat, now: datetime, times: Times
) -> None:
    quiet = await _bell(handler)
    number = await rated(place, now - timedelta(hours=1))
    async with seat(address, place, "west", now) as west:
        elsewhere = await _bell(west)
    rung = await _bell(handler)
    way = await _first(handler)
    led = await handler.browser.get(way)
    afterwards, still_there = await _bell(handler), await _first(handler, "all")

    assert (quiet, rung, elsewhere, afterwards) == ("没有", "1 条", "没有", "没有")
    assert led.headers["location"] == handler.at(f"/admin/tickets/{number}")
    assert still_there == way


async def test_all_are_read_at_once_and_more_than_a_hundred_are_not_counted(
    place: Tenant, handler: Seat, now: datetime
) -> None:
    async with db.as_tenant(place.id) as unit:
        (member,) = [each for each in await people.members(unit) if each.username == "handler"]
        for number in range(120):
            await notify.tell(unit, member.id, "export", "", f"/x/{number}", now)
    many = await _bell(handler)
    answer = await handler.post("/admin/notifications")

    assert many == "99+ 条"
    assert answer.status_code == 303 and await _bell(handler) == "没有"


async def test_nobody_follows_or_marks_what_was_told_to_another(
    address: str, place: Tenant, handler: Seat, now: datetime
) -> None:
    await rated(place, now - timedelta(hours=1))
    way = (await _first(handler)).removeprefix(f"/t/{place.slug}")
    async with seat(address, place, "west", now) as west:
        answers = [await west.get(way), await west.post(way)]

    assert [each.status_code for each in answers] == [404, 404]
    assert await _bell(handler) == "1 条"


async def test_the_rated_read_the_day_and_no_hour(
    address: str, place: Tenant, handler: Seat, clerk: Seat, now: datetime, times: Times
) -> None:
    number = await rated(place, now - timedelta(minutes=10))
    await handler.do(number, "notify", checked="yes", note="请说明当时的情况")
    today = await _bell(clerk)
    times.now = now + timedelta(days=1)
    async with seat(address, place, "clerk", times.now) as member:
        rung, page = await _bell(member), (await member.get("/admin/notifications")).text
        led = await member.browser.get(await _first(member))
    listed = page[page.index('class="tells"') :].partition("</ul>")[0]

    assert (today, rung) == ("没有", "1 条")
    assert "有一条与您有关的差评" in listed and "发票领用" in listed
    assert not re.search(r"\d{1,2}:\d{2}", listed)
    assert not any(each in listed for each in (number, WORDS, PHONE))
    assert led.headers["location"] == member.at("/admin/notices")


async def test_how_somebody_wants_to_be_told_is_kept_and_written_down_without_the_address(
    place: Tenant, handler: Seat, now: datetime
) -> None:
    fields = {"email": "li@tax.example.cn", "phone": "13800138000", "quiet_from": "20:00", "quiet_to": "09:00",
              "digest": "yes", "warning.mail": "yes", "overdue.sms": "yes"}  # fmt: skip
    answer = await handler.post(SETTINGS, fields)
    shown = (await handler.get(SETTINGS)).text
    async with db.as_tenant(place.id) as unit:
        (member,) = [each for each in await people.members(unit) if each.username == "handler"]
        choice = await actions.choice(unit, member.id)
        log = await unit.fetch("SELECT act, after::text AS after FROM audit WHERE tenant_id = $1", place.id)

    assert answer.status_code == 303
    assert 'value="li@tax.example.cn"' in shown and 'name="warning.mail" value="yes" checked' in shown
    assert choice.ways == {"warning": {"mail"}, "overdue": {"sms"}} and choice.hours.digest
    said = {row["act"]: row["after"] for row in log}
    assert {"notify.choose", "member.contact"} <= set(said)
    assert not any("li@tax" in (each or "") or "13800138000" in (each or "") for each in said.values())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "nobody"}, "邮箱地址不正确"), ({"phone": "123"}, "请填写 11 位手机号"),
        ({"warning.mail": "yes"}, "选了邮件，请填写邮箱地址"), ({"warning.sms": "yes"}, "选了短信，请填写手机号"),
        ({"quiet_from": "25:00"}, "请从列表中选择时间"), ({"email": "x" * 300}, "最多"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    handler: Seat, fields: dict[str, str], said: str
) -> None:
    answer = await handler.post(SETTINGS, {"quiet_from": "21:00", "quiet_to": "08:00", **fields})

    assert answer.status_code == 422 and said in answer.text and 'aria-invalid="true"' in answer.text
    assert all(f'value="{each}"' in answer.text or each in ("yes", "25:00") for each in fields.values())


async def test_a_clerk_is_offered_only_what_ever_comes_to_them(clerk: Seat) -> None:
    shown = (await clerk.get(SETTINGS)).text

    assert "有一条与您有关的差评" in shown
    assert 'name="rated.mail"' in shown
    assert 'name="ticket.mail"' not in shown and 'name="refused.mail"' not in shown


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
@pytest.mark.parametrize(("theme", "size", "width"), [("light", "standard", 1440), ("dark", "large", 360)])
async def test_reminders_and_their_settings_are_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, handler: Seat, now: datetime, theme: str, size: str, width: int
) -> None:
    await rated(place, now - timedelta(hours=1))
    found: list[object] = []
    async with tab(chromium, address, width=width) as page:
        await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": handler.session, "url": address}])
        for path in ("/admin/notifications", SETTINGS, "/admin/help", "/admin/palette"):
            await page.goto(handler.at(f"{path}?theme={theme}&size={size}"))
            found += await flaws(page)

    assert found == []
