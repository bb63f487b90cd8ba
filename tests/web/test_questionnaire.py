"""A citizen answers questions beside the rating, or does not: it is in either way, the good and the bad alike."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from core import db
from core.policy.model import Override
from tests.web.api_world import RULES, Hall, Times, hall, invited
from tests.web.house import browser, closed

ASKED = Override("questionnaire", [{"fields": [
    {"code": "steps", "label": "办事程序是否便利", "kind": "scale-10", "required": True, "low": "很难", "high": "很易"},
    {"code": "heard", "label": "从哪里知道这项服务", "kind": "multiple", "choices": ["大厅", "网站"]},
    {"code": "clear", "label": "指引是否清晰", "kind": "yes-no"},
    {"code": "all", "label": "总体感受", "kind": "grade"},
    {"code": "idea", "label": "有何改进意见", "kind": "text"},
]}], "第十四条")  # fmt: skip
LARGEST_FIRST_VIEW = 40_000


@pytest.fixture
async def asking(now: datetime, address: str) -> AsyncGenerator[Hall]:
    async with hall("asking", now, (*RULES, ASKED)) as found:
        yield found


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def _answers(hall: Hall) -> list[tuple[dict[str, object], bool]]:
    async with db.as_tenant(hall.tenant.id) as unit:
        rows = await unit.fetch("SELECT answers, complete FROM questionnaire_answer ORDER BY at")
    return [(row["answers"], row["complete"]) for row in rows]


async def _ratings(hall: Hall) -> int:
    async with db.as_tenant(hall.tenant.id) as unit:
        return await unit.fetchval("SELECT count(*) FROM rating WHERE tenant_id = $1", hall.tenant.id)


async def _tapped(page: httpx.AsyncClient, hall: Hall, now: datetime, grade: int, case: str = "A1") -> str:
    token = await closed(hall.tenant, now, case)
    await page.post(f"/r/{token}", data={"grade": grade})
    return token


async def test_good_and_bad_are_asked_the_same_and_the_page_stays_small(
    page: httpx.AsyncClient, asking: Hall, now: datetime
) -> None:
    asked: list[str] = []
    for grade in (5, 1):
        token = await _tapped(page, asking, now, grade, f"A{grade}")
        shown = await page.get(f"/r/{token}/reasons")
        loaded = [await page.get(found) for found in re.findall(r'(?:href|src)="(/static/[^"]+)"', shown.text)]
        assert len(shown.content) + sum(len(each.content) for each in loaded) < LARGEST_FIRST_VIEW
        assert "<script" not in shown.text and " required" not in shown.text
        asked.append(shown.text[shown.text.index("<summary>回答几个小问题") :].partition("</details>")[0])

    assert asked[0] == asked[1]
    assert all(said in asked[0] for said in ("指引是否清晰？", "必答", "可多选", "1 很难，10 很易", "非常不满意"))


async def test_what_is_answered_is_kept_with_the_rating(page: httpx.AsyncClient, asking: Hall, now: datetime) -> None:
    token = await _tapped(page, asking, now, 5)

    told = {"grade.overall": "5", "q.steps": "7", "q.heard": ["网站", "大厅"], "q.all": "2", "q.idea": " 多开窗口 "}
    sent = await page.post(f"/r/{token}/reasons", data=told)

    assert sent.headers["location"].startswith("/k/")
    assert await _answers(asking) == [({"steps": 7, "heard": ["大厅", "网站"], "all": 2, "idea": "多开窗口"}, True)]


@pytest.mark.parametrize("grade", [5, 1])
async def test_what_is_wrong_is_asked_again_with_all_that_was_typed_and_the_rating_is_in(
    page: httpx.AsyncClient, asking: Hall, now: datetime, grade: int
) -> None:
    token = await _tapped(page, asking, now, grade)

    told = {"grade.overall": str(grade), "text": "慢", "q.heard": ["网站"], "q.idea": "字" * 501}
    sent = await page.post(f"/r/{token}/reasons", data=told)
    kept = await _answers(asking)
    skipped = await page.get(re.findall(r'href="(/k/[^"]+)">不答了', sent.text)[0].replace("&amp;", "&"))
    again = await page.post(f"/r/{token}/questions", data={"q.heard": ["网站"], "q.steps": "3", "q.idea": "短些"})

    assert sent.status_code == 422 and await _ratings(asking) == 1
    assert 'id="e-q-steps"' in sent.text and "最多 500 个字，现在是 501 个字" in sent.text
    assert "您的评价已经收到" in sent.text and "字" * 501 in sent.text
    assert re.search(r'value="网站"[^>]* checked', sent.text)
    assert kept == [({"heard": ["网站"]}, False)]
    assert skipped.status_code == 200
    assert again.headers["location"].startswith("/k/")
    assert await _answers(asking) == [({"heard": ["网站"], "steps": 3, "idea": "短些"}, True)]


async def test_nothing_answered_is_nothing_asked_again(page: httpx.AsyncClient, asking: Hall, now: datetime) -> None:
    token = await _tapped(page, asking, now, 1)

    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "text": "慢"})

    assert sent.headers["location"].startswith("/k/")
    assert await _answers(asking) == []


async def test_where_the_rules_ask_for_it_the_questionnaire_comes_once_more_and_may_be_left(
    page: httpx.AsyncClient, now: datetime
) -> None:
    rows = [{**ASKED.value[0], "voluntary": False}]
    async with hall("asking", now, (*RULES, Override("questionnaire", rows, "第十四条"))) as place:
        token = await _tapped(page, place, now, 1)
        sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "text": "慢"})
        shown = await page.get(sent.headers["location"])
        left = await page.post(f"/r/{token}/questions", data={})
        count = await _ratings(place)

    assert sent.headers["location"] == f"/r/{token}/questions" and count == 1
    assert "不答了，看我的回执" in shown.text and "您的评价已经收到" in shown.text
    assert left.headers["location"].startswith("/k/")


async def test_questions_before_a_rating_and_twice_lead_back(
    page: httpx.AsyncClient, asking: Hall, now: datetime
) -> None:
    token = await _tapped(page, asking, now, 5)
    early = await page.post(f"/r/{token}/questions", data={"q.steps": "3"})
    await page.post(f"/r/{token}/reasons", data={"grade.overall": "5", "q.steps": "3"})
    twice = await page.post(f"/r/{token}/questions", data={"q.steps": "9"})

    assert early.headers["location"] == f"/r/{token}"
    assert twice.headers["location"].startswith("/k/")
    assert await _answers(asking) == [({"steps": 3}, True)]


async def test_a_machine_asks_for_the_questions_and_answers_with_the_rating_or_after_it(
    api: httpx.AsyncClient, asking: Hall, times: Times, now: datetime
) -> None:
    token = await invited(api, asking, now)
    asked = await api.get("/questionnaire", params={"token": token}, headers=asking["hall"])
    sent = {"token": token, "grades": {"overall": 1}, "text": "慢", "answers": {"heard": ["网站"], "steps": 11}}
    rated = await api.post("/ratings", json=sent, headers=asking["hall"])
    after = {"token": token, "answers": {"heard": ["网站"], "steps": 10}}
    times.now = now + timedelta(hours=1)
    put = await api.post("/questionnaire", json=after, headers=asking["hall"])
    twice = await api.post("/questionnaire", json=after, headers=asking["hall"])
    unasked = await api.post("/questionnaire", json={"token": token, "answers": {"steps": []}}, headers=asking["hall"])

    questions = asked.json()["questions"]
    assert [each["kind"] for each in questions] == ["scale-10", "multiple", "yes-no", "grade", "text"]
    assert questions[0]["choices"]["10"] == "10" and questions[3]["choices"]["5"] == "非常满意"
    assert (rated.status_code, list(rated.json()["unkept"])) == (201, ["steps"])
    assert (put.status_code, put.json()) == (200, {"unkept": {}})
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    assert (unasked.status_code, unasked.json()) == (200, {"unkept": {}})
    assert await _answers(asking) == [({"heard": ["网站"], "steps": 10}, True)]
