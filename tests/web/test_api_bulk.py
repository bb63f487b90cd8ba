"""Any number of lines, whole or broken, sent once or many times."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

import httpx

from core import db
from tests.web.api_world import Hall, event
from web.api import lines as reading
from web.api.lines import Line, lines


def ndjson(rows: Iterable[object]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def told(answer: httpx.Response) -> tuple[list[dict[str, Any]], dict[str, int]]:
    *refused, totals = [json.loads(line) for line in answer.text.splitlines()]
    return refused, totals


def events(now: datetime, count: int) -> list[dict[str, object]]:
    return [event(now, f"B{number:05}") for number in range(count)]


async def test_events_in_bulk_are_counted_and_the_refused_are_told(
    api: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    rows = [*events(now, 3), {"case": "B9"}, event(now, "B10", item="nothing"), event(now, "B00000", kind="instant")]
    first = await api.post("/service-events/bulk", content=ndjson(rows), headers=east["hall"])
    again = await api.post("/service-events/bulk", content=ndjson(rows), headers=east["hall"])

    assert (first.status_code, first.headers["content-type"].partition(";")[0]) == (200, "application/x-ndjson")
    refused, totals = told(first)
    assert totals == {"accepted": 3, "repeated": 0, "refused": 3}
    assert [(each["line"], each["code"]) for each in refused] == [
        (4, "invalid"), (5, "unknown-code"), (6, "conflict"),
    ]  # fmt: skip
    assert told(again) == (refused, {"accepted": 0, "repeated": 3, "refused": 3})


async def test_ratings_in_bulk_are_keyed_by_what_they_rate(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    answers = (await api.post("/service-events", json=events(now, 4), headers=east["hall"])).json()
    tokens = [answer["invitation"]["token"] for answer in answers]
    rows: list[dict[str, object]] = [
        {"token": tokens[0], "grades": {"overall": 5}},
        {"token": tokens[1], "grades": {"overall": 5}, "key": "mine"},
        {"case": "B00002", "number": 1, "grades": {"overall": 4}, "channel": "paper"},
        {"token": tokens[3], "grades": {"overall": 1}},
    ]
    first = await api.post("/ratings/bulk", content=ndjson(rows), headers=east["hall"])
    again = await api.post("/ratings/bulk", content=ndjson(rows), headers=east["hall"])
    other = ndjson([rows[2] | {"grades": {"overall": 5}}])
    changed = await api.post("/ratings/bulk", content=other, headers=east["hall"])

    assert told(first)[1] == {"accepted": 3, "repeated": 0, "refused": 1}
    assert [(each["line"], each["code"]) for each in told(first)[0]] == [(4, "reason-required")]
    assert told(again)[1] == {"accepted": 0, "repeated": 3, "refused": 1}
    assert (told(changed)[0][0]["code"], told(changed)[0][0]["field"]) == ("conflict", "key")
    async with db.as_tenant(east.tenant.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM rating") == 3
        assert not await unit.fetchval("SELECT count(*) FROM rating_key WHERE key = $1", tokens[0])


async def test_lines_are_read_in_pieces_of_any_size(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    whole = ndjson(events(now, 1200)).replace(b"\n", b"\r\n")

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), 997):
            yield whole[start : start + 997]

    answer = await api.post("/service-events/bulk", content=pieces(), headers=east["hall"])

    assert told(answer)[1] == {"accepted": 1200, "repeated": 0, "refused": 0}


async def test_a_client_that_reads_nothing_until_it_has_sent_all_is_not_held_up(
    api: httpx.AsyncClient, east: Hall
) -> None:
    rows = 60_000
    answer = await api.post("/service-events/bulk", content=b"{}\n" * rows, headers=east["hall"], timeout=60)

    refused, totals = told(answer)
    assert totals == {"accepted": 0, "repeated": 0, "refused": rows}
    assert [each["line"] for each in refused] == list(range(1, rows + 1))


async def test_a_broken_connection_loses_nothing_that_was_stored(
    address: str, api: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    whole = ndjson(events(now, 1100))
    host, port = address.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /api/v1/service-events/bulk HTTP/1.1\r\nHost: x\r\nAuthorization: {east['hall']['Authorization']}\r\n"
    writer.write(head.encode() + f"Content-Length: {len(whole) * 2}\r\n\r\n".encode() + whole[:-20])
    await writer.drain()
    stored = 0
    while stored < 1000:
        await asyncio.sleep(0.1)
        async with db.as_tenant(east.tenant.id) as unit:
            stored = await unit.fetchval("SELECT count(*) FROM service_event")
    writer.close()
    again = await api.post("/service-events/bulk", content=whole, headers=east["hall"])

    assert stored == 1000
    assert told(again)[1] == {"accepted": 100, "repeated": 1000, "refused": 0}


async def test_a_line_too_long_is_refused_without_being_kept(api: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    long = b'{"case":"' + b"A" * 300_000 + b'"}\n'
    answer = await api.post("/service-events/bulk", content=long + ndjson(events(now, 1)), headers=east["hall"])

    refused, totals = told(answer)
    assert [(each["line"], each["code"]) for each in refused] == [(1, "too-large")]
    assert totals["accepted"] == 1


async def test_nothing_sent_is_nothing_counted(api: httpx.AsyncClient, east: Hall) -> None:
    answer = await api.post("/ratings/bulk", content=b"\n\n", headers=east["hall"])

    assert told(answer) == ([], {"accepted": 0, "repeated": 0, "refused": 0})


async def test_lines_keep_their_numbers_however_they_are_cut() -> None:
    text = b"one\n\n" + b"x" * 50 + b"\r\n  \ntwo"
    for size in range(1, len(text)):

        async def cut(size: int = size) -> AsyncIterator[bytes]:
            for start in range(0, len(text), size):
                yield text[start : start + size]

        found: list[Line] = [line async for line in lines(cut(), longest=20)]
        assert [line.number for line in found] == [1, 3, 5], size
        assert isinstance(found[1].text, reading.Refused)
        assert (found[0].text, found[2].text) == (b"one", b"two")
