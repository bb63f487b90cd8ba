"""The story of a rating: what comes in, what it opens, what becomes of it; each verb is one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from core import db, errors, stack
from core.alerts import actions as alerts
from core.alerts.model import Raised
from core.assignments import actions as assignments
from core.assignments.decide import REVIEW
from core.assignments.model import Given
from core.attribution import actions as attribution
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.intake import actions as intake
from core.intake import decide as rules
from core.intake import ratings
from core.intake.model import Kept, Opening, Rated, Received, ServiceEvent, Source, Submission
from core.outbox import tasks
from core.scoring import actions as scoring
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets import jobs as ticket_jobs
from core.tickets.machine import FOLLOWED
from core.tickets.model import Act, Outcome, Ticket

T = TypeVar("T")
PAUSES = (0.05, 0.2, 0.8)
EVENT_AGE = timedelta(days=7)
EVENT_AHEAD = timedelta(minutes=5)


async def receive(
    tenant: Tenant, events: Sequence[ServiceEvent], *, source: Source, now: datetime
) -> list[Received | errors.Refused]:
    """Takes service events in, in order; each stands or is refused alone, all in one transaction."""
    return await _patiently(lambda: _receive_all(tenant, events, source, now))


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Does a transaction again that lost to another one; what it does twice is stored once."""
    for pause in PAUSES:
        try:
            return await work()
        except errors.Unavailable:
            await asyncio.sleep(pause)
    return await work()


async def _receive_all(
    tenant: Tenant, events: Sequence[ServiceEvent], source: Source, now: datetime
) -> list[Received | errors.Refused]:
    answers: dict[int, Received | errors.Refused] = {}
    async with db.as_tenant(tenant.id) as unit:
        hall = Hall(unit, tenant, source, now, tasks.Hints(tenant.id), attribution.Facts(unit))
        unit.after_commit(hall.hints.give)
        # Cases are locked in one order, whatever the order they are told in, so that no two lists block each other.
        for place, event in sorted(enumerate(events), key=lambda told: (told[1].case, told[0])):
            try:
                async with unit.attempt():
                    answers[place] = await _receive(hall, event)
            except errors.Unavailable:
                raise
            except errors.Refused as refusal:
                answers[place] = refusal
    return [answers[place] for place in range(len(events))]


@dataclass(frozen=True, slots=True)
class Hall:
    """What one transaction of events shares."""

    unit: db.Unit
    tenant: Tenant
    source: Source
    now: datetime
    hints: tasks.Hints
    facts: attribution.Facts


async def _receive(hall: Hall, event: ServiceEvent) -> Received:
    unit, tenant, source, now = hall.unit, hall.tenant, hall.source, hall.now
    # The case is locked first, so that of two reports of one event the second finds the answer of the first.
    case, is_new = await intake.case_of(unit, event)
    known = None if is_new else await intake.earlier_answer(unit, event, case)
    if known is not None:
        return Received(*known, await intake.invitation_of_event(unit, known[0]), repeated=True)
    _check_time(event, source, now)
    if not case.items and not event.staff:
        raise errors.Invalid("请写明事项或工作人员，评价才知道计给谁。", field="item")
    named = await hall.facts.named(case, event)
    policy = stack.policy(tenant, tickets.day(event.at))
    used = {} if is_new else await intake.occasions_used(unit, case)
    opened = [
        each for each in rules.openings(event, case, used, policy, tenant.calendar)
        if named.in_scope and (source.admin or each.closes is None or each.closes > now)
    ]  # fmt: skip
    if rules.closes_the_case(event, case, policy) and case.closed_at is None:
        case = replace(case, closed_at=event.at)
    await intake.save_case(unit, case)
    event_id, number = await intake.add_event(unit, event, case, source, now, is_first=is_new)
    views = [
        await intake.invite(
            unit, tenant, event, event_id, case, each,
            await hall.facts.targets(tenant, policy, each, event, case, named), used, policy.revision, now,
        )
        for each in opened
    ]  # fmt: skip
    _wake(hall.hints, opened)
    usable = [view for view in views if view.state == "open"]
    return Received(event_id, number, usable[-1] if usable else None)


def _check_time(event: ServiceEvent, source: Source, now: datetime) -> None:
    if event.at > now + EVENT_AHEAD:
        raise errors.Invalid("服务时间晚于现在，请核对。", field="at")
    if event.at < now - EVENT_AGE and not (source.admin or source.trusted):
        raise errors.NotEntitled("服务时间早于 7 天前，补报需要管理权限。", field="at")


