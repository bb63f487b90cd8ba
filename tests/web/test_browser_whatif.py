"""In a browser a trial is started, its page turns into the result by itself, and everybody can read all of it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser

from core.policy.model import Override
from core.tenants import Tenant
from core.whatif import jobs
from tests.e2e.trials import tried
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import rated, seat, town
from tests.web.test_browser_lists import enter

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
LOOKS = ((390, ""), (390, "?theme=dark&size=huge"), (1440, ""), (1440, "?theme=dark&size=large"))


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", Override("after_window", 5, "第二条")) as found:
        for n in range(24):
            await rated(found, now - timedelta(days=50 - 2 * n), 1 + n % 4, case=f"K{n}")
        yield found


async def test_the_page_becomes_the_result_by_itself(chromium: Browser, address: str, place: Tenant, now: datetime):
    known = await tried(place, now)
    async with seat(address, place, "operator", now) as member, tab(chromium, address, width=1440) as page:
        page.set_default_timeout(20000)
        await enter(page.context, member, address)
        await page.goto(member.at(f"/admin/rules/{known['proposal']}/what-if"))
        await page.get_by_label("近 90 天").check()
        await page.get_by_role("button", name="开始试算").click()
        await page.wait_for_selector("#run progress")
        run = page.url.rpartition("/")[2]

        await jobs.run(place, run, now)

        await page.wait_for_selector("#run .kpis")
        assert await page.locator("#run progress").count() == 0


async def test_everybody_can_read_all_of_it(chromium: Browser, address: str, place: Tenant, now: datetime):
    known = await tried(place, now)
    home = f"/admin/rules/{known['proposal']}/what-if"
    mine = f"{home}/{known['run']}"
    paths = (
        home,
        mine,
        f"{mine}/tables/ticket",
        f"{mine}/tables/staff",
        f"{mine}/tables/handler",
        f"{mine}/invitations",
    )
    found: list[Any] = []
    for width, look in LOOKS:
        async with seat(address, place, "supervisor", now) as member, tab(chromium, address, width=width) as page:
            page.set_default_timeout(20000)
            await enter(page.context, member, address)
            for path in paths:
                await page.goto(member.at(path + look))
                found += await flaws(page)

    assert found == []
