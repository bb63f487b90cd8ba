"""A client that knows only the contract walks through it end to end."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from core.embedded.servers import Servers
from core.policy.model import Override
from tests.web.api_world import RULES, Hall, Times, event, hall, invited
from web.api.calls import Call
from web.api.routes import CALLS

ZHANG = {"name": "张三", "id_type": "111", "id_number": "11010119900307747X", "phone": "13800138000"}


def refused(answer: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    assert told.get("field") == field or field is None, told
    assert any("一" <= letter <= "龥" for letter in told["detail"])
    assert told["title"]
    assert told["correlation_id"]


async def test_an_event_opens_the_chance_to_rate_it(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    answer = await api.post("/service-events", json=event(now), headers=east["hall"])

    assert answer.status_code == 201, answer.text
    invitation = answer.json()["invitation"]
    assert invitation["dimensions"] == ["overall"]
    assert invitation["url"] == f"https://hcp.test/r/{invitation['token']}"
    assert invitation["opens"] == "2026-03-09T09:30:00+08:00"
    assert invitation["closes"] == "2026-03-17T00:00:00+08:00"


async def test_the_same_event_again_is_the_same_answer(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    told = event(now, applicant=ZHANG)
    first = await api.post("/service-events", json=told, headers=east["hall"])
    times.now = now + timedelta(hours=1)
    again = await api.post("/service-events", json=told, headers=east["hall"])
    other = await api.post("/service-events", json=told | {"mode": "online"}, headers=east["hall"])

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    refused(other, 409, "conflict", "number")


async def test_an_event_that_opens_nothing_says_so(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    answer = await api.post("/service-events", json=event(now, event="accepted"), headers=east["hall"])

    assert (answer.status_code, answer.json()["invitation"]) == (201, None)


async def test_of_a_list_each_stands_or_is_refused_alone(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    told = [event(now, "A1"), {"case": "A2"}, event(now, "A3", item="nothing"), event(now, "A4")]
    answer = await api.post("/service-events", json=told, headers=east["hall"])
    again = await api.post("/service-events", json=told, headers=east["hall"])

    assert (answer.status_code, again.status_code) == (201, 200)
    first, second, third, fourth = answer.json()
    assert first["invitation"]["token"]
    assert (second["status"], second["code"], second["field"]) == (422, "invalid", "[1].event")
    assert third["code"] == "unknown-code"
    assert fourth["case"] == "A4"
    assert again.json() == answer.json()


async def test_a_list_of_which_nothing_stands_is_refused(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    await api.post("/service-events", json=event(now), headers=east["hall"])
    answer = await api.post("/service-events", json=[event(now, kind="instant")], headers=east["hall"])

    refused(answer, 409, "conflict")
    assert [entry["code"] for entry in answer.json()["events"]] == ["conflict"]


async def test_a_thousand_events_fit_and_one_more_does_not(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    told = [event(now, f"A{number}") for number in range(1001)]
    answer = await api.post("/service-events", json=told[:1000], headers=east["hall"])
    too_many = await api.post("/service-events", json=told, headers=east["hall"])

    assert (answer.status_code, len(answer.json())) == (201, 1000)
    refused(too_many, 413, "too-large")


async def test_events_are_taken_seven_days_past_and_five_minutes_ahead(
    api: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    week, minutes = timedelta(days=7), timedelta(minutes=5)
    for case, at in (("A1", now - week), ("A2", now + minutes)):
        taken = await api.post("/service-events", json=event(at, case), headers=east["hall"])
        assert taken.status_code == 201, taken.text

    second = timedelta(seconds=1)
    older = await api.post("/service-events", json=event(now - week - second, "A3"), headers=east["hall"])
    by_admin = await api.post("/service-events", json=event(now - 2 * week, "A3"), headers=east["all"])
    ahead = await api.post("/service-events", json=event(now + minutes + second, "A4"), headers=east["all"])
    refused(older, 403, "not-entitled", "at")
    assert (by_admin.status_code, by_admin.json()["invitation"]) == (201, None)
    refused(ahead, 422, "invalid", "at")


async def test_a_rating_is_answered_with_its_receipt(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await invited(api, east, now)
    told = {"token": token, "grades": {"overall": 5}}
    answer = await api.post("/ratings", json=told, headers=east["hall"] | {"Idempotency-Key": "k1"})
    again = await api.post("/ratings", json=told, headers=east["hall"] | {"Idempotency-Key": "k1"})
    other = await api.post("/ratings", json=told | {"text": "好"}, headers=east["hall"] | {"Idempotency-Key": "k1"})
    twice = await api.post("/ratings", json=told, headers=east["hall"] | {"Idempotency-Key": "k2"})

    assert answer.status_code == 201, answer.text
    assert answer.json()["receipt"]
    assert answer.json()["ticket"] is None
    assert (again.status_code, again.content) == (201, answer.content)
    refused(other, 409, "conflict")
    refused(twice, 409, "already-rated")


async def test_a_rating_is_refused_with_the_code_of_what_is_wrong(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    token = await invited(api, east, now, applicant=ZHANG)

    async def rate(scope: str = "hall", **told: object) -> httpx.Response:
        return await api.post("/ratings", json={"token": token, "grades": {"overall": 5}} | told, headers=east[scope])

    refused(await rate(token="7-0Zq3xJ8cQv2mWn5tRk1LbA"), 404, "no-service")
    refused(await rate(rater={"name": "王五", "phone": "13900139000"}), 403, "not-the-applicant", "rater")
    refused(await rate(grades={"staff": 5}), 422, "dimension-not-allowed", "grades.staff")
    refused(await rate(grades={}), 422, "dimension-missing", "grades")
    refused(await rate(grades={"overall": 1}), 422, "reason-required", "tags")
    refused(await rate(grades={"overall": 1}, tags=[510], text="慢"), 422, "tag-not-allowed", "tags")
    refused(await rate(grades={"overall": 1}, tags=[999]), 422, "unknown-code", "tags")
    refused(await rate(grades={"overall": 6}), 422, "invalid", "grades")
    refused(await rate(rated_at=now.isoformat()), 403, "not-entitled", "rated_at")
    refused(await rate(token=None, case="A1", number=1), 403, "token-required", "token")
    times.now = now + timedelta(days=8)
    refused(await rate(), 409, "window-closed")


async def test_who_hands_it_in_decides_the_origin(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    for number in (1, 2, 3):
        await invited(api, east, now, f"A{number}")
    by_case = {"case": "A1", "number": 1, "grades": {"overall": 4}}
    paper = await api.post("/ratings", json=by_case | {"channel": "paper"}, headers=east["hall"])
    by_admin = await api.post("/ratings", json=by_case | {"case": "A2"}, headers=east["all"])
    old = {"case": "A3", "rated_at": now.isoformat(), "declared": "default"}
    dated = await api.post("/ratings", json=by_case | old, headers=east["all"])

    assert [each.status_code for each in (paper, by_admin, dated)] == [201, 201, 201], dated.text
    origins = {}
    for origin in ("paper", "imported", "citizen"):
        query = {"subject": "institution", "code": "tax-east", "origin": origin}
        found = await api.get("/scores", params=query, headers=east["hall"])
        origins[origin] = found.json()["rows"][0]["n"]
    assert origins == {"paper": 1, "imported": 2, "citizen": 0}


async def test_a_bad_rating_becomes_a_ticket_that_is_seen_through(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    token = await invited(api, east, now)
    told = {"token": token, "grades": {"overall": 1}, "tags": [109], "text": "多要了两份材料"}
    rated = (await api.post("/ratings", json=told, headers=east["hall"])).json()

    ticket = (await api.get(f"/tickets/{rated['ticket']}", headers=east["hall"])).json()
    assert (ticket["case"], ticket["ticket"], ticket["state"], ticket["handler"]) == ("A1", 1, "open", "tax-east")
    assert ticket["due"] == {"close": "2026-03-24T00:00:00+08:00"}
    assert ticket["clause"] == {"close": "第三条"}
    assert (ticket["overdue"], ticket["provisional"]) == ([], False)

    why = (await api.get(f"/why/{rated['ticket']}/close", headers=east["hall"])).json()
    assert (why["start"], why["due"]) == ("2026-03-09T09:30:00+08:00", "2026-03-24T00:00:00+08:00")
    assert sum(day["counted"] for day in why["days"]) == 10
    assert why["clause"] == "第三条"
    assert why["rule"]
    assert why["calendar"]

    times.now = now + timedelta(days=1)
    acts: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("contact", {"note": "已电话联系"}, "open"),
        ("verdict", {"is": "valid", "by": "institution:tax-east"}, "verified"),
        ("rectify", {"note": "已改正"}, "rectifying"),
        ("feedback", {"note": "已向您说明"}, "answered"),
        ("rate-feedback", {"token": token, "grade": 3}, "closed"),
    )
    for action, body, state in acts:
        answer = await api.post(f"/tickets/{rated['ticket']}/{action}", json=body, headers=east["all"])
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.text
    again = await api.post(f"/tickets/{rated['ticket']}/rectify", json={"note": "再来"}, headers=east["all"])
    refused(again, 409, "wrong-state")


async def test_only_the_raters_own_token_rates_the_answer(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token, other = await invited(api, east, now), await invited(api, east, now, "A2")
    told = {"token": token, "grades": {"overall": 1}, "tags": [109]}
    ticket = (await api.post("/ratings", json=told, headers=east["hall"])).json()["ticket"]
    await api.post(f"/tickets/{ticket}/explain", json={"note": "情况说明"}, headers=east["hall"])
    body = {"token": other, "grade": 3}
    stranger = await api.post(f"/tickets/{ticket}/rate-feedback", json=body, headers=east["hall"])

    refused(stranger, 404, "not-found")


async def test_an_append_stands_beside_the_first_rating(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    token = await invited(api, east, now)
    rated = (await api.post("/ratings", json={"token": token, "grades": {"overall": 5}}, headers=east["hall"])).json()
    times.now = now + timedelta(days=1)
    told = {"token": token, "grades": {"overall": 2}, "tags": [209]}
    path = f"/ratings/{rated['id']}/append"
    added = await api.post(path, json=told, headers=east["hall"] | {"Idempotency-Key": "a1"})
    again = await api.post(path, json=told, headers=east["hall"] | {"Idempotency-Key": "a1"})
    second = await api.post(path, json=told, headers=east["hall"])
    elsewhere = await api.post(f"/ratings/{added.json()['id']}/append", json=told, headers=east["hall"])

    assert added.status_code == 201, added.text
    assert again.content == added.content
    refused(second, 409, "append-used")
    refused(elsewhere, 404, "not-found")


async def test_tickets_are_paged_without_gap_or_repeat(
    api: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    made: list[str] = []
    for number in range(5):
        times.now = now + timedelta(minutes=number // 2)
        token = await invited(api, east, now, f"A{number}")
        told = {"token": token, "grades": {"overall": 2}, "text": "慢"}
        made.append((await api.post("/ratings", json=told, headers=east["hall"])).json()["ticket"])

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/tickets", params=query, headers=east["hall"])).json()
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(made)
    one = (await api.get("/tickets", params={"case": "A3", "state": "open"}, headers=east["hall"])).json()
    assert [row["case"] for row in one["rows"]] == ["A3"]


async def test_scores_come_with_the_counts_they_rest_on(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    for number, grade in enumerate((5, 5, 4)):
        token = await invited(api, east, now, f"A{number}")
        await api.post("/ratings", json={"token": token, "grades": {"overall": grade}}, headers=east["hall"])
    one = {"subject": "institution", "code": "tax-east"}
    found = (await api.get("/scores", params=one, headers=east["hall"])).json()["rows"]
    every = (await api.get("/scores", params={"subject": "staff"}, headers=east["hall"])).json()["rows"]
    later = (await api.get("/scores", params=one | {"from": "2026-03-10"}, headers=east["hall"])).json()["rows"]

    assert (found[0]["mean"], found[0]["n"], found[0]["distribution"]) == (9.33, 3, {"5": 2, "4": 1})
    assert (found[0]["active_n"], found[0]["active_mean"]) == (3, 9.33)
    assert [(row["code"], row["name"]) for row in every] == [("li", "李四")]
    unknown = await api.get("/scores", params=one | {"code": "moon"}, headers=east["hall"])
    refused(unknown, 422, "unknown-code", "code")
    nowhere = await api.get("/scores", params=one | {"dimension": "moon"}, headers=east["hall"])
    refused(nowhere, 422, "unknown-code", "dimension")
    assert (later[0]["n"], later[0]["mean"]) == (0, None)


async def test_the_policy_names_value_clause_layer_and_since(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    found = (await api.get("/policy", headers=east["scores:read"])).json()
    then = (await api.get("/policy", params={"on": "2027-01-01"}, headers=east["hall"])).json()

    rows = {row["key"]: row for row in found["rows"]}
    assert found["on"] == "2026-03-09"
    assert (rows["scores"]["clause"], rows["scores"]["layer"]) == ("第一条", "override")
    assert rows["scores"]["value"] == [10, 8, 6, 3, 0]
    assert (rows["bad_grades"]["value"], rows["bad_grades"]["layer"]) == ([2, 1], "national")
    assert rows["audit"]["value"] is None
    assert then["on"] == "2027-01-01"


async def test_a_comment_is_kept_with_the_raters_token(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await invited(api, east, now)
    told = {"token": token, "text": "大厅指引清楚", "channel": "phone"}
    answer = await api.post("/comments", json=told, headers=east["hall"])
    stranger = await api.post("/comments", json=told | {"token": token[:-1] + "_"}, headers=east["hall"])

    assert (answer.status_code, list(answer.json())) == (201, ["id"])
    assert stranger.status_code == 404


async def test_every_example_of_the_published_document_is_true() -> None:
    for handler in CALLS:
        call: Call = handler.opt["call"]
        if call.body is not None:
            msgspec.json.decode(msgspec.json.encode(call.example), type=call.body)
        if call.answer is not None:
            found = msgspec.json.decode(msgspec.json.encode(call.answer_example), type=call.answer)
            assert set(msgspec.to_builtins(found)) == set(call.answer_example)


async def test_the_published_document_names_every_call_and_no_page(api: httpx.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        f"/api/v1/{path}" for path in (
            "service-events", "service-events/bulk", "ratings", "ratings/bulk", "ratings/{rating}/append", "comments",
                "questionnaire",
            "scores", "tickets", "tickets/{ticket}", "tickets/{ticket}/{action}", "tickets/{ticket}/rate-feedback",
            "orders", "orders/{number}/events", "policy", "why/{ticket}/{clock}",
        )
    } | {"/health/live", "/health/ready"}  # fmt: skip
    codes = document["paths"]["/api/v1/ratings"]["post"]["responses"]["409"]
    assert "already-rated" in str(codes)
    shape = document["components"]["schemas"]["EventIn"]["properties"]
    assert shape["at"]["format"] == "date-time"
    assert not any(python in str(document) for python in (r"\\A", r"\\Z", r"\\x0"))


@pytest.mark.parametrize(
    "formulas",
    ["unset", [{"subject": "institution", "dimension": "attitude"}]],
    ids=["none", "of-what-nobody-is-asked"],
)
async def test_without_a_formula_each_dimension_stands_for_itself(
    api: httpx.AsyncClient, now: datetime, pool: Servers, formulas: Any
) -> None:
    bare = Override("formulas", formulas, "第九条")
    async with hall("bare", now, (*RULES, bare)) as place:
        token = await invited(api, place, now)
        await api.post("/ratings", json={"token": token, "grades": {"overall": 4}}, headers=place["hall"])
        one = {"subject": "institution", "code": "tax-east"}
        rows = (await api.get("/scores", params=one, headers=place["hall"])).json()["rows"]

    assert [(row["dimensions"], row["n"], row["distribution"]) for row in rows] == [(["overall"], 1, {"4": 1})]
