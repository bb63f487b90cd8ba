"""Pausing, resuming and putting a place away: what it means is said first, its name is typed, and its reason stays."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from core import clock, db, stack, tenants
from core.errors import Invalid, Refused
from core.people import Member
from core.policy import keys
from core.tenants import Tenant, states
from core.tenants.model import STATES
from core.tenure import actions as tenure
from core.tenure import copying, leaving
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.flash import leave
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/tenure"
PAUSE = {"perm": "tenant.pause", "grave": True, "archived": True}
CLOSE = {"perm": "tenant.close", "grave": True, "archived": True}
COPY = {"perm": "tenant.copy", "grave": True, "archived": True}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent with one of the page's forms, with what was wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the page's forms, within the transaction that does what it asks."""

    unit: db.Unit
    tenant: Tenant
    member: Member
    form: Posted
    reason: str
    now: datetime


# Does what a form asks, and says what is true now.
Verb = Callable[[Asked], Awaitable[str]]


@get(HOME, opt={"perm": "tenant.pause"})
async def index(tenant: InTenant, member: InMember) -> Page:
    return await shown(tenant, member, Tried())


def deed(name: str, opt: Mapping[str, Any]) -> Callable[[Verb], HTTPRouteHandler]:
    """The name of the place is typed, the reason is written, and the state is the one that was seen."""

    def made(verb: Verb) -> HTTPRouteHandler:
        @post(f"{HOME}/{name}", opt=opt, status_code=303)
        async def handler(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
            form = await posted(request)
            try:
                confirm(tenant, form.text("name"))
                reason = form.text("reason", tenure.LONGEST_REASON)
                async with db.as_tenant(tenant.id, patience=60) as unit:
                    told = await verb(Asked(unit, tenant, member, form, reason, now))
            except Refused as refusal:
                typed = {each: form.kept(each) for each in ("name", "reason")}
                tried = Tried(name, typed, {refusal.field or "name": refusal.detail}, refusal)
                return await shown(tenant, member, tried)
            return leave(request, Redirect(HOME.replace("{slug:str}", tenant.slug), status_code=303), told)

        return handler

    return made


@deed("suspend", PAUSE)
async def suspend(asked: Asked) -> str:
    await tenure.suspend(asked.unit, asked.member, asked.reason, asked.now)
    return "已暂停受理。评价机会保留，恢复时相应延长。"


@deed("resume", PAUSE)
async def resume(asked: Asked) -> str:
    moved = await tenure.resume(asked.unit, asked.member, asked.reason, asked.now)
    return f"已恢复受理，{moved:,} 个评价机会延长了暂停的时间。"


@deed("archive", CLOSE)
async def archive(asked: Asked) -> str:
    await tenure.archive(asked.unit, asked.member, asked.reason, asked.now)
    return "已归档，只能查看。"


@deed("back", CLOSE)
async def back(asked: Asked) -> str:
    await tenure.bring_back(asked.unit, asked.tenant, asked.member, asked.reason, asked.now)
    return "已从归档恢复。"


@deed("copy", COPY)
async def copy(asked: Asked) -> str:
    wanted = copying.Wanted(asked.reason, asked.form.text("personal") == "yes")
    await copying.order(asked.unit, asked.tenant, asked.member, wanted, asked.now)
    return "正在生成，完成后在下载中心下载。"


@deed("leave", CLOSE)
async def leave_ask(asked: Asked) -> str:
    policy = stack.policy(asked.tenant, asked.now.date())
    await leaving.ask(asked.unit, asked.member, policy, asked.reason, asked.now)
    return "已申请删除，须由另一位人员同意。"


@deed("agree", CLOSE)
async def leave_agree(asked: Asked) -> str:
    leaves_at = await leaving.agree(asked.unit, asked.tenant, asked.member, asked.now)
    return f"已同意。{leaves_at:%Y-%m-%d %H:%M} 起删除全部数据，在此之前可以停止。"


@deed("stop", CLOSE)
async def leave_stop(asked: Asked) -> str:
    await leaving.stop(asked.unit, asked.member, asked.reason, asked.now)
    return "已停止删除，仍为归档状态。"


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
