"""Jilin's question form stands beside the five grades, and nobody has to fill it in."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import pytest

from core import db
from core.tenants import Tenant
from tests.core.town import invited, town
from tests.web.api_world import Times
from tests.web.house import browser

ASKED = ("服务指引是否清晰", "办事程序是否便利", "材料手续是否精简", "操作界面是否友好", "有何改进意见")
ANSWERED = {"q.guide-clear": "no", "q.suggestion": "把材料清单写全"}


@pytest.fixture
async def jilin(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "jilin") as place:
        yield place


@pytest.mark.covers("JL-14a")
@pytest.mark.parametrize(("mode", "shown"), [("online", ASKED), ("window", ())])
async def test_it_goes_with_what_was_done_online_only(
    address: str, jilin: Tenant, now: datetime, mode: str, shown: tuple[str, ...]
) -> None:
    event = "closed" if mode == "online" else "served"
    token = (await invited(jilin, "A1", now, mode=mode, event=event)).token
    async with browser(address) as page:
        await page.post(f"/r/{token}", data={"grade": "5"})
        html = (await page.get(f"/r/{token}/reasons")).text

    assert [each for each in ASKED if each in html] == list(shown)


@pytest.mark.covers("JL-14a")
@pytest.mark.parametrize(
    ("answered", "kept"), [({}, None), (ANSWERED, {"guide-clear": "no", "suggestion": "把材料清单写全"})]
)
async def test_it_is_kept_where_it_was_filled_in_and_asked_of_nobody(
    address: str, jilin: Tenant, now: datetime, answered: dict[str, str], kept: dict[str, Any] | None
) -> None:
    token = (await invited(jilin, "A1", now, mode="online")).token
    async with browser(address) as page:
        sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5", **answered})
    async with db.as_tenant(jilin.id) as unit:
        found = await unit.fetchval("SELECT answers FROM questionnaire_answer WHERE tenant_id = $1", jilin.id)

    assert sent.status_code == 303
    assert (found or None) == kept
