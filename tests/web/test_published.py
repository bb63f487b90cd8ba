"""What a receipt promises, and what everybody may see of a place, is what its rules and its counts say."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from core import db, duties, tenants
from core.policy.model import Override
from core.publication.decide import month_of
from core.publication.figures import measured
from tests.web.api_world import RULES, Times, hall
from tests.web.house import browser, closed
from tests.web.office import rated, town


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def test_the_lines_of_the_results_make_up_the_total_and_the_province_sees_the_same(
    address: str, page: httpx.AsyncClient, times: Times, pool: object, now: datetime
) -> None:
    async with town(now, "sums") as place:
        async with db.as_tenant(place.id) as unit:
            own = "INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'desk', '咨询', 'bureau')"
            await unit.execute(own, place.id)
        for item, staff in (("invoice", "li"), ("refund", "sun"), ("desk", None)):
            await rated(place, now - timedelta(hours=1), 5, f"C-{item}", item=item, staff=staff, window=None)
        await duties.fold(place, "", now)
        found = await tenants.by_id(place.id)
        html = (await page.get(f"/t/{place.slug}/results")).text
        async with db.as_tenant(place.id) as unit:
            seen = await measured(unit, found, month_of("2026-03"), now)
    # Five grades, then how many they are together.
    lines = re.findall(r'<tr><th scope="row">([^<]+)</th>(?:<td class="r">\d+</td>){5}<td class="r">(\d+)</td>', html)

    assert [name for name, _ in lines][:1] == ["市本级"]
    assert sum(int(count) for _, count in lines[:3]) == seen["n"] == 3
    assert f"{seen['rates']['good']['count']} ÷ {seen['rates']['good']['over']}" in html


async def test_an_append_is_about_what_the_rules_of_the_day_of_the_service_say(
    page: httpx.AsyncClient, pool: object, times: Times, now: datetime
) -> None:
    changed = {"max": 1, "within": "60d", "from": "rated", "dimensions": ["attitude"]}
    before = next(each for each in RULES if each.key == "append")
    rules = (replace(before, until=now.date()), Override("append", changed, "第四条", since=now.date() + timedelta(1)))
    async with hall("changed", now, (*(each for each in RULES if each is not before), *rules)) as place:
        token = await closed(place.tenant, now)
        times.now = now + timedelta(days=2)
        sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "4"})
        code = sent.headers["location"].partition("?")[0]
        added = await page.post(f"{code}/append", data={"t": token, "grade": "5", "text": "后来更好了"})

    assert added.status_code == 303, added.text


@pytest.mark.parametrize(
    ("clocks", "said", "unsaid"),
    [
        ([{"clock": "close", "from": "dispatched", "within": "10wd"}], "派单后起算 10 个工作日", "没有设办理期限"),
        ([], "没有设办理期限", "起算"),
    ],
    ids=["from the dispatch", "none at all"],
)
async def test_a_receipt_promises_the_deadline_that_will_count_and_no_other(
    page: httpx.AsyncClient, pool: object, now: datetime, clocks: list[object], said: str, unsaid: str
) -> None:
    audit = Override("audit", {"when": "always", "on_timeout": "accept", "refused": "withdraw"}, "第八条")
    async with hall("audited", now, (Override("clocks", clocks, "第三条"), audit)) as place:
        token = await closed(place.tenant, now)
        sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "tags": "110", "text": "拖了两个月"})
        receipt = (await page.get(sent.headers["location"])).text

    assert said in receipt and unsaid not in receipt
