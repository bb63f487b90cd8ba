"""Accounts: one officer makes and disables them, another says what each is for and lets its holder in again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import NotFound, Refused
from core.people import Member, accounts
from core.people.accounts import ASKS, Account, Misfit, Seat, Wanted
from core.places import actions as places
from core.tenants import Tenant
from web.admin.chips import Filter, asked, read
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.page import Page, page
from web.permissions import ROLE_NAMES, SCOPES
from web.visit import HttpRequest, HttpResponse

STATES: Mapping[str, str] = {"active": "正常", "waiting": "未启用", "locked": "锁定", "disabled": "停用"}
NO_ROLE = "none"
ROWS = 50
MOST_OFFERED = 500
# Accounts are looked after even where everything else may only be read.
MAKE = {"perm": "members.create", "grave": True, "archived": True}
GRANT = {"perm": "members.grant", "grave": True, "archived": True}
SECURE = {"perm": "members.secure", "grave": True, "archived": True}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was written into a form of the account's page, with what was wrong; ``password`` is told this once."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    password: str = ""
    problem: str = ""


@get("/t/{slug:str}/admin/members", opt={"perm": "members.read"})
async def index(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    q, after = asked(request, "q"), asked(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        bodies = await places.names(unit, "institution", await accounts.institutions(unit))
        filters = read(request, _filters(bodies))
        chosen = {each.name: each.value for each in filters}
        wanted = Wanted(q, chosen["role"], chosen["institution"], chosen["state"], after, ROWS)
        found = await accounts.page(unit, wanted, now)
        regions = await places.names(unit, "region", _regions(found.rows))
    return page(
        "admin/members/index.html", found=found, filters=filters, q=q, bodies=bodies, regions=regions, states=STATES,
        first=not after,
    )  # fmt: skip


@get("/t/{slug:str}/admin/members/new", opt={"perm": "members.create"})
async def new() -> Page:
    return page("admin/members/new.html", tried=Tried())


@post("/t/{slug:str}/admin/members/new", opt=MAKE, status_code=200)
async def create(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page:
    """The first password stands on the answer and nowhere else."""
    form = await posted(request)
    typed = {name: form.kept(name) for name in ("username", "name")}
    try:
        made, password = await accounts.create(
            tenant.id, form.text("username"), form.text("name"), by=member, now=now
        )  # fmt: skip
    except Refused as refusal:
        tried = Tried("new", typed, _told(refusal, "username"))
        return page("admin/members/new.html", status=status_of(refusal), tried=tried)
    return await _shown(tenant, made, now, Tried("new", password=password))


@get("/t/{slug:str}/admin/members/{account:uuid}", opt={"perm": "members.read"})
async def show(tenant: InTenant, account: FromPath[UUID], now: Now) -> Page:
    return await _shown(tenant, account, now, Tried())


@post(
    "/t/{slug:str}/admin/members/{account:uuid}/grant",
    opt=GRANT,
    status_code=303,
)
async def grant(
    request: HttpRequest, tenant: InTenant, member: InMember, account: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    typed = {name: form.kept(name) for name in Seat.__slots__}
    try:
        async with db.as_tenant(tenant.id) as unit:
            await accounts.grant(unit, account, _seat(form), by=member, now=now)
    except Refused as refusal:
        tried = Tried("grant", typed, _told(refusal, "role"))
        return await _shown(tenant, account, now, tried, status_of(refusal))
    return _back(tenant, account)


@post(
    "/t/{slug:str}/admin/members/{account:uuid}/state",
    opt=MAKE,
    status_code=303,
)
async def state(
    request: HttpRequest, tenant: InTenant, member: InMember, account: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        async with db.as_tenant(tenant.id) as unit:
            await accounts.enable(unit, account, form.text("enabled") == "yes", by=member, now=now)
    except Refused as refusal:
        return await _refused(tenant, account, now, "state", refusal)
    return _back(tenant, account)


@post(
    "/t/{slug:str}/admin/members/{account:uuid}/secure/{what:str}",
    opt=SECURE,
    status_code=303,
)
async def secure(
    tenant: InTenant, member: InMember, account: FromPath[UUID], what: FromPath[str], now: Now
) -> HttpResponse:
    """``unlock``, ``factor`` and ``sessions`` go back to the account; ``password`` shows the new one once."""
    ways = {"unlock": accounts.unlock, "factor": accounts.drop_factor, "sessions": accounts.end_sessions}
    if what != "password" and what not in ways:
        raise NotFound
    try:
        if what == "password":
            password = await accounts.reset_password(tenant.id, account, by=member, now=now)
            return await _shown(tenant, account, now, Tried("password", password=password))
        async with db.as_tenant(tenant.id) as unit:
            await ways[what](unit, account, by=member, now=now)
    except Refused as refusal:
        return await _refused(tenant, account, now, what, refusal)
    return _back(tenant, account)


@get(
    ["/t/{slug:str}/admin/members/{account:uuid}/grant", "/t/{slug:str}/admin/members/{account:uuid}/state",
     "/t/{slug:str}/admin/members/{account:uuid}/secure/{what:str}"], opt={"perm": "members.read"},
)  # fmt: skip
async def again(tenant: InTenant, account: FromPath[UUID]) -> Redirect:
    """Whoever reloads a refused form, or the page that told a password, gets the account."""
    return _back(tenant, account)


def _back(tenant: Tenant, account: UUID) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/members/{account}", status_code=303)


async def _refused(tenant: Tenant, account: UUID, now: datetime, form: str, refusal: Refused) -> Page:
    if isinstance(refusal, NotFound):
        raise refusal
    return await _shown(tenant, account, now, Tried(form, problem=refusal.detail), status_of(refusal))


async def _shown(tenant: Tenant, account: UUID, now: datetime, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await accounts.account(unit, account, now)
        offered = await _offered(unit)
        names = await _names(unit, found.member)
    return page(
        "admin/members/show.html", status=status, found=found, tried=tried, offered=offered, names=names,
        states=STATES, asks=ASKS, scopes=SCOPES, now=now,
    )  # fmt: skip


async def _offered(unit: db.Unit) -> Mapping[str, Mapping[str, str]]:
    """What the form proposes; a code that is not among them may be typed."""
    return {
        kind: {each.code: each.name for each in await places.listing(unit, kind, limit=MOST_OFFERED)}
        for kind in ("institution", "region", "staff")
    }


async def _names(unit: db.Unit, member: Member) -> Mapping[str, str]:
    """The names of the places an account has, by the field that holds them."""
    held: dict[Any, str | None] = {"institution": member.institution, "region": member.region, "staff": member.staff}
    return {kind: (await places.names(unit, kind, [code])).get(code, code) for kind, code in held.items() if code}


def _filters(bodies: Mapping[str, str]) -> tuple[Filter, ...]:
    roles = {role or NO_ROLE: name for role, name in ROLE_NAMES.items()}
    return (Filter("state", "状态", STATES), Filter("role", "角色", roles), Filter("institution", "机构", bodies))


def _regions(rows: tuple[Account, ...]) -> list[str]:
    return [each.member.region for each in rows if each.member.region]


def _seat(form: Posted) -> Seat:
    role = form.text("role")
    return Seat("" if role == NO_ROLE else role, form.text("institution"), form.text("region"), form.text("staff"))


def _told(refusal: Refused, otherwise: str) -> Mapping[str, str]:
    return refusal.errors if isinstance(refusal, Misfit) else {refusal.field or otherwise: refusal.detail}
