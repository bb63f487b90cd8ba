"""Whoever needs the rater's number says what for, sees it once, and the rater reads that it was looked at."""

from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, people
from core.errors import Invalid, NotFound, ReasonMissing, Refused
from core.people import Member, Person
from core.tenants import Tenant
from core.tickets import stored
from core.tickets.model import Act
from web.admin import case as cases
from web.admin import forms
from web.admin.case import Case
from web.admin.contacts import PURPOSES
from web.admin.sight import actor_of
from web.admin.tickets import alone
from web.admin.tried import Tried
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.hx import own_path
from web.page import page
from web.visit import HttpRequest, HttpResponse

UNMASK = "unmask"


@dataclass(frozen=True, slots=True)
class _Asked:
    purpose: str
    reason: str


@post(
    "/t/{slug:str}/admin/tickets/{number:str}/rater", opt={"perm": "rater.read", "grave": True}, status_code=200
)  # fmt: skip
async def unmask(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now
) -> HttpResponse:
    form = await posted(request)
    found = await cases.one(tenant, member, policy, number, now)
    if found.rater.person is None:
        raise NotFound("评价人没有留下联系电话，或者选择了匿名。")
    try:
        person = await _read(tenant, member, found, _asked(form), now)
    except Refused as refusal:
        typed = {name: form.kept(name)[: forms.LONGEST] for name in ("purpose", "reason")}
        said = Tried(UNMASK, typed, {refusal.field or "": refusal.detail})
        return alone(policy, found, said, status=status_of(refusal))
    home = f"/t/{tenant.slug}/admin/tickets"
    back = own_path(form.text("back", 2000) or f"{home}/{found.view.number}", home)
    return page("admin/tickets/rater.html", case=found, person=person, back=back)


@get("/t/{slug:str}/admin/tickets/{number:str}/rater", opt={"perm": "rater.read"})
async def again(tenant: InTenant, number: FromPath[str]) -> Redirect:
    """Whoever reloads the page of the number gets the ticket: it was shown once."""
    home = f"/t/{tenant.slug}/admin/tickets"
    return Redirect(own_path(f"{home}/{number}#rater", home), status_code=303)


def _asked(form: Posted) -> _Asked:
    purpose, reason = form.text("purpose"), form.text("reason", forms.LONGEST)
    if purpose not in PURPOSES:
        raise Invalid("请选择查看的用途。", field="purpose")
    if not reason:
        raise ReasonMissing("请写明为什么需要查看。", field="reason")
    return _Asked(purpose, reason)


async def _read(tenant: Tenant, member: Member, found: Case, asked: _Asked, now: datetime) -> Person:
    """The reason stays in the log; the history and the receipt name only the purpose."""
    by, purpose = actor_of(member), PURPOSES[asked.purpose]
    async with db.as_tenant(tenant.id) as unit:
        if found.rater.person is None:
            raise NotFound
        person = await people.unmask(unit, found.rater.person, f"{purpose}：{asked.reason}", by=by, now=now)
        told = Act(UNMASK, {"purpose": purpose, "member": member.name, "unit": found.names.get(str(by), "")})
        await stored.record(unit, found.row.id, now, told, by)
    return person
