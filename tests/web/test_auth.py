"""A session is its member's alone: nobody guesses it, plants it, keeps it, or makes it do what its member did not."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pyotp
import pytest

from core import db, people
from core import settings as environment
from core.audit.model import SYSTEM
from core.embedded.servers import Servers
from core.people import NewMember, add_member
from tests.web.api_world import Hall, Times
from tests.web.house import PASSWORD, House, browser, csrf_of, inhabited, sign_in
from web.app import create_app


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


@pytest.fixture
async def house(east: Hall, now: datetime) -> AsyncGenerator[House]:
    async with inhabited(east, now, ("handler", "auditor")) as found:
        yield found


async def _is_in(page: httpx.AsyncClient, house: House) -> bool:
    """Signing out is what every signed-in member may do, and nobody else."""
    answer = await page.post(house.at("/sign-out"), data={"_csrf": "x"})
    return answer.status_code == 403


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(page: httpx.AsyncClient, house: House) -> None:
    wrong = await page.post(house.at("/sign-in"), data={"username": "handler-1", "password": "wrong password"})
    unknown = await page.post(house.at("/sign-in"), data={"username": "nobody--1", "password": "wrong password"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("handler-1", "") == unknown.text.replace("nobody--1", "")
    assert "wrong password" not in wrong.text


async def test_the_sixth_try_fails_even_with_the_right_password_and_others_are_not_locked(
    page: httpx.AsyncClient, house: House, times: Times, now: datetime
) -> None:
    for _ in range(5):
        await page.post(house.at("/sign-in"), data={"username": "handler-1", "password": "wrong password"})

    right = {"username": "handler-1", "password": PASSWORD}
    locked = await page.post(house.at("/sign-in"), data=right)
    other = await page.post(house.at("/sign-in"), data={"username": "auditor-1", "password": PASSWORD})
    times.now = now + timedelta(minutes=16)
    later = await page.post(house.at("/sign-in"), data=right)

    assert (locked.status_code, other.status_code, later.status_code) == (401, 303, 303)


async def test_an_account_with_a_code_needs_a_fresh_one(page: httpx.AsyncClient, house: House, now: datetime) -> None:
    secret = pyotp.random_base32()
    new = NewMember("operator-2", "何静", "operator", PASSWORD, totp_secret=secret)
    await add_member(house.tenant.id, new, by=SYSTEM, now=now)
    form = {"username": "operator-2", "password": PASSWORD}

    without = await page.post(house.at("/sign-in"), data=form)
    code = pyotp.TOTP(secret).at(now)
    with_code = await page.post(house.at("/sign-in"), data={**form, "code": code})
    replayed = await page.post(house.at("/sign-in"), data={**form, "code": code})

    assert (without.status_code, with_code.status_code, replayed.status_code) == (401, 303, 401)


async def test_a_planted_session_is_nobody_s(page: httpx.AsyncClient, house: House) -> None:
    planted = {"cookie": f"hcp-{house.slug}=chosen-by-an-attacker"}

    before = await page.post(house.at("/sign-out"), headers=planted)
    form = {"username": "handler-1", "password": PASSWORD}
    signed_in = await page.post(house.at("/sign-in"), data=form, headers=planted)

    assert before.headers["location"] == house.at("/sign-in")
    assert "chosen-by-an-attacker" not in signed_in.headers["set-cookie"]


async def test_a_session_of_one_city_is_nothing_in_another(
    page: httpx.AsyncClient, house: House, west: Hall, now: datetime
) -> None:
    async with inhabited(west, now, ("handler",)) as other:
        await sign_in(page, house, "handler")
        page.cookies.set(f"hcp-{other.slug}", page.cookies[f"hcp-{house.slug}"])

        assert await _is_in(page, house)
        assert not await _is_in(page, other)


async def test_an_idle_session_and_an_old_one_end(
    page: httpx.AsyncClient, house: House, times: Times, now: datetime
) -> None:
    await sign_in(page, house, "handler")
    times.now = now + timedelta(minutes=29)
    still = await _is_in(page, house)
    times.now = now + timedelta(minutes=60)
    idle = await _is_in(page, house)

    await sign_in(page, house, "handler")
    for quarter in range(1, 40):
        times.now = now + timedelta(minutes=60 + 15 * quarter)
        old = await _is_in(page, house)

    assert (still, idle, old) == (True, False, False)


async def test_a_disabled_member_is_out_on_the_next_request(
    page: httpx.AsyncClient, house: House, now: datetime
) -> None:
    await sign_in(page, house, "handler")
    async with db.as_tenant(house.tenant.id) as unit:
        member = next(each for each in await people.members(unit) if each.username == "handler-1")
        await people.set_disabled(unit, member.id, True, by=SYSTEM, now=now)

    assert not await _is_in(page, house)


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"_csrf": "0" * 64}, {}),
        ({"_csrf": "令牌"}, {}),
        ({}, {"x-csrf-token": b"\xe4\xb8\xad"}),
        ({"_csrf": "own"}, {"sec-fetch-site": "cross-site"}),
        ({"_csrf": "own"}, {"sec-fetch-site": "same-site"}),
        ({"_csrf": "own"}, {"origin": "https://evil.example"}),
        ({"_csrf": "own"}, {"origin": "null"}),
        ({"_csrf": "own"}, {"origin": "http://["}),
        ({"_csrf": "other"}, {}),
    ],
)
async def test_a_form_from_elsewhere_does_nothing(
    page: httpx.AsyncClient, address: str, house: House, form: dict[str, str], headers: dict[str, str | bytes]
) -> None:
    await sign_in(page, house, "handler")
    async with browser(address) as other:
        await sign_in(other, house, "auditor")
        tokens = {"own": csrf_of(page, house), "other": csrf_of(other, house)}
    sent = {name: tokens.get(value, value) for name, value in form.items()}

    answer = await page.post(house.at("/sign-out"), data=sent, headers=headers)

    assert answer.status_code == 403
    assert await _is_in(page, house)


async def test_a_token_sent_as_a_file_is_no_token(page: httpx.AsyncClient, house: House) -> None:
    await sign_in(page, house, "handler")

    answer = await page.post(house.at("/sign-out"), files={"_csrf": ("x", csrf_of(page, house).encode())})

    assert answer.status_code == 403


async def test_a_citizen_s_form_is_not_taken_from_another_site(page: httpx.AsyncClient, house: House) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = await page.post(
            house.at("/sign-in"), data={"username": "handler-1", "password": PASSWORD}, headers=headers
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "\nhttp://x"]
)
async def test_signing_in_leads_nowhere_but_here(page: httpx.AsyncClient, house: House, back: str) -> None:
    form = {"username": "handler-1", "password": PASSWORD, "next": back}

    answer = await page.post(house.at("/sign-in"), data=form)

    assert answer.headers["location"] == house.at("/admin")


async def test_signing_in_goes_on_where_one_was_stopped(page: httpx.AsyncClient, house: House) -> None:
    form = {"username": "handler-1", "password": PASSWORD, "next": house.at("/admin/tickets")}

    answer = await page.post(house.at("/sign-in"), data=form)

    assert answer.headers["location"] == house.at("/admin/tickets")


async def test_a_part_of_a_page_asked_without_a_session_says_so_beside_the_page_and_never_in_the_part(
    page: httpx.AsyncClient, house: House
) -> None:
    headers = {"HX-Request-Type": "partial", "HX-Target": "tbody#ticket-rows"}

    answer = await page.post(house.at("/sign-out"), headers=headers)

    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#notice" and "hx-redirect" not in answer.headers
    assert f'href="{house.at("/sign-in")}" target="_blank"' in answer.text and "<html" not in answer.text


async def test_one_click_opens_no_door_outside_the_demo(pool: Servers, house: House, page: httpx.AsyncClient) -> None:
    assert pool
    production = environment.read({"HAOCHAPING_ENV": "production", "HAOCHAPING_SECRET": "s" * 40})
    site = httpx.AsyncClient(transport=httpx.ASGITransport(create_app(production)), base_url="https://hcp.test")
    form = {"slug": house.slug, "username": "handler-1"}

    async with site as client:
        in_production = [await client.post(path, data=form) for path in ("/demo/sign-in", "/demo/serve")]
        front = await client.get("/")
    not_a_demo_city = await page.post("/demo/sign-in", data=form)

    assert [each.status_code for each in in_production] == [404, 404]
    assert not_a_demo_city.status_code == 404
    assert "一键登录" not in (await page.get(house.at("/sign-in"))).text
    assert "/demo/" not in front.text
