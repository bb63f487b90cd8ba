"""A proposal's pages are read by everybody: on a desk and in a hand, by day and by night, in large letters."""

import os
from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from playwright.async_api import Browser

from core.policy.model import INHERIT
from core.proposals.model import Change
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, seat, town
from tests.web.test_admin_proposals import approved, begun, written

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
# Where somebody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")
LOOKS = ((1440, "theme=light&size=standard"), (390, "theme=dark&size=large"))
CLOCKS = [
    {"clock": "verify", "from": "dispatched", "within": "2wd"},
    {"clock": "close", "from": "dispatched", "within": "8wd"},
    {"clock": "decide", "from": "appealed", "within": "7wd"},
    {"clock": "dispatch", "from": "opened", "within": "1wd"},
]  # fmt: skip


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def test_every_page_of_a_proposal_can_be_read(
    chromium: Browser, address: str, operator: Seat, place: Tenant, now: datetime
) -> None:
    first = await begun(operator)
    await approved(place, first, await written(place, first, now, Change("min_sample", 30, "第九条")), now)
    answer = await operator.post("/admin/rules", {"since": "2026-06-01", "title": "整改期限调整"})
    proposal = answer.headers["location"].rpartition("/")[2]
    await written(
        place, proposal, now, Change("clocks", CLOCKS, "第三条"), Change("rating_window", "10d", "第二条"),
        Change("identity", "required", "第五条"), Change("extension", INHERIT),
    )  # fmt: skip
    await operator.post(f"/admin/rules/{proposal}/comments", {"text": "派单期限要不要写？", "key": "clocks"})
    await operator.post(
        "/admin/rules/papers", {"title": "评价办法", "number": "市府〔2026〕2号", "issued": "2026-01-05"}
    )
    paths = ["/rules", "/rules?key=clocks", f"/rules/{proposal}/diff", f"/rules/{proposal}/diff?all=1",
             "/rules/history", "/rules/compare?one=2026-03-31&other=2026-04-01", "/rules/papers"]  # fmt: skip
    found: list[object] = []
    for width, look in LOOKS:
        async with tab(chromium, address, width=width) as page:
            await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": operator.session, "url": address}])
            await page.goto(operator.at(f"/admin/rules?{look}"))
            for at, path in enumerate(paths):
                await page.goto(operator.at(f"/admin{path}"))
                found += await flaws(page)
                if PICTURES:
                    await page.screenshot(path=f"{PICTURES}/{width}-{at}.png", full_page=True)

    assert found == []
