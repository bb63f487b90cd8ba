"""The pages of extras are drawn from what an extra declares, alike for every extra and every tenant."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from core import db
from core.evidence import files
from core.policy.model import Override
from core.tenants import Tenant
from core.tenants import actions as changing
from tests.web.api_world import Times
from tests.web.installed import installed
from tests.web.office import Seat, seat, town
from tests.web.open_day import ON

WHOLE = {
    "topic": "hall", "wish": "看看自助区", "where": "tax-east", "day": "2026-03-12", "people": "3", "adult": "yes",
}  # fmt: skip
NAME, PHONE = "金丝雀", "13977776666"


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


def form(**more: Any) -> dict[str, Any]:
    return {f"a.{code}": value for code, value in {**WHOLE, **more}.items() if value is not None}


async def filed(member: Seat, once: str = "1", **more: Any) -> str:
    """The id of a visit that was registered at the desk."""
    answer = await member.post("/admin/extras/open_day/open_visit/new", {**form(**more), "once": once})
    assert answer.status_code == 303, re.findall(r'class="er".*', answer.text)
    return answer.headers["location"].rpartition("/")[2]


async def do(member: Seat, record: str, act: str, way: str = "acts", **given: Any) -> httpx.Response:
    shown = await member.get(f"/admin/extras/records/{record}?act={act}")
    version = re.search(r'name="version" value="(\d+)"', shown.text)
    sent = {f"a.{code}": value for code, value in given.items()}
    return await member.post(
        f"/admin/extras/records/{record}/{way}/{act}", {"version": version[1] if version else "1", **sent}
    )


async def test_a_form_is_printed_to_be_filled_in_by_hand(supervisor: Seat) -> None:
    shown = await supervisor.get("/admin/extras/open_day/visits")
    sheets = await supervisor.get("/admin/extras/open_day/open_visit/sheet?mark=KF&first=7&many=2")
    wrong = await supervisor.get("/admin/extras/open_day/open_visit/sheet?many=101")
    stray = await supervisor.get("/admin/extras/open_day/open_letter/sheet")

    assert "打印开放日登记表" in shown.text
    assert sheets.text.count('class="card x-sheet"') == 2 and "KF-0007" in sheets.text and "KF-0008" in sheets.text
    assert "□ " in sheets.text
    assert wrong.status_code == 422 and "请填写 1 到 100 的整数。" in wrong.text and 'value="101"' in wrong.text
    assert stray.status_code == 404


async def test_an_extra_that_is_on_has_its_door_and_opens_with_its_first_page(supervisor: Seat, place: Tenant) -> None:
    home = (await supervisor.get("/admin/today")).text
    opened = await supervisor.get("/admin/extras/open_day")
    shown = await supervisor.get("/admin/extras/open_day/visits")

    assert "特色功能" in home and f'href="/t/{place.slug}/admin/extras/open_day"' in home
    assert opened.headers["location"] == f"/t/{place.slug}/admin/extras/open_day/visits"
    assert "政务开放日" in shown.text and "还没有记录" in shown.text


async def test_a_form_shows_every_kind_of_field_and_says_each_fault_at_its_field(supervisor: Seat) -> None:
    blank = (await supervisor.get("/admin/extras/open_day/open_visit/new")).text
    wrong = await supervisor.post(
        "/admin/extras/open_day/open_visit/new",
        form(topic=None, wish="看", people="21", day="三月", phone="12", spend="不知道", adult=None, name=NAME),
    )

    for shape in (
        'type="radio" name="a.topic"', "<textarea", 'type="date"', 'type="datetime-local"', 'type="file"',
        'type="checkbox" name="a.tags"', 'type="tel"', '<select id="f-where"', 'name="a.keen" value="5"',
    ):  # fmt: skip
        assert shape in blank, shape
    assert wrong.status_code == 422
    told = dict(re.findall(r'id="e-(\w+)"><svg.*?</svg>([^<]+)', wrong.text))
    assert told.keys() == {"topic", "wish", "people", "day", "phone", "spend", "adult"}
    assert told["people"] == "不能大于 20。" and NAME in wrong.text and ">\n看</textarea>" in wrong.text
    assert wrong.text.count('href="#f-') == 7


async def test_pressing_the_button_twice_gives_one_record(supervisor: Seat) -> None:
    assert await filed(supervisor, "same") == await filed(supervisor, "same")


async def test_a_form_that_was_sent_and_is_sent_with_other_words_loses_none_of_them(supervisor: Seat) -> None:
    record = await filed(supervisor, "same")
    other = form(wish="看看档案库房")
    told = await supervisor.post("/admin/extras/open_day/open_visit/new", {**other, "once": "same"})
    once = re.search(r'name="once" value="([^"]+)"', told.text)
    assert once is not None
    again = await supervisor.post("/admin/extras/open_day/open_visit/new", {**other, "once": once[1]})

    assert told.status_code == 409 and "已经提交过（编号 KF-2026-0001）" in told.text and "看看档案库房" in told.text
    assert again.status_code == 303 and record not in again.headers["location"]


async def test_a_record_shows_what_was_said_its_deadline_and_why_that_day(supervisor: Seat, now: datetime) -> None:
    record = await filed(supervisor, tags=["chair", "sign"], name=NAME, phone=PHONE, plan="暗号", keen="4")
    shown = (await supervisor.get(f"/admin/extras/records/{record}")).text

    for word in (
        "KF-2026-0001",
        "看看自助区",
        "东区税务局",
        "轮椅、手语",
        "为什么是这一天",
        "待安排",
        "第二条",
        "4（满分 5）",
    ):
        assert word in shown, word
    assert NAME not in shown and PHONE not in shown and "暗号" not in shown
    assert shown.count("已填写") == 3


async def test_an_act_is_done_through_its_form_and_told_with_who_and_when(supervisor: Seat) -> None:
    record = await filed(supervisor)
    wrong = await do(supervisor, record, "agree", guide="nobody")
    done = await do(supervisor, record, "agree", guide="supervisor", note="请带身份证")
    shown = (await supervisor.get(f"/admin/extras/records/{record}")).text

    assert wrong.status_code == 422 and "没有叫“nobody”的账号" in wrong.text
    assert done.status_code == 303
    assert "已安排" in shown and "请带身份证" in shown and "按期完成" in shown and "supervisor某" in shown


async def test_a_rule_that_is_missing_is_named_and_led_to(supervisor: Seat, place: Tenant, now: datetime) -> None:
    record = await filed(supervisor)
    await changing.override(place.id, [Override("open_day_seats", "unset", "第九条")], now=now)
    found = await do(supervisor, record, "agree", guide="supervisor")

    assert found.status_code in (303, 422)
    # A record is judged by the rules of the day it was filed, and both were made today.
    assert "没有规定每天接待多少人" in found.text and "/admin/policy#k-open_day_seats" in found.text


async def test_two_at_the_same_record_see_what_the_other_did_and_lose_no_word(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = await filed(supervisor)
    async with seat(address, place, "handler", now) as handler:
        assert (await do(handler, record, "move", day="2026-03-13")).status_code == 303
        late = await supervisor.post(
            f"/admin/extras/records/{record}/acts/move", {"version": "1", "a.day": "2026-03-16"}
        )

    assert late.status_code == 409
    assert "已被他人办理" in late.text and "2026-03-13" in late.text and "2026-03-16" in late.text
    assert 'name="version" value="2"' in late.text and "在最新情况上继续提交" in late.text


async def test_what_cannot_be_taken_back_is_proven_again(supervisor: Seat) -> None:
    record = await filed(supervisor)
    light = await do(supervisor, record, "strike", why="重复")
    grave = await do(supervisor, record, "strike", "grave", why="重复")

    assert light.status_code == 404
    assert grave.status_code in (303, 401)


async def test_what_is_private_is_read_for_a_reason_once_and_written_down(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = await filed(supervisor, name=NAME, phone=PHONE)
    without = await supervisor.post(f"/admin/extras/records/{record}/private/phone", {"purpose": "answer"})
    shown = await supervisor.post(
        f"/admin/extras/records/{record}/private/phone", {"purpose": "answer", "reason": "告诉他改期"}
    )
    async with db.as_tenant(place.id) as unit:
        kept = await unit.fetchval("SELECT count(*) FROM audit WHERE tenant_id = $1 AND act = 'extra.unmask'", place.id)

    assert without.status_code in (401, 422)
    assert PHONE in shown.text and kept == 1


async def test_a_paper_is_printed_with_what_is_private_and_that_stays_written(supervisor: Seat, place: Tenant) -> None:
    record = await filed(supervisor, name="{place}", phone=PHONE)
    home = f"/admin/extras/records/{record}"
    shown = (await supervisor.get(home)).text
    printed = (await supervisor.post(f"{home}/papers/ticket")).text
    again, none = await supervisor.get(f"{home}/papers/ticket"), await supervisor.post(f"{home}/papers/nothing")
    async with db.as_tenant(place.id) as unit:
        told = await unit.fetch("SELECT after FROM audit WHERE tenant_id = $1 AND act = 'extra.unmask'", place.id)

    assert "打印参观证" in shown
    assert "<p>{place}：</p>" in printed and "请于2026年3月12日到东区税务局参观，。" in printed
    assert f'<p class="right">{place.name}</p><p class="right">2026年3月' in printed
    assert (again.status_code, again.headers["location"]) == (303, f"/t/{place.slug}{home}")
    assert none.status_code == 404
    assert [row["after"] for row in told] == [{"field": "name", "reason": "打印参观证"}]


async def test_a_board_a_calendar_and_tables_show_the_same_records(supervisor: Seat) -> None:
    record = await filed(supervisor)
    board = (await supervisor.get("/admin/extras/open_day/board")).text
    month = (await supervisor.get("/admin/extras/open_day/days?month=2026-03")).text
    other = (await supervisor.get("/admin/extras/open_day/days?month=2026-04")).text
    sums = (await supervisor.get("/admin/extras/open_day/sums")).text

    assert board.count(f"/extras/records/{record}") == 1 and "待安排" in board
    assert f"/extras/records/{record}" in month and "没有安排" in other
    assert "各场次预约" in sums and '<td class="r">1</td>' in sums and "只算已登记的" in sums


async def test_tables_are_of_a_period_and_lead_to_what_they_count(supervisor: Seat) -> None:
    record = await filed(supervisor)
    page = "/admin/extras/open_day/sums"
    inside, before, wrong = [
        (await supervisor.get(f"{page}?{query}")).text
        for query in ("since=2026-01-01&until=2026-03-31", "until=2026-02-28", "since=2026-02-30")
    ]

    assert '<td class="r">1</td>' in inside and f"/extras/records/{record}" in inside
    assert 'open_day/visits?since=2026-01-01&amp;until=2026-03-31">参观预约 1 条</a>' in inside
    assert '<td class="r">1</td>' not in before and "参观预约 0 条" in before and "规则版本" in before
    assert 'role="alert"' in wrong and '<td class="r">1</td>' in wrong


async def test_what_may_be_reported_twice_is_asked_and_answered_by_the_bureau(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    first, second = await filed(supervisor, "1"), await filed(supervisor, "2")
    home = f"/admin/extras/records/{second}"
    async with seat(address, place, "handler", now) as handler:
        refused = await do(handler, second, "same")
    asked, listed = (await supervisor.get(home)).text, (await supervisor.get("/admin/extras/open_day/visits")).text
    answered = await do(supervisor, second, "same")
    shown = (await supervisor.get(home)).text
    again = await do(supervisor, second, "apart")

    assert "可能与前一件重复，等待认定" in asked and first in asked and "“单位”相同、说的话相近" in asked
    assert listed.count("可能重复") == 1 and refused.status_code == 422
    assert answered.status_code == 303 and "重复反映" in shown and "等待认定" not in shown
    assert again.status_code == 409


async def test_a_page_whose_extra_fails_says_so_and_breaks_nothing(address: str, place: Tenant, now: datetime) -> None:
    async with seat(address, place, "operator", now) as operator:
        shown = await operator.get("/admin/extras/open_day/broken")

    assert shown.status_code == 503 and "暂时不可用" in shown.text and "政务开放日" in shown.text


async def test_switched_off_it_hides_takes_nothing_new_and_finishes_what_it_began(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = await filed(supervisor)
    await changing.override(place.id, [Override("open_day", False, "第九条")], now=now)
    door = (await supervisor.get("/admin/today")).text
    page = (await supervisor.get("/admin/extras/open_day/visits")).text
    refused = await supervisor.post("/admin/extras/open_day/open_visit/new", form())
    early = await supervisor.get("/admin/extras/open_day/open_visit/new")
    acted = await do(supervisor, record, "agree", guide="supervisor")
    await do(supervisor, record, "close")
    shown = (await supervisor.get("/admin/today")).text

    assert "政务开放日（只办理在办）" in door and "已停用，只办理在办" in page and "登记参观预约" not in page
    assert refused.status_code == 422 and "已经停用" in refused.text and "看看自助区" in refused.text
    # Nobody is let fill in what will not be taken.
    assert early.status_code == 422 and "已经停用" in early.text and "<textarea" not in early.text
    assert acted.status_code == 303
    # Its letter is still to be sent.
    assert "政务开放日（只办理在办）" in shown


async def test_whoever_was_invited_sees_the_records_that_name_them_and_nothing_else(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with AsyncExitStack() as stack:
        partner = await stack.enter_async_context(seat(address, place, "partner", now))
        mine, other = await filed(supervisor, "1"), await filed(supervisor, "2", day="2026-03-13")
        await do(supervisor, mine, "agree", guide="partner")
        home = await partner.get("/admin")
        listed = (await partner.get("/admin/extras")).text
        seen = [(await partner.get(f"/admin/extras/records/{each}")).status_code for each in (mine, other)]
        closed = [(await partner.get(path)).status_code for path in
                  ("/admin/tickets", "/admin/extras/open_day/visits", "/admin/ratings", "/admin/policy")]  # fmt: skip
        under = await partner.post("/admin/extras/open_day/open_note/new", {"a.text": "来了三位", "of": mine})
        ended = await do(partner, mine, "close")

    assert home.headers["location"].endswith("/admin/extras")
    assert mine in listed and other not in listed and "接待完成" in listed
    assert seen == [200, 404] and closed == [403, 404, 403, 403]
    assert under.status_code == 303 and ended.status_code == 303


async def test_an_institution_sees_and_does_only_its_own(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = await filed(supervisor)
    async with (
        seat(address, place, "handler", now) as east, seat(address, place, "west", now) as west,
        seat(address, place, "clerk", now) as clerk,
    ):  # fmt: skip
        own, theirs = [await each.get(f"/admin/extras/records/{record}") for each in (east, west)]
        acted = await do(west, record, "move", day="2026-03-18")
        lists = [
            (await each.get("/admin/extras/open_day/visits")).text.count("data-row") for each in (east, west, clerk)
        ]

    assert (own.status_code, theirs.status_code, acted.status_code) == (200, 404, 404)
    assert lists == [1, 0, 0]


async def test_a_photo_that_is_too_large_is_refused_at_its_field_and_nothing_typed_is_lost(supervisor: Seat) -> None:
    picture = ("a.photo", ("现场.jpg", b"\xff\xd8\xff\xe0" + b"\0" * (31 * 2**20), "image/jpeg"))
    answer = await supervisor.post("/admin/extras/open_day/open_visit/new", form(), files=[picture])

    assert answer.status_code in (413, 422)
    assert "超过 10 MB" in answer.text and "看看自助区" in answer.text and "请重新选择" in answer.text


async def test_nothing_of_another_place_is_found_by_its_id(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    record = await filed(supervisor)
    async with town(now, "abroad", *ON) as other, seat(address, other, "supervisor", now) as stranger:
        found = [(await stranger.get(f"/admin/extras/records/{record}")).status_code,
                 (await do(stranger, record, "agree", guide="supervisor")).status_code,
                 (await stranger.get("/admin/extras/open_day/visits")).text.count("data-row")]  # fmt: skip

    assert found == [404, 404, 0]


async def test_the_code_to_hang_up_leads_to_the_form(supervisor: Seat, place: Tenant) -> None:
    shown = await supervisor.get("/admin/extras/open_day/open_visit/code")
    drawn = await supervisor.get("/admin/extras/open_day/open_visit/code.svg")

    assert f"https://hcp.test/t/{place.slug}/x/open_day/open_visit" in shown.text
    assert drawn.headers["content-type"].startswith("image/svg")
    assert (await supervisor.get("/admin/extras/open_day/open_letter/code")).status_code == 404
