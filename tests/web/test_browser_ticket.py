"""A ticket is handled without the mouse, what is written outlives a reload, and nobody overwrites anybody."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.desk import desks
from tests.web.office import Seat, rated, seat

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
WHY = "当天叫号系统故障，已调取录像核对。"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path / "files") as found:
        yield found


@pytest.fixture
async def number(place: Tenant, now: datetime) -> str:
    return await rated(place, now - timedelta(days=2))


@pytest.fixture
async def bureau(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def sit(page: Page, member: Seat, address: str) -> None:
    await page.context.add_cookies([
        {"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}
    ])  # fmt: skip


async def test_a_ticket_gets_its_finding_by_keyboard_alone_and_the_next_one_opens(
    chromium: Browser, address: str, place: Tenant, handler: Seat, number: str, now: datetime
) -> None:
    second = await rated(place, now - timedelta(days=1), case="A2")
    async with tab(chromium, address, width=1440) as page:
        await sit(page, handler, address)
        await page.goto(handler.at("/admin/tickets?tab=all"))
        await page.wait_for_function("window.htmx !== undefined")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("aside.side")
        first = (await page.get_attribute("aside.side", "aria-label") or "").removeprefix("工单 ")
        await page.keyboard.press("e")
        await page.wait_for_selector("#doing")
        await page.focus("[name=is]")
        await page.keyboard.press("ArrowDown")
        await page.focus("[name=note]")
        await page.keyboard.type(WHY)
        await page.wait_for_selector("#saved:not(:empty)")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_selector(".said-done")
        said, opened = await page.inner_text("#notice"), await page.get_attribute("aside.side", "aria-label")

    assert f"已登记核实结果：{first}，handler某 09:30" in said
    assert opened == f"工单 {second if first == number else number}"


async def test_what_is_written_is_saved_by_itself_and_stands_there_after_a_reload(
    chromium: Browser, address: str, place: Tenant, handler: Seat, number: str
) -> None:
    async with tab(chromium, address, width=1440) as page:
        await sit(page, handler, address)
        await page.goto(handler.at(f"/admin/tickets/{number}?act=verdict"))
        await page.fill("[name=note]", WHY)
        await page.get_by_label("误评").check()
        await page.wait_for_selector("#saved:not(:empty)")
        await page.wait_for_timeout(1300)
        told = await page.inner_text("#saved")
        await page.reload()
        kept, begun = await page.input_value("[name=note]"), await page.inner_text("#doing")
        chosen = await page.get_by_label("误评").is_checked()
        async with page.expect_navigation():
            await page.get_by_role("button", name="放弃草稿").click()
        await page.goto(handler.at(f"/admin/tickets/{number}?act=verdict"))
        gone = await page.input_value("[name=note]")

    assert "已保存 09:30" in told and (kept, chosen, gone) == (WHY, True, "")
    assert "草稿，今天 09:30 保存" in begun


@pytest.mark.parametrize("scripts", [True, False])
async def test_two_browsers_act_at_once_and_the_second_sees_both_and_decides(
    chromium: Browser, address: str, place: Tenant, handler: Seat, bureau: Seat, number: str, scripts: bool
) -> None:
    async with (
        tab(chromium, address, width=1440, scripts=scripts) as one,
        tab(chromium, address, width=1440, scripts=scripts) as other,
    ):
        for page, member in ((one, handler), (other, bureau)):
            await sit(page, member, address)
            await page.goto(member.at(f"/admin/tickets/{number}?act=transfer"))
        await one.reload()
        company = await one.inner_text(".beside")
        for page, to, why in ((one, "tax-west", "职责在西区"), (other, "bureau", "由我局办理")):
            await page.select_option("[name=to]", to)
            await page.fill("[name=reason]", why)
            async with page.expect_navigation():
                await page.get_by_role("button", name="提交").last.click()
        both = await other.inner_text("#doing")
        found = await flaws(other) if scripts else []
        async with other.expect_navigation():
            await other.get_by_role("button", name="在最新情况上继续提交").click()
        after = await bureau.get(f"/admin/tickets/{number}")

    assert "supervisor某 正在办理“转派”" in company
    for each in (
        "这张工单已被他人办理",
        "handler某 转派",
        "西区税务局",
        "职责在西区",
        "政务服务管理局",
        "由我局办理",
        "放弃",
    ):
        assert each in both
    assert found == [] and "由我局办理" in after.text and "职责在西区" in after.text


@pytest.mark.parametrize(
    ("theme", "size", "width"), [("light", "standard", 360), ("dark", "huge", 390), ("dark", "large", 1440)]
)
async def test_forms_papers_and_wordings_are_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, handler: Seat, bureau: Seat, number: str, theme: str, size: str,
    width: int,
) -> None:  # fmt: skip
    found: list[object] = []
    await bureau.get(f"/admin/tickets/{number}?act=urge")
    await handler.post(f"/admin/tickets/{number}/drafts/contact", {"note": "约了明天", "way": "visit", "version": "1"})
    await handler.post(
        "/admin/templates", {"title": "已核实", "body": "{事项}已核实。", "verbs": ["contact", "verdict"]}
    )
    await handler.do(number, "contact", way="phone", reached="no")
    async with tab(chromium, address, width=width) as page:
        await sit(page, handler, address)
        await page.goto(handler.at(f"/admin/tickets?theme={theme}&size={size}"))
        for path in (f"/{number}?act=contact", f"/{number}?act=extend", f"?tab=all&id={number}", f"/{number}/print"):
            await page.goto(handler.at(f"/admin/tickets{path}"))
            found += await flaws(page)
        await page.goto(handler.at("/admin/templates"))
        found += await flaws(page)

    assert found == []
