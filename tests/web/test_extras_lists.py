"""A list of records is a list like the others: its columns are chosen, its views kept, its rows taken away."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from core import db, duties
from core.desk import exports
from core.evidence import files
from core.records import listing, offered
from core.records import model as reach
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.installed import installed
from tests.web.office import Seat, seat, town
from tests.web.open_day import ON
from tests.web.test_extras_office import NAME, do, filed

PAGE, LIST = "/admin/extras/open_day/visits", "x-open_day-visits"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    with installed("open_day", "tests.web.open_day"):
        async with town(now, "open", *ON) as found:
            yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def some(member: Seat) -> None:
    for n, topic in enumerate(("hall", "archive", "hall")):
        await filed(member, str(n), topic=topic, phone=f"1390000000{n}", name=NAME, people=str(n + 1))


async def taken(member: Seat, query: str, format_: str, columns: list[str], now: datetime) -> httpx.Response:
    """The file, as a worker makes it."""
    ordered = await member.post(f"/admin/exports/{LIST}?{query}", {"cols": columns, "format": format_})
    assert ordered.status_code == 303, re.findall(r'class="er".*', ordered.text)
    async with db.as_tenant(member.tenant.id) as unit:
        newest = "SELECT id FROM export WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1"
        export = str(await unit.fetchval(newest, member.tenant.id))
    await duties.JOBS["export"](member.tenant, export, now)
    return await member.get(f"/admin/downloads/{export}")


async def test_a_list_is_narrowed_and_searched(supervisor: Seat) -> None:
    await some(supervisor)
    queries = ("", "?w.topic=hall", "?q=kf-2026-0002", "?since=2020-01-01&until=2020-12-31", "?since=2020-01-01")
    found = [(await supervisor.get(f"{PAGE}{query}")).text.count("data-row") for query in queries]
    menu = (await supervisor.get(f"{PAGE}?menu=add")).text

    assert found == [3, 2, 1, 0, 3]
    assert '<input type="date" name="since" value="">' in menu


async def test_what_a_list_shows_is_taken_away_as_a_file_of_chosen_columns(
    supervisor: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "CHUNK", 1)
    await some(supervisor)
    form = (await supervisor.get(f"/admin/exports/{LIST}?w.topic=hall")).text
    csv = await taken(supervisor, "w.topic=hall", "csv", ["number", "f.where", "f.people"], now)
    xlsx = await taken(supervisor, "", "xlsx", ["number", "state"], now)

    assert "导出政务开放日：预约" in form and "共 2 条" in form and "f.phone" not in form and "f.photo" not in form
    assert csv.content.decode("utf-8-sig").splitlines() == [
        "编号,单位,人数", "KF-2026-0001,东区税务局,1", "KF-2026-0003,东区税务局,3",
    ]  # fmt: skip
    assert xlsx.content[:2] == b"PK"


async def test_a_file_is_whole_though_what_it_tells_of_goes_on_meanwhile(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    await some(supervisor)
    async with db.as_tenant(place.id) as unit:
        wanted = listing.Asked("open_day", reach.Reach(frozenset({"bureau"}), regions=None), "open_visit", ("asked",),
                               size=1, as_filed=True)  # fmt: skip
        first = await listing.page(unit, wanted, now)
    assert first.next is not None
    await do(supervisor, str(first.next), "agree", guide="supervisor")
    async with db.as_tenant(place.id) as unit:
        second = await listing.page(unit, replace(wanted, after=first.next), now)

    assert [each.number for each in (*first.rows, *second.rows)] == ["KF-2026-0001", "KF-2026-0002"]


async def test_a_view_of_records_is_kept_and_pinned_under_the_door_of_its_extra(supervisor: Seat) -> None:
    await some(supervisor)
    wish = {"list": LIST, "name": "大厅场", "query": "w.topic=hall", "pinned": "yes", "default": "yes"}
    kept = await supervisor.post("/admin/views", wish)
    strange = await supervisor.post("/admin/views", {**wish, "name": "二", "query": "w.nothing=1"})
    opened, desk = await supervisor.get(PAGE), (await supervisor.get("/admin/desk")).text
    views = (await supervisor.get("/admin/views")).text
    await supervisor.post(f"/admin/lists/{LIST}/look", {"cols": ["f.tags", "filed"], "rows": "50"})
    looked = (await supervisor.get(f"{PAGE}?tab=all")).text

    assert kept.status_code == 303 and kept.headers["location"].endswith(f"{PAGE}?w.topic=hall")
    assert strange.status_code == 422 and "没有“w.nothing”这个条件" in strange.text
    assert opened.headers["location"].endswith("?w.topic=hall")
    assert 'id="pins-x-open_day"' in desk and "大厅场" in desk and "政务开放日：预约" in views
    assert re.findall(r'scope="col"[^>]*>(\S+?)</th>', looked) == ["编号", "参观预约", "需要", "登记", "期限"]


async def test_a_list_of_an_extra_that_is_gone_is_a_view_without_a_way_in(
    supervisor: Seat, address: str, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await supervisor.post("/admin/views", {"list": LIST, "name": "大厅场", "query": "", "pinned": "yes"})
    async with seat(address, place, "partner", now) as partner:
        barred = await partner.get(f"/admin/exports/{LIST}")
    monkeypatch.setattr(offered, "known", tuple)
    gone = [await supervisor.get(path) for path in ("/admin/views", "/admin/desk", f"/admin/exports/{LIST}")]

    assert barred.status_code == 403
    assert [each.status_code for each in gone] == [200, 200, 404] and "已移除" in gone[0].text
