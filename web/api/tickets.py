"""A department's own system reads its tickets and acts on them by the same rules as its people do on screen."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from core import db, flow
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.intake import actions as intake
from core.intake.told import read
from core.tenants.model import Tenant
from core.tickets import views as tickets
from core.tickets.model import Act
from core.tickets.views import TicketFilter, TicketView
from web.api.answers import InSource, Sent, answered, id_of
from web.api.body import asked
from web.api.calls import ACT, FEEDBACK_GRADE, TICKET, TICKETS
from web.api.pages import cursor_of, place_of
from web.api.shapes import ActIn, ActOut, ClockOut, FeedbackGradeIn, TicketOut, TicketQuery, TicketsOut
from web.deps import InTenant, Now

ACTING = msgspec.json.Decoder(ActIn)
GRADING = msgspec.json.Decoder(FeedbackGradeIn)
WITH_CODE = frozenset({"staff", "institution", "platform"})
ALONE = frozenset({"bureau", "hotline"})

AnyRequest = Request[Any, Any, Any]


@get("/tickets", opt=TICKETS.opt)
async def listing(request: AnyRequest, tenant: InTenant, now: Now) -> Response[Any]:
    query = asked(request.query_params, TicketQuery)
    after = place_of(query.cursor) if query.cursor is not None else None
    wanted = TicketFilter(query.state, query.handler, query.case, after, query.limit + 1)
    async with db.as_tenant(tenant.id) as unit:
        found = await tickets.listing(unit, wanted, now)
    shown = found[: query.limit]
    more = len(found) > query.limit
    following = cursor_of(shown[-1].opened_at, shown[-1].id) if more else None
    return answered(TicketsOut([_out(view) for view in shown], following))


@get("/tickets/{ticket:str}", opt=TICKET.opt)
async def show(ticket: FromPath[str], tenant: InTenant, now: Now) -> Response[Any]:
    return await _shown(tenant, id_of(ticket), now)


@post("/tickets/{ticket:str}/{action:str}", opt=ACT.opt)
async def act(
    ticket: FromPath[str], action: FromPath[str], sent: Sent, tenant: InTenant, source: InSource, now: Now
) -> Response[Any]:
    told = read(ACTING, sent or b"{}")
    if isinstance(told.evidence, str) and "\0" in told.evidence:
        raise Invalid("含有看不见的控制字符，请删除后重新提交。", field="evidence")
    data = msgspec.to_builtins(told)
    by = _actor(data.pop("by", None))
    ticket_id = id_of(ticket)
    await flow.act(tenant, ticket_id, Act(action, data), by=by, source=source, now=now)
    return await _shown(tenant, ticket_id, now)


@post("/tickets/{ticket:str}/rate-feedback", opt=FEEDBACK_GRADE.opt)
async def rate_feedback(
    ticket: FromPath[str], sent: Sent, tenant: InTenant, source: InSource, now: Now
) -> Response[Any]:
    """Only who rated may say whether the answer satisfies: the token must be that of the ticket's own rating."""
    told = read(GRADING, sent)
    ticket_id = id_of(ticket)
    async with db.as_tenant(tenant.id) as unit:
        used = await intake.by_token(unit, told.token)
        view = await tickets.view(unit, ticket_id, now)
    if view.invitation_id != used.id:
        raise NotFound
    graded = Act("rate-feedback", {"grade": told.grade})
    await flow.act(tenant, ticket_id, graded, by=Actor("rater"), source=source, now=now)
    return await _shown(tenant, ticket_id, now)


async def _shown(tenant: Tenant, ticket_id: UUID, now: datetime) -> Response[Any]:
    async with db.as_tenant(tenant.id) as unit:
        return answered(_out(await tickets.view(unit, ticket_id, now)))


def _actor(by: str | None) -> Actor | None:
    """``staff:li``, ``institution:tax-east``, ``bureau``, ``hotline``; nobody named means who is entitled."""
    if by is None:
        return None
    kind, _, code = by.partition(":")
    if (kind in WITH_CODE and code) or (kind in ALONE and not code):
        return Actor.parse(by)
    raise Invalid("办理人应写作 staff:编号、institution:编码、bureau 或 hotline。", field="by")


def _out(view: TicketView) -> TicketOut:
    live = [clock for clock in view.clocks if clock.state != "dropped"]
    return TicketOut(
        id=view.id, number=view.number, case=view.case, ticket=view.nth, item=view.item, state=view.state,
        handler=view.handler, co_handlers=view.co_handlers, dimensions=view.dimensions, grade=view.grade,
        tags=view.tags, text=view.text, opened_at=_local(view.opened_at),
        due={clock.name: _local(clock.due_at) for clock in live},
        clause={clock.name: clock.clause for clock in live},
        overdue=list(view.overdue),
        provisional=view.is_provisional,
        clocks=[
            ClockOut(
                clock.name, _local(clock.started_at), _local(clock.due_at), clock.state, clock.clause, clock.document,
                clock.provisional,
            )
            for clock in view.clocks
        ],
        acts=[ActOut(_local(each.at), each.act, each.actor, each.note) for each in view.acts],
    )  # fmt: skip


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)
