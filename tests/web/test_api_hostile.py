"""Whatever is sent is answered with a code and a sentence, changes nothing, and never breaks anything."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core import db
from tests.web.api_world import Hall, event, invited
from web.api.routes import CALLS

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "blank": b"  \n",
    "cut short": b'{"case":"A1","event":"clo',
    "wrong field, cut short": b'{"surprise":1,"case":"A1',
    "not json": b"case=A1",
    "two values": b'{"case":"A1"} {"case":"A2"}',
    "lone surrogate": b'{"case":"\\ud800","token":"\\udfff","text":"\\ud83d"}',
    "not utf-8": b'{"case":"\xff\xfe","token":"\xff"}',
    "not a number": b'{"number":NaN,"grades":{"overall":NaN},"grade":NaN}',
    "too deep": b'{"case":' + b"[" * 30_000,
    "too deep under a field": b'{"grades":{"a":' + b'{"a":' * 10_000,
    "xml": b"<?xml version='1.0'?><case>A1</case>",
    "bytes": bytes(range(256)),
}
WRONG: dict[str, bytes] = {
    "null": b"null",
    "number": b"1",
    "text": b'"A1"',
    "empty object": b"{}",
    "unknown field": b'{"surprise":1}',
    "a tenant": b'{"tenant_id":1,"case":"A1"}',
    "NUL": b'{"case":"A\\u00001","token":"A\\u0000","text":"\\u0000"}',
    "huge number": b'{"number":' + b"9" * 400 + b',"grades":{"overall":' + b"9" * 400 + b"}}",
    "beyond 64 bit": b'{"number":9223372036854775808,"grades":{"overall":9223372036854775808}}',
    "infinite": b'{"number":1e400,"grades":{"overall":1e400}}',
    "negative": b'{"number":-1,"grades":{"overall":-1},"grade":-1}',
    "wrong types": b'{"case":[],"token":{},"grades":[],"tags":"x","text":5,"grade":"3"}',
    "objects for text": b'{"case":{"$ne":null},"token":{"$gt":""},"text":{"a":1}}',
    "year 0265": b'{"case":"A1","event":"closed","item":"invoice","at":"0265-03-02T10:00:00","number":1,"token":"x"}',
    "year 1": b'{"case":"A1","event":"closed","item":"invoice","at":"0001-01-01T00:00:00+14:00","token":"x"}',
    "year 9999": b'{"case":"A1","event":"closed","item":"invoice","at":"9999-12-31T23:59:59-12:00","token":"x"}',
    "no such day": b'{"case":"A1","event":"closed","item":"invoice","at":"2026-02-30T10:00:00","token":"x"}',
    "script for a name": b'{"case":"<script>alert(1)</script>\\n","token":"x\\u0001"}',
    "long": b'{"case":"' + b"A" * 5_000 + b'","token":"' + b"x" * 5_000 + b'"}',
    "many grades": b'{"token":"x","case":"A1","grades":{' + b",".join(b'"g%d":5' % n for n in range(200)) + b"}}",
}
STATUSES = {400, 404, 405, 409, 413, 422}
PATHS = (
    "service-events", "ratings", "comments", "ratings/01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2/append", "ratings/x/append",
    "tickets/01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2/rate-feedback", "tickets/x/verdict",
    "tickets/01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2/verdict", "tickets/01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2/nonsense",
)  # fmt: skip
ROWS = ("service_case", "service_event", "invitation", "rating", "mark", "rating_key", "ticket", "comment", "person")


async def counts(hall: Hall) -> list[int]:
    async with db.as_tenant(hall.tenant.id) as unit:
        return [await unit.fetchval(f"SELECT count(*) FROM {table}") for table in ROWS]


def is_refused(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in STATUSES, (answer.status_code, answer.text)
    assert answer.headers["content-type"].startswith("application/problem+json")
    told: dict[str, Any] = answer.json()
    assert told["code"]
    assert any("一" <= letter <= "龥" for letter in told["detail"])
    return told


@pytest.mark.parametrize("name", [*BROKEN, *WRONG])
async def test_a_hostile_body_is_refused_and_changes_nothing(api: httpx.AsyncClient, east: Hall, name: str) -> None:
    before = await counts(east)
    body = (BROKEN | WRONG)[name]
    for path in PATHS:
        told = is_refused(await api.post(f"/{path}", content=body, headers=east["all"]))
        if name in BROKEN and path in ("service-events", "ratings", "comments"):
            assert told["code"] == "malformed"

    assert await counts(east) == before


@pytest.mark.parametrize("name", [*BROKEN, *WRONG])
async def test_a_hostile_line_costs_only_itself(api: httpx.AsyncClient, east: Hall, now: datetime, name: str) -> None:
    good = httpx.Request("POST", "http://x", json=event(now)).content
    hostile = (BROKEN | WRONG)[name].replace(b"\n", b" ")
    answer = await api.post("/service-events/bulk", content=hostile + b"\n" + good, headers=east["all"])

    *refused, totals = [line for line in answer.text.splitlines() if line]
    assert httpx.Response(200, text=totals).json()["accepted"] == 1
    assert len(refused) == (0 if not hostile.strip() else 1)


async def test_what_is_wrong_is_named_by_its_field(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    for change, code, field in (
        ({"number": 100}, "invalid", "number"),
        ({"number": "1"}, "invalid", "number"),
        ({"event": "opened"}, "unknown-code", "event"),
        ({"at": "yesterday"}, "invalid", "at"),
        ({"at": "0265-03-02T10:00:00"}, "invalid", "at"),
        ({"item": "nothing"}, "unknown-code", "item"),
        ({"case": ""}, "invalid", "case"),
        ({"case": "A" * 101}, "too-long", "case"),
        ({"case": "A\u0000"}, "invalid", "case"),
        ({"case": "A\n"}, "invalid", "case"),
        ({"case": "  "}, "invalid", "case"),
        ({"case": "\u202eA"}, "invalid", "case"),
        ({"case": "A\u200b"}, "invalid", "case"),
        ({"surprise": 1}, "invalid", "surprise"),
        ({"applicant": {"name": "张三", "age": 5}}, "invalid", "applicant.age"),
        ({"applicant": {}}, "invalid", "applicant"),
        ({"composite": {"kind": "theme", "items": [1]}}, "invalid", "composite.items[0]"),
    ):
        told = is_refused(await api.post("/service-events", json=event(now) | change, headers=east["hall"]))
        assert (told["code"], told["field"]) == (code, field), change


async def test_evidence_is_refused_alike_alone_or_in_a_list(api: httpx.AsyncClient, east: Hall) -> None:
    for evidence, field in (("A\0", "evidence"), (["A\0"], "evidence[0]"), ("A" * 1001, "evidence")):
        answer = await api.post(f"/tickets/{uuid4()}/appeal", json={"evidence": evidence}, headers=east["all"])
        assert is_refused(answer)["field"] == field


async def test_a_body_may_not_be_larger_than_its_call_allows(api: httpx.AsyncClient, east: Hall) -> None:
    large = b'{"text":"' + b"x" * 70_000 + b'"}'
    for path, body in (("/ratings", large), ("/comments", large), ("/service-events", b" " * 4_200_000)):
        told = is_refused(await api.post(path, content=body, headers=east["all"]))
        assert (told["status"], told["code"]) == (413, "too-large")


async def test_only_plain_json_is_read(api: httpx.AsyncClient, east: Hall) -> None:
    for kind in ("text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a", "/;;"):
        told = is_refused(await api.post("/ratings", content=b"{}", headers=east["all"] | {"Content-Type": kind}))
        assert (told["code"], told["field"]) == ("malformed", "Content-Type")
    packed = east["all"] | {"Content-Encoding": "gzip"}
    assert is_refused(await api.post("/ratings", content=b"{}", headers=packed))["code"] == "malformed"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tickets?limit=-1", "limit"),
        ("tickets?limit=0", "limit"),
        ("tickets?limit=99999999999999999999", "limit"),
        ("tickets?limit=ten", "limit"),
        ("tickets?cursor=%00", "cursor"),
        ("tickets?cursor=bm90aGluZw", "cursor"),
        ("tickets?cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwieCJd", "cursor"),
        ("tickets?state=lost", "state"),
        ("tickets?handler=%00", "handler"),
        ("tickets?case=" + "A" * 200, "case"),
        ("tickets?surprise=1", "surprise"),
        ("scores", "subject"),
        ("scores?subject=moon", "subject"),
        ("scores?subject=staff&subject=item", "subject"),
        ("scores?subject=staff&from=0265-01-01", "from"),
        ("scores?subject=staff&from=2026-02-30", "from"),
        ("scores?subject=staff&from=2026-03-02&to=2026-03-01", "from"),
        ("scores?subject=staff&origin=rumour", "origin"),
        ("policy?on=tomorrow", "on"),
        ("policy?on=9999-12-31", "on"),
    ],
)
async def test_a_hostile_question_is_refused_by_its_field(
    api: httpx.AsyncClient, east: Hall, query: str, field: str
) -> None:
    told = is_refused(await api.get(f"/{query}", headers=east["all"]))

    assert told["field"] == field
    assert "A" * 50 not in told["detail"]


async def test_ids_that_are_none_name_nothing(api: httpx.AsyncClient, east: Hall) -> None:
    nothing = "01a1ff51-b31f-7f2c-9e8e-c17ec355d9d2"
    for path in ("tickets/1", "tickets/%00", "tickets/..%2f", "why/x/close", f"why/{nothing}/x"):
        assert is_refused(await api.get(f"/{path}", headers=east["all"]))["status"] == 404
    assert is_refused(await api.get("/no/such/call", headers=east["all"]))["code"] == "not-found"
    assert is_refused(await api.delete("/ratings", headers=east["all"]))["status"] == 405


async def test_a_key_of_a_call_is_short_and_plain(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await invited(api, east, now)
    body = {"token": token, "grades": {"overall": 5}}
    for key in (b"x" * 201, b"a b", b"\xe9"):
        headers = [*((k.encode(), v.encode()) for k, v in east["hall"].items()), (b"Idempotency-Key", key)]
        told = is_refused(await api.post("/ratings", json=body, headers=headers))
        assert told["field"] == "Idempotency-Key"


async def test_fifty_at_once_with_one_key_are_one_rating(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await invited(api, east, now)
    body = {"token": token, "grades": {"overall": 1}, "tags": [109]}
    headers = east["hall"] | {"Idempotency-Key": "one"}
    answers = await asyncio.gather(*(api.post("/ratings", json=body, headers=headers) for _ in range(50)))

    assert {answer.status_code for answer in answers} == {201}, {answer.text for answer in answers}
    assert len({answer.content for answer in answers}) == 1
    async with db.as_tenant(east.tenant.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM rating") == 1
        assert await unit.fetchval("SELECT count(*) FROM ticket") == 1
        assert await unit.fetchval("SELECT sum(n) FROM tally_delta") == 1


async def test_fifty_at_once_with_keys_of_their_own_are_one_rating(
    api: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await invited(api, east, now)
    body = {"token": token, "grades": {"overall": 5}}
    answers = await asyncio.gather(
        *(api.post("/ratings", json=body, headers=east["hall"] | {"Idempotency-Key": f"k{n}"}) for n in range(50))
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already-rated"}


async def test_fifty_reports_of_one_event_are_one_event(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    answers = await asyncio.gather(
        *(api.post("/service-events", json=event(now), headers=east["hall"]) for _ in range(50))
    )

    assert {answer.status_code for answer in answers} <= {200, 201}, {answer.text for answer in answers}
    assert len({answer.content for answer in answers}) == 1
    async with db.as_tenant(east.tenant.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM service_event") == 1


def test_every_call_names_the_scope_it_needs() -> None:
    assert all(handler.opt["perm"].startswith("key") for handler in CALLS)
