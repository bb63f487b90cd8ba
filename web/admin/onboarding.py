"""Bringing a place on board is a list that shows what is missing, where it is put right, and who did what and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, tenants
from core.errors import Invalid, Refused
from core.onboarding import actions as onboarding
from core.onboarding.actions import LONGEST_NOTE, House, Unready
from core.people import Member
from core.settings import Settings
from core.tenants import Tenant, states
from core.tenants.model import STATES as NAMES
from web import trials
from web.auth import limits_of
from web.deps import InMember, InSettings, InTenant, Now
from web.errors import status_of
from web.flash import leave
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

MOST_TRIALS, TRIAL_PERIOD = 6, 600


@dataclass(frozen=True, slots=True)
class Wrote:
    """What was sent with one of the page's forms, with what was wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """Who stands before which place's list."""

    tenant: Tenant
    member: Member
    house: House


@get("/t/{slug:str}/admin/onboarding", opt={"perm": "onboarding.read"})
async def index(tenant: InTenant, member: InMember, settings: InSettings, now: Now) -> Page:
    return await _shown(Room(tenant, member, house_of(settings)), now, Wrote())


@post("/t/{slug:str}/admin/onboarding/{step:str}/note", opt={"perm": "onboarding.write"}, status_code=303)
async def note(
    request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, step: FromPath[str], now: Now
) -> HttpResponse:
    form = await posted(request)
    typed = {name: form.kept(name) for name in ("waiting_for", "text")}
    try:
        async with db.as_tenant(tenant.id) as unit:
            waiting_for, text = form.text("waiting_for"), form.text("text", LONGEST_NOTE)
            await onboarding.note(unit, member, step, waiting_for, text, now)
    except Invalid as refusal:
        wrong = Wrote(step, typed, {refusal.field or "text": refusal.detail}, refusal)
        return await _shown(Room(tenant, member, house_of(settings)), now, wrong)
    return Redirect(f"/t/{tenant.slug}/admin/onboarding#s-{step}", status_code=303)


@post("/t/{slug:str}/admin/onboarding/testing", opt={"perm": "onboarding.write"}, status_code=303)
async def testing(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Redirect:
    on = (await posted(request)).text("testing") == "yes"
    async with db.as_tenant(tenant.id) as unit:
        await states.set_testing(unit, on, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/onboarding#testing", status_code=303)


@post("/t/{slug:str}/admin/onboarding/sign", opt={"perm": "onboarding.sign", "grave": True}, status_code=303)
async def sign(
    request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, now: Now
) -> HttpResponse:
    form = await posted(request)
    room = Room(await tenants.by_id(tenant.id), member, house_of(settings))
    try:
        if form.text("seen") != "yes":
            raise Invalid("请先确认您看过全部内容。", field="seen")
        async with db.as_tenant(tenant.id) as unit:
            await onboarding.sign(unit, room.tenant, member, room.house, form.text("note", LONGEST_NOTE), now)
    except Refused as refusal:
        wrong = Wrote("sign", {"note": form.kept("note")}, {refusal.field or "seen": refusal.detail}, refusal)
        return await _shown(room, now, wrong)
    return leave(request, Redirect(f"/t/{tenant.slug}/admin/onboarding#sign", status_code=303), "已签字。")


@post("/t/{slug:str}/admin/onboarding/live", opt={"perm": "onboarding.sign", "grave": True}, status_code=303)
async def live(
    request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, now: Now
) -> HttpResponse:
    """The one door: refused with every reason that there is, each leading to where it is put right."""
    form = await posted(request)
    room = Room(await tenants.by_id(tenant.id), member, house_of(settings))
    try:
        if form.text("name") != tenant.name:
            raise Invalid(f"请输入全称“{tenant.name}”来确认上线。", field="name")
        async with db.as_tenant(tenant.id, patience=120) as unit:
            cleared = await onboarding.go_live(unit, room.tenant, member, room.house, now)
    except Refused as refusal:
        wrong = Wrote("live", {"name": form.kept("name")}, {refusal.field or "live": refusal.detail}, refusal)
        return await _shown(room, now, wrong)
    said = f"已上线。测试数据已清除（{cleared:,} 行）。" if cleared else "已上线。"
    return leave(request, Redirect(f"/t/{tenant.slug}/admin/onboarding", status_code=303), said)


def house_of(settings: Settings) -> House:
    return House(messages=bool(settings.sms_url) or settings.demo)


async def _shown(room: Room, now: datetime, wrote: Wrote) -> Page:
    fresh = await tenants.by_id(room.tenant.id)
    async with db.as_tenant(fresh.id) as unit:
        found = await onboarding.course(unit, fresh, room.house, now)
        changes = await states.history(unit)
    refused = wrote.refusal.missing if isinstance(wrote.refusal, Unready) else ()
    return page(
        "admin/onboarding/index.html", status=status_of(wrote.refusal) if wrote.refusal else 200, tenant=fresh,
        found=found, names=NAMES, wrote=wrote, refused=refused, changes=changes,
        signed=any(each.member_id == room.member.id for each in found.valid), home=f"/t/{fresh.slug}/admin",
    )  # fmt: skip


@get("/t/{slug:str}/admin/onboarding/trial", opt={"perm": "onboarding.read"})
async def trial(tenant: InTenant, settings: InSettings, now: Now) -> Page:
    fresh = await tenants.by_id(tenant.id)
    async with db.as_tenant(fresh.id) as unit:
        found = await onboarding.course(unit, fresh, house_of(settings), now)
    last = found.trials[0] if found.trials else None
    return page(
        "admin/onboarding/trial.html", tenant=fresh, last=last, stale=bool(last and last.stamp != found.stamp),
        earlier=found.trials[1:], grades=trials.GRADES, home=f"/t/{fresh.slug}/admin",
    )  # fmt: skip


@post("/t/{slug:str}/admin/onboarding/trial", opt={"perm": "onboarding.write"}, status_code=303)
async def try_all(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """Rates through every channel in a copy of the place, and keeps what came of it."""
    await limits_of(request).take("trial", str(tenant.id), most=MOST_TRIALS, seconds=TRIAL_PERIOD)
    fresh = await tenants.by_id(tenant.id)
    outcome = await trials.run(request.app, str(request.base_url), fresh, now)
    async with db.as_tenant(fresh.id) as unit:
        await onboarding.keep_trial(unit, fresh, member, outcome, passed=outcome["passed"], now=now)
    return Redirect(f"/t/{tenant.slug}/admin/onboarding/trial", status_code=303)
