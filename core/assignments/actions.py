"""Tasks are given with the finding that gives them, done by whom they were given to, and said to be late once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from core import crypto, db, errors
from core.assignments import decide
from core.assignments.model import Given, Task
from core.audit.model import SYSTEM, Actor
from core.outbox import tasks
from core.policy import vocab
from core.policy.calendar import Calendar, Due, due
from core.policy.policy import Policy
from core.policy.spans import Span
from core.policy.values import Clock as Row
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets import clocks, stored
from core.tickets.clocks import strip
from core.tickets.decide import FINDINGS
from core.tickets.model import Act, Homes, Notice, Outcome, Ticket

Q = db.queries(__file__)
CHUNK = 100
JOB = "assigned"


async def give(unit: db.Unit, task: Task, now: datetime) -> bool:
    """Gives the task and tells whoever must do it; False where the same finding has given it before."""
    end = task.end
    added = await unit.execute(Q.add, *_row(unit, task, now))
    if added:
        if end:
            hints = tasks.Hints(unit.tenant)
            hints.add(JOB, end.at)
            unit.after_commit(hints.give)
        told = Notice(now, task.addressee, "task", f"task:{task.once}:{now.isoformat()}", task.clause,
                      {"kind": task.kind, "about": task.about}, hides=("rater",))  # fmt: skip
        await _tell(unit, told, task.ticket_id)
    return bool(added)


async def hand_out(unit: db.Unit, given: Sequence[Task], now: datetime) -> None:
    """Many tasks of one occasion, told of in one notice to each who must do them."""
    await unit.executemany(Q.add, [_row(unit, task, now) for task in given])
    counts = Counter((task.addressee, task.kind) for task in given)
    for (addressee, kind), count in counts.items():
        about = {"kind": kind, "count": count}
        await _tell(unit, Notice(now, addressee, "task", f"tasks:{given[0].once}:{addressee}", "", about), None)


def _row(unit: db.Unit, task: Task, now: datetime) -> tuple[Any, ...]:
    end = task.end
    return (
        unit.tenant, db.ids.new(), task.kind, task.addressee, task.about, task.ticket_id, task.alert_id, task.clause,
        task.document, now, end.at if end else None, list(strip(end)) if end else [], bool(end and end.provisional),
        task.once, task.span,
    )  # fmt: skip


async def _tell(unit: db.Unit, notice: Notice, ticket_id: UUID | None) -> None:
    ticket = await tickets.read(unit, ticket_id) if ticket_id else None
    await stored.tell(unit, (notice,), ticket)


async def after_act(
    unit: db.Unit, tenant: Tenant, verb: str, outcome: Outcome, policy: Policy, by: Actor, now: datetime
) -> None:
    """What an act on a ticket brings about: measures of a finding, measures that fall with it, and the callback."""
    ticket = outcome.ticket
    if verb in decide.BY_ACT:
        await unit.execute(Q.end_kind, unit.tenant, ticket.id, verb, now, str(by), "")
        return
    finding = outcome.censure or (ticket.verdict if "verified" in outcome.events else "") or ""
    closing = "closed" in outcome.events
    if not finding and not closing:
        return
    homes = await tickets.homes_for(unit, ticket)
    if finding and not outcome.censure:
        others = [each for each in FINDINGS if each != finding]
        await unit.execute(Q.cancel_of_ticket, unit.tenant, ticket.id, now, "认定结果已改变", others)
    for task in decide.for_finding(ticket, finding, await tickets.reasons_of(unit, ticket, policy), homes, policy):
        await give(unit, task, now)
    if closing:
        await _draw(unit, tenant, ticket, homes, policy, now)


async def take_back(unit: db.Unit, ticket: Ticket, why: str, now: datetime) -> None:
    """What rested on any finding on this ticket is no longer asked of anybody."""
    await unit.execute(Q.cancel_of_ticket, unit.tenant, ticket.id, now, why, list(FINDINGS))


async def _draw(unit: db.Unit, tenant: Tenant, ticket: Ticket, homes: Homes, policy: Policy, now: datetime) -> None:
    mode = await unit.fetchval(Q.case_mode, unit.tenant, ticket.case_id)
    drawn = decide.calls_back(ticket, mode or "", lot(unit.tenant, ticket.id), homes, policy)
    if drawn is None:
        return
    task, span = drawn
    if await unit.fetchval(Q.was_given, unit.tenant, task.once):
        return
    running = await _callback_clock(unit, tenant, ticket, task, span, policy, now)
    await give(unit, decide.due_within(task, running, now, policy, tenant.calendar), now)


def lot(tenant_id: int, ticket_id: UUID) -> int:
    """A ticket's own lot below 2**64: nobody can foresee it without the key, and everybody with it draws the same."""
    return int.from_bytes(crypto.provider().lookup(tenant_id, "callback", str(ticket_id))[:8], "big")


