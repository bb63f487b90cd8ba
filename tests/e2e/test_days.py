"""The day of each role, as the one who lives it: before a real browser, with the hands they would use."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from core.evidence import files
from tests.core import papers
from tests.e2e.browser import CHROMIUM, tab
from tests.e2e.stories import WORDS, chair, morning, states
from tests.web.house import closed
from tests.web.office import rated, seat, town

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
TWO_MINUTES = 120
WHY = "当天叫号系统故障，已在窗口公示。"


async def test_a_handler_clears_five_tickets_without_touching_the_mouse(
    chromium: Browser, address: str, noon: datetime
) -> None:
    async with morning(noon) as (place, numbers), chair(chromium, address, place, "handler", noon) as desk:
        await desk.come("/tickets")
        for _ in numbers:
            await desk.press("j", "Enter")
            await desk.page.wait_for_selector(".side")
            await desk.press("e")
            await desk.page.wait_for_selector("#doing")
            await desk.tab_to("#doing [type=radio]")
            await desk.press("Space", "Control+Enter")
            await expect(desk.page.locator("#doing")).to_have_count(0)
            await desk.press("Escape")
            await expect(desk.page.locator(".side")).to_have_count(0)
        found = await states(place)

    assert found == ["verified"] * len(numbers)


async def test_a_supervisor_sees_what_breaks_the_law_today_and_urges_it(
    chromium: Browser, address: str, noon: datetime
) -> None:
    async with town(noon, "story") as place:
        late = await rated(place, noon - timedelta(days=20), case="L1", text="没有人管。")
        await rated(place, noon - timedelta(days=1), case="L2", text="排队太久。")
        async with chair(chromium, address, place, "supervisor", noon) as desk:
            await desk.come("")
            told = await desk.reads()
            async with desk.page.expect_navigation():
                await desk.page.locator(".kpis .bad a").first.click()
            rows = await desk.reads()
            await desk.page.get_by_role("link", name=f"催办 {late}").first.click()
            await desk.page.get_by_role("textbox").last.fill("请今天办结。")
            async with desk.page.expect_navigation():
                await desk.page.get_by_role("button", name="提交").click()
            done = await desk.reads()

    assert "已经超期" in told and "下个工作日到期" in told and late in told
    assert late in rows and "依据" in told
    assert "催办" in done and "请今天办结。" in done


async def test_a_clerk_understands_the_notice_and_appeals_within_two_minutes(
    chromium: Browser, address: str, noon: datetime, tmp_path: Path
) -> None:
    files.use_folder(tmp_path / "kept")
    proof = tmp_path / "报修单.pdf"
    proof.write_bytes(papers.pdf())
    async with morning(noon) as (place, numbers), seat(address, place, "handler", noon) as handler:
        await handler.do(numbers[0], "notify", note="评价人说等了两个小时。", checked="yes")
        async with chair(chromium, address, place, "clerk", noon, width=390) as desk:
            begun = time.monotonic()
            await desk.come(f"/tickets/{numbers[0]}")
            notice = await desk.reads()
            await desk.page.get_by_label(re.compile("理由")).fill(WHY)
            await desk.page.set_input_files("[name=files]", str(proof))
            async with desk.page.expect_navigation():
                await desk.page.get_by_role("button", name="提交").click()
            progress = await desk.reads()
            took = time.monotonic() - begun
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up

    assert "评价人说等了两个小时。" in notice and "发票领用" in notice and "截止" in notice
    assert WORDS[0] not in notice and "S0" not in notice
    assert WHY in progress and "复核中" in progress and "报修单.pdf" in progress
    assert took < TWO_MINUTES


async def test_an_operator_answers_a_question_and_finds_it_in_force_with_its_author(
    chromium: Browser, address: str, noon: datetime
) -> None:
    async with morning(noon) as (place, _), chair(chromium, address, place, "operator", noon) as desk:
        await desk.come("/questions")
        card = desk.page.locator("#q-Q18")
        await card.get_by_text("修改回答").click()
        await card.get_by_role("radio").first.check()
        await card.get_by_label("依据").fill("2026 年第 3 次办公会纪要")
        await card.get_by_role("button", name="保存回答").click()
        await desk.page.wait_for_load_state()
        await desk.come("/policy#q-Q18")
        rules = await desk.reads("#q-Q18")
        await desk.come("/history/question/Q18")
        trail = await desk.reads()

    assert "2026 年第 3 次办公会纪要" in rules and "operator" in rules
    assert "回答问题" in trail and "operator某" in trail and "2026 年第 3 次办公会纪要" in trail


async def test_two_officers_make_one_account_and_the_auditor_finds_both(
    chromium: Browser, address: str, noon: datetime
) -> None:
    """三员分立：the one who makes it gives it no power, the one who gives power makes none, a third reads of both."""
    async with town(noon, "story") as place:
        async with chair(chromium, address, place, "admin", noon) as desk:
            await desk.come("/members/new")
            await desk.page.get_by_label("用户名").fill("newhand")
            await desk.page.get_by_label("姓名").fill("钱新")
            async with desk.page.expect_navigation():
                await desk.page.get_by_role("button", name="新建账号").click()
            made = await desk.reads()
            powers = await desk.page.get_by_label("角色", exact=True).count()
        async with chair(chromium, address, place, "security", noon) as desk:
            await desk.come("/members")
            await desk.page.get_by_role("link", name="钱新").click()
            await desk.page.locator("#f-role").select_option("handler")
            await desk.page.locator("#f-institution").fill("tax-east")
            async with desk.page.expect_navigation():
                await desk.page.get_by_role("button", name="保存角色与范围").click()
            granted = await desk.reads()
        async with chair(chromium, address, place, "auditor", noon) as desk:
            await desk.come("/audit?about=newhand")
            log = await desk.reads()
            async with desk.page.expect_navigation():
                await desk.page.get_by_role("link", name="账号 newhand").first.click()
            trail = await desk.reads()

    assert "初始密码只显示这一次" in made and powers == 0
    assert "承办人员" in granted
    assert "admin某" in log and "security某" in log and "新增账号" in log
    assert "改角色或范围" in trail and "127.0.0.1" in trail


async def test_the_province_sees_its_places_and_no_button_to_act(
    chromium: Browser, address: str, noon: datetime
) -> None:
    async with morning(noon) as (place, numbers), chair(chromium, address, place, "provincial", noon) as desk:
        await desk.come("")
        province = await desk.reads("body")
        await desk.come(f"/tickets/{numbers[0]}")
        acts = await desk.page.locator(".act a, .act button").count()

    assert "各地情况" in province
    assert acts == 0


async def test_a_citizen_on_an_old_phone_rates_while_the_office_works(
    chromium: Browser, address: str, noon: datetime
) -> None:
    async with town(noon, "story") as place, tab(chromium, address, width=360, scripts=False) as phone:
        await phone.go(f"/r/{await closed(place, noon)}")
        await phone.page.get_by_role("button", name="非常不满意").click()
        await phone.page.fill("textarea", "等了很久。")
        async with phone.page.expect_navigation():
            await phone.page.get_by_role("button", name="提交评价").last.click()
        receipt = await phone.page.inner_text("main")
        found = await states(place)

    assert "评价已提交" in receipt and "第三条" in receipt
    assert found == ["open"]
