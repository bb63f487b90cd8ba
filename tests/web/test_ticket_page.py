"""What the ticket's page keeps, says and hands out: drafts, wordings, calls, company, papers, a word after each act."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core import db
from core.policy.model import Override
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import desks
from tests.web.office import CANARY, NAME, PHONE, Seat, rated, seat

CLOCKS = Override("clocks", [
    {"clock": "contact", "from": "dispatched", "within": "1wd"},
    {"clock": "verify", "from": "dispatched", "within": "3wd"},
    {"clock": "close", "from": "dispatched", "within": "10wd"}, {"clock": "appeal", "from": "noticed", "within": "3wd"},
], "第三条")  # fmt: skip
UNBOUNDED = Override("extension", {"before_due": True}, "第五条")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path, CLOCKS, UNBOUNDED) as found:
        yield found


@pytest.fixture
async def number(place: Tenant, now: datetime) -> str:
    return await rated(place, now - timedelta(days=2))


@pytest.fixture
async def bureau(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def shown(member: Seat, number: str, query: str = "") -> str:
    return (await member.get(f"/admin/tickets/{number}{query}")).text


async def version(member: Seat, number: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', await shown(member, number, "?act=verdict"))
    return found[1] if found else "0"


async def test_what_was_done_is_said_once_with_who_and_when(handler: Seat, number: str) -> None:
    done = await handler.do(number, "verdict", is_="valid", note="属实")
    first, second = await handler.get("/admin/tickets"), await handler.get("/admin/tickets")
    handler.browser.cookies.set("hcp-said", "eyJ0ZXh0IjogIuWBhyJ9." + "0" * 64)
    forged = await handler.get("/admin/tickets")

    assert done.status_code == 303
    assert f"已登记核实结果：{number}，handler某 09:30，<a href=" in first.text and "看这张工单" in first.text
    assert "已登记核实结果" not in second.text and "said-done" not in forged.text


async def test_what_was_refused_or_kept_by_hand_is_found_again_and_gone_when_it_is_sent(
    handler: Seat, number: str
) -> None:
    refused = await handler.do(number, "verdict", note="先写着，结果再定")
    again = await handler.get(f"/admin/tickets/{number}/acts/verdict")
    reloaded = await handler.get(again.headers["location"].partition(handler.at(""))[2])
    kept = await handler.post(
        f"/admin/tickets/{number}/drafts/contact", {"note": "约了明天", "way": "visit", "version": "1"}
    )
    told = await shown(handler, number, "?act=contact")
    dropped = await handler.post(f"/admin/tickets/{number}/drafts/contact/discard", {})
    after = await shown(handler, number, "?act=contact")
    await handler.do(number, "verdict", is_="valid", note="属实")
    await handler.post(f"/admin/tickets/{number}/drafts/verdict", {})

    assert refused.status_code == 422 and again.status_code == 303
    assert "先写着，结果再定" in reloaded.text and "草稿，" in reloaded.text and "放弃草稿" in reloaded.text
    assert kept.status_code == 303 and kept.headers["location"].endswith("?act=contact#doing")
    assert "草稿已保存" in told and "约了明天" in told and re.search(r'value="visit" checked', told)
    assert dropped.status_code == 303 and "约了明天" not in after
    async with db.as_tenant(handler.tenant.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM draft WHERE tenant_id = $1", handler.tenant.id) == 0


async def test_a_draft_saves_itself_without_moving_the_page_and_is_nobody_elses(
    handler: Seat, bureau: Seat, number: str
) -> None:
    form = {"_csrf": "", "note": "正在写"}
    part = await handler.browser.post(
        handler.at(f"/admin/tickets/{number}/drafts/transfer"), data={**form, "_csrf": await token(handler, number)},
        headers={"HX-Request-Type": "partial", "HX-Target": "span#saved"},
    )  # fmt: skip
    strangers = await bureau.get(f"/admin/tickets/{number}?act=transfer")
    unknown = await handler.post(f"/admin/tickets/{number}/drafts/explode", {"note": "x"})
    elsewhere = await handler.post("/admin/tickets/2603-99999/drafts/contact", {"note": "x"})

    assert part.status_code in (200, 201, 303) and "已保存 09:30" in part.text and "<html" not in part.text
    assert part.headers["HX-Trigger"] == "saved"
    assert "正在写" not in strangers.text and unknown.status_code == elsewhere.status_code == 404


async def token(member: Seat, number: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', await shown(member, number))
    assert found
    return found[1]


async def test_a_wording_fills_the_box_and_keeps_what_was_typed(handler: Seat, number: str) -> None:
    made = await handler.post(
        "/admin/templates", {"title": "已核实", "body": "{事项}：请{承办单位}在{期限}前整改。", "verbs": ["verdict"]}
    )
    form = await shown(handler, number, "?act=verdict")
    (wording,) = re.findall(r'<option value="([0-9a-f-]{36})">已核实</option>', form)
    filled = await handler.post(
        f"/admin/tickets/{number}/drafts/verdict/fill",
        {"wording": wording, "note": "我先写的", "is": "valid", "version": "1"},
    )
    again = await shown(handler, number, "?act=verdict")
    none = await handler.post(f"/admin/tickets/{number}/drafts/verdict/fill", {"wording": "", "note": "还在"})

    assert made.status_code == filled.status_code == 303
    assert "我先写的\n发票领用：请东区税务局在今天 24:00前整改。" in again and re.search(
        r'value="valid" checked', again
    )
    assert "答复模板" not in await shown(handler, number, "?act=extend") or "套用" not in await shown(
        handler, number, "?act=extend"
    )
    assert none.status_code == 303 and "还在" in await shown(handler, number, "?act=verdict")


async def test_a_wording_with_a_strange_variable_is_refused_at_its_field(
    address: str, handler: Seat, bureau: Seat, place: Tenant, now: datetime
) -> None:
    wrong = await handler.post("/admin/templates", {"title": "问候", "body": "{姓名}您好", "verbs": ["contact"]})
    shared = await bureau.post(
        "/admin/templates", {"title": "致歉", "body": "给您添麻烦了", "verbs": ["feedback"], "scope": "all"}
    )
    (wording,) = re.findall(r"/admin/templates\?edit=([0-9a-f-]{36})", (await bureau.get("/admin/templates")).text)
    seen = (await handler.get("/admin/templates")).text
    not_theirs = await handler.post(f"/admin/templates/{wording}/remove", {})
    changed = await bureau.post(f"/admin/templates/{wording}", {"title": "道歉", "body": "抱歉", "verbs": ["explain"]})
    async with seat(address, place, "west", now) as west:
        wests = (await west.get("/admin/templates")).text

    assert wrong.status_code == 422 and 'id="e-body"' in wrong.text and "没有这些变量：{姓名}" in wrong.text
    assert "{姓名}您好" in wrong.text and shared.status_code == 303
    assert "致歉" in seen and "全部单位通用" in seen and "?edit=" not in seen
    assert not_theirs.status_code == 403 and changed.status_code == 303
    assert "道歉" not in wests and "道歉" in (await bureau.get("/admin/templates")).text


async def test_a_call_nobody_answered_is_counted_and_stops_no_clock(
    handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    missed = await handler.do(number, "contact", way="phone", reached="no", when="2026-03-09T09:05")
    page = await shown(handler, number)
    clock_runs = await state_of_clock(place, "contact")
    reached = await handler.do(number, "contact", way="visit", reached="yes", note="当面谈了")
    after, stopped = await shown(handler, number), await state_of_clock(place, "contact")
    receipt = await receipt_of(handler, place)

    assert missed.status_code == reached.status_code == 303, missed.text
    assert "第 1 次</b>，电话" in page and "未接通" in page and "再打一次" in page and clock_runs == "running"
    assert "第 2 次</b>，上门" in after and "已联系上" in after and stopped == "stopped"
    assert "没有接通" in receipt and "责任单位已与您联系" in receipt and "当面谈了" not in receipt


async def state_of_clock(place: Tenant, name: str) -> str:
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval("SELECT state FROM clock WHERE tenant_id = $1 AND name = $2", place.id, name)


async def receipt_of(member: Seat, place: Tenant) -> str:
    async with db.as_tenant(place.id) as unit:
        code = await unit.fetchval("SELECT code FROM receipt WHERE tenant_id = $1 LIMIT 1", place.id)
    return (await member.browser.get(f"/k/{code}")).text


async def test_the_raters_number_is_read_with_a_reason_once_and_the_rater_learns_of_it(
    handler: Seat, clerk: Seat, place: Tenant, number: str
) -> None:
    page = await shown(handler, number)
    silent = await handler.post(f"/admin/tickets/{number}/rater", {"purpose": "verify", "reason": " "})
    aimless = await handler.post(f"/admin/tickets/{number}/rater", {"reason": "核实"})
    told = await handler.post(f"/admin/tickets/{number}/rater", {"purpose": "verify", "reason": "核实排队的窗口"})
    after, receipt = await shown(handler, number), await receipt_of(handler, place)
    refused = await clerk.post(f"/admin/tickets/{number}/rater", {"purpose": "verify", "reason": "想知道"})
    async with db.as_tenant(place.id) as unit:
        logged = await unit.fetch("SELECT after FROM audit WHERE tenant_id = $1 AND act = 'person.unmask'", place.id)

    assert "139****6666" in page and PHONE not in page
    assert silent.status_code == aimless.status_code == 422
    assert 'id="e-reason"' in silent.text and 'id="e-purpose"' in aimless.text
    assert (
        told.status_code == 200
        and PHONE in told.text
        and NAME not in told.text
        and "no-store" in told.headers["cache-control"]
    )
    assert PHONE not in after and "查看评价人电话" in after and "用途：核实评价反映的情况" in after
    assert (
        "您的联系电话被查看" in receipt
        and "东区税务局，用途：核实评价反映的情况" in receipt
        and "排队的窗口" not in receipt
    )
    assert refused.status_code == 403 and PHONE not in refused.text
    assert [row["after"]["reason"] for row in logged] == ["核实评价反映的情况：核实排队的窗口"]


async def test_who_is_about_to_act_is_known_to_colleagues_and_not_to_the_rated(
    handler: Seat, bureau: Seat, clerk: Seat, number: str, times: Times, now: datetime
) -> None:
    await handler.do(number, "notify", note="评价人说排队太久", checked="yes")
    await shown(bureau, number, "?act=urge")
    seen, rated_sees = await shown(handler, number), await shown(clerk, number)
    own = await shown(bureau, number)
    times.now = now + timedelta(minutes=4)
    later = await shown(handler, number)

    assert "supervisor某 正在办理“催办”，09:30 打开" in seen
    assert "正在办理“" not in rated_sees and "正在办理“" not in own and "正在办理“" not in later


async def test_two_who_act_at_once_see_field_by_field_what_each_wrote(handler: Seat, bureau: Seat, number: str) -> None:
    await handler.do(number, "transfer", to="tax-west", reason="职责在西区")

    late = await bureau.do(number, "transfer", version="1", seen="1", to="bureau", reason="由我局直接办理")

    assert late.status_code == 409
    row = r"<tr class=\"differs\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>"
    assert re.search(row.format("去向", "西区税务局", "政务服务管理局"), late.text)
    assert re.search(row.format("理由", "职责在西区", "由我局直接办理"), late.text)
    assert "在最新情况上继续提交" in late.text and ">放弃</button>" in late.text


async def test_a_far_longer_extension_is_asked_about_once_more(handler: Seat, place: Tenant, number: str) -> None:
    async def due() -> datetime:
        async with db.as_tenant(place.id) as unit:
            return await unit.fetchval("SELECT due_at FROM clock WHERE tenant_id = $1 AND name = 'close'", place.id)

    fields = {"clock": "close", "until": "2027-03-20", "reason": "设备在途"}
    before = await due()
    asked = await handler.do(number, "extend", **fields)
    unmoved = await due()
    sure = re.search(r'name="sure" value="([^"]+)"', asked.text)
    other = await handler.do(number, "extend", **{**fields, "until": "2028-03-20", "sure": sure[1] if sure else ""})
    done = await handler.do(number, "extend", **fields, sure=sure[1] if sure else "")
    near = await handler.do(number, "extend", clock="verify", until="2026-03-13", reason="设备在途")

    assert asked.status_code == 422 and sure and "多 365 天" in asked.text and unmoved == before
    assert "设备在途" in asked.text and other.status_code == 422
    assert done.status_code == 303 and await due() > before and near.status_code == 303


async def test_a_form_says_that_on_hold_the_deadlines_run_on(handler: Seat, number: str) -> None:
    assert "各项期限照常计算，到期仍算超期" in await shown(handler, number, "?act=hold")


async def test_what_an_appellant_wrote_stays_as_it_was_written(
    address: str, handler: Seat, clerk: Seat, place: Tenant, number: str, now: datetime
) -> None:
    await handler.do(number, "notify", note="排队太久", checked="yes")
    await clerk.do(number, "appeal", reason="不在岗", evidence="文件：值班表第 3 页")

    page = await shown(clerk, number)

    assert "文件：值班表第 3 页" in page.partition('id="appeals"')[2]


async def test_papers_carry_clauses_and_days_and_nobodys_data(
    address: str, handler: Seat, bureau: Seat, clerk: Seat, place: Tenant, number: str
) -> None:
    early = await handler.get(f"/admin/tickets/{number}/letter")
    await handler.do(number, "contact", note=f"打给{NAME} {PHONE}，已说明")
    await handler.do(number, "verdict", is_="valid", note="属实")
    await handler.do(number, "rectify", note="已换叫号屏")
    await handler.do(number, "feedback", note=f"{NAME}您好，3月12日起已加开窗口。")
    order, letter = (
        await handler.get(f"/admin/tickets/{number}/print"),
        await bureau.get(f"/admin/tickets/{number}/letter"),
    )
    found = re.search(r"/deadlines/([0-9a-f-]{36})", await shown(handler, number))
    assert found
    sheet = await handler.get(f"/admin/tickets/{number}/deadlines/{found[1]}")
    days = await handler.get(f"/admin/tickets/{number}/deadlines/{found[1]}/days.csv")
    closed = [(await clerk.get(f"/admin/tickets/{number}/{each}")).status_code for each in ("print", "letter")]

    assert early.status_code == 409 and "还没有答复" in early.text
    assert "第三条" in order.text and "承办人签字" in order.text and "打印人 handler某" in order.text
    assert "尊敬的办事人" in letter.text and "3月12日起已加开窗口" in letter.text
    for paper in (order.text, letter.text, sheet.text, days.text):
        assert [each for each in (NAME, PHONE, CANARY.id_number, "A1<") if each in paper] == []
    assert "逐日计算" in sheet.text and "日历版本" in sheet.text and "起算日不计" in days.text and "第三条" in days.text
    assert closed == [403, 403]
