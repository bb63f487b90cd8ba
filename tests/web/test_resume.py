"""A session that ends takes nothing with it: what its member typed comes back to that member, and to nobody else."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.people import family_of
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.house import PASSWORD
from tests.web.office import Seat, csrf, seat, town

OVER = timedelta(minutes=31)
WORDS = "会议纪要〔2026〕7号，一字不差 <b>&"
BASIS = {"choice": "0", "basis": WORDS}
QUESTION = "/admin/questions/Q18"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


def _inputs(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's first form."""
    form = answer.text[answer.text.index("<form") :].partition("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


async def _sign_in(member: Seat, fields: dict[str, str], username: str = "operator") -> httpx.Response:
    form = {**fields, "username": username, "password": PASSWORD}
    return await member.browser.post(member.at("/sign-in"), data=form)


async def _ready(place: Tenant, now: datetime) -> None:
    """A password that its member chose."""
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE member SET must_change = false WHERE tenant_id = $1", place.id)


async def _basis(place: Tenant) -> str:
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval("SELECT basis FROM answer WHERE tenant_id = $1 AND question = 'Q18'", place.id)


async def test_a_session_ends_at_the_thirtieth_minute_exactly(operator: Seat, times: Times, now: datetime) -> None:
    times.now = now + timedelta(minutes=30) - timedelta(seconds=1)
    before = await operator.post(QUESTION, BASIS)
    times.now = times.now + timedelta(minutes=30)
    at = await operator.post(QUESTION, BASIS)

    assert (before.status_code, at.status_code) == (303, 401)


async def test_what_was_typed_comes_back_after_signing_in_and_is_sent_with_one_press(
    operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    await _ready(place, now)
    times.now = now + OVER

    over = await operator.post(QUESTION, BASIS, headers={"referer": str(operator.browser.base_url) + "/t/x/admin"})
    untouched = await _basis(place)
    resumed = await _sign_in(operator, _inputs(over))
    sent = await operator.browser.post(operator.at(QUESTION), data=_inputs(resumed))

    assert over.status_code == 401 and WORDS not in unescape(over.text)
    assert untouched != WORDS
    assert resumed.status_code == 200 and WORDS in unescape(resumed.text) and WORDS not in resumed.text
    assert 'href="/t/x/admin"' in resumed.text
    assert sent.status_code == 303 and await _basis(place) == WORDS


async def test_a_wrong_password_on_the_way_loses_nothing(
    operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    await _ready(place, now)
    times.now = now + OVER
    over = _inputs(await operator.post(QUESTION, BASIS))

    wrong = await operator.browser.post(
        operator.at("/sign-in"), data={**over, "username": "operator", "password": "guess"}
    )
    resumed = await _sign_in(operator, _inputs(wrong))

    assert wrong.status_code == 401
    assert WORDS in unescape(resumed.text)


async def test_another_member_gets_nothing_of_it(
    address: str, operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    async with seat(address, place, "supervisor", now):
        await _ready(place, now)
    times.now = now + OVER
    over = _inputs(await operator.post(QUESTION, BASIS))

    other = await _sign_in(operator, over, "supervisor")
    resumed = await operator.browser.post(operator.at("/resume"), data=over)

    assert other.status_code == 303 and other.headers["location"] == operator.at("/admin")
    assert resumed.status_code == 403


async def test_a_form_opened_before_the_session_ended_is_good_after_the_same_member_signed_in_again(
    address: str, operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    async with seat(address, place, "supervisor", now):
        await _ready(place, now)
    old = {"_csrf": csrf.token("", family_of(operator.session)), **BASIS}
    times.now = now + OVER

    same = await _sign_in(operator, {})
    good = await operator.browser.post(operator.at(QUESTION), data=old)
    resumed_in_the_first_tab = await operator.browser.post(operator.at("/resume"), data={**old, "_held": "x"})
    other = await _sign_in(operator, {}, "supervisor")
    bad = await operator.browser.post(operator.at("/sign-out"), data=old)

    assert (same.status_code, good.status_code, other.status_code, bad.status_code) == (303, 303, 303, 403)
    assert resumed_in_the_first_tab.status_code == 400


async def test_from_the_tab_where_it_ended_one_goes_on_after_signing_in_in_another(
    operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    await _ready(place, now)
    times.now = now + OVER
    over = _inputs(await operator.post(QUESTION, BASIS))
    too_early = _inputs(await operator.browser.post(operator.at("/resume"), data=over))
    await _sign_in(operator, {})

    resumed = await operator.browser.post(operator.at("/resume"), data=too_early)

    assert resumed.status_code == 200 and WORDS in unescape(resumed.text)


@pytest.mark.parametrize("ending", ["sign-out", "role", "strange form", "other site", "a day"])
async def test_nothing_is_kept_of_a_session_that_somebody_ended_nor_of_a_form_that_is_not_ours(
    operator: Seat, place: Tenant, times: Times, now: datetime, ending: str
) -> None:
    form, headers = dict(BASIS), {}
    if ending == "sign-out":
        operator.browser.cookies.set("keep", "x")
        await operator.post("/sign-out")
        operator.browser.cookies.set(f"hcp-{place.slug}", operator.session)
    if ending == "role":
        async with db.as_tenant(place.id) as unit:
            (member,) = await people.members(unit)
            await people.change_member(unit, member, by=SYSTEM, now=now)
    if ending == "strange form":
        form["_csrf"] = "0" * 64
    if ending == "other site":
        headers = {"sec-fetch-site": "cross-site"}
    times.now = now + OVER
    if ending == "a day":
        times.now = now + timedelta(days=1, minutes=31)
        async with db.as_tenant(place.id) as unit:
            (member,) = await people.members(unit)
            await people.open_session(unit, member.id, times.now)

    answer = await operator.post(QUESTION, form, headers=headers)

    assert answer.status_code == 303 and answer.headers["location"] == operator.at("/sign-in")


async def test_files_cannot_be_kept_and_the_page_says_so(
    operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    times.now = now + OVER

    answer = await operator.post(QUESTION, BASIS, files={"files": ("现场照片.jpg", b"x", "image/jpeg")})

    assert answer.status_code == 401 and "现场照片.jpg" in answer.text and "重新上传" in answer.text


async def test_a_part_of_a_page_keeps_its_words_where_they_are(operator: Seat, times: Times, now: datetime) -> None:
    times.now = now + OVER

    headers = {"HX-Request-Type": "partial", "HX-Target": "form#x"}
    answer = await operator.post(QUESTION, BASIS, headers=headers)

    assert answer.status_code == 401 and answer.headers["hx-retarget"] == "#notice"
    assert 'target="_blank"' in answer.text and 'type="password"' not in answer.text


async def test_a_session_that_ends_while_a_proof_is_asked_loses_nothing_either(
    operator: Seat, place: Tenant, times: Times, now: datetime
) -> None:
    await _ready(place, now)
    times.now = now + timedelta(minutes=11)
    asked = _inputs(await operator.post("/admin/support", {"reason": WORDS, "member": "x"}))
    times.now = now + timedelta(minutes=50)

    over = await operator.browser.post(operator.at("/admin/support"), data={**asked, "_password": PASSWORD})
    resumed = await _sign_in(operator, _inputs(over))

    assert over.status_code == 401 and PASSWORD not in unescape(over.text)
    assert WORDS in unescape(resumed.text)
