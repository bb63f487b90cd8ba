"""A real browser, its scripts switched off, does all a citizen can do; and nothing a citizen writes ever runs."""

from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.web.api_world import Hall, Times
from tests.web.browsers import CHROMIUM, TAGS, flaws, tab, violations
from tests.web.house import closed

# A device must come back to rest by itself; WCAG would let its visitor switch that off, the hall may not.
RETURNS = ["meta-refresh"]
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\"'><script>alert(2)</script>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")


async def test_without_any_script_a_bad_rating_is_given_and_its_clause_is_read(
    chromium: Browser, address: str, times: Times, east: Hall, now: datetime
) -> None:
    times.now = now
    token = await closed(east.tenant, now)
    async with tab(chromium, address, scripts=False) as page:
        await page.goto(f"/r/{token}")
        await page.get_by_role("button", name="非常不满意").click()
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交评价").last.click()
        refused = await page.inner_text("#e-tags")
        await page.fill("textarea", HOSTILE)
        async with page.expect_navigation():
            await page.get_by_role("button", name="大字版").click()
        kept = await page.input_value("textarea")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交评价").last.click()
        receipt = await page.inner_text("main")

    assert "请选择不满意的原因" in refused
    assert kept == HOSTILE
    assert "评价已提交" in receipt and "第三条" in receipt and "<img src=x" in receipt


async def test_back_after_rating_leads_to_the_receipt_and_sends_nothing(
    chromium: Browser, address: str, times: Times, east: Hall, now: datetime
) -> None:
    times.now = now
    token = await closed(east.tenant, now)
    async with tab(chromium, address, scripts=False) as page:
        await page.goto(f"/r/{token}")
        await page.get_by_role("button", name="基本满意").click()
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交评价").last.click()
        receipt = page.url
        await page.go_back()
        once, _ = page.url, await page.reload()
        twice = page.url

    assert receipt.startswith(f"{address}/k/")
    assert once == twice == receipt


@pytest.mark.parametrize(("theme", "size"), [("light", "standard"), ("dark", "large"), ("light", "huge")])
async def test_every_public_page_is_readable_by_everybody(
    chromium: Browser, address: str, times: Times, east: Hall, now: datetime, theme: str, size: str
) -> None:
    times.now = now
    token, rated = await closed(east.tenant, now), await closed(east.tenant, now, "A2")
    slug = east.tenant.slug
    found: list[Any] = []
    async with tab(chromium, address) as page:
        await page.goto(f"/r/{rated}?theme={theme}&size={size}")
        await page.get_by_role("button", name="非常不满意").click()
        await page.fill("textarea", "太慢")
        await page.get_by_role("button", name="提交评价").last.click()
        paths = (
            "/",
            f"/r/{token}",
            page.url,
            f"/t/{slug}/results",
            f"/t/{slug}/w/w1",
            f"/t/{slug}/sign-in",
            "/k",
            "/x",
        )
        for path in paths:
            await page.goto(path)
            found += await flaws(page)

    assert found == []


async def test_a_device_is_readable_and_its_choices_are_large_enough_for_a_thumb(
    chromium: Browser, address: str, times: Times, east: Hall, now: datetime
) -> None:
    times.now = now
    await closed(east.tenant, now)
    async with tab(chromium, address, scripts=True, width=1080) as page:
        await page.goto(f"/t/{east.tenant.slug}/device/w1")
        await page.fill("[name=key]", east.keys["ratings:write"])
        async with page.expect_navigation():
            await page.get_by_role("button", name="启用").click()
        hard = await violations(page, TAGS, skip=RETURNS)
        boxes = [await each.bounding_box() for each in await page.get_by_role("button").all()]
        async with page.expect_navigation():
            await page.get_by_role("button", name="基本满意").click()
        done = await page.inner_text("main")

    assert hard == []
    assert len(boxes) == 5
    assert len({(box["width"], box["height"]) for box in boxes if box}) == 1
    assert all(box and box["width"] >= 60 and box["height"] >= 60 for box in boxes)
    assert "已提交" in done
