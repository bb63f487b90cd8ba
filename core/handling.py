"""What officials do: an act on a ticket, a task, an alert, with all that follows from it, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from core import db, errors, stack
from core.alerts import actions as alerts
from core.alerts.model import Raised
from core.assignments import actions as assignments
from core.assignments.decide import REVIEW
from core.assignments.model import Given
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.intake import ratings
from core.intake.model import Source
from core.outbox import tasks
from core.scoring import actions as scoring
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets import jobs as ticket_jobs
from core.tickets.machine import FOLLOWED
from core.tickets.model import Act, Outcome, Ticket

T = TypeVar("T")
PAUSES = (0.05, 0.2, 0.8)
EXISTING = {"ticket": tickets.Q.is_ticket, "task": assignments.Q.is_task, "alert": alerts.Q.is_alert}
# Free words stand in the ticket's history, where they can be struck out; the log can never be.
WORDS = frozenset({"note", "reason", "evidence", "member"})


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Does a transaction again that lost to another one; what it does twice is stored once."""
    for pause in PAUSES:
        try:
            return await work()
        except errors.Unavailable:
            await asyncio.sleep(pause)
    return await work()


async def settle(unit: db.Unit, tenant: Tenant, rating_id: UUID) -> None:
    """What a rating counts as follows its appends and verdicts, and the counts follow what it counts as."""
    root = await unit.fetchval(ratings.Q.rating_root, unit.tenant, rating_id)
    # Two findings on one rating and its appends are taken in one after the other, each seeing the other.
    await unit.execute(ratings.Q.settle_alone, unit.tenant, str(root))
    found = await tickets.findings(unit, tenant, root)
    await scoring.recount(unit, await ratings.settle(unit, rating_id, found))


async def act(
    tenant: Tenant, ticket_id: UUID, act: Act, *, by: Actor | None, now: datetime, version: int | None = None,
    source: Source | None = None,
) -> Ticket:  # fmt: skip
    """One act on a ticket with all that follows from it; without ``by`` it is done by one who is entitled."""
    work = partial(_act, tenant, ticket_id, act, by, now, version, source)
    return await _tried(work, tenant, ticket_id, act.verb, by=by, now=now, source=source)


async def _act(
    tenant: Tenant, ticket_id: UUID, act: Act, by: Actor | None, now: datetime, version: int | None,
    source: Source | None,
) -> Ticket:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        return await act_within(unit, tenant, ticket_id, act, by=by, now=now, version=version, source=source)


async def act_within(
    unit: db.Unit, tenant: Tenant, ticket_id: UUID, act: Act, *, by: Actor | None, now: datetime,
    version: int | None = None, source: Source | None = None,
) -> Ticket:  # fmt: skip
    """For whoever has something to write beside the act that must not stand without it."""
    if act.verb in FOLLOWED:
        await tickets.lock_family(unit, ticket_id)
    actor = by or await tickets.usually(unit, tenant, ticket_id, act)
    before = await tickets.load(unit, ticket_id)
    outcome = await tickets.act(unit, tenant, ticket_id, act, actor, now, version)
    await _follows(unit, tenant, act, before, outcome, actor, source, now)
    if act.verb in FOLLOWED:
        await _do_to_joined(unit, tenant, act, outcome.ticket, actor, source, now)
    await tickets.part_all(unit, before, outcome.ticket)
    return await tickets.read(unit, ticket_id)


async def _follows(
    unit: db.Unit, tenant: Tenant, act: Act, before: Ticket, outcome: Outcome, actor: Actor, source: Source | None,
    now: datetime,
) -> None:  # fmt: skip
    """All that one act on a ticket brings about: counts, tasks, alerts, messages, wake-ups, and the trace it leaves."""
    ticket = outcome.ticket
    policy = stack.policy(tenant, ticket.policy_day)
    scales = alerts.Scales(unit, tenant, policy, now)
    if outcome.settles:
        await settle(unit, tenant, ticket.rating_id)
        await alerts.take_back_rating(scales, ticket.rating_id)
    await assignments.after_act(unit, tenant, act.verb, outcome, policy, actor, now)
    if ticket.state == "withdrawn" and ticket.verdict:
        await alerts.take_back(scales, ticket.id, "")
        await assignments.take_back(unit, ticket, "工单已撤销", now)
    if "verified" in outcome.events:
        await alerts.take_back(scales, ticket.id, ticket.verdict or "")
        await alerts.weigh_ticket(scales, ticket.id, ticket.verdict or "")
    await _send_to_rater(unit, outcome, now)
    await wake_clocks(unit, tenant, (ticket.id,))
    stood = {"state": before.state, "handler": before.handler}
    after = {"state": ticket.state, "handler": ticket.handler, "data": _said(act)}
    await audit.write(
        unit, actor, f"ticket.{act.verb}", "ticket", ticket.id, stood, after, now, source=str(source or "")
    )
    unit.after_commit(_tell_acted(tenant, ticket.id, act.verb, now))


