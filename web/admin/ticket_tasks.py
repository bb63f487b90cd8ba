"""A task of a ticket is reported done on the ticket's own page, by whom it was given to, in words."""

from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.errors import NotFound, Refused
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from web import flash
from web.admin import case as cases
from web.admin import forms
from web.admin.sight import actor_of, eyes_of
from web.admin.tickets import alone
from web.admin.tried import Tried
from web.admin.ways import LONGEST_WAY
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import posted
from web.hx import own_path
from web.visit import HttpRequest, HttpResponse


@post("/t/{slug:str}/admin/tickets/{number:str}/tasks/{task:uuid}", opt={"perm": "tickets.act"}, status_code=303)
async def finish(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    task: FromPath[UUID], now: Now,
) -> HttpResponse:  # fmt: skip
    form = await posted(request)
    found = await cases.one(tenant, member, policy, number, now)
    if task not in {each.id for each in found.tasks}:
        raise NotFound
    try:
        await _finished(tenant, member, policy, task, form.text("note", forms.LONGEST), now)
    except Refused as refusal:
        fresh = await cases.one(tenant, member, policy, found.view.number, now)
        said = Tried(str(task), {"note": form.kept("note")}, {refusal.field or "": refusal.detail})
        return alone(policy, fresh, said, status=status_of(refusal))
    home = f"/t/{tenant.slug}/admin/tickets"
    answer = Redirect(
        own_path(form.text("back", LONGEST_WAY) or f"{home}/{found.view.number}#tasks", home), status_code=303
    )
    said = f"已报告完成：{found.view.number}，{member.name} {hour(now)}"
    return flash.leave(request, answer, said, f"{home}/{found.view.number}", "看这张工单")


@get("/t/{slug:str}/admin/tickets/{number:str}/tasks/{task:uuid}", opt={"perm": "tickets.act"})
async def again(tenant: InTenant, number: FromPath[str], task: FromPath[UUID]) -> Redirect:  # noqa: ARG001 - the address has it
    """Whoever reloads a refused report gets the ticket."""
    home = f"/t/{tenant.slug}/admin/tickets"
    return Redirect(own_path(f"{home}/{number}#tasks", home), status_code=303)


async def _finished(tenant: Tenant, member: Member, policy: Policy, task: UUID, note: str, now: datetime) -> None:
    """Under every name by which this member can be addressed, their own first."""
    by = actor_of(member)
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
    names = tuple(dict.fromkeys((str(by), *eyes.addresses)))
    await flow.finish_task(tenant, task, note, by=by, names=names, now=now)
