"""A supervisor's morning in a real browser: what will break the law today, and from there to whoever must be urged."""

import os
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import AUDITED, Seat, seat, town
from tests.web.test_admin_today import scatter

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
ALBUM = os.environ.get("HAOCHAPING_ALBUM", "")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", AUDITED) as found:
        await scatter(found, now, 11, 14)
        yield found


async def sit(page: Page, member: Seat, address: str) -> None:
    await page.context.clear_cookies()
    await page.context.add_cookies([
        {"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}
    ])  # fmt: skip


async def kept(page: Page, name: str) -> None:
    if ALBUM:
        size = page.viewport_size or {"width": 0}
        await page.set_viewport_size({"width": size["width"], "height": 1800})
        await page.screenshot(path=Path(ALBUM) / f"{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize(
    ("theme", "size", "width"), [("light", "standard", 1440), ("light", "standard", 360), ("dark", "large", 1440),
                                 ("dark", "huge", 390)],
)  # fmt: skip
async def test_the_day_is_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, now: datetime, theme: str, size: str, width: int
) -> None:
    found: list[Any] = []
    async with tab(chromium, address, width=width) as page, seat(address, place, "supervisor", now) as member:
        await sit(page, member, address)
        for path in ("today", "today/rows?what=over", "today/rows?what=missed", "today/rows?what=tasks"):
            await page.goto(member.at(f"/admin/{path}{'&' if '?' in path else '?'}theme={theme}&size={size}"))
            found += await flaws(page)
            await kept(page, f"{path.replace('/', '-').replace('?', '-')}-{theme}-{size}")

    assert found == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_supervisor_sees_what_is_late_and_urges_it_in_three_steps(
    chromium: Browser, address: str, place: Tenant, now: datetime, scripts: bool
) -> None:
    async with (
        tab(chromium, address, scripts=scripts, width=1440) as page,
        seat(address, place, "supervisor", now) as member,
    ):
        await sit(page, member, address)
        await page.goto(member.at("/admin"))
        morning = await page.inner_text("main")
        await page.get_by_role("link", name="督办").first.click()
        await page.get_by_label("督办要求").fill("请今天下班前办结")
        async with page.expect_navigation():
            await page.get_by_role("button", name="提交").click()
        told = await page.inner_text("main")

    assert "已经超期" in morning and "超期最久的" in morning
    assert "督办" in told and "请今天下班前办结" in told
