"""How a member likes a list: columns and rows to a page, views kept under a name, and what stands in the side bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.assignments import listing as assignments
from core.desk import known, of_records, views
from core.desk.known import kind_of
from core.desk.lists import Kind
from core.desk.views import Choice, View, Wish
from core.errors import Refused
from core.people import Member
from core.tenants import Tenant
from core.tickets import listing, registers
from core.tickets.listing import Eyes
from web import extra_doors
from web.admin.chips import asked, id_of
from web.admin.lists.work import ONE_TAB, Looking, counted
from web.admin.sight import eyes_of, known_until
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.hx import own_path
from web.navigation import pinned_at
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse

LONGEST_QUERY = 1200
# The lists whose views can be counted by the one index.
OF_TICKETS = frozenset({"tickets", *ONE_TAB})


@dataclass(frozen=True, slots=True)
class Tried:
    """A view's form as it stands: what is to be kept, and what was wrong with it."""

    wish: Wish
    view: UUID | None = None
    errors: dict[str, str] | None = None


@get("/t/{slug:str}/admin/desk", opt={"perm": "tickets.read"})
async def desk(tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    """What waits for this member, list by list, and the views they pinned; asked for when the page stands."""
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        waiting = await _waiting(unit, member, eyes, now)
        pins: dict[str, list[tuple[View, str, str]]] = {}
        seen = [view for view in await views.seen_by(unit, member) if view.pinned][: views.MOST_PINS]
        shown = await _shown_doors(unit, tenant, member, seen, now)
        for each in seen:
            kind, door = known.find(each.list), of_records.door_of(each.list)
            if kind is None or (door and f"x-{door}" not in shown):
                continue
            looking = Looking(tenant, member, eyes, policy, kind, now)
            n = await counted(unit, looking, each.query) if each.list in OF_TICKETS else ""
            pins.setdefault(f"x-{door}" if door else each.list, []).append((each, n, kind.path))
    return page("admin/lists/desk.html", waiting=waiting, pins=pins)


async def _shown_doors(unit: db.Unit, tenant: Tenant, member: Member, seen: Sequence[View], now: datetime) -> set[str]:
    """Under which doors of extras this member has in the side bar views may stand."""
    if not any(of_records.door_of(each.list) for each in seen):
        return set()
    return {pinned_at(each) for each in await extra_doors.doors(unit, tenant, member, now)}


async def _waiting(unit: db.Unit, member: Member, eyes: Eyes, now: datetime) -> dict[str, int]:
    counts = await listing.counts(unit, eyes, now)
    said = {"tickets": counts["mine"], "appeals": (await registers.appeal_counts(unit, eyes, now))["mine"]}
    given = assignments.Wanted(eyes.addresses, state="open", limit=1, rated_before=known_until(member, now))
    said["tasks"] = (await assignments.page(unit, given)).total
    if may(member.role, "queues.read"):
        said |= {"callbacks": counts["callback"], "audits": counts["audit"]}
    return said


@post("/t/{slug:str}/admin/lists/{list_:str}/look", opt={"perm": "views.keep"}, status_code=303)
async def look(request: HttpRequest, tenant: InTenant, member: InMember, list_: FromPath[str]) -> Redirect:
    """Columns and size are kept for this member; the order stands in the address."""
    kind, form = kind_of(list_), await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        await views.choose(unit, member, kind, form.all("cols"), form.number("rows") or Choice().size)
    sort = form.text("sort")
    kept = {name: value for name, value in request.query_params.items() if name not in ("cols", "rows", "sort")}
    if sort in kind.sorts:
        kept["sort"] = sort
    return Redirect(_address(tenant.slug, kind, kept), status_code=303)


@get("/t/{slug:str}/admin/lists/{list_:str}/look", opt={"perm": "views.keep"})
async def looked(tenant: InTenant, list_: FromPath[str]) -> Redirect:
    return Redirect(_address(tenant.slug, kind_of(list_), {}), status_code=303)


@get("/t/{slug:str}/admin/views", opt={"perm": "views.keep"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember) -> Page:
    """All views, with the form of the one that is to be kept or changed."""
    changing = id_of(request, "view")
    async with db.as_tenant(tenant.id) as unit:
        every = await views.seen_by(unit, member)
        if changing:
            found = await views.one(unit, member, changing)
            wish = Wish(found.list, found.name, found.query, found.shared, found.pinned, found.default)
        else:
            wish = Wish(asked(request, "list"), "", request.query_params.get("keep", "")[:LONGEST_QUERY])
    return _shown(member, every, Tried(wish, changing))


@post("/t/{slug:str}/admin/views", opt={"perm": "views.keep"}, status_code=303)
async def keep(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    return await _kept(tenant.id, tenant.slug, member, form, None, now)


@post("/t/{slug:str}/admin/views/{view:uuid}", opt={"perm": "views.keep"}, status_code=303)
async def change(
    request: HttpRequest, tenant: InTenant, member: InMember, view: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    return await _kept(tenant.id, tenant.slug, member, form, view, now)


@get("/t/{slug:str}/admin/views/{view:uuid}", opt={"perm": "views.keep"})
async def changing(tenant: InTenant, view: FromPath[UUID]) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/views?view={view}", status_code=303)


@post("/t/{slug:str}/admin/views/{view:uuid}/drop", opt={"perm": "views.keep"}, status_code=303)
async def drop(tenant: InTenant, member: InMember, view: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await views.drop(unit, member, view, now)
    return Redirect(f"/t/{tenant.slug}/admin/views", status_code=303)


@post("/t/{slug:str}/admin/views/{view:uuid}/prefer", opt={"perm": "views.keep"}, status_code=303)
async def prefer(request: HttpRequest, tenant: InTenant, member: InMember, view: FromPath[UUID]) -> Redirect:
    """A colleague's shared view may be one's default as well."""
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        found = await views.one(unit, member, view)
        await views.prefer(unit, member, found.list, found.id if form.text("wanted") else None)
    return Redirect(f"/t/{tenant.slug}/admin/views", status_code=303)


async def _kept(
    tenant_id: int, slug: str, member: Member, form: Posted, view: UUID | None, now: Now
) -> HttpResponse:  # fmt: skip
    wish = _wish(form)
    try:
        async with db.as_tenant(tenant_id) as unit:
            await views.keep(unit, member, wish, may_share=may(member.role, "views.share"), now=now, view_id=view)
    except Refused as refusal:
        if refusal.field is None:
            raise
        async with db.as_tenant(tenant_id) as unit:
            every = await views.seen_by(unit, member)
        return _shown(member, every, Tried(wish, view, {refusal.field: refusal.detail}), status_of(refusal))
    kind = kind_of(wish.list)
    home = f"/t/{slug}/admin{kind.path}"
    return Redirect(own_path(f"{home}?{kind.query(wish.query)}", home), status_code=303)


def _wish(form: Posted) -> Wish:
    return Wish(
        list=form.text("list"), name=form.text("name"), query=form.kept("query")[:LONGEST_QUERY],
        shared=form.text("shared") == "yes", pinned=form.text("pinned") == "yes",
        default=form.text("default") == "yes",
    )  # fmt: skip


def _kinds(found: Sequence[View], wish: Wish) -> Mapping[str, Kind]:
    """The lists of these views; that of an extra which has been removed is missing."""
    codes = {wish.list, *(each.list for each in found)}
    return {code: kind for code in codes if (kind := known.find(code))}


def _shown(member: Member, found: tuple[View, ...], tried: Tried, status: int = 200) -> Page:
    return page(
        "admin/lists/views.html", status=status, known=found, tried=tried, kinds=_kinds(found, tried.wish),
        may_share=may(member.role, "views.share"), errors=tried.errors or {},
        asks=bool(tried.view or tried.errors or tried.wish.query or known.find(tried.wish.list)),
    )  # fmt: skip


def _address(slug: str, kind: Kind, query: dict[str, str]) -> str:
    home = f"/t/{slug}/admin{kind.path}"
    try:
        kept = kind.query(urlencode(query))
    except Refused:
        kept = ""
    return own_path(f"{home}?{kept}" if kept else home, home)
