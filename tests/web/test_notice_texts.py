"""An operator says notices in the place's own words, sees them filled in first, and can always go back."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import db
from core.outbox import texts
from core.policy.model import Override
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.house import closed
from tests.web.office import Seat, seat, town
from tests.web.test_questionnaire import ASKED

HOME = "/admin/notices/templates"


@pytest.fixture
async def place(address: str, times: Any, now: datetime) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "told", Override("questionnaire", ASKED.value, "第十四条")) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def _body(place: Tenant, kind: str) -> str:
    async with db.as_tenant(place.id) as unit:
        own = await texts.own(unit, kind)
    return own.body if own else ""


async def test_words_are_tried_kept_by_version_and_given_back(operator: Seat, place: Tenant) -> None:
    at = f"{HOME}/sms.reminder"
    body = "【{地区}】办件 {办件号} 请评价 {链接}"
    tried = await operator.post(at, {"op": "try", "seen": "0", "body": body})
    none = await _body(place, "sms.reminder")
    saved = await operator.post(at, {"op": "save", "seen": "0", "body": body})
    kept = await _body(place, "sms.reminder")
    shown, listed = await operator.get(at), await operator.get(HOME)
    reset = await operator.post(at, {"op": "reset", "seen": "1", "body": body})

    assert tried.status_code == 200 and "【测试】办件 A20260302-0001 请评价 https://hcp.test/k/" in tried.text
    assert "按 1 条短信计费" in tried.text and none == ""
    assert saved.status_code == 303 and kept == body
    assert "本地第 1 版" in shown.text and "本地第 1 版" in listed.text
    assert reset.status_code == 303 and await _body(place, "sms.reminder") == ""


async def test_what_names_the_rater_or_nothing_known_is_refused_at_its_field(operator: Seat, place: Tenant) -> None:
    personal = await operator.post(
        f"{HOME}/sms.notice", {"op": "save", "seen": "0", "body": "【测试】{提醒内容}{办件号}{链接}"}
    )
    misspelt = await operator.post(
        f"{HOME}/mail.notice", {"op": "save", "seen": "0", "subject": "{题醒内容}", "body": "{提醒内容}{链接}"}
    )
    nowhere = await operator.get(f"{HOME}/sms.nothing")

    assert personal.status_code == 422 and "能认出评价人" in personal.text and 'id="e-body"' in personal.text
    assert misspelt.status_code == 422 and "是否想写“提醒内容”？" in misspelt.text and 'id="e-subject"' in misspelt.text
    assert nowhere.status_code == 404
    assert await _body(place, "sms.notice") == ""


async def test_over_anothers_words_one_is_asked_first(operator: Seat) -> None:
    at = f"{HOME}/title.decision"
    first = await operator.post(at, {"op": "save", "seen": "0", "body": "复核有了结果"})
    second = await operator.post(at, {"op": "save", "seen": "0", "body": "复核结果"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "复核结果" in second.text and "复核有了结果" in second.text and 'name="seen" value="1"' in second.text


async def test_a_wording_for_replies_is_tried_on_an_example(address: str, place: Tenant, now: datetime) -> None:
    async with seat(address, place, "handler", now) as handler:
        form = {"title": "致歉", "body": "关于{事项}，{承办单位}已整改", "verbs": "feedback"}
        tried = await handler.post("/admin/templates", {**form, "op": "try"})
        wrong = await handler.post("/admin/templates", {**form, "body": "关于{事相}"})

    assert tried.status_code == 200 and "关于发票领用，东区税务局已整改" in tried.text
    assert wrong.status_code == 422 and "是否想写“事项”？" in wrong.text


async def test_results_are_counts_by_version_for_those_above_and_nobody_rated(
    address: str, place: Tenant, operator: Seat, now: datetime
) -> None:
    async with loopback(address, headers={"sec-fetch-site": "same-origin"}) as page:
        for number in range(2):
            token = await closed(place, now - timedelta(minutes=5), f"Q{number}")
            await page.post(f"/r/{token}", data={"grade": "5"})
            told = {"grade.overall": "5", "q.steps": "8", "q.heard": ["大厅"], "q.idea": "秘密的话"}
            await page.post(f"/r/{token}/reasons", data=told)
    empty = await operator.get("/admin/questionnaires?days=30&version=nothing")
    async with seat(address, place, "clerk", now) as clerk, seat(address, place, "handler", now) as handler:
        refused = [(await each.get("/admin/questionnaires")).status_code for each in (clerk, handler)]

    assert "第 1 版（2 份）" in empty.text and "平均 8.0" in empty.text
    assert "写了文字的少于 5 人" in empty.text and "秘密的话" not in empty.text
    assert refused == [403, 403]
