"""Whoever rated may look up what they said, what became of it, and what they added later."""

from datetime import datetime, timedelta

import pytest

from core import db, flow
from core.audit.model import Actor
from core.tickets.model import Act
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed


@pytest.mark.covers("SZ-21b")
async def test_own_rating_reply_and_append_stand_on_the_raters_own_pages(
    address: str, east: Hall, times: Times, now: datetime
) -> None:
    times.now = now
    async with browser(address) as page:
        token = await closed(east.tenant, now)
        sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "2", "text": "排队太久"})
        first = sent.headers["location"]
        async with db.as_tenant(east.tenant.id) as unit:
            ticket = await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1", east.tenant.id)
        for verb, data in (("verdict", {"is": "valid"}), ("feedback", {"note": "已加开窗口"})):
            await flow.act(east.tenant, ticket, Act(verb, data), by=Actor("institution", "tax-east"), now=now)
        times.now = now + timedelta(days=1)
        added = await page.post(first.partition("?")[0] + "/append", data={"t": token, "grade": "4", "text": "快多了"})

        shown = (await page.get(first)).text
        append = (await page.get(added.headers["location"])).text

    assert "不满意" in shown and "排队太久" in shown and "已加开窗口" in shown
    assert "快多了" in append, append[append.find("<main") :]
