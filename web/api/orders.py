"""A partner's order system reports what it did with an order, and compares its orders with ours."""

from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from core import db
from core.clock import SHANGHAI
from core.exchange import answers
from core.exchange import listing as orders
from core.exchange.model import Order, Report
from core.intake.told import moment, read
from web.api.answers import InSource, Sent, answered
from web.api.body import asked
from web.api.calls import ORDER_EVENT, ORDERS
from web.api.pages import cursor_of, place_of
from web.api.shapes import OrderEventIn, OrderOut, OrderQuery, OrdersOut
from web.deps import InKey, InTenant, Now

EVENT = msgspec.json.Decoder(OrderEventIn)
GRADES = "ratings:write"
OURS = frozenset({"id", "status", "at", "by"})


@get("/orders", opt=ORDERS.opt)
async def listing(request: Request[Any, Any, Any], tenant: InTenant, now: Now) -> Response[Any]:
    query = asked(request.query_params, OrderQuery)
    day = timedelta(days=1)
    sought = orders.Sought(
        state=query.state or "", since=_begin(query.since), before=_begin(query.until and query.until + day),
        after=place_of(query.cursor) if query.cursor is not None else None, limit=query.limit + 1,
    )  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        found = await orders.page(unit, sought)
    shown = found[: query.limit]
    more = len(found) > query.limit
    last: tuple[datetime, UUID] | None = (shown[-1].opened_at, shown[-1].id) if more else None
    return answered(OrdersOut([_out(each, now) for each in shown], cursor_of(*last) if last else None))


@post("/orders/{number:str}/events", opt=ORDER_EVENT.opt)
async def report(
    number: FromPath[str], sent: Sent, tenant: InTenant, key: InKey, source: InSource, now: Now
) -> Response[Any]:
    told = read(EVENT, sent)
    data = {name: value for name, value in msgspec.to_builtins(told).items() if name not in OURS}
    said = Report(told.id, told.status, moment(told.at, "at"), told.by, data, may_grade=GRADES in key.scopes)
    order, repeated = await answers.report(tenant, number, said, source=source, now=now)
    return answered(_out(order, now), HTTPStatus.OK if repeated else HTTPStatus.CREATED)


def _begin(day: Any) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None


def _out(order: Order, now: datetime) -> OrderOut:
    return OrderOut(
        number=order.number, state=order.state, ticket=order.ticket, ticket_state=order.ticket_state,
        handler=order.handler, theirs=order.theirs, opened_at=order.opened_at.astimezone(SHANGHAI),
        ended_at=order.ended_at and order.ended_at.astimezone(SHANGHAI), pushed=order.pushed,
        acknowledged=order.acknowledged, failed=order.failed, status=order.status,
        said_at=order.said_at and order.said_at.astimezone(SHANGHAI), disagrees=order.disagrees(now),
    )  # fmt: skip
