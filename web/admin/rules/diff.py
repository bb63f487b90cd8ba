"""A proposal beside what holds: what would change, what is wrong with it, what was said; and here it is decided."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, stack
from core.audit.model import Actor
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
from core.scenarios import jobs
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

HOME = "/t/{slug:str}/admin/rules"
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


@dataclass(frozen=True, slots=True)
class Sent:
    """One of the page's forms, and who sent it about which proposal."""

    tenant: Tenant
    member: Member
    proposal: UUID
    now: datetime
    form: Posted

    @property
    def version(self) -> int:
        return self.form.number("version") or 0

    @property
    def text(self) -> str:
        return self.form.text("text", LONGEST)

    @property
    def by(self) -> Actor:
        return self.member.actor


# Does what a form asks, and says what is true now: nothing where the page shows it.
Verb = Callable[[Sent], Awaitable[str]]


@get(f"{HOME}/{{proposal:uuid}}/diff", opt={"perm": "proposals.read"})
async def show(request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now) -> Page:
    return await _shown(tenant, member, proposal, Tried(), now, everything=asked(request, "all") == "1")


def deed(
    name: str, perm: str, to: str = "/{proposal}/diff", *, grave: bool = False
) -> Callable[[Verb], HTTPRouteHandler]:
    """One of the page's forms: what it asks is done and said, or the page is shown as it is now with what was wrong."""

    def made(verb: Verb) -> HTTPRouteHandler:
        @post(f"{HOME}/{{proposal:uuid}}/{name}", opt={"perm": perm, "grave": grave}, status_code=303)
        async def handler(
            request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
        ) -> HttpResponse:
            sent = Sent(tenant, member, proposal, now, await posted(request))
            try:
                said = await verb(sent)
            except Refused as refusal:
                typed = {each: sent.form.kept(each) for each in TYPED}
                tried = Tried(name, typed, {refusal.field or "form": refusal.detail})
                return await _shown(tenant, member, proposal, tried, now, status=status_of(refusal))
            home = HOME.replace("{slug:str}", tenant.slug)
            answer = Redirect(home + to.format(proposal=proposal), status_code=303)
            return flash.leave(request, answer, said) if said else answer

        return handler

    return made


@deed("describe", "policy.write")
async def describe(sent: Sent) -> str:
    since = day_of_field(sent.form.text("since"), "since")
    await proposals.describe(
        sent.tenant, sent.proposal, title=sent.form.text("title"), since=since, version=sent.version, by=sent.by,
        now=sent.now,
    )  # fmt: skip
    return ""


@deed("drop", "policy.write")
async def drop(sent: Sent) -> str:
    """One key leaves the proposal."""
    key = sent.form.text("key")
    await proposals.drop(sent.tenant, sent.proposal, key, version=sent.version, by=sent.by, now=sent.now)
    return ""


@deed("comments", "proposals.comment", "/{proposal}/diff#said")
async def comment(sent: Sent) -> str:
    key = sent.form.text("key")
    await proposals.comment(sent.tenant, sent.proposal, sent.text, key=key, by=sent.by, now=sent.now)
    return ""


@deed("submit", "policy.write")
async def submit(sent: Sent) -> str:
    await proposals.submit(
        sent.tenant, sent.proposal, version=sent.version, text=sent.text, by=sent.by, now=sent.now
    )  # fmt: skip
    return "已提交，等待另一位有批准权限的人批准。"


@deed("return", "policy.approve")
async def send_back(sent: Sent) -> str:
    await proposals.send_back(sent.tenant, sent.proposal, sent.text, version=sent.version, by=sent.by, now=sent.now)
    return "已退回，起草人可以继续修改。"


@deed("approve", "policy.approve", grave=True)
async def approve(sent: Sent) -> str:
    known = await proposals.approve(
        sent.tenant, sent.proposal, version=sent.version, text=sent.text, by=sent.by, now=sent.now, weigh=_weigh
    )
    return f"已批准，{known.since.isoformat()} 00:00 起生效。"


@deed("withdraw", "policy.write", "")
async def withdraw(sent: Sent) -> str:
    await proposals.withdraw(
        sent.tenant, sent.proposal, version=sent.version, text=sent.text, by=sent.by, now=sent.now
    )  # fmt: skip
    return "草案已撤销，内容仍可查看。"


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


async def _shown(
    tenant: Tenant, member: Member, proposal: UUID, tried: Tried, now: datetime, *,
    everything: bool = False, status: int = 200,
) -> Page:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        known = await proposals.by_id(unit, proposal)
        said = await proposals.comments(unit, proposal)
        examples = await kept.latest_run(unit, proposal, version=known.version)
        count = await unit.fetchval(EXAMPLES_KEPT, tenant.id)
        brought = len(jobs.sources(tenant))
        trial = await whatif.latest(unit, proposal)
    before, after = _sides(tenant, known)
    lines = decide.difference(before, after)
    faults = decide.lint(tenant, known) if known.undecided else ()
    hands = frozenset(each for each in (member.id, member.behalf.id if member.behalf else None) if each)
    return page(
        "admin/rules/diff.html", status=status, tenant=tenant, proposal=known, states=STATES, said=said[-MOST_SAID:],
        lines=lines if everything else changed(lines), everything=everything, names=rulebook.layer_names(tenant),
        examples=examples, count=count + brought, brought=brought, trial=trial, faults=faults,
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
