"""A supervisor draws closed tickets by lot, sees what was found, and anybody can draw again from the kept seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.checks import actions as checks
from core.checks.actions import Check, Reach, Wanted
from core.checks.decide import METHODS, MOST, Method
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.people import Member
from core.places import actions as places
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets.listing import Eyes
from core.tickets.machine import RULES, STATE_LABELS
from web.admin.chips import asked, id_of
from web.admin.sight import actor_of, eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_of_field, posted
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse

ROWS = 50
USUAL = 10
MOST_INSTITUTIONS = 2000
FIELDS = ("since", "until", "handler", "method", "wanted")


@dataclass(frozen=True, slots=True)
class Tried:
    """The form as it was filled in, with what was wrong at which field; ``there`` is how many could be drawn."""

    typed: Mapping[str, str]
    errors: Mapping[str, str]
    there: int | None = None


@get("/t/{slug:str}/admin/checks", opt={"perm": "checks.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    typed = _usual(now) | {name: asked(request, name) for name in FIELDS if asked(request, name)}
    return await _listed(request, tenant, member, policy, Tried(typed, {}))


@post("/t/{slug:str}/admin/checks", opt={"perm": "checks.draw"}, status_code=303)
async def draw(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        wanted = _read(form)
        async with db.as_tenant(tenant.id, patience=60) as unit:
            reach = _reach(await eyes_of(unit, member, policy), member)
            drawn = await checks.draw(unit, reach, wanted, actor_of(member), member.name, now)
    except Refused as refusal:
        if refusal.field not in FIELDS:
            raise
        typed = {name: form.kept(name) for name in FIELDS}
        tried = Tried(typed, {refusal.field: refusal.detail})
        return await _listed(request, tenant, member, policy, tried, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin/checks/{drawn.id}", status_code=303)


@get("/t/{slug:str}/admin/checks/{check:uuid}", opt={"perm": "checks.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, check: FromPath[UUID]
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        reach = _reach(eyes, member)
        found = await checks.one(unit, reach, check)
        rows = await checks.rows(unit, found)
        handlers = {each.handler for each in found.strata} | {found.institution, found.handler}
        names = await places.names(unit, "institution", handlers)
        now_there = await checks.population(unit, reach, _same(found)) if asked(request, "again") else 0
    return page(
        "admin/checks/show.html", check=found, rows=rows, names=names, methods=METHODS, states=STATE_LABELS,
        again=checks.drawn_again(found) if asked(request, "again") else None, now_there=now_there,
        checked=sum(each.found_at is not None for each in rows),
        inspects=may(member.role, "tickets.act") and eyes.is_bureau, open_in=RULES["inspect"].states,
    )  # fmt: skip


async def _listed(
    request: HttpRequest, tenant: Tenant, member: Member, policy: Policy, tried: Tried, status: int = 200
) -> Page:
    after = id_of(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        reach = _reach(eyes, member)
        found = await checks.listing(unit, reach, after, ROWS + 1)
        handlers = await _handlers(unit, eyes)
        there = await _there(unit, reach, tried)
    return page(
        "admin/checks/index.html", status=status, found=found[:ROWS], more=len(found) > ROWS, first=after is None,
        tried=tried, there=there, handlers=handlers, methods=METHODS, most=MOST,
    )  # fmt: skip


async def _there(unit: db.Unit, reach: Reach, tried: Tried) -> int | None:
    """How many the form as it stands could draw from; None while its days are not understood."""
    try:
        since, until = (date.fromisoformat(tried.typed.get(name, "")) for name in ("since", "until"))
    except ValueError:
        return None
    if since > until:
        return None
    return await checks.population(unit, reach, Wanted(since, until, 1, "simple", tried.typed.get("handler", "")))


async def _handlers(unit: db.Unit, eyes: Eyes) -> Mapping[str, str]:
    if not eyes.everything:
        return await places.names(unit, "institution", eyes.oversees)
    return {each.code: each.name for each in await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)}


def _reach(eyes: Eyes, member: Member) -> Reach:
    return Reach(eyes.everything, eyes.oversees, member.institution or "")


def _same(check: Check) -> Wanted:
    return Wanted(check.since, check.until, check.wanted, check.method, check.handler)


def _usual(now: datetime) -> dict[str, str]:
    """Last month, which is over."""
    last = now.astimezone(SHANGHAI).date().replace(day=1) - timedelta(days=1)
    return {
        "since": last.replace(day=1).isoformat(), "until": last.isoformat(), "handler": "", "method": "proportional",
        "wanted": str(USUAL),
    }  # fmt: skip


def _read(form: Posted) -> Wanted:
    since, until = (day_of_field(form.text(name), name) for name in ("since", "until"))
    method = form.text("method")
    if method not in METHODS:
        raise Invalid("请选择怎样分配。", field="method")
    wanted = form.number("wanted")
    if wanted is None:
        raise Invalid(f"份数请填 1 到 {MOST} 之间的数。", field="wanted")
    return Wanted(since, until, wanted, cast("Method", method), form.text("handler"))
