"""An act on a ticket is one form: refused at its field with the words kept, or done and on to the next ticket."""

from collections.abc import Mapping
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.errors import Conflict, NotFound, Refused
from core.intake.model import Source
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import Wanted
from core.tickets.model import Act
from web.admin import forms
from web.admin.case import Case
from web.admin.sight import actor_of, eyes_of
from web.admin.tickets import Tried, alone, one
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.hx import own_path
from web.page import Page
from web.visit import HttpRequest, HttpResponse

LONGEST_WAY = 2000


@post("/t/{slug:str}/admin/tickets/{number:str}/acts/{verb:str}", opt={"perm": "tickets.act"}, status_code=303)
async def act(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    verb: FromPath[str], now: Now,
) -> HttpResponse:  # fmt: skip
    form = await posted(request)
    found = await one(tenant, member, policy, number, now)
    offer = found.offer(verb)
    if offer is None:
        return _refused(policy, found, Tried(verb, _words(form) | _ways(form)), _why_not(found, form))
    data, wrong = forms.read(offer.fields, form)
    words = forms.typed(offer.fields, form) | _ways(form)
    if wrong:
        return alone(policy, found, Tried(verb, words, wrong), status=422)
    try:
        told = Act(verb, data | {"member": member.name})
        await flow.act(tenant, found.row.id, told, by=actor_of(member), now=now, version=form.number("version"),
                       source=Source("web", member.username))  # fmt: skip
    except Refused as refusal:
        found = await one(tenant, member, policy, number, now)
        return _refused(policy, found, Tried(verb, words), refusal)
    return Redirect(await _onward(tenant, member, policy, number, _ways(form), now), status_code=303)


@get("/t/{slug:str}/admin/tickets/{number:str}/acts/{verb:str}", opt={"perm": "tickets.act"})
async def again(tenant: InTenant, number: FromPath[str], verb: FromPath[str]) -> Redirect:
    """Whoever reloads a refused form gets the ticket with that form open."""
    home = f"/t/{tenant.slug}/admin/tickets"
    return Redirect(own_path(f"{home}/{number}?act={verb}", home), status_code=303)


def _why_not(found: Case, form: Posted) -> Refused:
    """The ticket has moved on since the page was read, or the act was never this member's."""
    if form.number("version") != found.view.version:
        return Conflict("这张工单已被他人办理，您看到的页面不是最新的。")
    return NotFound("这张工单现在不能进行这项操作。")


def _refused(policy: Policy, found: Case, tried: Tried, refusal: Refused) -> Page:
    offer = found.offer(tried.verb)
    known = {each.name for each in offer.fields} if offer else set[str]()
    place = refusal.field if refusal.field in known else ""
    conflict = isinstance(refusal, Conflict)
    shown = Tried(tried.verb, tried.typed, {} if conflict else {place or "": refusal.detail}, conflict)
    return alone(policy, found, shown, status=status_of(refusal))


def _words(form: Posted) -> dict[str, str]:
    return {name: form.text(name, forms.LONGEST) for name in ("note", "reason") if form.text(name, forms.LONGEST)}


def _ways(form: Posted) -> dict[str, str]:
    """Where the page came from, kept through a refusal."""
    return {name: form.text(name, LONGEST_WAY) for name in ("back", "back_next")}


async def _onward(
    tenant: Tenant, member: Member, policy: Policy, number: str, ways: Mapping[str, str], now: datetime
) -> str:
    """Back to the ticket while it still waits for this member; else its list goes on with the next."""
    async with db.as_tenant(tenant.id) as unit:
        found = await listing.page(unit, await eyes_of(unit, member, policy), Wanted(number=number, limit=1), now)
    waits = bool(found.rows) and found.rows[0].mine
    home = f"/t/{tenant.slug}/admin/tickets"
    stays = ways["back"] or (f"{home}/{number}" if found.rows else home)
    return own_path(stays if waits else ways["back_next"] or stays, home)
