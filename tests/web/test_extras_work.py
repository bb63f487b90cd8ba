"""A record's page offers what may be done with it and no more, and says by whose rule it is there."""

import re
from collections.abc import AsyncGenerator
from datetime import date, datetime
from pathlib import Path

import pytest

from core.evidence import files
from core.policy.model import Override
from core.tenants import Tenant
from core.tenants import actions as changing
from tests.web.api_world import Times
from tests.web.installed import installed
from tests.web.office import Seat, seat, town
from tests.web.open_day import ON
from tests.web.test_admin_brand import picture
from tests.web.test_extras_office import do, filed


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


async def test_what_lies_beneath_a_record_is_registered_from_its_page_one_after_the_other(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "partner", now) as partner:
        mine = await filed(supervisor)
        await do(supervisor, mine, "agree", guide="partner")
        door = f"/admin/extras/open_day/open_note/new?of={mine}"
        own, theirs = [(await each.get(f"/admin/extras/records/{mine}")).text for each in (partner, supervisor)]
        asked = await partner.get(door)
        under = await partner.post("/admin/extras/open_day/open_note/new", {"a.text": "来了三位", "of": mine})
        after = (await partner.get(f"/admin/extras/records/{mine}")).text
        await do(partner, mine, "close")
        ended = (await partner.get(f"/admin/extras/records/{mine}")).text

    assert door in own and "登记参观记录" in own and door not in theirs
    assert asked.status_code == 200
    assert under.headers["location"].endswith(mine)
    assert "来了三位" in after and door in after
    assert door not in ended


async def test_photos_go_with_what_they_show_and_many_of_one_kind_hide_none_of_another(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "partner", now) as partner:
        others = [await filed(supervisor, str(n), day=f"2026-03-2{n}") for n in range(3)]
        mine = await filed(supervisor, "mine")
        await do(supervisor, mine, "agree", guide="partner")
        shown = (await partner.get(f"/admin/extras/records/{mine}?act=close")).text
        version = re.search(r'name="version" value="(\d+)"', shown)
        shot = {"a.shot": ("shot.png", picture(), "image/png")}
        done = await partner.post(
            f"/admin/extras/records/{mine}/acts/close", {"version": version and version[1]}, files=shot
        )
        letter = re.findall(r"extras/records/([0-9a-f-]{36})", (await supervisor.get("/admin/today")).text)
    today = (await supervisor.get("/admin/today")).text
    made = next(each for each in letter if each not in others)
    page = (await supervisor.get(f"/admin/extras/records/{made}")).text

    assert done.status_code == 303
    assert '<th scope="row">参观预约</th><td class="r num">3</td>' in today
    assert '<th scope="row">感谢信</th><td class="r num">1</td>' in today
    assert "shot.png" in page and "感谢参观" in page


async def test_only_the_questions_that_a_record_asks_stand_in_its_form(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "partner", now) as partner:
        mine = await filed(supervisor, tags="chair")
        await do(supervisor, mine, "agree", guide="partner")
        asked = (await partner.get(f"/admin/extras/records/{mine}?act=close")).text
        refused = await do(partner, mine, "close", sign="yes")
        done = await do(partner, mine, "close", chair="yes", sign="yes")

    assert "轮椅是否够用" in asked and "手语是否看得懂" not in asked
    assert refused.status_code == 422 and "请选择“轮椅是否够用”" in refused.text and "手语" not in refused.text
    assert done.status_code == 303


async def test_a_feature_rests_on_the_places_own_clause_and_not_on_that_of_whoever_brought_it(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    pages = ("/admin/extras/open_day/visits", "/admin/extras/open_day/open_visit/new")
    brought = [(await supervisor.get(each)).text for each in pages]
    await changing.override(place.id, [Override("open_day", True, "第七条", document="某市办法")], now=now)
    record = await filed(supervisor)
    own = [(await supervisor.get(each)).text for each in (*pages, f"/admin/extras/records/{record}")]

    assert all("第一条" in each for each in brought)
    for shown in own:
        assert "某市办法 第七条" in shown and ">第一条<" not in shown and ">第二条<" not in shown


async def test_what_begins_another_day_says_so_and_is_not_taken_for_ended(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    never = Override("open_day", False, "第九条")
    await changing.override(place.id, [never], now=now)
    off = (await supervisor.get("/admin/extras/open_day/visits")).text
    await changing.override(place.id, [never, Override("open_day", True, "第九条", since=date(2026, 4, 1))], now=now)
    soon = (await supervisor.get("/admin/extras/open_day/visits")).text
    code = (await supervisor.get("/admin/extras/open_day/open_visit/code")).text

    assert "没有开通" in off and "停用" not in off
    assert "2026-04-01 起开通" in soon and "停用" not in soon
    assert "从 2026-04-01 起开通" in code


async def test_an_account_is_chosen_among_those_whose_role_it_asks_for(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "partner", now), seat(address, place, "clerk", now):
        record = await filed(supervisor)
        shown = (await supervisor.get(f"/admin/extras/records/{record}?act=agree")).text
    guide, helper = [re.findall(rf'id="f-{code}".*?</select>', shown, re.DOTALL)[0] for code in ("guide", "helper")]

    assert "clerk某" in guide and "partner某" in guide
    assert "partner某" in helper and "clerk某" not in helper
