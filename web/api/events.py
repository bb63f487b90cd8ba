"""A business system reports what happened to a case, and learns in the same answer where it may be rated."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, post

from core import flow
from core.errors import Invalid, Refused, TooLarge
from core.intake.model import Received, ServiceEvent, Source
from core.intake.told import event_of, read
from core.intake.wire import EventIn
from core.tenants import Tenant
from web.api.answers import InSource, Sent, answered
from web.api.calls import REPORT
from web.api.convert import event_out
from web.api.shapes import EventOut, RefusedOut
from web.deps import InSettings, InTenant, Now
from web.errors import problem, status_of

MOST_EVENTS = 1000
BODY_LIMIT = 4 * 1024 * 1024

ONE = msgspec.json.Decoder(EventIn)
SEVERAL = msgspec.json.Decoder(list[msgspec.Raw])

Told = ServiceEvent | Refused
Outcome = Received | Refused


@post("/service-events", request_max_body_size=BODY_LIMIT, opt=REPORT.opt)
async def report(
    request: Request[Any, Any, Any], sent: Sent, tenant: InTenant, source: InSource, settings: InSettings, now: Now
) -> Response[Any]:
    """One event is answered by one, a list by a list in which each stands or is refused alone."""
    told = list(_understood(sent))
    outcomes = await receive(tenant, told, source, now)
    entries = [_entry(event, outcome, settings.public_url) for event, outcome in zip(told, outcomes, strict=True)]
    is_list = sent.lstrip().startswith(b"[")
    if refusal := _none_stands(outcomes):
        return _all_refused(request, refusal, entries if is_list else [])
    return answered(entries if is_list else entries[0], _status(outcomes))


def _understood(sent: bytes) -> Sequence[Told]:
    if not sent.lstrip().startswith(b"["):
        return [event_of(read(ONE, sent))]
    raws = read(SEVERAL, sent)
    if not raws:
        raise Invalid("列表里没有服务事件。")
    if len(raws) > MOST_EVENTS:
        raise TooLarge(f"一次最多报送 {MOST_EVENTS} 条服务事件，请分批提交，或使用 /service-events/bulk。")
    return [_one_of(raw, f"[{index}]") for index, raw in enumerate(raws)]


def _one_of(raw: msgspec.Raw, at: str) -> Told:
    try:
        return event_of(read(ONE, raw, at), at)
    except Refused as refusal:
        return refusal


async def receive(tenant: Tenant, told: Sequence[Told], source: Source, now: datetime) -> list[Outcome]:
    """What became of each, in the order given; what was not understood never reaches the flow."""
    events = [event for event in told if isinstance(event, ServiceEvent)]
    received = iter(await flow.receive(tenant, events, source=source, now=now) if events else [])
    return [event if isinstance(event, Refused) else next(received) for event in told]


def _none_stands(outcomes: Sequence[Outcome]) -> Refused | None:
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    return refusals[0] if len(refusals) == len(outcomes) else None


def _all_refused(
    request: Request[Any, Any, Any], first: Refused, entries: Sequence[EventOut | RefusedOut]
) -> Response[Any]:
    response = problem(request, first, status_of(first))
    if entries:
        response.content["events"] = [msgspec.to_builtins(entry) for entry in entries]
    return response


def _status(outcomes: Sequence[Outcome]) -> HTTPStatus:
    is_new = any(isinstance(outcome, Received) and not outcome.repeated for outcome in outcomes)
    return HTTPStatus.CREATED if is_new else HTTPStatus.OK


def _entry(event: Told, outcome: Outcome, public_url: str) -> EventOut | RefusedOut:
    if isinstance(outcome, Refused):
        return RefusedOut(status_of(outcome), outcome.code, outcome.detail, outcome.field)
    return event_out(event.case if isinstance(event, ServiceEvent) else "", outcome, public_url)
