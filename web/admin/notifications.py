"""A member reads what they were told, one by one or all at once, and says how else they want to be told."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, people
from core.errors import Invalid, Refused
from core.notify import actions as notify
from core.notify.model import KINDS, REACHES, WAYS, Choice, Hours
from core.people import Member, contacts
from core.tenants import Tenant
from web.admin.chips import asked, id_of
from web.admin.sight import is_protected
from web.auth import MEMBER, settings_of
from web.deps import InMember, InTenant, Now
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME = "/admin/notifications"
HALF_HOURS = tuple(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in range(0, 24 * 60, 30))


@get("/t/{slug:str}/admin/notifications", opt={"perm": "home"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page:
    only, after = asked(request, "show") != "all", id_of(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        found, more = await notify.listing(unit, member.id, now, only_unread=only, after=after)
        waiting = await notify.unread(unit, member.id, now)
    return page(
        "admin/notifications/index.html", found=found, more=more, first=after is None, only=only, waiting=waiting,
        protected=is_protected(member),
    )  # fmt: skip


@get("/t/{slug:str}/admin/notifications/{note:uuid}", opt={"perm": "home"})
async def follow(tenant: InTenant, member: InMember, note: FromPath[UUID], now: Now) -> Redirect:
    """To what it is about; what was followed has been read, but nothing by who only looks on as somebody else."""
    async with db.as_tenant(tenant.id) as unit:
        found = await notify.one(unit, member.id, note, now)
        if not member.only_looks:
            await notify.mark_read(unit, member.id, note, now)
    return Redirect(f"/t/{tenant.slug}/admin{found.link}", status_code=303)


@post("/t/{slug:str}/admin/notifications/{note:uuid}", opt={"perm": MEMBER}, status_code=303)
async def mark(tenant: InTenant, member: InMember, note: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await notify.one(unit, member.id, note, now)
        await notify.mark_read(unit, member.id, note, now)
    return Redirect(f"/t/{tenant.slug}{HOME}", status_code=303)


@post("/t/{slug:str}/admin/notifications", opt={"perm": MEMBER}, status_code=303)
async def mark_all(tenant: InTenant, member: InMember, now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await notify.mark_all_read(unit, member.id, now)
    return Redirect(f"/t/{tenant.slug}{HOME}", status_code=303)


@get("/t/{slug:str}/admin/notifications/settings", opt={"perm": "home"})
async def settings(request: HttpRequest, tenant: InTenant, member: InMember) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        choice, contact = await notify.choice(unit, member.id), await people.contact(unit, member.id)
    typed = {
        "email": contact.email, "phone": contact.phone, "digest": choice.hours.digest,
        "quiet_from": choice.hours.quiet_from.isoformat("minutes"),
        "quiet_to": choice.hours.quiet_to.isoformat("minutes"),
    }  # fmt: skip
    return _form(request, member, typed, choice.ways, {}, saved=asked(request, "saved") == "yes")


@post("/t/{slug:str}/admin/notifications/settings", opt={"perm": MEMBER}, status_code=303)
async def choose(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    typed: dict[str, Any] = {name: form.kept(name) for name in ("email", "phone", "quiet_from", "quiet_to")}
    typed_ways = {kind: frozenset(way for way in WAYS if form.kept(f"{kind}.{way}")) for kind in _kinds(member)}
    try:
        choice = Choice(_hours(form), {kind: ways for kind, ways in typed_ways.items() if ways})
        contact = contacts.checked(form.text("email"), form.text("phone"))
        _check_reach(choice, contact)
    except Refused as refusal:
        errors = {refusal.field or "email": refusal.detail}
        return _form(request, member, typed | {"digest": bool(form.kept("digest"))}, typed_ways, errors)
    await _save(tenant, member, choice, contact, now)
    return Redirect(f"/t/{tenant.slug}{HOME}/settings?saved=yes", status_code=303)


async def _save(tenant: Tenant, member: Member, choice: Choice, contact: people.Contact, now: Now) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await people.set_contact(unit, member.id, contact, by=member.actor, now=now)
        await notify.choose(unit, member.id, choice, by=member.actor, now=now)


def _kinds(member: Member) -> Mapping[str, str]:
    return {kind: label for kind, label in KINDS.items() if kind in REACHES.get(member.role, frozenset())}


def _hours(form: Posted) -> Hours:
    given = {name: form.text(name) for name in ("quiet_from", "quiet_to")}
    for name, text in given.items():
        if text not in HALF_HOURS:
            raise Invalid("请从列表中选择时间。", field=name)
    begins, ends = (time.fromisoformat(text) for text in given.values())
    return Hours(begins, ends, bool(form.kept("digest")))


def _check_reach(choice: Choice, contact: people.Contact) -> None:
    """Who wants to be told by a way must be reachable by it."""
    wanted = {way for ways in choice.ways.values() for way in ways}
    if ("mail" in wanted or choice.hours.digest) and not contact.email:
        raise Invalid("选了邮件，请填写邮箱地址。", field="email")
    if "sms" in wanted and not contact.phone:
        raise Invalid("选了短信，请填写手机号。", field="phone")


def _form(
    request: HttpRequest, member: Member, typed: Mapping[str, Any], chosen: Mapping[str, frozenset[str]],
    errors: Mapping[str, str], *, saved: bool = False,
) -> Page:  # fmt: skip
    known = settings_of(request)
    return page(
        "admin/notifications/settings.html", status=422 if errors else 200, typed=typed, chosen=chosen, errors=errors,
        saved=saved, kinds=_kinds(member), ways=WAYS, half_hours=HALF_HOURS,
        silent=[WAYS[way] for way, url in (("mail", known.smtp_url), ("sms", known.sms_url)) if not url],
    )  # fmt: skip
