"""Bad ratings as work: the list with the least time left on top, one ticket beside it, and what can be done now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from core import clock, db
from core.desk.lists import KINDS, Kind
from core.people import Member
from core.policy import vocab
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets.machine import STATE_LABELS, VERDICT_LABELS
from web.admin import case as cases
from web.admin import rated
from web.admin.case import Case
from web.admin.chips import asked
from web.admin.contacts import PURPOSES
from web.admin.lists.kit import opens_with
from web.admin.lists.work import Looking, grade_word, work_of
from web.admin.sight import eyes_of
from web.admin.tried import Tried
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page as Answer
from web.page import page
from web.visit import HttpRequest

FINDINGS: Mapping[str, str] = {**VERDICT_LABELS, **vocab.FINDINGS}


@get("/t/{slug:str}/admin/tickets", opt={"perm": "tickets.read"})
async def index(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Answer | Redirect:
    return await _listed(request, tenant, member, policy, KINDS["tickets"], now)


@get("/t/{slug:str}/admin/callbacks", opt={"perm": "queues.read"})
async def callbacks(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Answer | Redirect:
    return await _listed(request, tenant, member, policy, KINDS["callbacks"], now)


@get("/t/{slug:str}/admin/audits", opt={"perm": "queues.read"})
async def audits(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Answer | Redirect:
    return await _listed(request, tenant, member, policy, KINDS["audits"], now)


@get("/t/{slug:str}/admin/tickets/{number:str}", opt={"perm": "tickets.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now
) -> Answer:
    found = await cases.one(tenant, member, policy, number, now, asked(request, "act"))
    return alone(policy, found, Tried(asked(request, "act")))


async def _listed(
    request: HttpRequest, tenant: Tenant, member: Member, policy: Policy, kind: Kind, now: datetime
) -> Answer | Redirect:
    """All tickets, or those that are owed a call, or those whose words wait to be audited; one of them beside it."""
    number = asked(request, "id")
    async with db.as_tenant(tenant.id) as unit:
        if view := await opens_with(unit, request, member, kind):
            return Redirect(view, status_code=303)
        eyes = await eyes_of(unit, member, policy)
        work = await work_of(unit, request, Looking(tenant, member, eyes, policy, kind, now))
        found = await cases.read(unit, tenant, member, eyes, number, now, asked(request, "act")) if number else None
    tried = Tried(asked(request, "act"))
    return page("admin/tickets/index.html", work=work, **_shown(policy, found, tried))


def alone(policy: Policy, found: Case, tried: Tried, status: int = 200) -> Answer:
    """The rated have a page of their own: what was said, what they may do about it, and by when."""
    if found.protected:
        answer = rated.way(found, clock.now())
        return page("admin/mine/ticket.html", status=status, way=answer, **_shown(policy, found, tried))
    return page("admin/tickets/show.html", status=status, work=None, **_shown(policy, found, tried))


def _shown(policy: Policy, found: Case | None, tried: Tried) -> dict[str, Any]:
    grades = {grade: grade_word(grade, found.policy if found else policy) for grade in range(1, 6)}
    return {
        "case": found,
        "tried": tried,
        "states": STATE_LABELS,
        "grades": grades,
        "findings": FINDINGS,
        "purposes": PURPOSES,
    }
