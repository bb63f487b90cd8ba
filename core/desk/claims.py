"""A ticket lies on the desk of one member, which changes nothing the law asks, and is put back as easily."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.errors import Invalid, UnknownCode
from core.people import Member, footing
from core.tickets import registers
from core.tickets.listing import Eyes

if TYPE_CHECKING:
    from core.desk.lots import Lot, Row

Q = db.queries(__file__)
VERBS: Mapping[str, str] = {"claim": "认领", "assign": "指派", "release": "放下"}
# Those among whose desks tickets may lie, and those who may clear a colleague's.
WORKING = ("handler", "supervisor")
CLEARING = frozenset({"supervisor"})
ENDED = "withdrawn"
OVERTAKEN = "刚刚被他人认领或指派。"
NOT_FOUND = "没有找到这张工单。"


async def colleagues(unit: db.Unit, member: Member) -> Mapping[str, str]:
    """Members of the same unit, by id: of one institution, or without one of the same region."""
    rows = await unit.fetch(Q.colleagues, unit.tenant, member.institution or "", list(WORKING), member.region or "")
    return {str(row["id"]): row["name"] for row in rows}


async def names(unit: db.Unit, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = await unit.fetch(Q.members, unit.tenant, list(ids)) if ids else []
    return {row["id"]: row["name"] for row in rows}


async def why_not(unit: db.Unit, member: Member, verb: str, found: Sequence[db.Row]) -> Mapping[UUID, str]:
    """Why each may not be laid on a desk, or taken off it, by this member; empty where it may."""
    ids = list({row["assignee"] for row in found if row["assignee"]})
    people = {row["id"]: row for row in await unit.fetch(Q.members, unit.tenant, ids)}
    return {row["id"]: _why_not(member, verb, row, people) for row in found}


def _why_not(member: Member, verb: str, ticket: db.Row, people: Mapping[UUID, db.Row]) -> str:
    if ticket["state"] == ENDED:
        return "工单已撤销。"
    has = people.get(ticket["assignee"])
    if has is None:
        return "这张工单没有人认领。" if verb == "release" else ""
    mine, ours = (
        has["id"] == member.id,
        _unit(has["institution"], has["region"]) == _unit(member.institution, member.region),
    )
    if verb == "claim":
        return "已经在您名下。" if mine else f"已由{has['name']}认领。"
    if mine or (ours and (verb == "assign" or member.role in CLEARING)) or (ours and has["disabled"]):
        return ""
    return f"在{has['name']}名下，只有本人或其监督管理人员可以放下。" if ours else f"已由其他单位的{has['name']}认领。"


def _unit(institution: str | None, region: str | None) -> tuple[str, str]:
    return (institution, "") if institution else ("", region or "")


async def perform(unit: db.Unit, lot: "Lot", member: Member, eyes: Eyes, to: UUID | None, now: datetime) -> None:
    """At once, and once; what each ticket allows is asked again, whoever was quicker keeps it, and the row says so."""
    footing.check(lot.stood, member)
    known = await colleagues(unit, member)
    if lot.verb == "assign" and str(to) not in known:
        raise UnknownCode("请从本机构的人员中选择。", field="to") if to else Invalid("请选择指派给谁。", field="to")
    target = {"claim": member.id, "assign": to}.get(lot.verb)
    waiting = [each for each in lot.rows if each.state == "waiting"]
    called = await names(unit, [target]) if target else {}
    data = {"to": str(target) if target else None, "name": called.get(target, "") if target else ""}
    if not await unit.execute(Q.done_at_once, unit.tenant, lot.id, data, now):
        return
    numbers = [each.number for each in waiting]
    visible = await registers.visible(unit, eyes, numbers, now)
    rows = await unit.fetch(Q.tickets, unit.tenant, list(visible))
    why = await why_not(unit, member, lot.verb, rows)
    held = {row["id"]: row["assignee"] for row in rows}
    said = await names(unit, [each for each in (*held.values(), target) if each])
    for each in waiting:
        refusal = why.get(each.ticket_id, NOT_FOUND) if each.ticket_id else NOT_FOUND
        if refusal:
            await unit.execute(Q.laid, unit.tenant, lot.id, each.nth, "refused", refusal, None)
        else:
            await _lay(unit, lot, each, target, held, said, member, now)


async def _lay(
    unit: db.Unit, lot: "Lot", row: "Row", target: UUID | None, held: Mapping[UUID, UUID | None],
    said: Mapping[UUID, str], member: Member, now: datetime,
) -> None:  # fmt: skip
    before = held.get(row.ticket_id) if row.ticket_id else None
    laid = await unit.execute(Q.lay_on, unit.tenant, row.ticket_id, target, before)
    state, words = ("done", "") if laid else ("refused", OVERTAKEN)
    await unit.execute(Q.laid, unit.tenant, lot.id, row.nth, state, words, before)
    if laid:
        told = (
            {"assignee": said.get(before, "") if before else None},
            {"assignee": said.get(target) if target else None},
        )
        await audit.write(unit, member.actor, f"ticket.{lot.verb}", "ticket", row.ticket_id, *told, now)


async def put_back(unit: db.Unit, lot: "Lot", member: Member, now: datetime) -> None:
    """Each where it lay before, unless somebody has moved it since."""
    target = UUID(lot.data["to"]) if lot.data.get("to") else None
    said = await names(unit, [each for each in (target, *(row.before for row in lot.rows)) if each])
    for row in (each for each in lot.rows if each.state == "done"):
        if await unit.execute(Q.lay_on, unit.tenant, row.ticket_id, row.before, target):
            await _note(unit, member, f"ticket.{lot.verb}.undone", row, said, (target, row.before), now)
    await unit.execute(Q.lot_taken_back, unit.tenant, lot.id, now)


async def _note(
    unit: db.Unit, member: Member, act: str, row: "Row", said: Mapping[UUID, str],
    moved: tuple[UUID | None, UUID | None], now: datetime,
) -> None:  # fmt: skip
    before, after = ({"assignee": said.get(each) if each else None} for each in moved)
    await audit.write(unit, member.actor, act, "ticket", row.ticket_id, before, after, now)
