"""Any number of lines comes in; what the answer's last line counts is stored, and sending all again is harmless."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, post
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

from core import clock, flow, tokens
from core.errors import Refused
from core.intake.model import Rated, Received, ServiceEvent, Source, Submission
from core.intake.told import event_of, read, submission_of
from core.intake.wire import RatingLine
from core.tenants import Tenant
from web.api.answers import KEY_HEADER, InSource
from web.api.calls import BULK_EVENTS, BULK_RATINGS
from web.api.convert import encoded
from web.api.events import ONE, receive
from web.api.lines import Line, chunks, lines
from web.api.shapes import RefusedLine, Totals
from web.deps import InTenant

CHUNK = 500
NDJSON = "application/x-ndjson"
# A client that sends all before it reads anything must never find us waiting for it: what the connection's own
# buffers surely hold is sent at once, the rest is kept aside until the last line is in.
SENT_AT_ONCE = 16 * 1024
KEPT_IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024

LINE = msgspec.json.Decoder(RatingLine)

AnyRequest = Request[Any, Any, Any]
Outcome = Received | Rated | Refused
Store = Callable[[Sequence[Line], datetime], Awaitable[Sequence[Outcome]]]


class Duplex(ASGIStreamingResponse):
    """Litestar's own stream reads the request to notice a hang-up, and so would eat the lines still to come."""

    def __init__(self, answer: AsyncGenerator[bytes]) -> None:
        super().__init__(iterator=answer, media_type=NDJSON, status_code=200)
        self._answer = answer

    async def send_body(self, send: Send, receive: Receive) -> None:  # noqa: ARG002 - the signature is Litestar's
        async with aclosing(self._answer):
            await self._stream(send)


class HungUp(Exception):
    """对方断开了连接；没有确认的行可以重新发送。"""


@post("/service-events/bulk", request_max_body_size=None, opt=BULK_EVENTS.opt)
async def report_all(request: AnyRequest, tenant: InTenant, source: InSource) -> Duplex:
    async def store(chunk: Sequence[Line], now: datetime) -> Sequence[Outcome]:
        return await receive(tenant, [_event(line) for line in chunk], source, now)

    return Duplex(_told(request, store))


@post("/ratings/bulk", request_max_body_size=None, opt=BULK_RATINGS.opt)
async def rate_all(request: AnyRequest, tenant: InTenant, source: InSource) -> Duplex:
    async def store(chunk: Sequence[Line], now: datetime) -> Sequence[Outcome]:
        return await _rated(tenant, [_rating(line) for line in chunk], source, now)

    return Duplex(_told(request, store))


async def _told(request: AnyRequest, store: Store) -> AsyncGenerator[bytes]:
    """Each chunk is answered after its commit; when storing fails, the answer ends without its last line."""
    totals, at_once = Totals(), SENT_AT_ONCE
    with tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY) as kept:
        try:
            async for chunk in chunks(lines(_pieces(request)), CHUNK):
                outcomes = await store(chunk, clock.now())
                totals = _added(totals, outcomes)
                for text in _refusals(chunk, outcomes):
                    at_once -= len(text)
                    if at_once >= 0:
                        yield text
                    else:
                        kept.write(text)
        except HungUp:
            return
        kept.seek(0)
        while piece := kept.read(PIECE):
            yield piece
    yield encoded(totals) + b"\n"


async def _pieces(request: AnyRequest) -> AsyncIterator[bytes]:
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise HungUp
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _added(totals: Totals, outcomes: Sequence[Outcome]) -> Totals:
    refused = sum(isinstance(outcome, Refused) for outcome in outcomes)
    repeated = sum(not isinstance(outcome, Refused) and outcome.repeated for outcome in outcomes)
    accepted = len(outcomes) - refused - repeated
    return Totals(totals.accepted + accepted, totals.repeated + repeated, totals.refused + refused)


def _refusals(chunk: Sequence[Line], outcomes: Sequence[Outcome]) -> Iterator[bytes]:
    for line, outcome in zip(chunk, outcomes, strict=True):
        if isinstance(outcome, Refused):
            # A line has no header: its key stands in the line itself.
            field = "key" if outcome.field == KEY_HEADER else outcome.field
            yield encoded(RefusedLine(line.number, outcome.code, outcome.detail, field)) + b"\n"


def _event(line: Line) -> ServiceEvent | Refused:
    try:
        return event_of(read(ONE, _text(line)))
    except Refused as refusal:
        return refusal


def _rating(line: Line) -> Submission | Refused:
    try:
        told = read(LINE, _text(line))
        return submission_of(told, told.key or _own_key(told))
    except Refused as refusal:
        return refusal


def _text(line: Line) -> bytes:
    if isinstance(line.text, Refused):
        raise line.text
    return line.text


def _own_key(told: RatingLine) -> str:
    """What was rated is the key where none is given; a token is not stored in clear."""
    return tokens.digest(told.token).hex() if told.token is not None else f"{told.case}/{told.number}"


async def _rated(
    tenant: Tenant, told: Sequence[Submission | Refused], source: Source, now: datetime
) -> Sequence[Outcome]:
    submissions = [submission for submission in told if isinstance(submission, Submission)]
    rated = iter(await flow.rate_many(tenant, submissions, source=source, now=now) if submissions else [])
    return [submission if isinstance(submission, Refused) else next(rated) for submission in told]
