"""Whoever is away names one colleague for the time; it ends by itself, is taken back at will, and goes no further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.errors import Conflict, NotEntitled, NotFound
from core.people.accounts import Misfit
from core.people.members import Member, read_member

Q = db.Queries(Path(__file__).with_name("delegations.sql"))

# Whose work may be done by whom. The rated act for themselves, the security roles are never handed on.
TAKERS: Mapping[str, tuple[str, ...]] = {
    "handler": ("handler", "supervisor"), "supervisor": ("supervisor",), "operator": ("operator",),
}  # fmt: skip
LONGEST = timedelta(days=90)
MOST_OFFERED = 300
ROWS = 100
LONGEST_REASON = 200
State = Literal["ahead", "running", "over", "revoked"]


@dataclass(frozen=True, slots=True)
class Delegation:
    id: UUID
    giver: UUID
    taker: UUID
    since: datetime
    until: datetime
    reason: str
    revoked_at: datetime | None
    created_at: datetime
    giver_name: str
    giver_username: str
    taker_name: str
    taker_username: str

    def state(self, now: datetime) -> State:
        if self.revoked_at is not None:
            return "revoked"
        if now >= self.until:
            return "over"
        return "running" if now >= self.since else "ahead"


async def colleagues(unit: db.Unit, member: Member) -> Sequence[Member]:
    takers = list(TAKERS.get(member.role, ()))
    rows = await unit.fetch(Q.colleagues, unit.tenant, member.id, takers, member.institution, MOST_OFFERED)
    return [read_member(unit.tenant, row) for row in rows]


async def give(
    unit: db.Unit, giver: Member, taker: UUID | None, since: datetime | None, until: datetime | None, reason: str,
    now: datetime,
) -> UUID:  # fmt: skip
    """From now at the earliest, to one colleague at a time; all that is wrong is said at once."""
    if giver.role not in TAKERS or giver.behalf is not None:
        raise NotEntitled("代他人办理时不能再委托，请先回到本人身份。" if giver.behalf else "")
    known = {each.id: each for each in await colleagues(unit, giver)}
    chosen = known.get(taker) if taker else None
    wrong = _wrong(since, until, reason, now)
    if chosen is None:
        wrong["taker"] = "请选择一位可以代您办理的同事。"
    if wrong or chosen is None or since is None or until is None:
        raise Misfit(wrong)
    start = max(since, now)
    await unit.execute(Q.lock_member, unit.tenant, giver.id)
    if await unit.fetchval(Q.overlapping, unit.tenant, giver.id, start, until):
        raise Misfit({"since": "这段时间已经委托了一位同事，请先撤回，或另选日期。"})
    made = ids.new()
    await unit.execute(Q.give, unit.tenant, made, giver.id, chosen.id, start, until, reason, now)
    told = {"to": chosen.username, "since": start.isoformat(), "until": until.isoformat(), "reason": reason}
    await audit.write(unit, giver.actor, "delegation.give", "member", giver.username, None, told, now)
    return made


async def revoke(unit: db.Unit, delegation_id: UUID, *, by: Member, now: datetime) -> None:
    """By either side: taken back, or handed back."""
    found = await one(unit, delegation_id)
    if by.id not in (found.giver, found.taker):
        raise NotFound("没有找到这项委托。")
    if by.behalf is not None:
        raise NotEntitled("代他人办理时不能改动委托，请先回到本人身份。")
    if not await unit.execute(Q.revoke, unit.tenant, delegation_id, now):
        raise Conflict("这项委托已经结束。")
    told = {"to": found.taker_username, "until": now.isoformat()}
    before = {"to": found.taker_username, "until": found.until.isoformat()}
    await audit.write(unit, by.actor, "delegation.revoke", "member", found.giver_username, before, told, now)


async def one(unit: db.Unit, delegation_id: UUID) -> Delegation:
    row = await unit.fetchrow(Q.one, unit.tenant, delegation_id)
    if row is None:
        raise NotFound("没有找到这项委托。")
    return _read(row)


async def of_member(unit: db.Unit, member_id: UUID) -> Sequence[Delegation]:
    return [_read(row) for row in await unit.fetch(Q.of_member, unit.tenant, member_id, ROWS)]


def _wrong(since: datetime | None, until: datetime | None, reason: str, now: datetime) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if since is None:
        wrong["since"] = "请填写开始日期。"
    if until is None:
        wrong["until"] = "请填写结束日期。"
    elif until <= now:
        wrong["until"] = "结束日期已经过去。"
    elif since is not None and until <= since:
        wrong["until"] = "结束日期不能早于开始日期。"
    elif since is not None and until - max(since, now) > LONGEST:
        wrong["until"] = f"一次最长委托 {LONGEST.days} 天。"
    if not reason:
        wrong["reason"] = "请写明原因，例如年休假、外出培训。"
    return wrong


def _read(row: db.Row) -> Delegation:
    return Delegation(**{each.name: row[each.name] for each in fields(Delegation)})
