"""A member changes the password, binds a telephone and sees who is signed in under their name, asking nobody."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise

import httpx
import pyotp
import pytest
from playwright.async_api import Browser

from core import db, people
from core.audit.model import SYSTEM
from core.people import NewMember, factors, passwords
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import flaws, tab
from tests.web.house import PASSWORD, browser
from tests.web.office import Seat, seat, town

NEXT = "Another-long-7"
CHANGED = {"old": PASSWORD, "new": NEXT, "again": NEXT}
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def handler(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "handler", now) as found:
        yield found


async def _sign_in(address: str, place: Tenant, username: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    async with browser(address, **{"user-agent": EDGE}) as client:
        form = {"username": username, "password": password, **more}
        answer = await client.post(f"/t/{place.slug}/sign-in", data=form)
        answer.extensions["token"] = client.cookies.get(f"hcp-{place.slug}", "")
        return answer


@pytest.fixture
async def guest(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    """A handler with a password that the administrator chose, who has just signed in with it."""
    new = NewMember("newcomer", "新来某", "handler", PASSWORD, institution="tax-east")
    await people.add_member(place.id, new, by=SYSTEM, now=now)
    token = (await _sign_in(address, place, "newcomer")).extensions["token"]
    async with browser(address) as client:
        client.cookies.set(f"hcp-{place.slug}", token)
        yield Seat(client, place, token)


async def _bound(member: Seat, now: datetime) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    shown = await member.post("/admin/account/factor/begin")
    secret = re.findall(r'secret num">([A-Z2-7 ]+)<', shown.text)[0].replace(" ", "")
    sealed = unescape(re.findall(r'name="offer" value="([^"]+)"', shown.text)[0])
    wrong = await member.post("/admin/account/factor", {"offer": sealed, "code": "000000"})
    assert wrong.status_code == 422 and "动态码不正确" in wrong.text and sealed in unescape(wrong.text)
    done = await member.post("/admin/account/factor", {"offer": sealed, "code": pyotp.TOTP(secret).at(now)})
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</li>", done.text)


@pytest.mark.parametrize(
    ("password", "broken"),
    [("Aa1-short", [0]), ("alllowercaseletters", [1]), ("handler-A1-xyz", [2]), ("aaa", [0, 1]), ("Abcdefgh12", []),
     ("只有中文字符的密码", [0, 1]), ("中文 and Capitals", [])],
)  # fmt: skip
def test_everything_that_is_wrong_with_a_password_is_said_at_once(password: str, broken: list[int]) -> None:
    assert passwords.faults(password, "handler") == tuple(passwords.RULES[each] for each in broken)


def test_a_password_that_is_handed_over_keeps_the_rules() -> None:
    assert {passwords.faults(passwords.given("zhang"), "zhang") for _ in range(200)} == {()}


async def test_a_password_is_changed_by_who_knows_the_old_one(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as elsewhere:
        wrong = await handler.post("/admin/account/password", {"old": "x", "new": "short", "again": "other"})
        changed = await handler.post("/admin/account/password", CHANGED)
        there, here = await elsewhere.get("/admin/account"), await handler.get("/admin/account")
    before, after = [await _sign_in(address, place, "handler", word) for word in (PASSWORD, NEXT)]

    assert wrong.status_code == 422
    assert re.findall(r'class="er" id="e-(\w+)"', wrong.text) == ["old", "new", "again"]
    assert "至少 10 个字符；大写字母" in wrong.text
    assert (changed.status_code, there.status_code, here.status_code) == (303, 303, 200)
    assert (before.status_code, after.status_code) == (401, 303)


async def test_none_of_the_last_five_is_taken_again(handler: Seat) -> None:
    words = [PASSWORD, *(f"{NEXT}-{number}" for number in range(5))]
    for old, new in pairwise(words):
        assert (
            await handler.post("/admin/account/password", {"old": old, "new": new, "again": new})
        ).status_code == 303

    same = [
        await handler.post("/admin/account/password", {"old": words[-1], "new": word, "again": word})
        for word in (words[1], words[-1])
    ]
    sixth = await handler.post("/admin/account/password", {"old": words[-1], "new": words[0], "again": words[0]})

    assert [each.status_code for each in same] == [422, 422] and "最近 5 次" in same[0].text
    assert sixth.status_code == 303


async def test_the_fifth_wrong_old_password_ends_the_session_and_locks_the_account(
    address: str, handler: Seat, place: Tenant
) -> None:
    for _ in range(5):
        await handler.post("/admin/account/password", {**CHANGED, "old": "guess"})

    assert (await handler.get("/admin/account")).status_code == 303
    assert (await _sign_in(address, place, "handler")).status_code == 401


async def test_a_password_that_somebody_else_chose_opens_nothing_but_its_change(
    address: str, guest: Seat, place: Tenant
) -> None:
    before = await guest.get("/admin/tickets")
    part = await guest.browser.get(guest.at("/admin/tickets"), headers={"HX-Request-Type": "partial"})
    shown = await guest.get("/admin/account")
    await guest.post("/admin/account/password", CHANGED)
    after = await guest.get("/admin/tickets")

    assert before.headers["location"] == guest.at("/admin/account") == part.headers["hx-redirect"]
    assert "请先修改密码" in shown.text
    assert after.status_code == 200


@pytest.mark.parametrize(("days", "leads"), [(89, "/admin"), (90, "/admin/account")])
async def test_a_password_is_good_for_ninety_days(
    address: str, handler: Seat, place: Tenant, times: Times, now: datetime, days: int, leads: str
) -> None:
    await handler.post("/admin/account/password", CHANGED)
    times.now = now + timedelta(days=days)

    answer = await _sign_in(address, place, "handler", NEXT)

    assert answer.headers["location"] == handler.at(leads)


async def test_a_telephone_is_bound_by_its_first_code_and_that_code_opens_nothing_more(
    address: str, handler: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    secret, codes = await _bound(handler, now)
    code = pyotp.TOTP(secret).at(now)

    used = await _sign_in(address, place, "handler", code=code)
    without = await _sign_in(address, place, "handler")
    times.now = now + timedelta(seconds=60)
    fresh = await _sign_in(address, place, "handler", code=pyotp.TOTP(secret).at(times.now))

    assert (used.status_code, without.status_code, fresh.status_code) == (401, 401, 303)
    assert len(set(codes)) == 10
    async with db.as_tenant(place.id) as unit:
        stored = await unit.fetch("SELECT * FROM recovery_code WHERE tenant_id = $1", place.id)
    assert not any(code.replace("-", "") in str(row) for row in stored for code in codes)


async def test_a_recovery_code_opens_once_and_not_with_a_wrong_password(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    _, codes = await _bound(handler, now)

    wrong = await _sign_in(address, place, "handler", "guess", code=codes[0])
    first = await _sign_in(address, place, "handler", code=codes[0].lower().replace("-", " "))
    again = await _sign_in(address, place, "handler", code=codes[0])
    shown = await handler.get("/admin/account")
    renewed = await handler.post("/admin/account/codes")
    old = await _sign_in(address, place, "handler", code=codes[1])

    assert [each.status_code for each in (wrong, first, again, old)] == [401, 303, 401, 401]
    assert '<b class="num">9</b>' in shown.text and renewed.text.count("</li>") >= 10


async def test_a_secret_offered_to_one_is_not_bound_by_another(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    shown = await handler.post("/admin/account/factor/begin")
    secret = re.findall(r'secret num">([A-Z2-7 ]+)<', shown.text)[0].replace(" ", "")
    sealed = unescape(re.findall(r'name="offer" value="([^"]+)"', shown.text)[0])
    async with seat(address, place, "supervisor", now) as other:
        answer = await other.post("/admin/account/factor", {"offer": sealed, "code": pyotp.TOTP(secret).at(now)})

    assert answer.status_code == 422


async def test_a_role_that_must_have_a_second_factor_binds_one_before_anything_else(
    address: str, place: Tenant, now: datetime
) -> None:
    new = NewMember("watcher", "审计某", "auditor", PASSWORD, must_change=False)
    await people.add_member(place.id, new, by=SYSTEM, now=now)
    token = (await _sign_in(address, place, "watcher")).extensions["token"]
    async with browser(address) as client:
        client.cookies.set(f"hcp-{place.slug}", token)
        member = Seat(client, place, token)
        before = await member.get("/admin/audit")
        await _bound(member, now)
        after = await member.get("/admin/audit")
        removed = await member.post("/admin/account/factor/remove")
        again = await member.get("/admin/audit")

    assert before.headers["location"] == member.at("/admin/account")
    assert after.status_code == 200
    assert removed.status_code == 303 and again.headers["location"] == member.at("/admin/account")


def test_a_demo_asks_no_role_for_a_telephone() -> None:
    assert factors.is_required("auditor", demo=False) and not factors.is_required("auditor", demo=True)
    assert not factors.is_required("handler", demo=False)


async def test_sessions_are_seen_and_ended_one_by_one_and_all_at_once(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as second, seat(address, place, "handler", now) as third:
        shown = await handler.get("/admin/account")
        ids = re.findall(r"/sessions/([0-9a-f-]{36})/end", shown.text)
        ended = await handler.post(f"/admin/account/sessions/{ids[0]}/end")
        out = [(await each.get("/admin/account")).status_code for each in (second, third)]
        others = await handler.post("/admin/account/sessions/end-others")
        left = [(await each.get("/admin/account")).status_code for each in (handler, second, third)]
    async with seat(address, place, "west", now) as stranger:
        own = (await handler.get("/admin/account")).text
        foreign = await stranger.post(f"/admin/account/sessions/{ids[0]}/end")

    assert len(ids) == 2 and shown.text.count(">当前<") == 1
    assert (ended.status_code, others.status_code) == (303, 303)
    assert sorted(out) == [200, 303] and left == [200, 303, 303]
    assert "/sessions/end-others" not in own and foreign.status_code == 404


async def test_where_and_when_somebody_came_in_or_tried_to_is_shown(address: str, handler: Seat, place: Tenant) -> None:
    await _sign_in(address, place, "handler", "guess")
    await _sign_in(address, place, "handler")

    shown = (await handler.get("/admin/account")).text

    assert shown.count("未成功") == 1 and shown.count("成功</span>") == 2
    assert "Edge 120，Windows" in shown and "127.0.0.1" in shown


async def test_signing_in_again_ends_the_session_that_the_browser_had(
    address: str, handler: Seat, place: Tenant
) -> None:
    form = {"username": "handler", "password": PASSWORD}

    await handler.browser.post(handler.at("/sign-in"), data=form)
    handler.browser.cookies.clear()
    handler.browser.cookies.set(f"hcp-{place.slug}", handler.session)

    assert (await handler.get("/admin/account")).status_code == 303


@pytest.mark.parametrize(("look", "width"), [("", 1440), ("?theme=dark", 390), ("?size=huge", 360)])
async def test_the_pages_of_one_s_account_are_readable_by_everybody(
    chromium: Browser, address: str, handler: Seat, place: Tenant, times: Times, now: datetime, look: str, width: int
) -> None:
    await _sign_in(address, place, "handler", "guess")
    found: list[object] = []
    async with tab(chromium, address, width=width) as page:
        cookie = {"name": f"hcp-{place.slug}", "value": handler.session, "url": address}
        await page.context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
        await page.goto(handler.at("/admin/account") + look)
        found += await flaws(page)
        await page.click("text=开始绑定")
        await page.wait_for_selector(".qrbox svg")
        found += await flaws(page)
        times.now = now + timedelta(minutes=11)
        await page.goto(handler.at("/admin/account"))
        await page.click("text=开始绑定")
        await page.wait_for_selector("[name=_password]")
        found += await flaws(page)
        await page.fill("[name=_password]", PASSWORD)
        await page.click("text=确认并继续")
        await page.wait_for_selector(".qrbox svg")
        times.now = now + timedelta(minutes=45)
        await page.fill("[name=code]", "123456")
        await page.click("button:text-is('确认绑定')")
        await page.wait_for_selector("[name=username]")
        found += await flaws(page)
        await page.fill("[name=username]", "handler")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button:text-is('登录')")
        await page.wait_for_selector("text=接着提交")
        found += await flaws(page)

    assert found == []
