"""Whoever was given a task sees what, about whom, by when and under which clause, and reports it done in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.assignments import listing
from core.assignments.listing import Wanted
from core.assignments.model import Given
from core.desk.cells import TASK_STATES
from core.desk.lists import KINDS
from core.errors import Refused
from core.people import Member
from core.policy import vocab
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import registers
from core.tickets.listing import Eyes
from web import flash
from web.admin.called import names_of
from web.admin.chips import Filter, asked, id_of, read
from web.admin.lists.kit import listed, opens_with
from web.admin.sight import actor_of, eyes_of, is_protected, known_until
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import posted
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse

STATES: Mapping[str, str] = TASK_STATES
FILTERS = (Filter("state", "状态", STATES), Filter("kind", "种类", vocab.TASKS))
TABS: Mapping[str, str] = {"mine": "我的", "all": "全部"}
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A task with the names it is read by; ``mine`` may be reported done, ``linked`` leads to its ticket."""

    task: Given
    kind: str
    about: str
    to: str
    mine: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """The form that is open, with what was written and what was wrong."""

    task: UUID | None = None
    note: str = ""
    error: str = ""


@get("/t/{slug:str}/admin/tasks", opt={"perm": "tickets.read"})
async def index(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Page | Redirect:
    async with db.as_tenant(tenant.id) as unit:
        if view := await opens_with(unit, request, member, KINDS["tasks"]):
            return Redirect(view, status_code=303)
    return await _listed(request, tenant, member, policy, now, Tried(id_of(request, "do")))


@post("/t/{slug:str}/admin/tasks/{task:uuid}", opt={"perm": "tickets.act"}, status_code=303)
async def finish(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, task: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        names = await _names_for(unit, eyes, task)
    try:
        note = form.text("note", LONGEST_NOTE)
        await flow.finish_task(tenant, task, note, by=actor_of(member), names=names, now=now)
    except Refused as refusal:
        if refusal.field != "note":
            raise
        tried = Tried(task, form.kept("note"), refusal.detail)
        return await _listed(request, tenant, member, policy, now, tried, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/tasks", status_code=303)
    return flash.leave(request, answer, f"已报告完成任务，{member.name} {hour(now)}")


@get("/t/{slug:str}/admin/tasks/{task:uuid}", opt={"perm": "tickets.act"})
async def again(tenant: InTenant, task: FromPath[UUID]) -> Redirect:
    """Whoever reloads a refused form gets the list with that form open."""
    return Redirect(f"/t/{tenant.slug}/admin/tasks?do={task}#do", status_code=303)


async def _listed(
    request: HttpRequest, tenant: Tenant, member: Member, policy: Policy, now: datetime, tried: Tried, status: int = 200
) -> Page:
    tab = _tab(request, member)
    tabs = TABS if may(member.role, "tasks.oversee") and may(member.role, "tickets.act") else {}
    without = frozenset[str]() if tab == "all" else frozenset({"to"})
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        shown = await listed(unit, request, member, KINDS["tasks"], FILTERS, tab=tab, tabs=tabs, without=without)
        wanted = replace(
            _wanted(eyes, shown.filters, everybody=tab == "all"), after=shown.last_id, limit=shown.size,
            rated_before=known_until(member, now),
        )  # fmt: skip
        found = await listing.page(unit, wanted)
        lines = await _lines(unit, eyes, policy, member, found.rows, now)
    return page(
        "admin/tasks.html", status=status, list=shown, lines=lines, found=found, states=STATES, tried=tried,
        protected=is_protected(member),
    )  # fmt: skip


async def asked_for(
    unit: db.Unit, request: HttpRequest, member: Member, eyes: Eyes
) -> tuple[str, tuple[Filter, ...], Wanted, int]:
    """What the address asks for, and how many there are."""
    tab, filters = _tab(request, member), read(request, FILTERS)
    wanted = _wanted(eyes, filters, everybody=tab == "all")
    return tab, filters, wanted, (await listing.page(unit, replace(wanted, limit=1))).total


def _tab(request: HttpRequest, member: Member) -> str:
    oversees = may(member.role, "tasks.oversee")
    wants_all = asked(request, "tab") == "all" or not may(member.role, "tickets.act")
    return "all" if oversees and wants_all else "mine"


def _wanted(eyes: Eyes, filters: tuple[Filter, ...], *, everybody: bool) -> Wanted:
    chosen = {each.name: each.value for each in filters}
    whose = None if everybody and eyes.everything else eyes.addresses
    within = eyes.oversees if everybody and not eyes.everything else None
    return Wanted(whose, within, chosen["state"], chosen["kind"], bureau_of=_district(eyes))


def _district(eyes: Eyes) -> tuple[str, ...] | None:
    return None if eyes.everything else eyes.oversees


async def _names_for(unit: db.Unit, eyes: Eyes, task: UUID) -> tuple[str, ...]:
    """In whose name this task may be reported done: what concerns another district is not for this one's supervisor."""
    found = await listing.page(unit, Wanted(eyes.addresses, bureau_of=_district(eyes), id=task, limit=1))
    return eyes.addresses if found.rows else tuple(each for each in eyes.addresses if each != "bureau")


async def _lines(
    unit: db.Unit, eyes: Eyes, policy: Policy, member: Member, found: tuple[Given, ...], now: datetime
) -> list[Line]:
    names = await names_of(unit, policy, [name for each in found for name in (each.about, each.addressee)])
    numbers = {each.ticket_number for each in found if each.ticket_number}
    seen = await registers.visible(unit, eyes, numbers, now)
    acts = may(member.role, "tickets.act")
    return [
        Line(each, vocab.TASKS.get(each.kind, each.kind), names.get(each.about, ""), names[each.addressee],
             acts and each.state == "open" and each.addressee in eyes.addresses, each.ticket_number in seen)
        for each in found
    ]  # fmt: skip
