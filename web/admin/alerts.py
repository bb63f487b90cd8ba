"""What repeats itself calls a supervisor: every counted fact is listed, and what came of it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.alerts import listing
from core.alerts.listing import Wanted
from core.alerts.model import Raised
from core.assignments import actions as assignments
from core.assignments.model import Given
from core.desk.lists import KINDS
from core.errors import Refused
from core.people import Member
from core.policy import columns, keys, vocab
from core.policy.policy import Policy
from core.policy.records import Record
from core.tenants import Tenant
from core.tickets import registers
from core.tickets.listing import Eyes
from web import flash
from web.admin.called import names_of
from web.admin.chips import Filter
from web.admin.lists.kit import listed, opens_with
from web.admin.sight import actor_of, eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

STATES: Mapping[str, str] = {"open": "待处理", "handled": "已处理", "revoked": "已撤回"}
LONGEST_NOTE = 2000
# Kind and subject stand in columns of their own.
THRESHOLDS = Record(columns.ALERT.make, columns.ALERT.columns[2:])


@dataclass(frozen=True, slots=True)
class Line:
    alert: Raised
    kind: str
    what: str
    subject: str
    rule: str


@dataclass(frozen=True, slots=True)
class Tried:
    note: str = ""
    error: str = ""


@get("/t/{slug:str}/admin/alerts", opt={"perm": "alerts.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy) -> Page | Redirect:
    filters = (Filter("state", "状态", STATES), Filter("kind", "种类", vocab.ALERTS))
    async with db.as_tenant(tenant.id) as unit:
        if view := await opens_with(unit, request, member, KINDS["alerts"]):
            return Redirect(view, status_code=303)
        eyes = await eyes_of(unit, member, policy)
        shown = await listed(unit, request, member, KINDS["alerts"], filters)
        chosen = shown.chosen
        found = await listing.page(
            unit, Wanted(_within(eyes), chosen["state"], chosen["kind"], shown.last_id, shown.size)
        )
        names = await names_of(unit, policy, [each.of for each in found.rows])
    lines = [_line(each, names, policy) for each in found.rows]
    return page(
        "admin/alerts/index.html", list=shown, lines=lines, found=found, states=STATES,
        set_up=bool(policy[keys.alerts]),
    )  # fmt: skip


@get("/t/{slug:str}/admin/alerts/{alert:uuid}", opt={"perm": "alerts.read"})
async def show(tenant: InTenant, member: InMember, policy: InPolicy, alert: FromPath[UUID], now: Now) -> Page:
    return await _shown(tenant, member, policy, alert, now, Tried())


@post("/t/{slug:str}/admin/alerts/{alert:uuid}", opt={"perm": "tickets.supervise"}, status_code=303)
async def handle(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, alert: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        await _one(unit, await eyes_of(unit, member, policy), alert)
    try:
        await flow.handle_alert(tenant, alert, form.text("note", LONGEST_NOTE), by=actor_of(member), now=now)
    except Refused as refusal:
        tried = Tried(form.kept("note"), refusal.detail)
        return await _shown(tenant, member, policy, alert, now, tried, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/alerts/{alert}", status_code=303)
    return flash.leave(request, answer, f"已登记预警的处理结果，{member.name} {hour(now)}")


async def _shown(
    tenant: Tenant, member: Member, policy: Policy, alert_id: UUID, now: datetime, tried: Tried, status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        alert = await _one(unit, eyes, alert_id)
        tasks = await assignments.listing(unit, alert_id=alert_id)
        names = await names_of(unit, policy, [alert.of, alert.ended_by or "", *_parties(tasks)])
        tickets = [str(each["ticket"]) for each in alert.facts if each.get("ticket")]
        seen = await registers.visible(unit, eyes, tickets, now)
    return page(
        "admin/alerts/show.html", status=status, line=_line(alert, names, policy), alert=alert, tasks=tasks,
        names=names, kinds=vocab.TASKS, states=STATES, seen=seen, tried=tried,
        facts=[_fact(each, names_rater=alert.subject == "rater") for each in alert.facts],
    )  # fmt: skip


def _within(eyes: Eyes) -> tuple[str, ...] | None:
    return None if eyes.everything else eyes.oversees


async def _one(unit: db.Unit, eyes: Eyes, alert_id: UUID) -> Raised:
    return await listing.one(unit, Wanted(_within(eyes), id=alert_id, limit=1))


def _parties(tasks: tuple[Given, ...]) -> list[str]:
    return [name for each in tasks for name in (each.addressee, each.about)]


def _line(alert: Raised, names: Mapping[str, str], policy: Policy) -> Line:
    rule = columns.ALERT.parse(alert.rule, "alerts")
    return Line(
        alert, vocab.ALERTS.get(alert.kind, alert.kind), vocab.ALERTED.get(alert.subject, alert.subject),
        names[alert.of], THRESHOLDS.chinese(rule, policy.words),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing an alert counted: a ticket or rating of a day, or a month's standing."""

    ticket: str = ""
    case: str = ""
    at: datetime | None = None
    month: str = ""
    figure: str = ""
    n: int = 0
    place: int = 0
    among: int = 0


def _fact(told: Mapping[str, object], *, names_rater: bool) -> Fact:
    """A case number beside an alert about its rater would name them."""
    held: dict[str, object] = {name: told[name] for name in Fact.__slots__ if told.get(name) not in (None, "")}
    if names_rater:
        held.pop("case", None)
    if "at" in held:
        held["at"] = datetime.fromisoformat(str(held["at"]))
    return Fact(**held)  # pyright: ignore[reportArgumentType]  # as core.alerts.model writes them
