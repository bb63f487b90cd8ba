"""Whoever is invited from outside comes in by a link that works once, and leaves when they have served."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from core import clock, db, duties
from core.evidence import files
from core.tenants import Tenant
from tests.core.town import town
from tests.web.api_world import Times
from tests.web.house import browser
from tests.web.office import Seat, seat

PASSWORD = "Tong-Hui-2026"  # noqa: S105 - of an account that lives for one test
PERSON = {"person": "金丝雀", "phone": "13977776666", "source": "citizen", "centre": "east", "consent": "yes"}
OFFICERS = "/admin/extras/experience_officers/officer/new"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with town(now, "taian") as found:
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@pytest.fixture
async def bureau(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


@pytest.fixture
async def visitor(address: str, place: Tenant) -> AsyncGenerator[httpx.AsyncClient]:
    async with browser(address) as found:
        yield found


async def applied(bureau: Seat, **more: str) -> str:
    """The address of an application."""
    answer = await bureau.post(OFFICERS, {f"a.{code}": value for code, value in {**PERSON, **more}.items()})
    assert answer.status_code == 303, re.findall(r'class="er".*', answer.text)
    return answer.headers["location"].partition("/admin")[2].join(("/admin", ""))


async def invited(bureau: Seat, record: str, username: str = "officer-1", name: str = "金丝雀") -> str:
    """The link, as it is shown this once."""
    shown = await bureau.post(f"{record}/invite", {"username": username, "name": name})
    assert shown.status_code == 200, shown.text
    return re.findall(r'class="secret[^>]*>https?://[^/]+(\S+)</p>', shown.text)[0]


async def do(bureau: Seat, record: str, act: str, **given: str) -> httpx.Response:
    shown = await bureau.get(f"{record}?act={act}")
    version = re.findall(r'name="version" value="(\d+)"', shown.text)[0]
    sent = {f"a.{code}": value for code, value in given.items()}
    answer = await bureau.post(f"{record}/acts/{act}", {"version": version, **sent})
    assert answer.status_code == 303, re.findall(r'class="er".*', answer.text)
    return answer


async def is_open(place: Tenant, username: str = "officer-1") -> bool:
    async with db.as_tenant(place.id) as unit:
        disabled = "SELECT disabled FROM member WHERE tenant_id = $1 AND username = $2"
        return not await unit.fetchval(disabled, place.id, username)


def term(now: datetime, days: int) -> dict[str, str]:
    return {"from": f"{now:%Y-%m-%d}", "until": f"{now + timedelta(days=days):%Y-%m-%d}", "letter": "体〔2026〕1号"}


async def test_a_link_opens_once_and_only_to_a_password_that_is_one(
    bureau: Seat, visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    record = await applied(bureau)
    wrong = await bureau.post(f"{record}/invite", {"username": "has space", "name": ""})
    first = await invited(bureau, record)
    link = await _again(bureau, record)
    shown = await visitor.get(link)
    weak = await visitor.post(link, data={"new": "short", "again": "other"})
    done = await visitor.post(link, data={"new": PASSWORD, "again": PASSWORD})
    later = [(await visitor.get(each)).status_code for each in (first, link)]
    entered = await visitor.post(
        f"/t/{place.slug}/sign-in", data={"username": "officer-1", "password": PASSWORD, "code": "", "next": ""}
    )
    listed = await visitor.get(f"/t/{place.slug}/admin/extras")
    barred = [(await visitor.get(f"/t/{place.slug}/admin{path}")).status_code for path in ("/tickets", "/members")]

    assert wrong.status_code == 422 and "请填写姓名" in wrong.text and 'value="has space"' in wrong.text
    assert "金丝雀" in shown.text and "officer-1" in shown.text and "只能用一次" in shown.text
    assert weak.status_code == 422 and "至少 10 个字符" in weak.text and "两次填写的新密码不一样" in weak.text
    assert done.status_code == 200 and "可以登录了" in done.text and later == [404, 404]
    assert entered.status_code == 303 and listed.status_code == 200 and barred == [403, 403]
    assert "已启用" in (await bureau.get(record)).text


async def _again(bureau: Seat, record: str) -> str:
    shown = await bureau.post(f"{record}/invite")
    return re.findall(r'class="secret[^>]*>https?://[^/]+(\S+)</p>', shown.text)[0]


async def test_whoever_was_invited_is_offered_for_the_appointment_and_goes_when_the_term_is_over(
    bureau: Seat, place: Tenant, now: datetime
) -> None:
    record = await applied(bureau)
    await invited(bureau, record)
    form = (await bureau.get(f"{record}?act=appoint")).text
    await do(bureau, record, "appoint", officer="officer-1", **term(now, 20))
    days: list[tuple[str, bool]] = []
    with clock.at(now):
        while (due := await duties.next_due(place)) and due < now + timedelta(days=30):
            await duties.run_due(place, due)
            days.append((f"{due.astimezone(clock.SHANGHAI):%m-%d %H:%M}", await is_open(place)))
    ends = next(at for at, open_ in days if not open_)

    assert "officer-1" in form
    assert ends == f"{now + timedelta(days=21):%m-%d} 00:00"
    assert [open_ for at, open_ in days if at < ends] == [True] * sum(at < ends for at, _ in days)


async def test_who_serves_on_comes_in_again_and_who_is_dismissed_is_out_at_once(
    address: str, bureau: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    record = await applied(bureau)
    await invited(bureau, record)
    await do(bureau, record, "appoint", officer="officer-1", **term(now, 2))
    over = now + timedelta(days=3)
    await duties.run_due(place, over)
    times.now, closed = over, await is_open(place)
    async with seat(address, place, "supervisor", over) as later:
        until = f"{over + timedelta(days=9):%Y-%m-%d}"
        await do(later, record, "renew", **{"from": f"{over:%Y-%m-%d}", "until": until})
        renewed = await is_open(place)
        await do(later, record, "end", ending="本人提出")

    assert (closed, renewed, await is_open(place)) == (False, True, False)


async def test_an_application_that_is_refused_leaves_no_account_behind(
    bureau: Seat, visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    record = await applied(bureau)
    link = await invited(bureau, record)
    await do(bureau, record, "refuse", refusal="名额已满")
    again = await bureau.post(f"{record}/invite")

    assert not await is_open(place) and (await visitor.get(link)).status_code == 404 and again.status_code == 404


async def test_a_link_that_is_too_old_opens_nothing_and_a_name_is_given_once(
    bureau: Seat, visitor: httpx.AsyncClient, place: Tenant, now: datetime, times: Times
) -> None:
    record, other = await applied(bureau), await applied(bureau, phone="13977776667")
    link = await invited(bureau, record)
    taken = await bureau.post(f"{other}/invite", {"username": "officer-1", "name": "画眉"})
    times.now = now + timedelta(days=7, minutes=1)
    old = await visitor.post(link, data={"new": PASSWORD, "again": PASSWORD})

    assert taken.status_code == 409 and "已被使用" in taken.text and 'value="画眉"' in taken.text
    assert old.status_code == 404 and "重新发一个链接" in old.text


@pytest.mark.parametrize("role", ["desk", "handler", "partner", "admin"])
async def test_only_who_oversees_invites(address: str, bureau: Seat, place: Tenant, now: datetime, role: str) -> None:
    record = await applied(bureau)
    async with seat(address, place, role, now) as other:
        answer = await other.post(f"{record}/invite", {"username": "x", "name": "y"})
        shown: Any = await other.get(record)

    assert answer.status_code in (403, 404) and "邀请登录" not in shown.text
