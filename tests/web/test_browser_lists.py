"""A morning's list is worked through by keyboard: picked, acted on, taken back; and everybody can read all of it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from core import duties
from core.evidence import files
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, rated, seat, town

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with town(now) as found:
        for n in range(28):
            await rated(found, now - timedelta(days=n % 6, hours=n), 1 + n % 2, case=f"K{n}")
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


async def enter(context: BrowserContext, member: Seat, address: str) -> None:
    await context.add_cookies([{"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}])


async def test_by_keyboard_rows_are_picked_claimed_and_put_back(
    chromium: Browser, address: str, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as member, tab(chromium, address, width=1440) as page:
        page.set_default_timeout(15000)
        await enter(page.context, member, address)
        await page.goto(member.at("/admin/tickets?tab=all&cols=assignee"))
        hidden = await page.locator("#bulk").is_hidden()
        for key in ("j", "x", "j", "x", "j"):
            await page.keyboard.press(key)
        picked = await page.inner_text("#bulk")
        await page.locator("#bulk button[value=claim]").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".lotbar")
        claimed = await page.locator("td.as", has_text="handler某").count()
        await page.keyboard.press("z")
        await page.wait_for_selector(".lotbar:has-text('已撤销')")
        left = await page.locator("td.as", has_text="handler某").count()
        await page.keyboard.press("]")
        await page.wait_for_selector("text=26–28 / 28")
        await page.go_back()
        await page.wait_for_selector("text=1–25 / 28")

    assert hidden and "已选 2 条" in picked
    assert (claimed, left) == (2, 0)


async def test_a_held_lot_tells_by_itself_what_came_of_it_and_stops_asking(
    chromium: Browser, address: str, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as member, tab(chromium, address, width=1440) as page:
        page.set_default_timeout(15000)
        await enter(page.context, member, address)
        await page.goto(member.at("/admin/tickets?tab=all"))
        await page.locator("[data-pick]").nth(0).check()
        await page.locator("[data-pick]").nth(1).check()
        await page.locator("#bulk button[value=contact]").click()
        await page.fill("textarea[name=note]", "已电话联系")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_selector("text=现在还可以全部撤回")
        await duties.JOBS["held"](place, page.url.rpartition("/")[2], now + timedelta(seconds=11))
        await page.wait_for_selector("text=2 条成功")
        asks = await page.locator("[hx-trigger]").count()
        polled = await page.locator("#lot [hx-trigger]").count()

    assert polled == 0 and asks >= 1


@pytest.mark.parametrize(
    ("theme", "size", "width"), [("light", "standard", 1440), ("dark", "standard", 390), ("light", "large", 360)]
)
async def test_every_part_of_a_list_is_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, now: datetime, theme: str, size: str, width: int
) -> None:
    found: list[Any] = []
    async with seat(address, place, "supervisor", now) as boss:
        await boss.post(
            "/admin/views", {"list": "tickets", "name": "差的", "query": "tab=all&grade=1", "pinned": "yes"}
        )
        number = await rated(place, now - timedelta(hours=2), case="Z1")
        told = {"list": "tickets", "verb": "supervise", "n": [number, "2601-99999"]}
        lot = (await boss.post("/admin/tickets/bulk?tab=all", told)).headers["location"]
        claim = (await boss.post("/admin/tickets/bulk?tab=all", {**told, "verb": "claim"})).headers["location"]
        await boss.post("/admin/exports/tickets?tab=all", {"cols": ["number"], "format": "xlsx"})
        paths = (
            "/admin/tickets?tab=all&menu=look", "/admin/tickets?tab=all&grade=1&menu=add",
            "/admin/tickets?tab=all&all=1",
            "/admin/callbacks", "/admin/audits", "/admin/ratings?days=all", "/admin/views?list=tickets&keep=tab%3Dall",
            "/admin/exports/tickets?tab=all", "/admin/downloads",
        )  # fmt: skip
        async with tab(chromium, address, width=width) as page:
            page.set_default_timeout(15000)
            await enter(page.context, boss, address)
            look = {"theme": theme, "size": size}
            await page.context.add_cookies([{"name": k, "value": v, "url": address} for k, v in look.items()])
            for path in (*map(boss.at, paths), lot, claim):
                answer = await page.goto(path)
                assert answer is not None and answer.status == 200, path
                if "all=1" not in path and await page.locator("[data-pick]").count():
                    await page.locator("[data-pick]").first.check()
                found += await flaws(page)

    assert found == []
