"""Bad ratings as work: the list with the least time left on top, one ticket beside it, and what can be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath

from core import db
from core.people import Member
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import TABS, Eyes, Page, Row, Wanted
from core.tickets.machine import STATE_LABELS, VERDICT_LABELS
from web.admin import case as cases
from web.admin.case import Case
from web.admin.chips import Filter, asked, read
from web.admin.contacts import PURPOSES
from web.admin.sight import eyes_of, is_protected
from web.admin.tried import Tried
from web.coming import coming, sets_deadlines
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page as Answer
from web.page import page
from web.visit import HttpRequest

TAB_NAMES: Mapping[str, str] = {
    "mine": "待我处理", "today": "今日到期", "over": "已超期", "audit": "待审核", "callback": "待回访",
    "all": "全部",
}  # fmt: skip
DAYS: Mapping[str, str] = {"7": "近 7 天", "30": "近 30 天", "90": "近 90 天"}
ROWS = 50
FINDINGS: Mapping[str, str] = {**VERDICT_LABELS, **vocab.FINDINGS}
_STATES: Mapping[str, str] = {str(state): label for state, label in STATE_LABELS.items()}


@dataclass(frozen=True, slots=True)
class Work:
    """The list as the address asks for it."""

    tab: str
    filters: tuple[Filter, ...]
    q: str
    page: Page
    counts: Mapping[str, int]
    after: str
    coming: Mapping[UUID, str]
    unlimited: bool
    about: Mapping[UUID, str]


@get("/t/{slug:str}/admin/tickets", opt={"perm": "tickets.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Answer:
    number = asked(request, "id")
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        work = await work_of(unit, tenant, request, eyes, policy, member, now)
        found = await cases.read(unit, tenant, member, eyes, number, now, asked(request, "act")) if number else None
    tried = Tried(asked(request, "act"))
    return page("admin/tickets/index.html", work=work, tabs=TAB_NAMES, **_shown(policy, found, tried))


@get("/t/{slug:str}/admin/tickets/{number:str}", opt={"perm": "tickets.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now
) -> Answer:
    found = await cases.one(tenant, member, policy, number, now, asked(request, "act"))
    return alone(policy, found, Tried(asked(request, "act")))


async def work_of(
    unit: db.Unit, tenant: Tenant, request: HttpRequest, eyes: Eyes, policy: Policy, member: Member, now: datetime
) -> Work:
    counts = await listing.counts(unit, eyes, now)
    q, after = asked(request, "q"), asked(request, "after")
    wanted = asked(request, "tab")
    # A search looks everywhere; else the first screen is one's own work, if there is any.
    tab = wanted if wanted in TABS else ("mine" if counts["mine"] and not q else "all")
    handlers = {} if is_protected(member) else await _handlers(unit, eyes)
    filters = read(request, _filters(policy, handlers))
    found = await listing.page(unit, eyes, _wanted(tab, filters, q, after, now), now)
    rows = tuple(cases.hidden(row) for row in found.rows) if is_protected(member) else found.rows
    waiting = {} if is_protected(member) else await _coming(unit, tenant, rows)
    return Work(
        tab,
        filters,
        q,
        replace(found, rows=rows),
        counts,
        after,
        waiting,
        not sets_deadlines(policy),
        _about(rows, policy),
    )


def _about(rows: Sequence[Row], policy: Policy) -> Mapping[UUID, str]:
    """What each was rated badly for, where more than one thing is asked: one rating may open several tickets."""
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    if len(labels) == 1:
        return {}
    return {row.id: "、".join(labels.get(code, code) for code in row.dimensions) for row in rows}


async def _coming(unit: db.Unit, tenant: Tenant, rows: Sequence[Row]) -> Mapping[UUID, str]:
    """From when the first deadline will count, for those that have none yet."""
    found = await coming(unit, tenant, [each.id for each in rows if each.due_at is None])
    return {ticket: ahead[0].start for ticket, ahead in found.items() if ahead}


async def _handlers(unit: db.Unit, eyes: Eyes) -> Mapping[str, str]:
    if not eyes.everything:
        return {}
    return {each.code: each.name for each in await places.listing(unit, "institution", limit=cases.MOST_INSTITUTIONS)}


def _filters(policy: Policy, handlers: Mapping[str, str]) -> tuple[Filter, ...]:
    grades = {str(grade): grade_word(grade, policy) for grade in sorted(policy[keys.bad_grades] or (2, 1))}
    every = (
        Filter("state", "状态", _STATES), Filter("grade", "评价", grades),
        Filter("handler", "承办单位", handlers), Filter("days", "评价时间", DAYS),
    )  # fmt: skip
    return tuple(each for each in every if each.options)


def grade_word(grade: int, policy: Policy) -> str:
    labels = policy[keys.grade_labels]
    return labels[5 - grade] if labels else vocab.GRADES[grade]


def _wanted(tab: str, filters: tuple[Filter, ...], q: str, after: str, now: datetime) -> Wanted:
    chosen = {each.name: each.value for each in filters}
    days = chosen.get("days", "")
    return Wanted(
        tab=tab, state=chosen.get("state", ""), grade=int(chosen["grade"]) if chosen.get("grade") else None,
        handler=chosen.get("handler", ""), q=q, since=now - timedelta(days=int(days)) if days else None, after=after,
        limit=ROWS,
    )  # fmt: skip


def alone(policy: Policy, found: Case, tried: Tried, status: int = 200) -> Answer:
    return page("admin/tickets/show.html", status=status, work=None, **_shown(policy, found, tried))


def _shown(policy: Policy, found: Case | None, tried: Tried) -> dict[str, Any]:
    grades = {grade: grade_word(grade, found.policy if found else policy) for grade in range(1, 6)}
    return {
        "case": found,
        "tried": tried,
        "states": STATE_LABELS,
        "grades": grades,
        "findings": FINDINGS,
        "purposes": PURPOSES,
    }
