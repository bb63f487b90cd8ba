"""What stands in each cell of an exported list: words as on the screen, times in full, no person and no free words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from core import clock, db, stack
from core.assignments import listing as assignments
from core.intake import listing as ratings
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.tenants.model import Tenant
from core.tickets import listing as tickets
from core.tickets import registers
from core.tickets.listing import Eyes
from core.tickets.machine import CLOCK_LABELS, STATE_LABELS

Cells = Mapping[str, str]
APPEAL_STATES: Mapping[str, str] = {"open": "待决定", "upheld": "成立", "refused": "不成立"}
TASK_STATES: Mapping[str, str] = {"open": "待办", "done": "已完成", "cancelled": "已撤回"}
# A person is called by what they are; an export names institutions only.
PARTIES: Mapping[str, str] = {"staff": "工作人员", "bureau": "政务服务管理部门", "hotline": "热线", "platform": "平台"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is exported: what these eyes see under these conditions, as the list had them when it was asked for."""

    eyes: Mapping[str, Any]
    wanted: Mapping[str, Any]
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    rows: tuple[Cells, ...]
    place: str
    more: bool


Read = Callable[[db.Unit, Tenant, Asked, str, int, datetime], Awaitable[Chunk]]


async def _tickets(unit: db.Unit, tenant: Tenant, asked: Asked, place: str, limit: int, now: datetime) -> Chunk:
    eyes = msgspec.convert(asked.eyes, Eyes)
    wanted = msgspec.convert({**asked.wanted, "after": place, "limit": limit}, tickets.Wanted)
    if asked.numbers:
        return await _picked(unit, tenant, eyes, asked.numbers, place, limit, now)
    found = await tickets.page(unit, eyes, wanted, now)
    policy = stack.policy(tenant, now.astimezone(clock.SHANGHAI).date())
    rows = tuple(_ticket(row, policy) for row in found.rows)
    return Chunk(rows, found.rows[-1].number if found.rows else place, found.more)


async def _picked(
    unit: db.Unit, tenant: Tenant, eyes: Eyes, numbers: Sequence[str], place: str, limit: int, now: datetime
) -> Chunk:
    """Those that were ticked, in the order they stood in."""
    start = int(place or 0)
    policy = stack.policy(tenant, now.astimezone(clock.SHANGHAI).date())
    rows: list[Cells] = []
    for number in numbers[start : start + limit]:
        found = await tickets.page(unit, eyes, tickets.Wanted(number=number, limit=1), now)
        rows += [_ticket(row, policy) for row in found.rows]
    return Chunk(tuple(rows), str(start + limit), start + limit < len(numbers))


def _ticket(row: tickets.Row, policy: Policy) -> Cells:
    return {
        "number": row.number, "item": row.item_name or "", "grade": _grade(row.grade, policy),
        "handler": row.handler_name, "state": STATE_LABELS[row.state], "opened": _moment(row.opened_at),
        "due_name": CLOCK_LABELS.get(row.due_name or "", ""), "due": _deadline(row.due_at),
        "channel": vocab.CAME_THROUGH.get(row.channel, row.channel),
    }  # fmt: skip


async def _appeals(unit: db.Unit, tenant: Tenant, asked: Asked, place: str, limit: int, now: datetime) -> Chunk:  # noqa: ARG001 - as every list is read
    eyes, after = msgspec.convert(asked.eyes, Eyes), UUID(place) if place else None
    tab, state = str(asked.wanted.get("tab", "all")), str(asked.wanted.get("state", ""))
    found = await registers.appeals(unit, eyes, now, tab=tab, state=state, after=after, limit=limit)
    names = await _parties(unit, [party for row in found.rows for party in (row.appellant, row.addressee)])
    rows = tuple(_appeal(row, names) for row in found.rows)
    return Chunk(rows, str(found.rows[-1].id) if found.rows else place, found.more)