async def _do_to_joined(
    unit: db.Unit, tenant: Tenant, act: Act, lead: Ticket, actor: Actor, source: Source | None, now: datetime
) -> None:
    for other in await tickets.joined(unit, lead.id):
        before = await tickets.load(unit, other)
        outcome = await tickets.follow(unit, tenant, other, act, actor, lead.number, now)
        if outcome is not None:
            await _follows(unit, tenant, act, before, outcome, actor, source, now)


def _said(act: Act) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in act.data.items() if name not in WORDS
    }  # fmt: skip


async def _send_to_rater(unit: db.Unit, outcome: Outcome, now: datetime) -> None:
    """What the rater must be told goes out to them, where they left a number; it always stands on their receipt."""
    for notice in outcome.notices:
        if notice.addressee == "rater" and notice.about in ("feedback", "extension"):
            await tickets.send_to_rater(unit, outcome.ticket, notice.about, now)


def _tell_acted(tenant: Tenant, ticket: UUID, verb: str, now: datetime) -> Callable[[], Awaitable[None]]:
    async def tell() -> None:
        stack.tell("ticket_acted", tenant, tenant_id=tenant.id, ticket=ticket, act=verb, at=now)

    return tell


async def _tried(
    work: Callable[[], Awaitable[T]], tenant: Tenant, object_id: UUID, verb: str, *, by: Actor | None, now: datetime,
    source: Source | None = None, kind: str = "ticket",
) -> T:  # fmt: skip
    """What an official does, done again where it lost to another; where it is refused, the attempt is written down."""
    try:
        return await patiently(work)
    except errors.Refused as refusal:
        await note_refusal(tenant, object_id, verb, refusal, by=by, now=now, source=source, kind=kind)
        raise


async def note_refusal(
    tenant: Tenant, object_id: UUID, verb: str, refusal: errors.Refused, *, by: Actor | None, now: datetime,
    source: Source | None = None, kind: str = "ticket",
) -> None:  # fmt: skip
    """An attempt that was refused changes nothing, and is written down with who tried and why it was refused."""
    if isinstance(refusal, errors.Unavailable):
        return
    async with db.as_tenant(tenant.id) as unit:
        # What is nobody's here is no attempt at anything of this tenant's, and its name is not ours to write down.
        if isinstance(refusal, errors.NotFound) and not await unit.fetchval(EXISTING[kind], unit.tenant, object_id):
            return
        told = {"code": refusal.code, "field": refusal.field}
        await audit.write(
            unit, by or SYSTEM, f"{kind}.{verb}.refused", kind, object_id, None, told, now, source=str(source or "")
        )


async def finish_task(
    tenant: Tenant, task_id: UUID, note: str, *, by: Actor, names: Sequence[str], now: datetime
) -> Given:
    """A task is reported done by one whom it was given to; ``names`` are the ways to address them."""
    work = partial(_finish, tenant, task_id, note, by, names, now)
    return await _tried(work, tenant, task_id, "done", by=by, now=now, kind="task")


async def _finish(tenant: Tenant, task_id: UUID, note: str, by: Actor, names: Sequence[str], now: datetime) -> Given:
    async with db.as_tenant(tenant.id) as unit:
        done = await assignments.finish(unit, task_id, note, names, now)
        if done.kind == REVIEW and done.alert_id is not None:
            await alerts.settle_review(unit, done.alert_id, note, by, now)
        await audit.write(unit, by, f"task.{done.kind}", "task", task_id, None, {"state": done.state}, now)
        return done


async def handle_alert(tenant: Tenant, alert_id: UUID, note: str, *, by: Actor, now: datetime) -> Raised:
    """The supervisor writes down what came of an alert."""
    work = partial(_handle_alert, tenant, alert_id, note, by, now)
    return await _tried(work, tenant, alert_id, "handled", by=by, now=now, kind="alert")


async def _handle_alert(tenant: Tenant, alert_id: UUID, note: str, by: Actor, now: datetime) -> Raised:
    async with db.as_tenant(tenant.id) as unit:
        alert = await alerts.handle(unit, alert_id, note, by, now)
        await audit.write(unit, by, "alert.handled", "alert", alert_id, None, {"state": alert.state}, now)
        return alert


async def wake_clocks(unit: db.Unit, tenant: Tenant, opened: Sequence[UUID]) -> None:
    """Once this unit is committed, a job is asked for at each instant a clock of these tickets next says something."""
    hints = tasks.Hints(unit.tenant)
    for ticket_id in opened:
        for at in await ticket_jobs.instants(unit, tenant, ticket_id):
            hints.add("clocks", at)
    if opened:
        unit.after_commit(hints.give)
