"""Whoever is away hands their work to a colleague, who takes it up and lays it down as themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import Invalid
from core.notify import actions as notify
from core.people import Member, acting, delegations
from core.people.accounts import Misfit
from core.places import actions as places
from core.tenants import Tenant
from web.auth import MEMBER
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_from, posted
from web.page import Page, page
from web.permissions import ROLE_NAMES
from web.visit import HttpRequest, HttpResponse, visit

STATES: Mapping[str, str] = {"ahead": "未开始", "running": "进行中", "over": "已结束", "revoked": "已撤回"}


@dataclass(frozen=True, slots=True)
class Tried:
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/delegations", opt={"perm": "delegations"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page:
    return await _listed(tenant, visit(request).real or member, now, Tried())


@post("/t/{slug:str}/admin/delegations", opt={"perm": "delegations"}, status_code=303)
async def give(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """``member``, who may sit in another's place, and not ``real``: what was handed to them goes no further."""
    form = await posted(request)
    try:
        since, until = _days(form)
        reason = form.text("reason", delegations.LONGEST_REASON)
        async with db.as_tenant(tenant.id) as unit:
            taker = _id(form.text("taker"))
            await delegations.give(unit, member, taker, since, until, reason, now)
            if taker:
                await notify.tell(unit, taker, "delegation", f"{member.name}：{reason}", "/delegations", now)
    except Invalid as refusal:
        typed = {name: form.kept(name) for name in ("taker", "since", "until", "reason")}
        errors = refusal.errors if isinstance(refusal, Misfit) else {refusal.field or "reason": refusal.detail}
        return await _listed(tenant, member, now, Tried(typed, errors), status_of(refusal))
    return _back(tenant)


@post("/t/{slug:str}/admin/delegations/{delegation:uuid}/revoke", opt={"perm": "delegations"}, status_code=303)
async def revoke(tenant: InTenant, member: InMember, delegation: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await delegations.revoke(unit, delegation, by=member, now=now)
    return _back(tenant)


@post("/t/{slug:str}/admin/delegations/{delegation:uuid}/take", opt={"perm": "delegations"}, status_code=303)
async def take(
    request: HttpRequest, tenant: InTenant, member: InMember, delegation: FromPath[UUID], now: Now
) -> Redirect:
    """From here on the session stands in the giver's place."""
    found = visit(request)
    async with db.as_tenant(tenant.id) as unit:
        await acting.take_up(unit, found.session, found.real or member, delegation, now)
    return Redirect(f"/t/{tenant.slug}/admin", status_code=303)


@get(
    ["/t/{slug:str}/admin/delegations/{delegation:uuid}/revoke",
     "/t/{slug:str}/admin/delegations/{delegation:uuid}/take"], opt={"perm": "delegations"},
)  # fmt: skip
async def again(tenant: InTenant, delegation: FromPath[UUID]) -> Redirect:  # noqa: ARG001 - named by the address
    return _back(tenant)


@post("/t/{slug:str}/admin/acting/leave", opt={"perm": MEMBER}, status_code=303)
async def leave(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Redirect:
    """Back to oneself, from a delegation or from looking on."""
    found = visit(request)
    if found.acting is not None:
        async with db.as_tenant(tenant.id) as unit:
            await acting.leave(unit, found.session, member, found.acting, now)
    return Redirect(f"/t/{tenant.slug}/admin", status_code=303)


def _back(tenant: Tenant) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/delegations", status_code=303)


async def _listed(tenant: Tenant, member: Member, now: datetime, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        every = await delegations.of_member(unit, member.id)
        colleagues = await delegations.colleagues(unit, member)
        bodies = await places.names(unit, "institution", [each.institution for each in colleagues if each.institution])
        looks = await acting.looked_on(unit, member)
    choices = {str(each.id): "，".join(filter(None, (
        each.name, ROLE_NAMES[each.role], bodies.get(each.institution or "", "")))) for each in colleagues}  # fmt: skip
    return page(
        "admin/delegations.html", status=status, tried=tried, choices=choices, states=STATES, looks=looks, now=now,
        given=[each for each in every if each.giver == member.id],
        received=[each for each in every if each.taker == member.id], today=now.astimezone(SHANGHAI).date(),
    )  # fmt: skip


def _days(form: Posted) -> tuple[datetime | None, datetime | None]:
    """Both days belong to it: from the first moment of one to the last of the other."""
    first, last = (day_from(form.text(name), name) for name in ("since", "until"))
    since = datetime.combine(first, time(), SHANGHAI) if first else None
    return since, datetime.combine(last + timedelta(days=1), time(), SHANGHAI) if last else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
