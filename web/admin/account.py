"""A member looks after their own way in: the password, the second factor, and who is signed in under their name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import segno
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from core import db, people
from core.errors import Invalid
from core.people import Member, Session, factors, passwords, sessions, signing
from core.tenants import Tenant
from web.agents import browser_of
from web.auth import MEMBER
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse, sitting_of

OWN = {"perm": MEMBER, "owing": True}
GRAVE = {**OWN, "grave": True}
LONGEST_SECRET = 256


@dataclass(frozen=True, slots=True)
class Account:
    """What is shown; ``required`` says that this role may not go without a second factor."""

    member: Member
    sitting: Session
    required: bool
    codes_left: int
    sessions: tuple[sessions.Listed, ...]
    sign_ins: tuple[signing.SignIn, ...]


@get("/t/{slug:str}/admin/account", opt=OWN)
async def show(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    return await _shown(request, tenant, now)


@post("/t/{slug:str}/admin/account/password", opt=OWN, status_code=303)
async def change_password(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    form, sitting = await posted(request), sitting_of(request)
    old, new, again = (form.text(name, LONGEST_SECRET) for name in ("old", "new", "again"))
    try:
        await people.change_password(
            tenant.id, sitting, old, new, again, demo=tenant.demo, now=now, browser=browser_of(request)
        )
    except people.Unfit as refusal:
        return await _shown(request, tenant, now, refusal.errors, status=status_of(refusal))
    return _told(tenant, "password")


@post("/t/{slug:str}/admin/account/factor/begin", opt=GRAVE, status_code=200)
async def begin_factor(request: HttpRequest, tenant: InTenant) -> Page:
    return _enrolling(tenant, factors.offer(sitting_of(request).member, tenant.name))


@post("/t/{slug:str}/admin/account/factor", opt=GRAVE, status_code=200)
async def enrol_factor(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    form, sitting = await posted(request), sitting_of(request)
    offer = factors.offer(sitting.member, tenant.name, form.kept("offer"))
    try:
        async with db.as_tenant(tenant.id) as unit:
            codes = await factors.enrol(unit, sitting.member, offer, form.text("code"), now)
            if sitting.owes == "code":
                await sessions.settle(unit, sitting.id, "")
    except Invalid as refusal:
        return _enrolling(tenant, offer, {"code": refusal.detail}, status=status_of(refusal))
    return page("admin/account/codes.html", tenant=tenant, codes=codes, new=True)


@post("/t/{slug:str}/admin/account/factor/remove", opt=GRAVE, status_code=303)
async def remove_factor(request: HttpRequest, tenant: InTenant, now: Now) -> Redirect:
    sitting = sitting_of(request)
    if not sitting.member.has_totp:
        raise Invalid("还没有启用动态码，不用停用。")
    async with db.as_tenant(tenant.id) as unit:
        await factors.remove(unit, sitting.member, by=sitting.member.actor, now=now)
        owed = sitting.owes or signing.owed(sitting.member.role, demo=tenant.demo, has_totp=False)
        await sessions.settle(unit, sitting.id, owed)
    return _told(tenant, "removed")


@post("/t/{slug:str}/admin/account/codes", opt=GRAVE, status_code=200)
async def renew_codes(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    member = sitting_of(request).member
    if not member.has_totp:
        raise Invalid("还没有启用动态码，请先绑定。")
    async with db.as_tenant(tenant.id) as unit:
        codes = await factors.renew_codes(unit, member, now)
    return page("admin/account/codes.html", tenant=tenant, codes=codes, new=False)


@post("/t/{slug:str}/admin/account/sessions/end-others", opt=OWN, status_code=303)
async def end_others(request: HttpRequest, tenant: InTenant, now: Now) -> Redirect:
    sitting = sitting_of(request)
    async with db.as_tenant(tenant.id) as unit:
        await sessions.end_other_sessions(unit, sitting.member, sitting.id, now)
    return _told(tenant, "ended")


@post("/t/{slug:str}/admin/account/sessions/{session:uuid}/end", opt=OWN, status_code=303)
async def end_session(request: HttpRequest, tenant: InTenant, session: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await sessions.end_session(unit, sitting_of(request).member, session, now)
    return _told(tenant, "ended")


async def _shown(
    request: HttpRequest, tenant: Tenant, now: datetime, errors: Mapping[str, str] | None = None, status: int = 200
) -> Page:
    sitting = sitting_of(request)
    async with db.as_tenant(tenant.id) as unit:
        account = Account(
            sitting.member, sitting, factors.is_required(sitting.member.role, demo=tenant.demo),
            await factors.codes_left(unit, sitting.member.id), await sessions.sessions(unit, sitting.member.id, now),
            await signing.sign_ins(unit, sitting.member.id),
        )  # fmt: skip
    return page(
        "admin/account/show.html", status=status, tenant=tenant, account=account, rules=passwords.RULES,
        errors=dict(errors or {}), told=request.query_params.get("told", ""),
    )  # fmt: skip


def _enrolling(
    tenant: Tenant, offer: factors.Offer, errors: Mapping[str, str] | None = None, status: int = 200
) -> Page:
    code = segno.make(offer.address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")
    drawn = Markup(code)  # noqa: S704 - drawn by the library, holds no text of anybody
    return page(
        "admin/account/factor.html", status=status, tenant=tenant, offer=offer, drawn=drawn, errors=dict(errors or {})
    )


def _told(tenant: Tenant, what: str) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/account?told={what}", status_code=303)
