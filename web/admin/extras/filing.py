"""A member registers a record: at the window, by telephone, or as their own work asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, ids
from core.clock import SHANGHAI
from core.errors import NotFound, NotOffered, Refused, UnknownCode, quoted
from core.people import Member
from core.policy.extras import Extra, Kind, Who
from core.records import actions, listing, offered
from core.records.model import OtherwiseFiled
from core.tenants import Tenant
from web import asking, flash
from web.admin.chips import asked
from web.admin.extras.records import told
from web.admin.extras.sight import files_as, reach_of
from web.admin.handed import BODY_LIMIT
from web.admin.sight import actor_of
from web.asking import NO_CHOICES
from web.auth import settings_of
from web.choices import choices
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.page import Page, page
from web.public.rate import qr
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/extras/{extra:str}/{kind:str}"
# How it came to the desk; without a desk there is nothing to choose.
CHANNELS: Mapping[str, str] = {"window": "当面", "phone": "电话", "web": "其他"}


@dataclass(frozen=True, slots=True)
class Blank:
    """The form of a kind before it is filed; ``once`` makes two presses of the button one record."""

    extra: Extra
    kind: Kind
    who: Who
    once: str
    sent: Posted
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    channel: str = ""
    parent: UUID | None = None


@get(f"{HOME}/new", opt={"perm": "extras.act"})
async def new(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], kind: FromPath[str], now: Now
) -> Page:
    found, what, who = await _asked(tenant, member, extra, kind)
    if not offered.is_offered(tenant, found, now.astimezone(SHANGHAI).date()):
        raise NotOffered(f"{quoted(found.label)}没有开通或者已经停用，不再登记新的记录。")
    own = {what.own: member.institution} if what.own and who == "handler" and member.institution else {}
    sent = asking.asked(what.form, {**own, **request.query_params})
    parent = await _parent(tenant, member, what, asked(request, "of"), now)
    return await _page(tenant, Blank(found, what, who, str(ids.new()), sent, parent=parent), now)


@post(f"{HOME}/new", opt={"perm": "extras.act"}, status_code=303, request_max_body_size=BODY_LIMIT)
async def file(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], kind: FromPath[str], now: Now
) -> HttpResponse:
    found, what, who = await _asked(tenant, member, extra, kind)
    form = await posted(request)
    once, channel = form.text("once"), form.text("channel")
    parent = await _parent(tenant, member, what, form.text("of"), now)
    try:
        async with db.as_tenant(tenant.id) as unit:
            known = await choices(unit, what.form, form)
        filed = await actions.file(
            tenant, found.code, what.code, asking.given(what.form, form, known), who=who, by=actor_of(member),
            channel=channel if channel in CHANNELS else _came(what), now=now,
            once=f"{member.id}:{once}" if once else "",
            files=asking.handed(what.form, form), parent=parent,
        )  # fmt: skip
    except Refused as refusal:
        errors = told(refusal, what.form)
        once = str(ids.new()) if isinstance(refusal, OtherwiseFiled) else once
        blank = Blank(found, what, who, once, form, errors, channel, parent)
        return await _page(tenant, blank, now, status_of(refusal))
    said = f"已登记{what.label}：{filed.number}，{member.name} {hour(now)}"
    if filed.repeat_of:
        said += "。同一件事以前登记过，两条已经关联"
    # What lies beneath another record is registered one after the other, from there.
    answer = Redirect(f"/t/{tenant.slug}/admin/extras/records/{parent or filed.id}", status_code=303)
    return flash.leave(request, answer, said)


@get(f"{HOME}/code", opt={"perm": "extras.read"})
async def code(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], kind: FromPath[str], now: Now
) -> Page:
    """The code to be hung up, which leads anybody to the form; it may say already where it hangs."""
    found, what = known_kind(extra, kind)
    async with db.as_tenant(tenant.id) as unit:
        sees = files_as(what, await reach_of(unit, member)) or set(what.sees) & (await reach_of(unit, member)).kinds
    if "citizen" not in what.files or not sees:
        raise NotFound("这种记录不由群众登记，没有二维码。")
    path = f"/t/{tenant.slug}/x/{found.code}/{what.code}"
    return page(
        "admin/extras/code.html", tenant=tenant, extra=found, kind=what, path=path,
        address=f"{settings_of(request).public_url}{path}",
        standing=offered.standing(tenant, found, now.astimezone(SHANGHAI).date()),
    )  # fmt: skip


@get(f"{HOME}/code.svg", opt={"perm": "extras.read"})
async def drawn(request: HttpRequest, tenant: InTenant, extra: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    found, what = known_kind(extra, kind)
    if "citizen" not in what.files:
        raise NotFound
    return qr(f"{settings_of(request).public_url}/t/{tenant.slug}/x/{found.code}/{what.code}?c=qr")


def known_kind(extra: str, kind: str) -> tuple[Extra, Kind]:
    try:
        return offered.kind_of(extra, kind)
    except UnknownCode as unknown:
        raise NotFound("没有这项特色功能，或者带来它的插件已被移除。") from unknown


def _came(kind: Kind) -> str:
    """What the public brings and an office writes down came to its desk, as its own way says."""
    return "window" if kind.way and "citizen" in kind.files else "web"


async def _asked(tenant: Tenant, member: Member, extra: str, kind: str) -> tuple[Extra, Kind, Who]:
    found, what = known_kind(extra, kind)
    async with db.as_tenant(tenant.id) as unit:
        who = files_as(what, await reach_of(unit, member))
    if who is None:
        raise NotFound(f"“{what.label}”不由您登记。")
    return found, what, who


async def _parent(tenant: Tenant, member: Member, kind: Kind, text: str, now: datetime) -> UUID | None:
    """The record that this one is made of, where it may be seen and is of the kind that this kind is made of."""
    try:
        record_id = UUID(text)
    except ValueError:
        return None
    async with db.as_tenant(tenant.id) as unit:
        _, above, record = await listing.one(unit, record_id, await reach_of(unit, member), now)
    if above.code != kind.parent:
        raise NotFound(f"“{kind.label}”不能登记在“{above.label}”之下。")
    return record.id


async def _page(tenant: Tenant, blank: Blank, now: datetime, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known = await choices(unit, blank.kind.form) if blank.kind.form.fields else NO_CHOICES
    controls = asking.controls(blank.kind.form, blank.sent, blank.errors, known)
    return page(
        "admin/extras/new.html", status=status, tenant=tenant, blank=blank, controls=controls,
        takes_files=any(each.shape == "files" for each in controls),
        # A form that asks by which way it came is not asked it twice.
        channels=CHANNELS if "citizen" in blank.kind.files and not blank.kind.way else {},
        clause=offered.basis(tenant, blank.extra, now.astimezone(SHANGHAI).date()),
    )  # fmt: skip
