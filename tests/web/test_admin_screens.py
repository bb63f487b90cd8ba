"""The screens that are worked in all day can be read by everybody on a narrow screen, by daylight and in the dark.

tests/e2e/test_every_page.py reads each of them, and all others, on a wide one.
"""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, LEVELS, violations
from tests.web.office import Seat, rated, seat
from tests.web.registers import LI, TAX, act, strict, verified

PATHS = (
    "/admin/tickets?tab=all", "/admin/tickets?tab=all&id={late}", "/admin/tickets/{late}?act=supervise",
    "/admin/ratings", "/admin/scores", "/admin/scores/staff/li", "/admin/policy", "/admin/places",
    "/admin/tasks?tab=all", "/admin/tasks?do={task}", "/admin/alerts", "/admin/alerts/{alert}", "/admin/ledger",
    "/admin/appeals", "/admin/notices", "/admin/moved", "/admin/life",
)  # fmt: skip
WIDTH, SIZE = 390, "large"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")


@pytest.fixture(scope="module")
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        await found.close()


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with strict(now) as found:
        yield found


async def much_happened(place: Tenant, now: datetime) -> None:
    """Two findings about one person, one of them complex and extended, one appealed."""
    number = await verified(place, now - timedelta(days=9), "B1")
    await act(place, number, "notify", now - timedelta(days=8), TAX, to="staff:li")
    await act(place, number, "appeal", now - timedelta(days=7), LI, reason="当时系统故障")
    other = await verified(place, now - timedelta(days=4), "B2", complexity="complex")
    await act(
        place, other, "extend", now - timedelta(days=3), TAX, until="2026-10-20", reason="须采购", clock="complex"
    )


async def first(member: Seat, register: str) -> str:
    found = re.search(rf"(?:do=|/admin/{register}/)([0-9a-f-]{{36}})", (await member.get(f"/admin/{register}")).text)
    assert found is not None
    return found[1]


async def test_every_screen_of_daily_work_is_accessible_and_fits(
    chromium: Browser, address: str, place: Tenant, now: datetime
) -> None:
    late = await rated(place, now - timedelta(days=20), case="A1", tags=())
    await much_happened(place, now)
    await rated(place, now - timedelta(days=1), case="A2")
    broken: dict[str, Any] = {}
    async with seat(address, place, "supervisor", now) as member:
        cookie: Any = {"name": f"hcp-{place.slug}", "value": member.session, "url": address}
        known = {"late": late, "task": await first(member, "tasks"), "alert": await first(member, "alerts")}
        context = await chromium.new_context(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce")
        await context.add_cookies([cookie])
        page = await context.new_page()
        for theme, path in product(("light", "dark"), (path.format(**known) for path in PATHS)):
            joint = "&" if "?" in path else "?"
            answer = await page.goto(f"{address}{member.at(path)}{joint}theme={theme}&size={SIZE}")
            assert answer is not None and answer.status == 200, path
            found = await violations(page, LEVELS)
            wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
            if found or wide:
                broken[f"{theme} {path}"] = [each[0] for each in found] or "scrolls sideways"
        await context.close()

    assert broken == {}