def _wake(hints: tasks.Hints, opened: Sequence[Opening]) -> None:
    for each in opened:
        if each.closes is not None:
            hints.add("silence", each.closes)
        for at, _ in each.reminders:
            hints.add("reminders", at)


async def rate(tenant: Tenant, submission: Submission, *, source: Source, now: datetime) -> Rated:
    """Takes one rating in; the same key and content again give the same answer."""
    async with db.as_tenant(tenant.id) as unit:
        rated = await _rate(unit, tenant, submission, source, now)
        if not rated.repeated:
            unit.after_commit(_tell_rated(tenant, rated, now))
    return rated


async def rate_many(
    tenant: Tenant, submissions: Sequence[Submission], *, source: Source, now: datetime
) -> list[Rated | errors.Refused]:
    """Takes ratings in, in order; each stands or is refused alone, all in one transaction."""
    return await _patiently(lambda: _rate_all(tenant, submissions, source, now))


async def _rate_all(
    tenant: Tenant, submissions: Sequence[Submission], source: Source, now: datetime
) -> list[Rated | errors.Refused]:
    answers: dict[int, Rated | errors.Refused] = {}
    async with db.as_tenant(tenant.id) as unit:
        # Invitations are locked in one order too.
        for place, submission in sorted(enumerate(submissions), key=lambda told: (_name(told[1]), told[0])):
            try:
                async with unit.attempt():
                    answers[place] = rated = await _rate(unit, tenant, submission, source, now)
                    if not rated.repeated:
                        unit.after_commit(_tell_rated(tenant, rated, now))
            except errors.Unavailable:
                raise
            except errors.Refused as refusal:
                answers[place] = refusal
    return [answers[place] for place in range(len(submissions))]


def _name(submission: Submission) -> tuple[str, str, int]:
    return submission.token or "", submission.case or "", submission.number or 0


def _tell_rated(tenant: Tenant, rated: Rated, now: datetime) -> Any:
    async def tell() -> None:
        stack.tell("rated", tenant, tenant_id=tenant.id, rating=rated.id, at=now)
        if rated.ticket is not None:
            stack.tell("ticket_opened", tenant, tenant_id=tenant.id, ticket=rated.ticket, at=now)

    return tell


async def _rate(unit: db.Unit, tenant: Tenant, submission: Submission, source: Source, now: datetime) -> Rated:
    # The invitation is locked first, so that of two with one key the second finds the answer of the first.
    standing = await ratings.standing(unit, submission)
    known = None if standing.state == "open" else await ratings.earlier(unit, submission, source)
    if known is not None:
        return _again(known)
    policy = stack.policy(tenant, tickets.day(standing.event_at))
    rater = await ratings.rater_of(unit, submission, standing)
    came = ratings.came(submission, standing, rater, source, now)
    ratings.check(submission, standing, came, policy)
    kept = await ratings.keep(unit, tenant, submission, standing, came, source, policy, now)
    await scoring.count(unit, kept)
    hints = tasks.Hints(tenant.id)
    hints.add("fold", fold_time(now))
    unit.after_commit(hints.give)
    opened = await _open_tickets(unit, tenant, kept)
    if await alerts.to_weigh(unit, kept, policy, now):
        hints.add("weighing", now)
    answer = Rated(kept.id, kept.receipt, opened[0] if opened else None)
    await ratings.remember_key(unit, submission, source, kept, _plain(answer), now)
    return answer


