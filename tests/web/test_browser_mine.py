"""A clerk who was rated badly understands what they were told, and appeals with proof in few steps."""

import os
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from core.tenants import Tenant
from tests.core import papers
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.desk import desks
from tests.web.office import Seat, rated, seat
from tests.web.test_admin_mine import say

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
ALBUM = os.environ.get("HAOCHAPING_ALBUM", "")
TOLD = "评价人说排队两个小时，态度冷淡。"
WHY = "当天叫号系统故障，责任不在个人。"
# At 300 characters a minute, what stands before the form is read in a minute, which leaves one to write in.
MOST_WORDS, MOST_STEPS = 300, 8


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path / "files") as found:
        for n in range(12):
            await say(found, now - timedelta(days=14, minutes=n), 4 if n % 3 else 5, n, f"G{n}")
        yield found


@pytest.fixture
async def number(address: str, place: Tenant, now: datetime) -> str:
    ticket = await rated(place, now - timedelta(days=2))
    async with seat(address, place, "handler", now) as handler:
        await handler.do(ticket, "notify", note=TOLD, checked="yes")
    return ticket


async def sit(page: Page, member: Seat, address: str) -> None:
    await page.context.clear_cookies()
    await page.context.add_cookies([
        {"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}
    ])  # fmt: skip


@pytest.mark.parametrize(("scripts", "width"), [(True, 1440), (False, 390)])
async def test_a_clerk_appeals_in_eight_steps_at_most_and_knows_what_comes_next(
    chromium: Browser, address: str, place: Tenant, number: str, now: datetime, tmp_path: Path, scripts: bool,
    width: int,
) -> None:  # fmt: skip
    proof = tmp_path / "报修单.pdf"
    proof.write_bytes(papers.pdf())
    steps = 0
    async with (
        tab(chromium, address, scripts=scripts, width=width) as page,
        seat(address, place, "clerk", now) as clerk,
    ):
        await sit(page, clerk, address)
        await page.goto(clerk.at("/admin"))
        first = await page.inner_text("main")
        async with page.expect_navigation():
            await page.get_by_role("link", name="看通知，需要时申诉").click()
        steps += 1
        read = (await page.inner_text("main")).split("申诉理由")[0]
        await page.get_by_label("申诉理由").fill(WHY)
        steps += 1
        await page.set_input_files("[name=files]", str(proof))
        steps += 1
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交申诉").click()
        steps += 1
        filed = await page.inner_text("#appeals")
        await page.reload()
        again = await page.inner_text("#appeals")

    assert "还剩 3 个工作日" in first
    assert TOLD in read and len(read) < MOST_WORDS and "第三条" in read
    assert steps <= MOST_STEPS
    assert "S2603-00001" in filed and "复核中" in filed and "报修单.pdf" in filed and "接下来不用您做什么" in filed
    assert again == filed


@pytest.mark.parametrize(
    ("theme", "size", "width"), [("light", "standard", 1440), ("light", "standard", 360), ("dark", "huge", 390),
                                 ("dark", "large", 1440)],
)  # fmt: skip
async def test_what_concerns_the_rated_is_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, number: str, now: datetime, theme: str, size: str, width: int
) -> None:
    found: list[Any] = []
    async with tab(chromium, address, width=width) as page, seat(address, place, "clerk", now) as clerk:
        await sit(page, clerk, address)
        for filed in (False, True):
            if filed:
                await clerk.do(number, "appeal", reason=WHY, evidence="排班表第 3 页")
            for path in ("mine", "my-ratings", f"tickets/{number}", f"tickets/{number}?act=statement"):
                await page.goto(clerk.at(f"/admin/{path}{'&' if '?' in path else '?'}theme={theme}&size={size}"))
                found += await flaws(page)
                if ALBUM and "?" not in path:
                    name = f"{path.split('/')[0]}-{filed}-{theme}-{size}-{width}.png"
                    await page.set_viewport_size({"width": width, "height": 1500})
                    await page.screenshot(path=Path(ALBUM) / name, full_page=True)

    assert found == []
