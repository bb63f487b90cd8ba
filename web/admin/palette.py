"""From anywhere, a few letters and Enter: a door, a ticket, an action or an answer; without scripts it is a page."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import get

from core import db
from core.people import Member
from core.policy.policy import Policy
from core.records import listing as kept
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import Wanted
from web import extra_doors, palette
from web.admin.extras.sight import reach_of
from web.admin.sight import eyes_of, is_protected
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import remaining
from web.hx import is_partial, own_path
from web.page import Page, Shell, page
from web.palette import Choice, Kind
from web.visit import HttpRequest

LONGEST = 40
TICKETS = 5


@get("/t/{slug:str}/admin/palette", opt={"perm": "home"})
async def show(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    q = request.query_params.get("q", "").strip()[:LONGEST]
    shell = Shell(request, {}, {})
    async with db.as_tenant(tenant.id) as unit:
        extras = await extra_doors.doors(unit, tenant, member, now)
    every = palette.kinds(tenant.slug, shell.may, palette.looks(shell, _here(request)), extras)
    kinds = palette.found(q, every)
    if len(q) > 1 and shell.may("tickets.read"):
        tickets = await _tickets(tenant, member, policy, q, now)
        kinds = (*kinds, Kind("工单", tickets)) if tickets else kinds
    if len(q) > 1 and shell.may("extras.read"):
        found = await _records(tenant, member, q, now)
        kinds = (*kinds, Kind("特色功能", found)) if found else kinds
    return page("admin/palette.html", kinds=kinds, q=q)


async def _tickets(tenant: Tenant, member: Member, policy: Policy, q: str, now: Now) -> tuple[Choice, ...]:
    protected = is_protected(member)
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        wanted = Wanted(q=q, sort="day" if protected else "due", limit=TICKETS)
        rows = (await listing.page(unit, eyes, wanted, now)).rows
    return tuple(
        Choice(row.item_name or "未关联事项", "inbox", f"/t/{tenant.slug}/admin/tickets/{row.number}",
               row.number if protected or row.due_at is None else f"{row.number}，{remaining(row.due_at, now)}")
        for row in rows
    )  # fmt: skip


async def _records(tenant: Tenant, member: Member, q: str, now: Now) -> tuple[Choice, ...]:
    async with db.as_tenant(tenant.id) as unit:
        found = await kept.sought(unit, q, await reach_of(unit, member), now)
    return tuple(
        Choice(each.title, "inbox", f"/t/{tenant.slug}/admin/extras/records/{each.id}",
               each.number if each.due_at is None else f"{each.number}，{remaining(each.due_at, now)}")
        for each in found[:TICKETS]
    )  # fmt: skip


class _here:  # noqa: N801 - it is called as a function is
    """The page behind the palette, as the browser names it; the palette itself where there is none."""

    def __init__(self, request: HttpRequest) -> None:
        told = urlsplit(request.headers.get("hx-current-url", "")) if is_partial(request) else urlsplit("")
        self._path = own_path(told.path, request.scope["path"])
        self._query = parse_qsl(told.query)

    def __call__(self, **changes: str) -> str:
        kept = [(name, value) for name, value in self._query if name not in changes]
        return f"{self._path}?{urlencode([*kept, *changes.items()])}"
