"""What a member's own desk was told, newest first; the rated hear of the matter and days, of nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import get

from core import db
from core.clock import SHANGHAI
from core.people import Member
from core.policy import vocab
from core.tickets import registers
from core.tickets.registers import Told
from web.admin.chips import id_of
from web.admin.sight import eyes_of, is_protected, known_until
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import day, word
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest

Body = Mapping[str, Any]
WAYS: Mapping[str, tuple[str, str]] = {
    "alert": ("/alerts/{alert}", "alerts.read"), "task": ("/tasks", "tickets.read"),
    "recount": ("/moved", "moved.read"), "appeal": ("/appeals", "tickets.read"),
    "decision": ("/appeals", "tickets.read"),
}  # fmt: skip
# Where the record of an extra is, and what its kind tells in its own words.
OF, OF_EXTRA = "says", ("/extras/records/{id}", "extras.read")


@dataclass(frozen=True, slots=True)
class Line:
    """``href`` is where it leads, under /admin; empty where there is nothing to open."""

    id: UUID
    said: str
    about: str
    on: date
    at: datetime | None
    clause: str
    href: str
    shown: str


@get("/t/{slug:str}/admin/notices", opt={"perm": "tickets.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    after, protected = id_of(request, "after"), is_protected(member)
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        known = known_until(member, now)
        found, more = await registers.notices(unit, eyes, rated_before=known, after=after)
        seen = await registers.visible(unit, eyes, {each.ticket for each in found if each.ticket}, now)
    lines = [for_the_rated(each, seen, member) if protected else _line(each, seen, member) for each in found]
    return page("admin/notices.html", lines=lines, more=more, first=after is None, protected=protected)


def _line(told: Told, seen: frozenset[str], member: Member) -> Line:
    opened = f"/tickets/{told.ticket}" if told.ticket in seen else _way(told, member)
    shown = told.ticket or (str(told.body.get("record", "打开")) if opened else "")
    on = told.at.astimezone(SHANGHAI).date()
    return Line(told.id, _said(told), told.item_name or "", on, told.at, told.clause, opened, shown)


def for_the_rated(told: Told, seen: frozenset[str], member: Member) -> Line:
    """An allow-list: the matter and days. Neither the hour nor a case could be told from it."""
    matter = told.item_name or ""
    if "day" in told.body:
        rated_on = day(date.fromisoformat(str(told.body["day"]))).striptags()
        matter = f"{matter}，{rated_on}的评价" if matter else f"{rated_on}的评价"
    opened = f"/tickets/{told.ticket}" if told.ticket in seen else _way(told, member)
    if OF in told.body:
        said = str(told.body["kind"])
    else:
        said = "有一条与您有关的差评" if told.about == "ticket" else _said(told)
    on = told.at.astimezone(SHANGHAI).date()
    return Line(told.id, said, matter, on, None, told.clause, opened, "打开" if opened else "")


def _way(told: Told, member: Member) -> str:
    """Where a notice leads that is of no ticket, or of one this member does not see."""
    path, permission = WAYS.get(told.about, OF_EXTRA if OF in told.body else ("", ""))
    return path.format(**told.body) if permission and may(member.role, permission) else ""


def _said(told: Told) -> str:
    say = _SAID.get(told.about)
    return say(told.body) if say else str(told.body.get(OF) or told.about)


def _late(body: Body) -> str:
    if "clock" in body:
        return f"期限已过：{word(str(body['clock']), 'clock')}"
    return f"任务已超期：{vocab.TASKS.get(str(body.get('kind')), '')}"


def _many(body: Body) -> str:
    return f"，共 {body['count']} 项" if "count" in body else ""


_SAID: Mapping[str, Callable[[Body], str]] = {
    "ticket": lambda body: "工单重新交回办理" if body.get("reopened") else "收到工单",
    "warning": lambda body: f"期限将到：{word(str(body.get('clock', '')), 'clock')}",
    "overdue": _late,
    "task": lambda body: f"收到任务：{vocab.TASKS.get(str(body.get('kind')), '')}{_many(body)}",
    "alert": lambda body: f"预警：{vocab.ALERTS.get(str(body.get('kind')), '')}，计 {body.get('counted', 0)} 次",
    "appeal": lambda _: "收到申诉，等待复核决定",
    "decision": lambda body: f"复核决定：申诉{'成立' if body.get('upheld') else '不成立'}",
    "recount": lambda body: f"公布放假安排后，{len(body.get('moved') or ())} 项期限有变动",
    "urge": lambda body: f"催办：{body.get('note') or '请尽快办理'}",
    "supervise": lambda body: f"督办：{body.get('note') or '请限期办理'}",
}
