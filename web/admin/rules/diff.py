"""A proposal beside what holds: what would change, what is wrong with it, what was said; and here it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Conflict, Refused
from core.examples import kept
from core.examples.actions import Q as EXAMPLE_QUERIES
from core.people import Member
from core.policy import keys
from core.policy.policy import Policy
from core.proposals import actions as proposals
from core.proposals import decide
from core.proposals.decide import Fault
from core.proposals.difference import changed
from core.proposals.model import ANSWER, STATES, Proposal
from core.tenants import Tenant
from core.whatif import actions as whatif
from web import flash
from web.admin import rulebook
from web.admin.chips import asked
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_of_field, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

LONGEST = 2000
EXAMPLES = "examples"
MOST_SAID = 500
EXAMPLES_KEPT = EXAMPLE_QUERIES.count
TYPED = ("title", "since", "text", "key")


@dataclass(frozen=True, slots=True)
class Tried:
    """Which form was sent, what was typed in it, and what was wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(TYPED, ""))
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/rules/{proposal:uuid}/diff", opt={"perm": "proposals.read"})
async def show(request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now) -> Page:
    return await _shown(tenant, member, proposal, Tried(), now, everything=asked(request, "all") == "1")


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/describe", opt={"perm": "policy.write"}, status_code=303)
async def describe(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        since = day_of_field(form.text("since"), "since")
        await proposals.describe(
            tenant, proposal, title=form.text("title"), since=since, version=form.number("version") or 0,
            by=member.actor, now=now,
        )  # fmt: skip
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "describe", form, refusal, now)
    return _back(tenant, proposal)


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/drop", opt={"perm": "policy.write"}, status_code=303)
async def drop(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    """One key leaves the proposal."""
    form = await posted(request)
    try:
        version = form.number("version") or 0
        await proposals.drop(tenant, proposal, form.text("key"), version=version, by=member.actor, now=now)
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "drop", form, refusal, now)
    return _back(tenant, proposal)


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/comments", opt={"perm": "proposals.comment"}, status_code=303)
async def comment(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        text = form.text("text", LONGEST)
        await proposals.comment(tenant, proposal, text, key=form.text("key"), by=member.actor, now=now)
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "comments", form, refusal, now)
    return _back(tenant, proposal, "#said")


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/submit", opt={"perm": "policy.write"}, status_code=303)
async def submit(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        version, text = form.number("version") or 0, form.text("text", LONGEST)
        await proposals.submit(tenant, proposal, version=version, text=text, by=member.actor, now=now)
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "submit", form, refusal, now)
    return flash.leave(request, _back(tenant, proposal), "已提交，等待另一位有批准权限的人批准。")


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/return", opt={"perm": "policy.approve"}, status_code=303)
async def send_back(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        version, text = form.number("version") or 0, form.text("text", LONGEST)
        await proposals.send_back(tenant, proposal, text, version=version, by=member.actor, now=now)
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "return", form, refusal, now)
    return flash.leave(request, _back(tenant, proposal), "已退回，起草人可以继续修改。")


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/approve", opt={"perm": "policy.approve", "grave": True},
      status_code=303)  # fmt: skip
async def approve(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        version, text = form.number("version") or 0, form.text("text", LONGEST)
        known = await proposals.approve(
            tenant, proposal, version=version, text=text, by=member.actor, now=now, weigh=_weigh
        )  # fmt: skip
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "approve", form, refusal, now)
    return flash.leave(request, _back(tenant, proposal), f"已批准，{known.since.isoformat()} 00:00 起生效。")


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/withdraw", opt={"perm": "policy.write"}, status_code=303)
async def withdraw(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        version, text = form.number("version") or 0, form.text("text", LONGEST)
        await proposals.withdraw(tenant, proposal, version=version, text=text, by=member.actor, now=now)
    except Refused as refusal:
        return await _refused(tenant, member, proposal, "withdraw", form, refusal, now)
    answer = Redirect(f"/t/{tenant.slug}/admin/rules", status_code=303)
    return flash.leave(request, answer, "草案已撤销，内容仍可查看。")


async def _weigh(unit: db.Unit, known: Proposal) -> None:
    """Where a place has examples, they hold by these very rules before anybody approves them."""
    if not await unit.fetchval(EXAMPLES_KEPT, unit.tenant):
        return
    last = await kept.latest_run(unit, known.id, version=known.version)
    if last is None or not last.fresh:
        raise Conflict("例子还没有按这一版草案运行过，请先运行全部例子。", field=EXAMPLES)
    if not last.holds:
        raise Conflict(
            f"有 {last.failed} 个例子按这份草案不成立，请改草案、改例子，或写明本地不同的依据。", field=EXAMPLES
        )


def _back(tenant: Tenant, proposal: UUID, to: str = "") -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/rules/{proposal}/diff{to}", status_code=303)


async def _refused(
    tenant: Tenant, member: Member, proposal: UUID, name: str, form: Posted, refusal: Refused, now: datetime
) -> Page:
    """The page as it is now, with what was wrong at the field and what was typed."""
    typed = {each: form.kept(each) for each in TYPED}
    tried = Tried(name, typed, {refusal.field or "form": refusal.detail})
    return await _shown(tenant, member, proposal, tried, now, status=status_of(refusal))


async def _shown(
    tenant: Tenant, member: Member, proposal: UUID, tried: Tried, now: datetime, *,
    everything: bool = False, status: int = 200,
) -> Page:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        known = await proposals.by_id(unit, proposal)
        said = await proposals.comments(unit, proposal)
        examples = await kept.latest_run(unit, proposal, version=known.version)
        count = await unit.fetchval(EXAMPLES_KEPT, tenant.id)
        trial = await whatif.latest(unit, proposal)
    before, after = _sides(tenant, known)
    lines = decide.difference(before, after)
    faults = decide.lint(tenant, known) if known.undecided else ()
    hands = frozenset(each for each in (member.id, member.behalf.id if member.behalf else None) if each)
    return page(
        "admin/rules/diff.html", status=status, tenant=tenant, proposal=known, states=STATES, said=said[-MOST_SAID:],
        lines=lines if everything else changed(lines), everything=everything, names=rulebook.layer_names(tenant),
        examples=examples, count=count, trial=trial, faults=faults,
        where={each.key: _where(tenant, known, each) for each in faults}, tried=tried,
        approves=decide.may_approve(known, hands), wrote=bool(hands & known.hands),
        labels={each.key: label(each.key) for each in known.changes},
        first=decide.earliest(tenant, now.astimezone(SHANGHAI).date()),
    )  # fmt: skip


def _sides(tenant: Tenant, known: Proposal) -> tuple[Policy, Policy]:
    before, after = decide.without(tenant, known), decide.applied(tenant, known)
    return stack.policy(before, known.since), stack.policy(after, known.since)


def _where(tenant: Tenant, known: Proposal, fault: Fault) -> str:
    """Where the fault is put right."""
    home = f"/t/{tenant.slug}/admin/rules/{known.id}"
    if fault.key.startswith(ANSWER):
        return f"{home}/answers/{fault.key.removeprefix(ANSWER)}"
    return f"{home}/keys/{keys.whole(fault.key).name}" if fault.key else home


def label(key: str) -> str:
    return f"问题 {key.removeprefix(ANSWER)}" if key.startswith(ANSWER) else rulebook.label(key)
