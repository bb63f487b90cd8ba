"""What may not be is refused on the page with what to do, at its field, and nothing that was typed or kept is lost."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import pytest

from core import people
from core.audit.model import SYSTEM
from core.people import NewMember
from core.policy.model import Override
from core.tenants import Tenant
from core.tenants import actions as changing
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

ON = (
    Override("experience_officers", True, "第三条"), Override("experience_officers_city", 1, "第三条"),
    Override("unresolvable_matters", True, "第四条"),
)  # fmt: skip
OFFICERS, MATTERS = "/admin/extras/experience_officers", "/admin/extras/unresolvable_matters"
MATTER = {"title": "办不下来", "stuck": "other", "why": "没有说", "item": "invoice", "phone": "13977776666"}
TERM = {"from": "2026-03-10", "until": "2026-12-31"}


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "wrong", *ON) as found:
        for name in ("guest-1", "guest-2"):
            new = NewMember(name, "某某", "partner", "A long pass phrase", must_change=False)
            await people.add_member(found.id, new, by=SYSTEM, now=now)
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def filed(member: Seat, path: str, once: str, **said: str) -> httpx.Response:
    return await member.post(f"{path}/new", {**{f"a.{code}": value for code, value in said.items()}, "once": once})


async def did(member: Seat, record: str, act: str, **said: str) -> httpx.Response:
    shown = await member.get(f"/admin/extras/records/{record}?act={act}")
    version = re.search(r'name="version" value="(\d+)"', shown.text)
    sent = {f"a.{code}": value for code, value in said.items()}
    return await member.post(
        f"/admin/extras/records/{record}/acts/{act}", {"version": version[1] if version else "1", **sent}
    )


def id_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, re.findall(r'class="er".*', answer.text)
    return answer.headers["location"].rpartition("/")[2]


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.status_code
    return dict(re.findall(r'id="e-(\w+)"><svg.*?</svg>([^<]+)', answer.text))


async def applied(member: Seat, nth: int, **more: str) -> str:
    said = {"person": "金丝雀", "phone": f"1390000000{nth}", "source": "citizen", "centre": "city", "consent": "yes"}
    return id_of(await filed(member, f"{OFFICERS}/officer", str(nth), **{**said, **more}))


async def test_an_officer_beyond_the_quota_or_from_a_rated_office_is_not_appointed(supervisor: Seat) -> None:
    first, second = await applied(supervisor, 1), await applied(supervisor, 2)
    id_of(await did(supervisor, first, "appoint", officer="guest-1", letter="一号", **TERM))

    over = await did(supervisor, second, "appoint", officer="guest-2", letter="二号", **TERM)
    inside = await did(supervisor, second, "appoint", officer="supervisor", letter="二号", **TERM)
    past = await did(supervisor, second, "appoint", officer="guest-2", letter="二号",
                     **{"from": "2026-01-01", "until": "2026-03-08"})  # fmt: skip
    after = await did(supervisor, second, "appoint", officer="guest-2", letter="二号",
                      **{"from": "2027-01-01", "until": "2027-12-31"})  # fmt: skip

    assert over.status_code == 422 and "名额是 1 名；有人聘期届满或解聘后才能再聘" in over.text
    assert 'value="二号"' in over.text and 'value="2026-12-31"' in over.text
    assert faults(inside)["officer"].startswith("没有叫“supervisor”的受邀人员账号")
    assert faults(past)["until"] == "2026-03-08 已经过去，请填写今天或以后的日子。"
    assert after.status_code == 303


async def test_nobody_is_sent_to_where_they_have_an_interest(supervisor: Seat) -> None:
    officer = await applied(supervisor, 1, interest="tax-east")
    id_of(await did(supervisor, officer, "appoint", officer="guest-1", letter="一号", **TERM))
    task = {"officer": "guest-1", "day": "2026-03-12", "task": "走一遍申领发票的全流程"}

    wrong = await filed(supervisor, f"{OFFICERS}/experience", "1", unit="tax-east", **task)
    elsewhere = await filed(supervisor, f"{OFFICERS}/experience", "1", unit="tax-west", **task)

    assert faults(wrong)["unit"].startswith("这位体验官申报过与该单位有利害关系")
    assert "走一遍申领发票的全流程" in wrong.text and 'value="2026-03-12"' in wrong.text
    assert elsewhere.status_code == 303


async def test_a_matter_that_is_reported_twice_is_kept_and_joined_in_sight(supervisor: Seat) -> None:
    first = id_of(await filed(supervisor, f"{MATTERS}/matter", "1", **MATTER))
    second = id_of(await filed(supervisor, f"{MATTERS}/matter", "2", **MATTER))
    other = id_of(await filed(supervisor, f"{MATTERS}/matter", "3", **{**MATTER, "phone": "13900000009"}))
    shown = [(await supervisor.get(f"/admin/extras/records/{each}")).text for each in (second, other)]

    number = re.search(r"BS-2026-\d+", (await supervisor.get(f"/admin/extras/records/{first}")).text)
    assert number is not None and number[0] in shown[0] and first in shown[0]
    assert first not in shown[1]
    not_one = await did(supervisor, other, "join", joined="与前一件一并办理")
    assert not_one.status_code == 422 and "这一件没有标为重复" in not_one.text
    assert (await did(supervisor, second, "join", joined="与前一件一并办理")).status_code == 303


async def test_what_is_open_when_an_extra_is_switched_off_is_finished_and_nothing_new_begins(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = id_of(await filed(supervisor, f"{MATTERS}/matter", "1", **MATTER))
    await changing.override(place.id, [Override("unresolvable_matters", False, "第九条")], now=now)
    typed: dict[str, Any] = {f"a.{code}": value for code, value in MATTER.items()}

    shown = await supervisor.browser.get(supervisor.at("/x/unresolvable_matters/matter"))
    sent = await supervisor.browser.post(supervisor.at("/x/unresolvable_matters/matter"), data=typed)
    office = await filed(supervisor, f"{MATTERS}/matter", "2", **MATTER)
    done = await did(supervisor, record, "send", handler="tax-east", shown_as="领发票办不成")
    listed = await supervisor.get(f"{MATTERS}/matters")

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert office.status_code in (409, 410, 422) and "停用" in office.text and "办不下来" in office.text
    assert done.status_code == 303
    assert "整改中" in listed.text and "停用" in listed.text
