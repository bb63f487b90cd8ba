"""What lies on a member's desk beside a ticket: their draft, wordings for it, and who else is about to act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock, db
from core.desk import drafts, presence, wordings
from core.desk.decide import VERBS
from core.desk.drafts import Draft
from core.desk.presence import Present
from core.desk.wordings import Keeper, Wording
from core.people import Member
from core.policy import vocab
from core.tickets.model import Clock
from core.tickets.views import TicketView
from web.admin.sight import actor_of, is_protected
from web.filters import deadline
from web.permissions import may

# The box of an act's form that a wording is put into; all others have a note.
BOXES: Mapping[str, str] = {"transfer": "reason"}


@dataclass(frozen=True, slots=True)
class Begun:
    """``others`` have the ticket open to act on it; the rated neither hear of them nor are told of."""

    draft: Draft | None = None
    others: tuple[Present, ...] = ()
    wordings: tuple[Wording, ...] = ()


async def begun(unit: db.Unit, member: Member, ticket_id: UUID, doing: str, now: datetime) -> Begun:
    """``doing`` is the act whose form is open, "" where none is."""
    found = Begun()
    if not may(member.role, "tickets.act"):
        return found
    draft = await drafts.find(unit, member.id, ticket_id, doing, now) if doing else None
    if is_protected(member):
        return Begun(draft)
    if doing and not member.only_looks:
        await presence.come(unit, member.id, ticket_id, doing, now)
    others = await presence.others(unit, member.id, ticket_id, now)
    offered = doing in VERBS and may(member.role, "templates.use")
    return Begun(draft, others, await wordings.listing(unit, keeper_of(member), doing) if offered else ())


def keeper_of(member: Member) -> Keeper:
    return Keeper(member.id, member.institution, may(member.role, "templates.share"), actor_of(member))


def values(view: TicketView, clocks: tuple[Clock, ...], now: datetime) -> Mapping[str, str]:
    """What stands for each variable of a wording; what is not known is left out."""
    first = next((each for each in clocks if each.state == "running" and each.name != "appeal"), None)
    return {
        "工单编号": view.number, "事项": view.item_name or "", "承办单位": view.handler_name,
        "评价日期": day_words(view.rated_at), "今天": day_words(now),
        "期限": deadline(first.due_at, now).striptags() if first else "",
        "依据": f"{first.document}{first.clause}" if first else "",
        "核实结果": vocab.FINDINGS.get(view.verdict or "", ""),
    }  # fmt: skip


def day_words(at: datetime) -> str:
    on = at.astimezone(clock.SHANGHAI).date()
    return f"{on.year}年{on.month}月{on.day}日"
