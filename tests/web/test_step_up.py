"""A grave act is done by who proves again that they sit there; what was typed waits meanwhile and is not lost."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pyotp
import pytest

from core import db, people, tenants
from core.audit.model import SYSTEM
from core.people import NewMember
from core.tenants import Tenant, states
from tests.web.api_world import Times
from tests.web.house import PASSWORD
from tests.web.office import Seat, csrf, seat, town

LATE = timedelta(minutes=11)


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def _take_down(member: Seat) -> httpx.Response:
    return await member.post("/admin/tenure/suspend", {"name": member.tenant.name, "reason": "no"})


async def _is_live(place: Tenant) -> bool:
    return (await tenants.by_id(place.id)).live


def _sealed(answer: httpx.Response) -> str:
    found = re.search(r'name="_held" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


@pytest.fixture
async def live(place: Tenant, now: datetime) -> Tenant:
    async with db.as_tenant(place.id) as unit:
        await states.move(unit, states.Move("live", "", "系统", SYSTEM), now)
    return place


async def test_within_ten_minutes_of_signing_in_nothing_is_asked(operator: Seat, live: Tenant) -> None:
    answer = await _take_down(operator)

    assert answer.status_code == 303
    assert not await _is_live(live)


async def test_later_the_password_is_asked_and_the_act_goes_on_with_what_was_typed(
    operator: Seat, live: Tenant, times: Times, now: datetime
) -> None:
    times.now = now + LATE

    asked = await _take_down(operator)
    untouched = await _is_live(live)
    done = await operator.post("/admin/tenure/suspend", {"_held": _sealed(asked), "_password": PASSWORD})
    again = await operator.post("/admin/tenure/suspend", {"reason": "yes", "name": "另一个名称"})

    assert (asked.status_code, untouched) == (401, True)
    assert "no" not in re.findall(r'value="([^"]*)"', asked.text), "what was typed is sealed"
    assert done.status_code == 303 and not await _is_live(live)
    assert again.status_code == 422, "proven just now, so that the act itself answers"


async def test_a_part_of_a_page_is_told_in_its_own_place(
    operator: Seat, live: Tenant, times: Times, now: datetime
) -> None:
    times.now = now + LATE

    answer = await operator.browser.post(
        operator.at("/admin/tenure/suspend"), data={"reason": "no"},
        headers={"HX-Request-Type": "partial", "x-csrf-token": csrf.token("", people.family_of(operator.session))},
    )  # fmt: skip

    assert answer.status_code == 401 and answer.headers["hx-retarget"] == "#notice"
    assert "<html" not in answer.text and 'name="_password"' in answer.text


async def test_a_wrong_password_does_nothing_and_the_fifth_ends_the_session(
    operator: Seat, live: Tenant, times: Times, now: datetime
) -> None:
    times.now = now + LATE
    sealed = _sealed(await _take_down(operator))

    wrong = [await operator.post("/admin/tenure/suspend", {"_held": sealed, "_password": "guess"}) for _ in range(5)]
    right = await operator.post("/admin/tenure/suspend", {"_held": sealed, "_password": PASSWORD})

    assert [each.status_code for each in wrong] == [401] * 5
    assert "密码或动态码不正确" in wrong[0].text and _sealed(wrong[0]) == sealed
    assert right.status_code == 303 and "/sign-in" in right.headers["location"]
    assert await _is_live(live)


async def test_a_code_proves_too_and_only_once(address: str, live: Tenant, times: Times, now: datetime) -> None:
    secret = pyotp.random_base32()
    new = NewMember("operator", "何静", "operator", PASSWORD, institution="bureau", totp_secret=secret)
    await people.add_member(live.id, new, by=SYSTEM, now=now)
    async with seat(address, live, "operator", now) as operator:
        times.now = later = now + LATE
        code = pyotp.TOTP(secret).at(later)
        sealed = _sealed(await _take_down(operator))
        first = await operator.post("/admin/tenure/suspend", {"_held": sealed, "_code": code})
        second = await operator.post("/admin/tenure/suspend", {"_held": sealed, "_code": code})

    assert (first.status_code, second.status_code) == (303, 401)


async def test_what_waits_is_good_in_its_own_session_and_at_its_own_address(
    address: str, operator: Seat, live: Tenant, times: Times, now: datetime
) -> None:
    times.now = now + LATE
    sealed = _sealed(await _take_down(operator))
    async with seat(address, live, "operator", now + LATE) as other:
        elsewhere = await other.post("/admin/tenure/suspend", {"_held": sealed, "_password": PASSWORD})
    moved = await operator.post("/admin/tenure/suspend?x=1", {"_held": sealed, "_password": PASSWORD})
    forged = await operator.post("/admin/tenure/suspend", {"_held": sealed[:-8] + "AAAAAAA=", "_password": PASSWORD})

    assert [each.status_code for each in (elsewhere, moved, forged)] == [400] * 3
    assert await _is_live(live)


async def test_proof_is_audited_when_it_fails(operator: Seat, live: Tenant, times: Times, now: datetime) -> None:
    times.now = now + LATE
    sealed = _sealed(await _take_down(operator))
    await operator.post("/admin/tenure/suspend", {"_held": sealed, "_password": "guess"})

    async with db.as_tenant(live.id) as unit:
        acts = [row["act"] for row in await unit.fetch("SELECT act FROM audit WHERE tenant_id = $1", live.id)]
    assert "member.refused" in acts
