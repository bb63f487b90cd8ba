"""A province reads what its cities published, side by side, and opens no other tenant for it."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from core import db, tenants
from core.audit.model import SYSTEM
from core.policy.model import Override
from core.tenants import Founding, Tenant
from core.tenants.throwaway import throwaway
from tests.core.province import Land, land, tell
from tests.core.town import rated
from tests.web.api_world import Times
from tests.web.office import seat
from tests.web.province import told

PAGES = ("", "/atlas", "/atlas?view=values", "/atlas/rating_window", "/readiness", "/health", "/figures",
         "/figures?of=default", "/rounds", "/baseline")  # fmt: skip


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Land]:
    times.now = now
    async with told(now) as found:
        yield found


async def test_no_page_of_the_province_opens_another_tenant(
    address: str, place: Land, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: set[int] = set()
    real = db.as_tenant

    def watched(tenant_id: int, **more: Any) -> db.Unit:
        opened.add(tenant_id)
        return real(tenant_id, **more)

    async with seat(address, place.province, "provincial", now) as member:
        tenants.forget(place.east.id), tenants.forget(place.west.id)
        monkeypatch.setattr(db, "as_tenant", watched)
        answers = {path: await member.get(f"/admin/province{path}") for path in PAGES}
        files = (
            await member.get("/admin/province/atlas?as=xlsx"),
            await member.get(f"/admin/province/atlas/rating_window/rule.toml?city={place.east.slug}"),
        )

    assert {path: each.status_code for path, each in answers.items()} == dict.fromkeys(PAGES, 200)
    assert [each.status_code for each in files] == [200, 200]
    assert opened == {place.province.id}


async def test_the_cities_stand_side_by_side_with_both_counts_of_every_share(
    address: str, place: Land, now: datetime
) -> None:
    async with seat(address, place.province, "provincial", now) as member:
        text = (await member.get("/admin/province")).text

    east, west = text.index("东市</"), text.index("西市</")
    row = text[min(east, west) : max(east, west)] if east < west else text[east:]
    assert '<span title="4 ÷ 5">80.0%</span>' in row and "2026年2月" in text
    assert "已上线" in row


async def test_before_anything_is_published_the_province_is_told_what_will_come_and_when(
    address: str, pool: object, times: Times, now: datetime
) -> None:
    times.now = now
    async with land(now) as place, seat(address, place.province, "provincial", now) as member:
        first = (await member.get("/admin/province")).text
        await tell(place.east, now)
        then = (await member.get("/admin/province")).text
        await tell(place.west, now)
        last = (await member.get("/admin/province")).text

    assert "还没有收到任何地区公布的内容" in first and "几分钟内" in first
    assert "还没有公布过内容：西市。" in then
    assert "还没有公布过内容" not in last and "还没有收到每月数字" in last


async def test_the_doors_of_the_province_stand_first_in_its_menu(address: str, place: Land, now: datetime) -> None:
    async with seat(address, place.province, "provincial", now) as member:
        text = (await member.get("/admin/province")).text
    async with seat(address, place.east, "operator", now) as member:
        elsewhere = (await member.get("/admin/policy")).text

    titles = re.findall(r"<h2>([^<]+)</h2>", text[text.index('aria-label="主导航"') : text.index("<main")])
    assert titles[:2] == ["省级", "办理"]
    assert "<h2>省级</h2>" not in elsewhere


async def test_a_table_is_sorted_narrowed_and_taken_away_as_it_stands(address: str, place: Land, now: datetime) -> None:
    async with seat(address, place.province, "provincial", now) as member:
        down = (await member.get("/admin/province?sort=-n")).text
        up = (await member.get("/admin/province?sort=n")).text
        only = (await member.get("/admin/province?q=西")).text
        csv = (await member.get("/admin/province?sort=-n&as=csv")).content.decode("utf-8-sig")
        book = (await member.get("/admin/province?as=xlsx")).content

    assert down.index("东市") < down.index("西市") and up.index("西市") < up.index("东市")
    assert "东市" not in only and 'aria-sort="descending"' in down
    assert [line.split(",")[0] for line in csv.splitlines()[:3]] == ["地区", "东市", "西市"]
    assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(book)).namelist()


async def test_the_atlas_groups_what_is_said_alike_and_shows_each_citys_words(
    address: str, place: Land, now: datetime
) -> None:
    async with seat(address, place.province, "provincial", now) as member:
        grid = (await member.get("/admin/province/atlas?q=rating_window")).text
        key = (await member.get("/admin/province/atlas/rating_window")).text
        missing = await member.get("/admin/province/atlas/nothing")

    assert "7 个自然日" in grid and "5 个自然日" in grid and "1 / " in grid
    assert "第二条" in key and "第九条" in key and "2 种取值" in key
    assert missing.status_code == 404


async def test_a_changed_rule_is_listed_as_what_it_was_and_is(address: str, place: Land, now: datetime) -> None:
    await tenants.override(place.east.id, [Override("rating_window", "9d", "第三条")], by=SYSTEM, now=now)
    await tell(place.east, now + timedelta(hours=1))
    async with seat(address, place.province, "provincial", now) as member:
        text = (await member.get("/admin/province/atlas/rating_window")).text

    changed = text[text.index("改过的") :]
    assert re.search(r"7 个自然日.*9 个自然日.*第三条", changed, re.DOTALL)


async def test_a_correction_stands_beside_what_was_said_before(address: str, place: Land, now: datetime) -> None:
    await rated(place.east, "C1", now - timedelta(days=22), {"overall": 3})
    await tell(place.east, now + timedelta(hours=1))
    async with seat(address, place.province, "provincial", now) as member:
        text = (await member.get("/admin/province/figures")).text

    assert re.search(r"评价数：<span class=\"num\">5 → 6</span>", text[text.index("更正") :])


async def test_too_few_are_not_shown_to_the_province_either(
    address: str, pool: object, times: Times, now: datetime
) -> None:
    times.now = now
    async with (
        told(now, Override("public_min", 50, "第五条")) as place,
        seat(address, place.province, "provincial", now) as member,
    ):
        text = (await member.get("/admin/province")).text

    assert text.count("样本不足") >= 5


async def test_a_city_of_another_province_is_not_to_be_seen(
    address: str, place: Land, tenant: Tenant, now: datetime
) -> None:
    async with seat(address, place.province, "provincial", now) as member:
        text = (await member.get("/admin/province")).text
        rule = await member.get(f"/admin/province/atlas/rating_window/rule.toml?city={tenant.slug}")

    assert tenant.name not in text and rule.status_code == 404


async def test_a_province_without_cities_is_told_which_ones_would_stand_here(
    address: str, pool: object, now: datetime, times: Times
) -> None:
    times.now = now
    founding = Founding("alone", "某省", (), "某省", province=True)
    async with (
        throwaway(founding, now=now) as province,
        seat(address, province, "provincial", now) as member,
    ):
        text = (await member.get("/admin/province")).text

    assert "还没有以本省为上级的地区" in text and "另外建立的地区不归本省" in text
