"""A unit keeps its wordings for replies: what they say is checked when they are kept, not when they are sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.desk import wordings
from core.desk.decide import EXAMPLE, PLACEHOLDERS, VERBS, filled
from core.desk.wordings import Keeper, Wording
from core.errors import Refused
from core.people import Member
from core.tenants import Tenant
from core.tickets.machine import RULES
from web import flash
from web.admin.begun import keeper_of
from web.admin.chips import id_of
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/templates"
WRITES = {"perm": "templates.write"}
NEW = UUID(int=0)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Tried:
    """The form that is open: a new wording, or one that is changed, with what was wrong."""

    wording: Wording | None = None
    scope: str = ""
    errors: dict[str, str] = field(default_factory=dict[str, str])


@get(HOME, opt=WRITES)
async def index(request: HttpRequest, tenant: InTenant, member: InMember) -> Page:
    wanted = id_of(request, "edit")
    async with db.as_tenant(tenant.id) as unit:
        keeper = keeper_of(member)
        found = await wordings.listing(unit, keeper)
    chosen = next((each for each in found if each.id == wanted and keeper.may_change(each)), None)
    return _shown(keeper, found, Tried(chosen, ALL if chosen and chosen.institution is None else ""))


@post(HOME, opt=WRITES, status_code=303)
async def keep(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    return await _kept(request, tenant, member, NEW, now)


@post(f"{HOME}/{{wording:uuid}}", opt=WRITES, status_code=303)
async def change(
    request: HttpRequest, tenant: InTenant, member: InMember, wording: FromPath[UUID], now: Now
) -> HttpResponse:
    return await _kept(request, tenant, member, wording, now)


@get(f"{HOME}/{{wording:uuid}}", opt=WRITES)
async def again(tenant: InTenant, wording: FromPath[UUID]) -> Redirect:
    """Whoever reloads a refused form gets the list with that form open."""
    return Redirect(f"/t/{tenant.slug}/admin/templates?edit={wording}", status_code=303)


@post(f"{HOME}/{{wording:uuid}}/remove", opt=WRITES, status_code=303)
async def remove(
    request: HttpRequest, tenant: InTenant, member: InMember, wording: FromPath[UUID], now: Now
) -> HttpResponse:
    async with db.as_tenant(tenant.id) as unit:
        gone = await wordings.remove(unit, keeper_of(member), wording, now)
    return _done(request, tenant, f"已删除模板“{gone.title}”：{member.name} {hour(now)}")


async def _kept(request: HttpRequest, tenant: Tenant, member: Member, wording_id: UUID, now: datetime) -> HttpResponse:
    form, keeper = await posted(request), keeper_of(member)
    written = _written(form, keeper, wording_id)
    async with db.as_tenant(tenant.id) as unit:
        found = await wordings.listing(unit, keeper)
        if form.text("op") == "try":
            return _shown(keeper, found, Tried(written, form.text("scope")))
        try:
            if wording_id == NEW:
                await wordings.add(unit, keeper, written, now)
            else:
                await wordings.change(unit, keeper, written, now)
        except Refused as refusal:
            if not refusal.field:
                raise
            tried = Tried(written, form.text("scope"), {refusal.field: refusal.detail})
            return _shown(keeper, found, tried, status_of(refusal))
    return _done(request, tenant, f"已保存模板“{written.title}”：{member.name} {hour(now)}")


def _written(form: Posted, keeper: Keeper, wording_id: UUID) -> Wording:
    """Who may keep them for everybody says for whom this one is; else it is their own unit's."""
    everybodys = keeper.shares and (form.text("scope") == ALL or keeper.home is None)
    title, body = form.kept("title")[:200].strip(), form.kept("body")[:4000].replace("\r\n", "\n")
    verbs = tuple(verb for verb in VERBS if verb in form.all("verbs"))
    return Wording(wording_id, None if everybodys else keeper.home, title, body, verbs)


def _done(request: HttpRequest, tenant: Tenant, said: str) -> HttpResponse:
    return flash.leave(request, Redirect(f"/t/{tenant.slug}/admin/templates", status_code=303), said)


def _shown(keeper: Keeper, found: tuple[Wording, ...], tried: Tried, status: int = 200) -> Page:
    labels: dict[str, Any] = {verb: RULES[verb].label for verb in VERBS}
    seen = filled(tried.wording.body, EXAMPLE) if tried.wording else ""
    return page("admin/templates.html", status=status, found=found, tried=tried, keeper=keeper, labels=labels,
                placeholders=PLACEHOLDERS, new=NEW, seen=seen)  # fmt: skip
