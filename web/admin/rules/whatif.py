"""A proposal is tried against days that have been: chosen, watched while it runs, read, and looked into one by one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound, Refused
from core.proposals import actions as proposals
from core.proposals.model import STATES as PROPOSAL_STATES
from core.proposals.model import Proposal
from core.tenants import Tenant
from core.tickets.machine import CLOCK_LABELS, RULES, STATE_LABELS
from core.whatif import actions as whatif
from core.whatif import decide
from core.whatif.model import SUBJECTS, Run
from core.whatif.report import SUBJECT_WORDS
from web import charts
from web.admin.chips import Filter, asked, read
from web.admin.tickets import grade_word
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import EVENTS
from web.forms import day_from, posted, whole_number
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

ROWS = 50
STATES: Mapping[str, str] = {
    "waiting": "排队中", "running": "正在试算", "done": "已完成", "failed": "没有算成", "cancelled": "已取消",
}  # fmt: skip
SECTIONS: Mapping[str, str] = {**SUBJECT_WORDS, "ticket": "工单", "handler": "承办单位"}
KINDS: Mapping[str, str] = {
    "new": "会新增", "gone": "不会有", "due": "期限不同", "handler": "承办单位不同", "state": "进展不同",
    "late": "超期不同", "dimensions": "合并或拆分",
}  # fmt: skip
# What becomes of the chance to rate, in a word.
FATES: Mapping[str, str] = {"open": "评价入口开着", "rated": "已评价", "defaulted": "默认评价", "closed": "未评关闭"}
FIELDS = ("from", "to", "which")
Typed = Mapping[str, str]


@get("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if", opt={"perm": "whatif.read"})
async def index(tenant: InTenant, proposal: FromPath[UUID], now: Now) -> Page:
    first = next(iter(decide.usual(_today(now))))
    return await _listed(tenant, proposal, now, {"which": first, "from": "", "to": ""}, {})


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if", opt={"perm": "whatif.run"}, status_code=303)
async def order(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    typed = {name: form.kept(name) for name in FIELDS}
    try:
        period = _period(typed, now)
        async with db.as_tenant(tenant.id, patience=30) as unit:
            run = await whatif.order(unit, proposal, period, by=member.actor, now=now)
    except Refused as refusal:
        if refusal.field not in FIELDS:
            raise
        return await _listed(tenant, proposal, now, typed, {refusal.field: refusal.detail}, status_of(refusal))
    return Redirect(f"{_home(tenant, proposal)}/{run}", status_code=303)


@get("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if/{run:uuid}", opt={"perm": "whatif.read"})
async def show(tenant: InTenant, policy: InPolicy, proposal: FromPath[UUID], run: FromPath[UUID]) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known, found = await _both(unit, proposal, run)
    weeks = found.report["weeks"] if found.report else []
    return page(
        "admin/rules/whatif/show.html", tenant=tenant, proposal=known, run=found, states=PROPOSAL_STATES,
        words=STATES, report=found.report, picture=_picture(weeks), subjects=SUBJECT_WORDS, sections=SECTIONS,
        kinds=KINDS, fates=FATES, acts={verb: rule.label for verb, rule in RULES.items()},
        headlines=whatif.headlines(found.report) if found.report else (), policy=policy, events=EVENTS,
    )  # fmt: skip


@post("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if/{run:uuid}/cancel", opt={"perm": "whatif.run"},
      status_code=303)  # fmt: skip
async def cancel(
    tenant: InTenant, member: InMember, proposal: FromPath[UUID], run: FromPath[UUID], now: Now
) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await whatif.cancel(unit, proposal, run, by=member.actor, now=now)
    return Redirect(f"{_home(tenant, proposal)}/{run}", status_code=303)


@get("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if/{run:uuid}/tables/{section:str}", opt={"perm": "whatif.read"})
async def table(
    request: HttpRequest, tenant: InTenant, policy: InPolicy, proposal: FromPath[UUID], run: FromPath[UUID],
    section: FromPath[str],
) -> Page:  # fmt: skip
    if section not in SECTIONS:
        raise NotFound
    async with db.as_tenant(tenant.id) as unit:
        known, found = await _both(unit, proposal, run)
        rows = await whatif.table(unit, run, section, _place(request), ROWS)
    kind = "scores" if section in SUBJECTS else section
    return page(
        f"admin/rules/whatif/{kind}.html", tenant=tenant, proposal=known, run=found, report=_done(found), slice=rows,
        section=section, sections=SECTIONS, kinds=KINDS, clocks=CLOCK_LABELS, ticket_states=STATE_LABELS,
        grades={grade: grade_word(grade, policy) for grade in charts.GRADES}, first=not asked(request, "after"),
        moments=_moments(rows.rows) if section == "ticket" else {},
    )  # fmt: skip


@get("/t/{slug:str}/admin/rules/{proposal:uuid}/what-if/{run:uuid}/invitations", opt={"perm": "whatif.read"})
async def invitations(
    request: HttpRequest, tenant: InTenant, policy: InPolicy, proposal: FromPath[UUID], run: FromPath[UUID]
) -> Page:
    """Single services whose rating, or silence, would have been another; nothing of whoever rated."""
    filters = read(request, (Filter("was", "实际", FATES), Filter("becomes", "试算", FATES)))
    wanted = whatif.Wanted(filters[0].value, filters[1].value, request.query_params.get("after", ""))
    async with db.as_tenant(tenant.id, patience=30) as unit:
        known, found = await _both(unit, proposal, run)
        rows = await whatif.singles(unit, found, wanted, ROWS)
    return page(
        "admin/rules/whatif/invitations.html", tenant=tenant, proposal=known, run=found, report=_done(found),
        slice=rows, sections=SECTIONS, fates=FATES, filters=filters, events=EVENTS, first=not asked(request, "after"),
        grades={grade: grade_word(grade, policy) for grade in charts.GRADES},
    )  # fmt: skip


def _moments(rows: Sequence[Mapping[str, Any]]) -> dict[str, datetime]:
    """The due times of these tickets, which a report keeps as texts."""
    sides = (row[side] for row in rows for side in ("before", "after") if row[side])
    return {text: datetime.fromisoformat(text) for side in sides for text in side["due"].values()}


def _done(run: Run) -> Mapping[str, Any]:
    if run.report is None:
        raise NotFound("这次试算还没有结果。")
    return run.report


async def _both(unit: db.Unit, proposal: UUID, run: UUID) -> tuple[Proposal, Run]:
    return await proposals.by_id(unit, proposal), await whatif.one(unit, proposal, run)


async def _listed(
    tenant: Tenant, proposal: UUID, now: datetime, typed: Typed, errors: Mapping[str, str], status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known = await proposals.by_id(unit, proposal)
        runs = await whatif.of_proposal(unit, proposal)
    return page(
        "admin/rules/whatif/index.html", status=status, tenant=tenant, proposal=known, runs=runs, words=STATES,
        states=PROPOSAL_STATES, usual=decide.usual(_today(now)), typed=typed, errors=errors,
        headlines={each.id: whatif.headlines(each.report) for each in runs if each.report},
        busy=any(each.is_under_way for each in runs), yesterday=_today(now) - decide.ONE_DAY,
    )  # fmt: skip


def _period(typed: Typed, now: datetime) -> decide.Period:
    usual = decide.usual(_today(now))
    if typed["which"] in usual:
        return usual[typed["which"]][1]
    return whatif.period(day_from(typed["from"].strip(), "from"), day_from(typed["to"].strip(), "to"), now)


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _home(tenant: Tenant, proposal: UUID) -> str:
    return f"/t/{tenant.slug}/admin/rules/{proposal}/what-if"


def _place(request: HttpRequest) -> int:
    return whole_number(asked(request, "after"), 2**30) or 0


def _picture(weeks: list[Mapping[str, Any]]) -> str:
    """What falls due in each week, as it was and as it would be."""
    shown = [each for each in weeks if each["due"]["before"] or each["due"]["after"]]
    labels = [f"{date.fromisoformat(each['week']):%-m月%-d日}" for each in shown]
    pairs = [(each["due"]["before"], each["due"]["after"]) for each in shown]
    return charts.pairs(labels, pairs, ("现行规则", "草案"), "每周到期的期限数") if shown else ""
