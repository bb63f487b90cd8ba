"""The front door: which places take part; in the demo also a way into every screen with one click."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from core import clock, db, flow, people, stack, tenants
from core.audit.model import SYSTEM
from core.errors import NotEntitled, NotFound, Unauthorized
from core.intake.model import Received, ServiceEvent, Source
from core.people import Member, Person
from core.places import actions as places
from core.places.model import Item, Staff, Window
from core.policy import keys
from core.tenants import Listed, Tenant
from web.agents import browser_of
from web.auth import (
    DEMO,
    DEVICE_SCOPE,
    PUBLIC,
    cookie_name,
    device_cookie,
    device_cookie_name,
    device_key,
    session_cookie,
)
from web.deps import InSettings, Now
from web.forms import posted
from web.hx import own_path
from web.page import Page, page
from web.permissions import ROLES
from web.visit import HttpRequest

ENOUGH = 60
VISITOR = Person("王五", phone="13800000005")


@dataclass(frozen=True, slots=True)
class House:
    """One place on the demo's front page: who can be, where its screens are."""

    listed: Listed
    members: tuple[tuple[Member, str], ...]
    window: Window | None
    kiosk: Window | None

    @property
    def supervisor(self) -> Member | None:
        return next((each for each, _ in self.members if each.role == "supervisor"), None)


@get("/", opt={"perm": PUBLIC})
async def show(settings: InSettings, told: FromQuery[str] = "") -> Page:
    every = await tenants.listing()
    if not settings.demo:
        live = [each for each in every if each.live and not each.province and each.id > 0]
        return page("public/start.html", places=live, houses=(), provinces=(), told="")
    houses = [await _house(each) for each in every if each.demo and each.id > 0]
    return page(
        "public/start.html", places=(), told=told[:ENOUGH],
        houses=[each for each in houses if not each.listed.province],
        provinces=[each for each in houses if each.listed.province],
    )  # fmt: skip


@post("/demo/sign-in", opt={"perm": DEMO}, status_code=303)
async def sign_in(request: HttpRequest, now: Now) -> Redirect:
    """Any role of a demo tenant with one click, in the demo and nowhere else."""
    form = await posted(request)
    tenant = await _demo_tenant(form.text("slug"))
    async with db.as_tenant(tenant.id) as unit:
        wanted = form.text("username")
        member = next((each for each in await people.members(unit) if each.username == wanted), None)
        if member is None:
            raise NotFound
        former = request.cookies.get(cookie_name(request, tenant), "")
        session = await people.open_session(unit, member.id, now, browser_of(request), former=former)
    cookies = [session_cookie(request, tenant, session)]
    home = f"/t/{tenant.slug}/admin"
    return Redirect(own_path(form.text("next"), home), status_code=303, cookies=cookies)


@post("/demo/serve", opt={"perm": DEMO}, status_code=303)
async def serve(request: HttpRequest, now: Now) -> Redirect:
    """Somebody is served this very minute, as a hall's own system reports it, so that there is something to rate."""
    form = await posted(request)
    tenant = await _demo_tenant(form.text("slug"))
    where = await _somewhere(tenant, form.text("window"))
    case = f"YS{now:%y%m%d%H%M%S}{secrets.randbelow(1000):03}"
    # Some regulations ask when the service at the window is done, some when the case is closed: both happen.
    events = [
        ServiceEvent(case=case, event=name, at=now, kind="instant", applicant=VISITOR, **where)
        for name in ("served", "closed")
    ]
    answers = await flow.receive(tenant, events, source=Source("demo", trusted=True), now=now)
    invitations = [each.invitation for each in answers if isinstance(each, Received) and each.invitation]
    if not invitations:
        return Redirect("/?told=none", status_code=303)
    to_screen = {"device": "device", "kiosk": "kiosk"}.get(form.text("to"))
    if to_screen:
        return await _on_screen(request, tenant, to_screen, where["window"], now)
    return Redirect(invitations[-1].url_path, status_code=303)


async def _on_screen(request: HttpRequest, tenant: Tenant, kind: str, window: str, now: datetime) -> Redirect:
    """A visitor's browser becomes a device with a key of its own, which can rate and nothing else."""
    path = own_path(f"/t/{tenant.slug}/{kind}/{window}")
    try:
        await device_key(tenant, request.cookies.get(device_cookie_name(request, tenant), ""), window)
    except (Unauthorized, NotEntitled):
        async with db.as_tenant(tenant.id) as unit:
            key = await people.issue_key(unit, "演示评价器", [DEVICE_SCOPE], by=SYSTEM, now=now)
        return Redirect(path, status_code=303, cookies=[device_cookie(request, tenant, key)])
    return Redirect(path, status_code=303)


async def _demo_tenant(slug: str) -> Tenant:
    tenant = await tenants.by_slug(slug)
    if not tenant.demo:
        raise NotFound
    return tenant


async def _somewhere(tenant: Tenant, window_code: str) -> Mapping[str, Any]:
    """A window with an item and a member of staff of its own institution."""
    async with db.as_tenant(tenant.id) as unit:
        window = (await places.among(unit, "window", [window_code])).get(window_code)
        if not isinstance(window, Window):
            raise NotFound
        items = [each for each in await places.listing(unit, "item", limit=1000)
                 if isinstance(each, Item) and each.institution == window.institution and each.in_scope]  # fmt: skip
        staff = [each for each in await places.listing(unit, "staff", limit=1000)
                 if isinstance(each, Staff) and each.institution == window.institution and each.active]  # fmt: skip
    if not items:
        raise NotFound
    mode = "kiosk" if window.kiosk else "window"
    served = {} if window.kiosk or not staff else {"staff": secrets.choice(staff).code}
    return {"window": window.code, "mode": mode, "item": secrets.choice(items).code, **served}


async def _house(listed: Listed) -> House:
    tenant = await tenants.by_id(listed.id)
    policy = stack.policy(tenant, clock.now().date())
    async with db.as_tenant(listed.id) as unit:
        members = [each for each in await people.members(unit) if not each.disabled]
        windows = [each for each in await places.listing(unit, "window", limit=500) if isinstance(each, Window)]
        bodies = await places.names(unit, "institution", [each.institution for each in members if each.institution])
    # A newcomer's ticket should come to somebody whose chair they can take.
    handlers = {each.institution for each in members if each.role == "handler"}
    near = sorted(windows, key=lambda each: each.institution not in handlers)
    rates = any(row.event == "closed" and row.mode in ("*", "kiosk") for row in policy[keys.occasions] or ())
    return House(
        listed,
        tuple((each, bodies.get(each.institution or "", "")) for each in sorted(members, key=_in_order)),
        next((each for each in near if not each.kiosk), None),
        next((each for each in near if each.kiosk and rates), None),
    )


def _in_order(member: Member) -> int:
    return list(ROLES).index(member.role) if member.role in ROLES else len(ROLES)
