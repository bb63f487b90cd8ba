"""In a real browser: a citizen answers on a phone, and an operator builds the questions by keyboard."""

import os
from collections.abc import AsyncGenerator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from core.audit.model import Actor
from core.proposals import actions as proposals
from tests.web.api_world import RULES, Hall, Times, hall
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.house import closed
from tests.web.office import seat, town
from tests.web.test_questionnaire import ASKED

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
LOOKS = [("light", "standard"), ("dark", "large"), ("light", "huge")]


@pytest.fixture
async def asking(now: datetime, address: str) -> AsyncGenerator[Hall]:
    async with hall("asking", now, (*RULES, ASKED)) as found:
        yield found


async def _drawn(page: Page, name: str) -> None:
    """Kept for somebody to look at, where a folder is named."""
    if folder := os.environ.get("HAOCHAPING_PICTURES"):
        await page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("theme", "size"), LOOKS)
async def test_a_citizen_answers_on_a_phone_and_is_asked_again_where_something_is_missing(
    chromium: Browser, address: str, times: Times, asking: Hall, now: datetime, theme: str, size: str
) -> None:
    times.now = now
    token = await closed(asking.tenant, now)
    async with tab(chromium, address, scripts=False) as page:
        await page.goto(f"/r/{token}?theme={theme}&size={size}")
        await _tapped(page, "非常不满意")
        await page.fill("#f-text", "慢")
        await page.check("[name='q.heard'][value='大厅']")
        await _drawn(page, f"reasons-{theme}-{size}")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交评价").last.click()
        kept = await page.is_checked("[name='q.heard'][value='大厅']")
        said = [await page.inner_text(each) for each in ("h1", "#e-q-steps")]
        await _drawn(page, f"questions-{theme}-{size}")
        await page.check("[name='q.steps'][value='7']")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交问卷").last.click()
        receipt = page.url

    assert said == ["还有问题没有答好", "请选择一项。"] and kept
    assert receipt.startswith(f"{address}/k/")


async def _tapped(page: Page, grade: str) -> None:
    await page.get_by_role("button", name=grade, exact=True).click()
    await page.get_by_text("回答几个小问题").click()


@pytest.mark.parametrize(("theme", "size"), LOOKS)
async def test_the_questions_are_readable_by_everybody(
    chromium: Browser, address: str, times: Times, asking: Hall, now: datetime, theme: str, size: str
) -> None:
    times.now = now
    token = await closed(asking.tenant, now)
    async with tab(chromium, address) as page:
        await page.goto(f"/r/{token}?theme={theme}&size={size}")
        await _tapped(page, "非常满意")
        found = await flaws(page)
        await page.check("[name='q.heard'][value='网站']")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交评价").last.click()
        found += await flaws(page)

    assert found == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_operator_builds_a_questionnaire_by_keyboard(
    chromium: Browser, address: str, times: Times, now: datetime, *, scripts: bool
) -> None:
    times.now = now
    async with town(now, "drawn") as place, seat(address, place, "operator", now) as operator:
        begun = await proposals.begin(place, date(2026, 6, 1), by=Actor("member", "operator"), now=now)
        async with tab(chromium, address, scripts=scripts, width=1440) as page:
            await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": operator.session, "url": address}])
            await page.goto(f"/t/{place.slug}/admin/rules/{begun.id}/builders/questionnaire")
            focus = await _built(page, scripts=scripts)
            seen = await page.inner_text("#preview")
            found = await _looked_at(page) if scripts else []
            await page.fill("#f-clause", "第十四条")
            await page.select_option("#f-document", index=1)
            await page.get_by_role("button", name="保存到草案").click()
            await page.wait_for_selector("text=已存入草案")
        known = await proposals.by_id(place, begun.id)

    (change,) = known.changes
    assert [each["label"] for each in change.value[0]["fields"]] == ["快吗", "从哪里知道的", "便利吗"]
    assert focus == "up-r3" and "便利吗" in seen and found == []


async def _built(page: Page, *, scripts: bool) -> str:
    """Two questions, a copy of the second moved to the front, the first deleted and taken back."""
    await page.fill("#f-r1-label", "从哪里知道的")
    await page.fill("#f-r1-choices", "大厅\n网站")
    await _pressed(page, "#add", "#f-r2-label")
    await page.fill("#f-r2-label", "便利吗")
    await page.select_option("#f-r2-kind", "scale-10")
    if not scripts:
        await page.click("#try")
    await page.fill("#f-r2-low", "很难")
    await _pressed(page, "#copy-r2", "#f-r3-label")
    await page.fill("#f-r3-label", "快吗")
    await _pressed(page, "#up-r3", "#q-r3 + #q-r2")
    focus: str = await page.evaluate("document.activeElement.id")
    await _pressed(page, "#up-r3", "#q-r3 + #q-r1")
    await _pressed(page, "#del-r1", "#back-r1")
    await _pressed(page, "#back-r1", "#del-r1")
    return focus


async def _pressed(page: Page, button: str, then: str) -> None:
    await page.focus(button)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(then)


async def _looked_at(page: Page) -> list[Any]:
    found: list[Any] = []
    for width in (1440, 390):
        await page.set_viewport_size({"width": width, "height": 844})
        found += await flaws(page)
        await _drawn(page, f"questionnaire-{width}")
    return found


@pytest.mark.parametrize("name", ["tags", "formulas", "index", "alerts"])
@pytest.mark.parametrize(("theme", "size"), [("light", "standard"), ("dark", "large")])
async def test_every_builder_is_readable_by_everybody(
    chromium: Browser, address: str, times: Times, now: datetime, name: str, theme: str, size: str
) -> None:
    times.now = now
    found: list[Any] = []
    async with town(now, "seen") as place, seat(address, place, "operator", now) as operator:
        begun = await proposals.begin(place, date(2026, 6, 1), by=Actor("member", "operator"), now=now)
        async with tab(chromium, address, width=1440) as page:
            await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": operator.session, "url": address}])
            await page.goto(f"/t/{place.slug}/admin/rules/{begun.id}/builders/{name}?theme={theme}&size={size}")
            then = {"tags": "#add-2", "formulas": "[id^=work-]", "index": "#add", "alerts": "#add"}[name]
            await page.locator(then).first.click()
            await page.wait_for_selector({"formulas": "#again"}.get(name, ".pieces > li.on"))
            for width in (1440, 390):
                await page.set_viewport_size({"width": width, "height": 844})
                found += await flaws(page)
                await _drawn(page, f"{name}-{theme}-{width}")
            if name == "alerts":
                await page.click("#try")
                await page.wait_for_selector("#lived h3")

    assert found == []
