"""Pausing, resuming and putting a place away: what it means is said first, its name is typed, and its reason stays."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from litestar import get, post
from litestar.response import Redirect

from core import clock, db, stack, tenants
from core.errors import Invalid, Refused
from core.people import Member
from core.policy import keys
from core.tenants import Tenant, states
from core.tenants.model import STATES
from core.tenure import actions as tenure
from core.tenure import copying, leaving
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.flash import leave
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

PAUSE = {"perm": "tenant.pause", "grave": True, "archived": True}
CLOSE = {"perm": "tenant.close", "grave": True, "archived": True}
COPY = {"perm": "tenant.copy", "grave": True, "archived": True}
Verb = Callable[[db.Unit, Tenant, Member, str, datetime], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent with one of the page's forms, with what was wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    refusal: Refused | None = None


@get("/t/{slug:str}/admin/tenure", opt={"perm": "tenant.pause"})
async def index(tenant: InTenant, member: InMember) -> Page:
    return await shown(tenant, member, Tried())


@post("/t/{slug:str}/admin/tenure/suspend", opt=PAUSE, status_code=303)
async def suspend(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, _: Tenant, who: Member, reason: str, at: datetime) -> str:
        await tenure.suspend(unit, who, reason, at)
        return "已暂停受理。评价机会保留，恢复时相应延长。"

    return await _done(request, tenant, member, now, ("suspend", verb))


@post("/t/{slug:str}/admin/tenure/resume", opt=PAUSE, status_code=303)
async def resume(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, _: Tenant, who: Member, reason: str, at: datetime) -> str:
        moved = await tenure.resume(unit, who, reason, at)
        return f"已恢复受理，{moved:,} 个评价机会延长了暂停的时间。"

    return await _done(request, tenant, member, now, ("resume", verb))


@post("/t/{slug:str}/admin/tenure/archive", opt=CLOSE, status_code=303)
async def archive(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, _: Tenant, who: Member, reason: str, at: datetime) -> str:
        await tenure.archive(unit, who, reason, at)
        return "已归档，只能查看。"

    return await _done(request, tenant, member, now, ("archive", verb))


@post("/t/{slug:str}/admin/tenure/back", opt=CLOSE, status_code=303)
async def back(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, place: Tenant, who: Member, reason: str, at: datetime) -> str:
        await tenure.bring_back(unit, place, who, reason, at)
        return "已从归档恢复。"

    return await _done(request, tenant, member, now, ("back", verb))


@post("/t/{slug:str}/admin/tenure/copy", opt=COPY, status_code=303)
async def copy(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    personal = (await posted(request)).text("personal") == "yes"

    async def verb(unit: db.Unit, place: Tenant, who: Member, reason: str, at: datetime) -> str:
        await copying.order(unit, place, who, copying.Wanted(reason, personal), at)
        return "正在生成，完成后在下载中心下载。"

    return await _done(request, tenant, member, now, ("copy", verb))


@post("/t/{slug:str}/admin/tenure/leave", opt=CLOSE, status_code=303)
async def leave_ask(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> HttpResponse:
    async def verb(unit: db.Unit, _: Tenant, who: Member, reason: str, at: datetime) -> str:
        await leaving.ask(unit, who, policy, reason, at)
        return "已申请删除，须由另一位人员同意。"

    return await _done(request, tenant, member, now, ("leave", verb))


@post("/t/{slug:str}/admin/tenure/agree", opt=CLOSE, status_code=303)
async def leave_agree(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, place: Tenant, who: Member, _: str, at: datetime) -> str:
        leaves_at = await leaving.agree(unit, place, who, at)
        return f"已同意。{leaves_at:%Y-%m-%d %H:%M} 起删除全部数据，在此之前可以停止。"

    return await _done(request, tenant, member, now, ("agree", verb))


@post("/t/{slug:str}/admin/tenure/stop", opt=CLOSE, status_code=303)
async def leave_stop(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    async def verb(unit: db.Unit, _: Tenant, who: Member, reason: str, at: datetime) -> str:
        await leaving.stop(unit, who, reason, at)
        return "已停止删除，仍为归档状态。"

    return await _done(request, tenant, member, now, ("stop", verb))


async def _done(
    request: HttpRequest, tenant: Tenant, member: Member, now: datetime, doing: tuple[str, Verb]
) -> HttpResponse:
    """The name of the place is typed, the reason is written, and the state is the one that was seen."""
    form, (name, verb) = await posted(request), doing
    try:
        confirm(tenant, form.text("name"))
        async with db.as_tenant(tenant.id, patience=60) as unit:
            told = await verb(unit, tenant, member, form.text("reason", tenure.LONGEST_REASON), now)
    except Refused as refusal:
        typed = {each: form.kept(each) for each in ("name", "reason")}
        return await shown(tenant, member, Tried(name, typed, {refusal.field or "name": refusal.detail}, refusal))
    return leave(request, Redirect(f"/t/{tenant.slug}/admin/tenure", status_code=303), told)


def confirm(tenant: Tenant, name: str) -> None:
    if name != tenant.name:
        raise Invalid(f"请输入全称“{tenant.name}”来确认。", field="name")


async def shown(tenant: Tenant, member: Member, tried: Tried) -> Page:
    fresh = await tenants.by_id(tenant.id)
    async with db.as_tenant(fresh.id, patience=30) as unit:
        flight, changes = await tenure.in_flight(unit), await states.history(unit)
        farewell = await leaving.current(unit)
    why = stack.policy(fresh, clock.now().date()).why(keys.deletion_wait)
    return page(
        "admin/onboarding/tenure.html", status=status_of(tried.refusal) if tried.refusal else 200, tenant=fresh,
        flight=flight, changes=changes, names=STATES, tried=tried, home=f"/t/{fresh.slug}/admin/tenure",
        farewell=farewell, wait=why, own=bool(farewell and farewell.asked_by == member.id),
    )  # fmt: skip