def fold_time(now: datetime) -> datetime:
    """Counts are folded at the next full minute; until then they are exact as they are."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _plain(rated: Rated) -> dict[str, Any]:
    return {"id": str(rated.id), "receipt": rated.receipt, "ticket": str(rated.ticket) if rated.ticket else None}


def _again(known: Mapping[str, Any]) -> Rated:
    ticket = UUID(known["ticket"]) if known["ticket"] else None
    return Rated(UUID(known["id"]), known["receipt"], ticket, repeated=True)


async def append(
    tenant: Tenant, submission: Submission, *, source: Source, now: datetime, rating: UUID | None = None
) -> Rated:
    """Adds to a rating (追评) where the policy has it; the first rating keeps its words and its count."""
    async with db.as_tenant(tenant.id) as unit:
        standing = await ratings.standing(unit, submission)
        known = await ratings.earlier(unit, submission, source)
        if known is not None:
            return _again(known)
        if rating is not None and rating != standing.rating_id:
            raise errors.NotFound("没有找到这条评价。")
        added = await _append(unit, tenant, submission, standing, source, now)
        unit.after_commit(_tell_rated(tenant, added, now))
        return added


async def _append(
    unit: db.Unit, tenant: Tenant, submission: Submission, standing: rules.Standing, source: Source, now: datetime
) -> Rated:
    policy = stack.policy(tenant, tickets.day(standing.event_at))
    rater = await ratings.rater_of(unit, submission, standing)
    rules.check_rater(rater, standing, policy)
    rules.check_lock(rater, standing, policy)
    first = await ratings.first_of(unit, standing)
    came = ratings.came(submission, standing, rater, source, now)
    rules.check_append(submission, first, policy, tenant.calendar, came.at)
    rules.check_reason(submission, policy)
    kept = await ratings.keep_append(unit, tenant, submission, standing, came, source, policy, now)
    await settle(unit, tenant, kept.id)
    if await alerts.to_weigh(unit, kept, policy, now):
        hints = tasks.Hints(tenant.id)
        hints.add("weighing", now)
        unit.after_commit(hints.give)
    opened = await _open_tickets(unit, tenant, kept)
    answer = Rated(kept.id, kept.receipt, opened[0] if opened else None)
    await ratings.remember_key(unit, submission, source, kept, _plain(answer), now)
    return answer


async def _open_tickets(unit: db.Unit, tenant: Tenant, kept: Kept) -> tuple[UUID, ...]:
    """What was imported has had its tickets where it comes from."""
    opened = await tickets.open_for(unit, tenant, kept) if kept.origin != "imported" else ()
    await _wake_clocks(unit, tenant, opened)
    return opened


async def settle(unit: db.Unit, tenant: Tenant, rating_id: UUID) -> None:
    """What a rating counts as follows its appends and verdicts, and the counts follow what it counts as."""
    root = await unit.fetchval(ratings.Q.rating_root, unit.tenant, rating_id)
    # Two findings on one rating and its appends are taken in one after the other, each seeing the other.
    await unit.execute(ratings.Q.settle_alone, unit.tenant, str(root))
    found = await tickets.findings(unit, tenant, root)
    await scoring.recount(unit, await ratings.settle(unit, rating_id, found))


async def comment(tenant: Tenant, text: str, channel: str, *, source: Source, now: datetime) -> UUID:
    """A general remark (综合点评): kept and read, never scored."""
    words = text.strip()
    if not words:
        raise errors.Invalid("请写下您的意见。", field="text")
    async with db.as_tenant(tenant.id) as unit:
        return await intake.add_comment(unit, words, channel, source, now)


async def act(
    tenant: Tenant, ticket_id: UUID, act: Act, *, by: Actor | None, now: datetime, version: int | None = None,
    source: Source | None = None,
) -> Ticket:  # fmt: skip
    """One act on a ticket with all that follows from it; without ``by`` it is done by one who is entitled."""
    try:
        return await _patiently(lambda: _act(tenant, ticket_id, act, by, now, version, source))
    except errors.Refused as refusal:
        await note_refusal(tenant, ticket_id, act.verb, refusal, by=by, now=now, source=source)
        raise


async def _act(
    tenant: Tenant, ticket_id: UUID, act: Act, by: Actor | None, now: datetime, version: int | None,
    source: Source | None,
) -> Ticket:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        if act.verb in FOLLOWED:
            await tickets.lock_family(unit, ticket_id)
        actor = by or await tickets.usually(unit, tenant, ticket_id, act)
        before = await tickets.load(unit, ticket_id)
        outcome = await tickets.act(unit, tenant, ticket_id, act, actor, now, version)
        await _follows(unit, tenant, act, outcome, actor, source, now)
        if act.verb in FOLLOWED:
            await _do_to_joined(unit, tenant, act, outcome.ticket, actor, source, now)
        await tickets.part_all(unit, before, outcome.ticket)
        return await tickets.read(unit, ticket_id)


async def _follows(
    unit: db.Unit, tenant: Tenant, act: Act, outcome: Outcome, actor: Actor, source: Source | None, now: datetime
) -> None:
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
    await _wake_clocks(unit, tenant, (ticket.id,))
    after = {"state": ticket.state, "handler": ticket.handler, "data": _said(act)}
    await audit.write(
        unit, actor, f"ticket.{act.verb}", "ticket", ticket.id, None, after, now, source=str(source or "")
    )
    unit.after_commit(_tell_acted(tenant, ticket.id, act.verb, now))


async def _do_to_joined(
    unit: db.Unit, tenant: Tenant, act: Act, lead: Ticket, actor: Actor, source: Source | None, now: datetime
) -> None:
    for other in await tickets.joined(unit, lead.id):
        outcome = await tickets.follow(unit, tenant, other, act, actor, lead.number, now)
        if outcome is not None:
            await _follows(unit, tenant, act, outcome, actor, source, now)


async def _send_to_rater(unit: db.Unit, outcome: Outcome, now: datetime) -> None:
    """What the rater must be told goes out to them, where they left a number; it always stands on their receipt."""
    for notice in outcome.notices:
        if notice.addressee == "rater" and notice.about in ("feedback", "extension"):
            await tickets.send_to_rater(unit, outcome.ticket, notice.about, now)


def _tell_acted(tenant: Tenant, ticket: UUID, verb: str, now: datetime) -> Callable[[], Awaitable[None]]:
    async def tell() -> None:
        stack.tell("ticket_acted", tenant, tenant_id=tenant.id, ticket=ticket, act=verb, at=now)

    return tell


async def note_refusal(
    tenant: Tenant, object_id: UUID, verb: str, refusal: errors.Refused, *, by: Actor | None, now: datetime,
    source: Source | None = None, kind: str = "ticket",
) -> None:  # fmt: skip
    """An attempt that was refused changes nothing, and is written down with who tried and why it was refused."""
    if isinstance(refusal, errors.Unavailable):
        return
    async with db.as_tenant(tenant.id) as unit:
        told = {"code": refusal.code, "field": refusal.field}
        await audit.write(
            unit, by or SYSTEM, f"{kind}.{verb}.refused", kind, object_id, None, told, now, source=str(source or "")
        )


async def finish_task(
    tenant: Tenant, task_id: UUID, note: str, *, by: Actor, names: Sequence[str], now: datetime
) -> Given:
    """A task is reported done by one whom it was given to; ``names`` are the ways to address them."""
    try:
        return await _patiently(lambda: _finish(tenant, task_id, note, by, names, now))
    except errors.Refused as refusal:
        await note_refusal(tenant, task_id, "done", refusal, by=by, now=now, kind="task")
        raise


async def _finish(tenant: Tenant, task_id: UUID, note: str, by: Actor, names: Sequence[str], now: datetime) -> Given:
    async with db.as_tenant(tenant.id) as unit:
        done = await assignments.finish(unit, task_id, note, names, now)
        if done.kind == REVIEW and done.alert_id is not None:
            await alerts.settle_review(unit, done.alert_id, note, by, now)
        await audit.write(unit, by, f"task.{done.kind}", "task", task_id, None, {"state": done.state}, now)
        return done


async def handle_alert(tenant: Tenant, alert_id: UUID, note: str, *, by: Actor, now: datetime) -> Raised:
    """The supervisor writes down what came of an alert."""
    try:
        return await _patiently(lambda: _handle_alert(tenant, alert_id, note, by, now))
    except errors.Refused as refusal:
        await note_refusal(tenant, alert_id, "handled", refusal, by=by, now=now, kind="alert")
        raise


# Free words stand in the ticket's history, where they can be struck out; the log can never be.
WORDS = frozenset({"note", "reason", "evidence", "member"})


def _said(act: Act) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in act.data.items() if name not in WORDS
    }  # fmt: skip


async def _handle_alert(tenant: Tenant, alert_id: UUID, note: str, by: Actor, now: datetime) -> Raised:
    async with db.as_tenant(tenant.id) as unit:
        alert = await alerts.handle(unit, alert_id, note, by, now)
        await audit.write(unit, by, "alert.handled", "alert", alert_id, None, {"state": alert.state}, now)
        return alert


async def _wake_clocks(unit: db.Unit, tenant: Tenant, opened: Sequence[UUID]) -> None:
    hints = tasks.Hints(unit.tenant)
    for ticket_id in opened:
        for at in await ticket_jobs.instants(unit, tenant, ticket_id):
            hints.add("clocks", at)
    if opened:
        unit.after_commit(hints.give)
