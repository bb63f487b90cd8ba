"""A ticket goes on paper without anybody's personal data: the work order, the letter of reply, a deadline's count."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from core import db
from core.audit import actions as audit
from core.errors import NotFound, WrongState
from core.people import Member
from core.policy.policy import Policy
from core.redaction import MARK, left, redact
from core.tenants import Tenant
from core.tickets import actions, listing
from core.tickets.machine import STATE_LABELS
from core.tickets.model import Clock
from web.admin import case as cases
from web.admin.case import Case
from web.admin.download import table
from web.admin.history import Line
from web.admin.sight import actor_of
from web.admin.tickets import FINDINGS, grade_word
from web.days import short
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page

HOME = "/t/{slug:str}/admin/tickets/{number:str}"
HEAD = ("日期", "计入", "原因")
READS = {"perm": "tickets.print"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A ticket with every free word made fit to lie about; ``words`` are the rater's, ``reply`` what they were told."""

    case: Case
    words: str
    history: tuple[Line, ...]
    reply: Line | None


@get(f"{HOME}/print", opt=READS)
async def order(tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now) -> Page:
    paper = await _paper(tenant, member, policy, number, now, "ticket.print")
    grade = grade_word(paper.case.view.grade, paper.case.policy)
    return page("admin/tickets/order.html", paper=paper, case=paper.case, grade=grade, states=STATE_LABELS,
                findings=FINDINGS)  # fmt: skip


@get(f"{HOME}/letter", opt=READS)
async def letter(tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now) -> Page:
    paper = await _paper(tenant, member, policy, number, now, "ticket.letter")
    if paper.reply is None:
        raise WrongState("这张工单还没有答复，登记“向评价人反馈”或“解释说明”后才能打印答复函。")
    return page("admin/tickets/letter.html", paper=paper, case=paper.case, reply=paper.reply)


@get(f"{HOME}/deadlines/{{clock:uuid}}", opt=READS)
async def deadline(
    tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], clock: FromPath[UUID], now: Now
) -> Page:
    found = await cases.one(tenant, member, policy, number, now)
    return page("admin/tickets/deadline.html", case=found, each=_clock(found, clock))


@get(f"{HOME}/deadlines/{{clock:uuid}}/days.csv", opt=READS)
async def days(
    tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], clock: FromPath[UUID], now: Now
) -> Response[bytes]:
    found = await cases.one(tenant, member, policy, number, now)
    each = _clock(found, clock)
    rows = [(day["date"], "是" if day["counted"] else "否", f"{short(day)}：{day['why']}") for day in each.days]
    clause = f"{each.document} {each.clause}".strip()
    basis = [("依据", clause, ""), ("规则版本", each.policy, ""), ("日历版本", each.calendar, "")]
    return table(f"{found.view.number}期限计算", f"{found.view.number}-days", HEAD, [*rows, *basis])


def _clock(found: Case, clock: UUID) -> Clock:
    each = next((each for each in found.clocks if each.id == clock), None)
    if each is None:
        raise NotFound("没有找到这项期限。")
    return each


async def _paper(tenant: Tenant, member: Member, policy: Policy, number: str, now: datetime, act: str) -> Paper:
    """What goes out of the house is written down."""
    found = await cases.one(tenant, member, policy, number, now)
    async with db.as_tenant(tenant.id) as unit:
        ticket = await listing.ticket(unit, found.view.number)
        known = await actions.known_of(unit, ticket.case_id)
        await audit.write(unit, actor_of(member), act, "ticket", found.row.id, None, {"member": member.name}, now)
    known = (*known, *left(found.view.text, known))
    lines = tuple(replace(each, note=redact(each.note, known)) for each in found.history)
    return Paper(found, redact(found.view.text, known), lines, _reply(found, known))


def _reply(found: Case, known: tuple[str, ...]) -> Line | None:
    """What the rater was told may speak of days and places; only what names them is struck out."""
    if found.answer is None:
        return None
    words = found.answer.note
    for each in sorted(filter(None, known), key=len, reverse=True):
        words = words.replace(each, MARK)
    return replace(found.answer, note=words)
