"""A hall's systems go on reporting and rating while things break, and write down what they were told."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import httpx

from core import clock
from tests.faults.history import History
from tests.faults.house import House, Place

PATIENCE = 15.0
PAUSE = 0.1
# One in so many is bad, and must have a ticket.
BAD_EVERY = 5


class Unknown(Exception):
    """No answer, or one that promises nothing: it may have been stored or not."""


class Fail(Exception):
    """A refusal: nothing was stored."""


@dataclass
class Hall:
    """Clients that keep asking: ``copies`` of each message go out at once; ``applicants`` can be reminded."""

    house: House
    place: Place
    history: History
    copies: int = 1
    applicants: bool = False
    took: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    receipts_differ: int = 0
    sent: int = 0
    resolved: int = 0
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def work(self, clients: int, stop: asyncio.Event) -> None:
        """Until told to stop, and then until each case it began has been answered."""
        async with self._clients() as lines:
            await asyncio.gather(*(self._go_on(lines, stop) for _ in range(clients)))

    async def do(self, cases: int, clients: int) -> None:
        """So many cases, however long it takes."""
        left = iter(range(cases))
        async with self._clients() as lines:
            await asyncio.gather(*(self._each(lines, left) for _ in range(clients)))

    async def report(self, cases: int, clients: int) -> None:
        """Services only, which nobody rates."""
        left, at = iter(range(cases)), clock.now()

        async def each(lines: "_Lines") -> None:
            for number in left:
                await self._all(lines, "/api/v1/service-events", self._event(f"F-{number:05}", at), {})

        async with self._clients() as lines:
            await asyncio.gather(*(each(lines) for _ in range(clients)))

    def p95_ms(self, since: float = 0.0, until: float = float("inf")) -> float:
        """Of the answers that were asked for between the two."""
        asked = sorted(seconds for at, seconds in self.took if since <= at < until)
        return 1000 * asked[int(0.95 * len(asked))] if asked else 0.0

    async def _go_on(self, lines: "_Lines", stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._settle(lines, next(self._numbers))

    async def _each(self, lines: "_Lines", left: Any) -> None:
        for _ in left:
            await self._settle(lines, next(self._numbers))

    async def _settle(self, lines: "_Lines", number: int) -> None:
        """Asks with the same key and the same words until there is an answer."""
        case, grade, at = f"F-{number:05}", 1 if number % BAD_EVERY == 0 else 5, clock.now()
        again = False
        while True:
            self.history.write("invoke", case, grade)
            try:
                receipt = await self._one(lines, case, grade, at)
            except Unknown:
                self.history.write("unknown", case, grade)
                again = True
                await asyncio.sleep(PAUSE)
                continue
            except Fail as refusal:
                self.history.write("fail", case, grade, str(refusal))
                return
            self.history.write("ok", case, grade, receipt)
            self.resolved += again
            return

    async def _one(self, lines: "_Lines", case: str, grade: int, at: datetime) -> str:
        told = await self._all(lines, "/api/v1/service-events", self._event(case, at), {})
        rating = {"token": told[0]["invitation"]["token"], "grades": {"overall": grade}}
        said = {**rating, "text": "等了很久"} if grade == 1 else rating
        begun = time.monotonic()
        answers = await self._all(lines, "/api/v1/ratings", said, {"Idempotency-Key": case})
        self.took.append((begun, time.monotonic() - begun))
        self.receipts_differ += len({answer["receipt"] for answer in answers}) > 1
        return str(answers[0]["receipt"])

    def _event(self, case: str, at: datetime) -> dict[str, Any]:
        event = {"case": case, "number": 1, "event": "closed", "at": at.isoformat(), "item": "invoice", "staff": "li"}
        applicant = {"applicant": {"name": "张三", "phone": f"139{case[2:]:0>8}"}} if self.applicants else {}
        return {**event, "mode": "window", **applicant}

    async def _all(self, lines: "_Lines", path: str, body: Mapping[str, Any], more: Mapping[str, str]) -> list[Any]:
        self.sent += self.copies
        asked = [lines.post(path, body, more) for _ in range(self.copies)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return list(answers)

    def _clients(self) -> "_Lines":
        return _Lines(self.house.addresses, self.place.key)


class _Lines:
    """Connections to every web process; who is not answered by one asks the next."""

    def __init__(self, addresses: Sequence[str], key: str) -> None:
        head = {"Authorization": f"Bearer {key}"}
        self._all = [httpx.AsyncClient(base_url=address, headers=head, timeout=PATIENCE) for address in addresses]
        self._turn = count()

    async def __aenter__(self) -> "_Lines":
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._all:
            await each.aclose()

    async def post(self, path: str, body: Mapping[str, Any], more: Mapping[str, str]) -> Any:
        client = self._all[next(self._turn) % len(self._all)]
        try:
            answer = await client.post(path, json=body, headers=more)
        except httpx.TransportError as error:
            raise Unknown from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unknown
        if answer.is_error:
            raise Fail(answer.json()["code"])
        return answer.json()