async def _callback_clock(
    unit: db.Unit, tenant: Tenant, ticket: Ticket, task: Task, span: Span | None, policy: Policy, now: datetime
) -> Span | None:
    """The clock that a row of ``clocks`` has begun goes before the row's own span, which begins one here."""
    whole = await tickets.read(unit, ticket.id)
    begun = next((each for each in whole.clocks if each.name == "callback" and clocks.is_live(each)), None)
    if begun is not None:
        return Span.parse(begun.span)
    if span is not None:
        clock = clocks.start(Row("callback", "closed", span, clause=task.clause), now, policy, tenant.calendar)
        await stored.add_clock(unit, ticket.id, clock)
    return span


async def load(unit: db.Unit, task_id: UUID) -> Given:
    row = await unit.fetchrow(Q.load, unit.tenant, task_id)
    if row is None:
        raise errors.NotFound("没有找到这项任务。")
    return given_of(row)


def given_of(row: db.Row) -> Given:
    named: dict[str, Any] = {each.name: row[each.name] for each in fields(Given) if each.name in row}
    named["days"] = tuple(row["days"])
    return Given(**named)


async def finish(unit: db.Unit, task_id: UUID, note: str, by: Sequence[str], now: datetime) -> Given:
    """Done by one of the names in ``by``; refuses ``not-entitled``, ``wrong-state`` and ``reason-missing``."""
    task = await load(unit, task_id)
    if task.addressee not in by:
        raise errors.NotEntitled("这项任务不是交给您的。")
    if task.state != "open":
        raise errors.WrongState("这项任务已经结束。")
    if task.kind in decide.BY_ACT:
        raise errors.WrongState(f"{vocab.TASKS[task.kind]}请在工单上登记，登记后任务即完成。")
    if not note.strip():
        raise errors.ReasonMissing("请写明完成情况。", field="note")
    await unit.execute(Q.end, unit.tenant, task_id, "done", now, task.addressee, note.strip())
    return await load(unit, task_id)


async def looked_into(unit: db.Unit, alert_id: UUID, note: str, by: Actor, now: datetime) -> None:
    """Whoever writes down what came of an alert has done the task of looking into it."""
    await unit.execute(Q.end_review, unit.tenant, alert_id, decide.REVIEW, now, str(by), note)


async def cancel_of_alert(unit: db.Unit, alert_id: UUID, why: str, now: datetime) -> None:
    await unit.execute(Q.cancel_of_alert, unit.tenant, alert_id, now, why)


async def listing(
    unit: db.Unit, addressees: Iterable[str] | None = None, *, state: str | None = None, kind: str | None = None,
    ticket_id: UUID | None = None, alert_id: UUID | None = None, limit: int = 200,
) -> tuple[Given, ...]:  # fmt: skip
    """Open tasks by their due time, then ended ones; of these addressees, or of everybody."""
    whose = None if addressees is None else list(addressees)
    rows = await unit.fetch(Q.listing, unit.tenant, whose, state, kind, ticket_id, alert_id, limit)
    return tuple(given_of(row) for row in rows)


async def recount_provisional(unit: db.Unit, tenant: Tenant, now: datetime) -> None:
    """Days that rested on a year without a notice are counted again by the calendar now known."""
    for row in await unit.fetch(Q.provisional, unit.tenant):
        end = _end(row, tenant.calendar)
        await unit.execute(Q.move_due, unit.tenant, row["id"], end.at, list(strip(end)), end.provisional)
        if row["ticket_id"] and end.at != row["due_at"]:
            due_ = [row["due_at"].isoformat(), end.at.isoformat()]
            told = Act("recount", {"clock": row["kind"], "due": due_, "calendar": tenant.calendar.version})
            await stored.record(unit, row["ticket_id"], now, told, SYSTEM)


async def foreseen(unit: db.Unit, calendar: Calendar, most: int) -> tuple[int, list[tuple[db.Row, Due]]]:
    """What ``recount_provisional`` would do by this calendar: how many tasks, and of those due first the new ends."""
    rows = await unit.fetch(Q.foreseen, unit.tenant, most)
    return rows[0]["total"] if rows else 0, [(row, _end(row, calendar)) for row in rows]


def _end(row: db.Row, calendar: Calendar) -> Due:
    """Natural days are provisional only where the last one may have to move."""
    span = Span.parse(row["span"])
    return due(row["opened_at"], span, calendar, rest_day_moves=span.unit == "d")


async def next_due(unit: db.Unit) -> datetime | None:
    return await unit.fetchval(Q.next_due, unit.tenant)


async def take_due(unit: db.Unit, now: datetime) -> int:
    """Says of one chunk of late tasks that they are late, once; how many there were."""
    rows = await unit.fetch(Q.due, unit.tenant, now, CHUNK)
    for row in rows:
        await unit.execute(Q.mark_overdue, unit.tenant, row["id"])
        late = Notice(row["due_at"], row["addressee"], "overdue", f"overdue:{row['id']}", row["clause"],
                      {"kind": row["kind"], "about": row["about"]}, hides=("rater",))  # fmt: skip
        await _tell(unit, late, row["ticket_id"])
    return len(rows)