def _appeal(row: registers.Lodged, names: Mapping[str, str]) -> Cells:
    return {
        "number": row.number, "ticket": row.ticket, "item": row.item_name or "", "appellant": names[row.appellant],
        "addressee": names[row.addressee], "filed": _moment(row.filed_at), "due": _deadline(row.due_at),
        "state": APPEAL_STATES.get(row.state, row.state), "decided": _moment(row.decided_at),
    }  # fmt: skip


async def _tasks(unit: db.Unit, tenant: Tenant, asked: Asked, place: str, limit: int, now: datetime) -> Chunk:  # noqa: ARG001 - as every list is read
    plain = {**asked.wanted, "after": place or None, "limit": limit}
    found = await assignments.page(unit, msgspec.convert(plain, assignments.Wanted))
    names = await _parties(unit, [party for row in found.rows for party in (row.about, row.addressee)])
    rows = tuple({
        "kind": vocab.TASKS.get(row.kind, row.kind), "about": names.get(row.about, ""), "to": names[row.addressee],
        "ticket": row.ticket_number or "", "clause": row.clause, "due": _deadline(row.due_at),
        "state": TASK_STATES.get(row.state, row.state), "ended": _moment(row.ended_at),
    } for row in found.rows)  # fmt: skip
    return Chunk(rows, str(found.rows[-1].id) if found.rows else place, found.more)


async def _ratings(unit: db.Unit, tenant: Tenant, asked: Asked, place: str, limit: int, now: datetime) -> Chunk:
    wanted = msgspec.convert({**asked.wanted, "limit": limit}, ratings.Wanted)
    found = await ratings.page(unit, wanted, UUID(place) if place else None)
    policy = stack.policy(tenant, now.astimezone(clock.SHANGHAI).date())
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    rows = tuple(_rating(row, labels, policy) for row in found.rows)
    return Chunk(rows, str(found.rows[-1].id) if found.rows else place, found.more)


def _rating(row: ratings.Row, labels: Mapping[str, str], policy: Policy) -> Cells:
    named = [(labels.get(each.dimension, each.dimension), each) for each in row.marks]
    given = [f"{name}：{_grade(each.grade, policy)}" for name, each in named]
    counted = [f"{name}：{_grade(each.effective, policy) if each.effective else '不计入'}" for name, each in named]
    return {
        "at": _moment(row.rated_at), "origin": vocab.ORIGINS.get(row.origin, row.origin),
        "item": row.item_name or "",
        "marks": "；".join(given), "counted": "；".join(counted), "institution": row.institution_name or "",
        "channel": vocab.CAME_THROUGH.get(row.channel, row.channel), "appended": "追评" if row.appended else "",
        "ticket": row.ticket or "",
    }  # fmt: skip


async def _parties(unit: db.Unit, called: Sequence[str]) -> Mapping[str, str]:
    codes = [each.removeprefix("institution:") for each in called if each.startswith("institution:")]
    known = await places.names(unit, "institution", codes)
    return {each: _party(each, known) for each in called}


def _party(called: str, known: Mapping[str, str]) -> str:
    kind, _, code = called.partition(":")
    return known.get(code, code) if kind == "institution" else PARTIES.get(kind, "")


def _grade(grade: int, policy: Policy) -> str:
    labels = policy[keys.grade_labels]
    return labels[5 - grade] if labels else vocab.GRADES[grade]


def _moment(at: datetime | None) -> str:
    return at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else ""


def _deadline(at: datetime | None) -> str:
    """00:00 of a day is 24:00 of the day before, as the law counts."""
    if at is None:
        return ""
    here = at.astimezone(clock.SHANGHAI)
    if here.hour or here.minute:
        return here.strftime("%Y-%m-%d %H:%M")
    return (here - timedelta(days=1)).strftime("%Y-%m-%d 24:00")


READS: Mapping[str, Read] = {
    "tickets": _tickets, "callbacks": _tickets, "audits": _tickets, "appeals": _appeals, "tasks": _tasks,
    "ratings": _ratings,
}  # fmt: skip
