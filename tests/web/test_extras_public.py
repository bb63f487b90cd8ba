"""Anybody files what an extra takes from the public, follows it by its receipt, and reads what is made public."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from core import db
from core.evidence import files
from core.policy.extras import Field, Form
from core.policy.model import Override
from core.records.model import FieldsWrong
from core.tenants import Tenant
from core.tenants import actions as changing
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.house import browser
from tests.web.installed import installed
from tests.web.office import seat, town
from tests.web.open_day import ON
from tests.web.test_extras_office import NAME, PHONE, do, form
from web import asking
from web.forms import Posted

LARGEST_PAGE = 40_000


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    with installed("open_day", "tests.web.open_day"):
        async with town(now, "open", *ON) as found:
            yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@pytest.fixture
async def visitor(address: str, place: Tenant) -> AsyncGenerator[httpx.AsyncClient]:
    async with browser(address) as found:
        yield found


def at(place: Tenant, more: str = "") -> str:
    return f"/t/{place.slug}/x/open_day/open_visit{more}"


async def filed(visitor: httpx.AsyncClient, place: Tenant, once: str = "1", **more: Any) -> str:
    """The address of the receipt."""
    answer = await visitor.post(at(place), data={**form(**more), "once": once, "c": "qr"})
    assert answer.status_code == 303, re.findall(r'class="er".*', answer.text)
    return answer.headers["location"].partition("?")[0]


async def test_a_form_is_small_and_what_is_wrong_stands_at_its_field(visitor: httpx.AsyncClient, place: Tenant) -> None:
    blank = await visitor.get(at(place))
    wrong = await visitor.post(at(place), data=form(wish="看", phone="12", name=NAME))

    assert blank.status_code == 200 and len(blank.content) < LARGEST_PAGE
    told = dict(re.findall(r'id="e-(\w+)"><svg.*?</svg>([^<]+)', wrong.text))
    assert wrong.status_code == 422 and told.keys() == {"wish", "phone"}
    assert NAME in wrong.text


async def test_pressing_twice_gives_one_record_and_the_same_receipt(visitor: httpx.AsyncClient, place: Tenant) -> None:
    blank = (await visitor.get(at(place))).text
    once = re.search(r'name="once" value="([^"]+)"', blank)

    assert once is not None
    assert await filed(visitor, place, once[1]) == await filed(visitor, place, once[1])


async def test_going_back_and_reporting_something_else_loses_nothing(visitor: httpx.AsyncClient, place: Tenant) -> None:
    first = await filed(visitor, place)
    told = await visitor.post(at(place), data={**form(wish="看看档案库房"), "once": "1", "c": "qr"})
    once = re.search(r'name="once" value="([^"]+)"', told.text)

    assert told.status_code == 409 and "KF-2026-0001" in told.text and "看看档案库房" in told.text
    assert once is not None and once[1] != "1"
    assert await filed(visitor, place, once[1], wish="看看档案库房") != first


async def test_the_public_is_not_asked_what_is_known_of_whoever_fills_in_its_page(
    address: str, visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    outside = (await visitor.get(at(place))).text
    await filed(visitor, place, heard="friend")
    async with seat(address, place, "supervisor", now) as supervisor:
        inside = (await supervisor.get("/admin/extras/open_day/open_visit/new")).text
    async with db.as_tenant(place.id) as unit:
        kept = await unit.fetchval("SELECT fields->>'heard' FROM extra_record WHERE tenant_id = $1", place.id)

    assert "从哪里知道的" in inside and "从哪里知道的" not in outside
    assert kept == "page"


async def test_a_place_is_named_in_full_or_in_part_and_never_by_a_code(
    visitor: httpx.AsyncClient, place: Tenant
) -> None:
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'refund-east', '退税', 'tax-east'),"
            " ($1, 'food', '食品经营许可（新办）', 'tax-east')", place.id,
        )  # fmt: skip
    shown = (await visitor.get(at(place))).text
    both, part, none = [(await visitor.post(at(place), data=form(item=said))).text for said in ("退税", "食品", "护照")]
    whole = await visitor.post(at(place), data=form(item="退税（东区税务局）"))

    assert ">退税（西区税务局）</option>" in shown and ">发票领用</option>" in shown
    assert "叫“退税”的事项有 2 个，请写全：退税（西区税务局）、退税（东区税务局）。" in both
    assert "没有叫“食品”的事项。相近的有：食品经营许可（新办）。请写其中一个，不清楚可以不填。" in part
    assert "没有叫“护照”的事项。请核对名称，不清楚可以不填。" in none and 'value="护照"' in none
    assert whole.status_code == 303


async def test_a_receipt_tells_how_it_stands_until_when_and_who_read_what_is_private(
    address: str, visitor: httpx.AsyncClient, place: Tenant, now: datetime, times: Times
) -> None:
    receipt = await filed(visitor, place, name=NAME, phone=PHONE)
    async with db.as_tenant(place.id) as unit:
        record = str(await unit.fetchval("SELECT id FROM extra_record WHERE tenant_id = $1", place.id))
    async with seat(address, place, "supervisor", now) as supervisor:
        await supervisor.post(f"/admin/extras/records/{record}/private/phone", {"purpose": "answer", "reason": "改期"})
        times.now = now + timedelta(minutes=1)
        await do(supervisor, record, "agree", guide="supervisor", note="请带身份证", aside="老访客", word="从东门进")
        office = (await supervisor.get(f"/admin/extras/records/{record}")).text
    shown = (await visitor.get(receipt)).text
    typed = await visitor.get(f"/k?code={receipt.removeprefix('/x/').lower()}")

    assert "从东门进" in shown and "老访客" not in shown and "老访客" in office
    assert (
        "KF-2026-0001" in shown
        and "请带身份证" in shown
        and "反馈处理结果：改期" in shown
        and "已填写，加密保存" in shown
    )
    assert NAME not in shown and PHONE not in shown and "supervisor" not in shown
    looked = shown.index("查看了您填写的“电话”，用途：反馈处理结果：改期")
    assert looked < shown.index("请带身份证")
    # Whoever holds the receipt speaks for the filer: the office never reads it.
    assert receipt.removeprefix("/x/") not in office
    assert typed.headers["location"] == receipt


async def test_whoever_holds_the_receipt_may_do_what_is_the_filers_and_a_stranger_nothing(
    visitor: httpx.AsyncClient, place: Tenant
) -> None:
    receipt = await filed(visitor, place)
    asked = (await visitor.get(f"{receipt}?act=cancel")).text
    blank = await visitor.post(f"{receipt}/cancel", data={"version": "1"})
    others = await visitor.post(f"{receipt}/agree", data={"version": "1", "a.guide": "supervisor"})
    done = await visitor.post(f"{receipt}/cancel", data={"version": "1", "a.because": "有事"})
    shown = (await visitor.get(receipt)).text
    strange = await visitor.get(receipt[:-2] + "ZZ")

    assert "取消预约" in asked and 'name="a.because"' in asked
    assert blank.status_code == 422 and "请填写“原因”" in blank.text
    assert others.status_code in (403, 404)
    assert done.status_code == 303 and "已取消" in shown and "有事" in shown
    assert strange.status_code == 404


async def test_the_public_list_holds_open_fields_of_shown_states_and_nothing_else(
    address: str, visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    await filed(visitor, place, "1", name=NAME, phone=PHONE, plan="暗号", wish="看看自助终端")
    before = (await visitor.get(at(place, "/list"))).text
    async with db.as_tenant(place.id) as unit:
        record = str(await unit.fetchval("SELECT id FROM extra_record WHERE tenant_id = $1", place.id))
    async with seat(address, place, "supervisor", now) as supervisor:
        await do(supervisor, record, "agree", guide="supervisor", note="九点到")
    after = (await visitor.get(at(place, "/list"))).text

    assert "还没有公开的内容" in before
    for word in ("KF-2026-0001", "大厅", "东区税务局", "九点到", "已安排"):
        assert word in after, word
    for word in (NAME, PHONE, "暗号", "看看自助终端", "supervisor", "已填写"):
        assert word not in after, word


async def test_the_public_list_is_searched_and_tells_no_day_on_which_somebody_was_alone(
    visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    for n, topic in enumerate(("hall", "archive")):
        await filed(visitor, place, str(n), topic=topic, phone=f"1390000000{n}", wish="看看自助终端")
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE extra_record SET state = 'agreed' WHERE tenant_id = $1", place.id)
    day = f"{now.year}年{now.month}月{now.day}日"
    queries = ("", "?q=东区税务", "?q=kf-2026-0002", "?q=自助终端", f"?q={NAME}", "?q=%00%27")
    found = [(await visitor.get(at(place, f"/list{query}"))).text.count("KF-2026-") for query in queries]
    told = (await visitor.get(at(place, "/list"))).text
    await changing.override(place.id, [Override("public_min", 3, "第八条")], now=now)
    guarded = (await visitor.get(at(place, "/list"))).text

    assert found == [2, 2, 1, 0, 0, 0]
    assert day in told.partition("为什么逐件公开")[0] and "为什么逐件公开" in told and "第二条" in told
    assert day not in guarded.partition("为什么逐件公开")[0] and f"{now.year}年{now.month}月提出" in guarded
    assert "同一天不足 3 件的，只写月份" in guarded


async def test_switched_off_it_says_so_and_what_was_filed_is_still_followed(
    visitor: httpx.AsyncClient, place: Tenant, now: datetime
) -> None:
    receipt = await filed(visitor, place)
    await changing.override(place.id, [Override("open_day", False, "第九条")], now=now)
    closed = await visitor.get(at(place))
    refused = await visitor.post(at(place), data=form())
    followed, listed = await visitor.get(receipt), await visitor.get(at(place, "/list"))

    assert closed.status_code == refused.status_code == 410 and "不受理参观预约" in closed.text
    assert "开放日公示" in closed.text and "12345" in closed.text
    assert listed.status_code == 200 and "现在不再受理新的" in listed.text and "我要提交" not in listed.text
    assert followed.status_code == 200 and "待安排" in followed.text


async def test_what_the_public_does_not_file_is_not_there(visitor: httpx.AsyncClient, place: Tenant) -> None:
    strays = ("open_day/open_letter", "open_day/nothing", "nothing/open_visit", "open_day/open_note/list")
    paths = [at(place).replace("open_day/open_visit", each) for each in strays]

    assert [(await visitor.get(each)).status_code for each in paths] == [404] * 4


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
@pytest.mark.parametrize(("theme", "size"), [("light", "standard"), ("dark", "large"), ("light", "huge")])
async def test_the_pages_of_a_citizen_are_readable_by_everybody_and_need_no_script(
    chromium: Browser, address: str, visitor: httpx.AsyncClient, place: Tenant, theme: str, size: str
) -> None:
    receipt = await filed(visitor, place)
    found: list[Any] = []
    async with tab(chromium, address, scripts=True) as page:
        for path in (f"{at(place)}?theme={theme}&size={size}", receipt, f"{receipt}?act=cancel", at(place, "/list")):
            await page.goto(path)
            found += await flaws(page)

    assert found == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
async def test_without_any_script_a_visit_is_asked_for_followed_and_cancelled(
    chromium: Browser, address: str, place: Tenant
) -> None:
    async with tab(chromium, address, scripts=False) as page:
        await page.goto(f"{at(place)}?where=tax-east")
        await page.check("[name='a.topic'][value=hall]")
        await page.fill("[name='a.wish']", "看看自助区")
        async with page.expect_navigation():
            await page.get_by_role("button", name="大字版").click()
        kept = await page.input_value("[name='a.wish']")
        await page.fill("[name='a.day']", "2026-03-12")
        await page.fill("[name='a.people']", "2")
        await page.check("[name='a.adult'][value=yes]")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交").last.click()
        receipt = await page.inner_text("main")
        await page.get_by_role("link", name="取消预约").click()
        await page.fill("[name='a.because']", "临时有事")
        async with page.expect_navigation():
            await page.get_by_role("button", name="取消预约").click()
        ended = await page.inner_text("main")

    assert kept == "看看自助区"
    assert "已经提交" in receipt and "KF-2026-0001" in receipt and "东区税务局" in receipt
    assert "已取消" in ended


def test_nobody_outside_is_told_how_people_of_the_house_are_called() -> None:
    form, known = Form((Field("who", "谁", "staff"),)), {"staff": {"li": "李四", "lee": "李四"}}
    sent = Posted({"a.who": ["李四"]})

    with pytest.raises(FieldsWrong) as outside:
        asking.given(form, sent, known, outside=True)
    with pytest.raises(FieldsWrong) as inside:
        asking.given(form, sent, known)
    assert "lee" not in outside.value.at["who"] and "不止一个" in outside.value.at["who"]
    assert "li、lee" in inside.value.at["who"]
