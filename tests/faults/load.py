"""A hall's system goes on reporting and rating while things break, and writes down what it was told."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from tests.faults.house import House

CLIENTS = 4
PATIENCE = 15.0
DONE = (httpx.codes.OK, httpx.codes.CREATED)


class Unknown(Exception):
    """No answer, or one that promises nothing: it may have been stored or not."""


@dataclass
class History:
    """``acked`` holds what was promised: case → receipt. ``unknown`` is asked again when all is quiet."""

    now: datetime
    acked: dict[str, str] = field(default_factory=dict[str, str])
    unknown: set[str] = field(default_factory=set[str])
    started: int = 0


async def report_and_rate(house: House, history: History, stop: asyncio.Event) -> None:
    """Until told to stop."""
    async with client_of(house) as client:
        await asyncio.gather(*(go_on(client, history, stop) for _ in range(CLIENTS)))


async def settle(house: House, history: History) -> None:
    """Whatever was left unknown is sent again, the same key and the same words."""
    async with client_of(house) as client:
        for case in sorted(history.unknown):
            history.acked[case] = await one(client, case, history.now)
        history.unknown.clear()


async def go_on(client: httpx.AsyncClient, history: History, stop: asyncio.Event) -> None:
    while not stop.is_set():
        history.started += 1
        case = f"F-{history.started:05}"
        try:
            history.acked[case] = await one(client, case, history.now)
        except Unknown:
            history.unknown.add(case)
            await asyncio.sleep(0.1)


async def one(client: httpx.AsyncClient, case: str, now: datetime) -> str:
    """The receipt of a rating of a service that was reported just before."""
    event = {"case": case, "number": 1, "event": "closed", "at": now.isoformat(), "item": "invoice", "mode": "window"}
    told = await post(client, "/api/v1/service-events", event)
    rating = {"token": token_of(told), "grades": {"overall": 4}}
    answer = await post(client, "/api/v1/ratings", rating, {"Idempotency-Key": case})
    return str(answer["receipt"])


def token_of(told: Any) -> str:
    first = told[0] if isinstance(told, list) else told
    return str(first["invitation"]["token"])


async def post(
    client: httpx.AsyncClient, path: str, body: Mapping[str, Any], more: Mapping[str, str] | None = None
) -> Any:
    try:
        answer = await client.post(path, json=body, headers=more)
    except httpx.TransportError as error:
        raise Unknown from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unknown
    assert answer.status_code in DONE, answer.text
    return answer.json()


def client_of(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=house.settings.public_url, headers={"Authorization": f"Bearer {house.key}"}, timeout=PATIENCE
    )
