"""The story of a rating: what comes in, what it opens, what becomes of it; each verb is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import db, errors, stack
from core.alerts import actions as alerts
from core.attribution import actions as attribution
from core.clock import SHANGHAI
from core.handling import act, finish_task, handle_alert, note_refusal, patiently, settle, wake_clocks
from core.intake import actions as intake
from core.intake import decide as rules
from core.intake import ratings
from core.intake.model import Kept, Opening, Rated, Received, ServiceEvent, Source, Submission
from core.outbox import tasks
from core.policy import keys
from core.policy.policy import Policy
from core.questionnaires import actions as questionnaires
from core.scoring import actions as scoring
from core.tenants import states
from core.tenants.model import Tenant
from core.tickets import actions as tickets

__all__ = ["act", "append", "comment", "finish_task", "fold_time", "handle_alert", "note_refusal", "rate", "rate_many",
           "rate_on_paper", "receive", "settle"]  # fmt: skip

EVENT_AGE = timedelta(days=7)
EVENT_AHEAD = timedelta(minutes=5)


async def receive(
    tenant: Tenant, events: Sequence[ServiceEvent], *, source: Source, now: datetime
) -> list[Received | errors.Refused]:
    """Takes service events in, in order; each stands or is refused alone, all in one transaction."""
    states.refuse_closed(tenant)
    return await patiently(lambda: _receive_all(tenant, events, source, now))


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
    states.refuse_closed(tenant)
    async with db.as_tenant(tenant.id) as unit:
        rated = await _rate(unit, tenant, submission, source, now)
        if not rated.repeated:
            unit.after_commit(_tell_rated(tenant, rated, now))
    return rated


async def rate_many(
    tenant: Tenant, submissions: Sequence[Submission], *, source: Source, now: datetime
) -> list[Rated | errors.Refused]:
    """Takes ratings in, in order; each stands or is refused alone, all in one transaction."""
    states.refuse_closed(tenant)
    return await patiently(lambda: _rate_all(tenant, submissions, source, now))


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
    ratings.check(submission, standing, came, source, policy)
    kept = await ratings.keep(unit, tenant, submission, standing, came, source, policy, now)
    await scoring.count(unit, kept)
    hints = tasks.Hints(tenant.id)
    hints.add("fold", fold_time(now))
    unit.after_commit(hints.give)
    opened = await _open_tickets(unit, tenant, kept)
    if await alerts.to_weigh(unit, kept, policy, now):
        hints.add("weighing", now)
    unkept = await questionnaires.keep(unit, kept, submission.answers, policy, now)
    answer = Rated(kept.id, kept.receipt, opened[0] if opened else None, unkept=unkept)
    await ratings.remember_key(unit, submission, source, kept, _plain(answer), now)
    return answer


@dataclass(frozen=True, slots=True)
class PaperGrades:
    """What was ticked on paper: one grade for everything, and others of what was done or of who did it."""

    grade: int
    matter: int | None = None
    manner: int | None = None

    def of(self, dimensions: Sequence[str], policy: Policy) -> dict[str, int]:
        """Every dimension that is asked gets the grade ticked for what it is about."""
        about = {each.code: each.of for each in policy[keys.dimensions] or ()}
        own = {"item": self.matter, "staff": self.manner}
        return {code: own.get(about.get(code, "")) or self.grade for code in dimensions}


PAPER = Source("paper", admin=True, trusted=True)


async def rate_on_paper(
    unit: db.Unit, tenant: Tenant, event: ServiceEvent | None, submission: Submission, grades: PaperGrades, *,
    now: datetime,
) -> Rated:  # fmt: skip
    """A rating that somebody wrote by hand, at its own time; ``event`` is the service that only the paper tells of."""
    states.refuse_closed(tenant)
    if event is not None:
        await _serve_on_paper(unit, tenant, event, now)
    standing = await ratings.standing(unit, submission)
    policy = stack.policy(tenant, tickets.day(standing.event_at))
    if standing.state == "defaulted":
        return await _beside_default(unit, tenant, submission, grades, standing, now)
    given = grades.of(standing.required or standing.dimensions, policy)
    rated = await _rate(unit, tenant, replace(submission, grades=given), PAPER, now)
    if not rated.repeated:
        unit.after_commit(_tell_rated(tenant, rated, now))
    return rated


async def _beside_default(
    unit: db.Unit, tenant: Tenant, submission: Submission, grades: PaperGrades, standing: rules.Standing, now: datetime
) -> Rated:  # fmt: skip
    """Silence has counted already. What was written since is added to it where a rule lets a default be added to."""
    policy = stack.policy(tenant, tickets.day(standing.event_at))
    rule, by_default, written = policy[keys.append], standing.rated_at, submission.rated_at or now
    if rule is not None and rule.after_default and by_default is not None and written >= by_default:
        given = grades.of(rule.dimensions, policy)
        added = await _append(unit, tenant, replace(submission, grades=given), standing, PAPER, now)
        unit.after_commit(_tell_rated(tenant, added, now))
        return added
    at = f"{(by_default or now).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    early = by_default is not None and written < by_default
    why = "填表是在这之前，但录入时已经默认，现行规定没有写默认之后怎样改记" if early else (
        "现行规定不许可在默认之后追加评价")  # fmt: skip
    raise errors.WindowClosed(
        f"这次服务没有等到评价，已在 {at} 按规定作默认评价；{why}。这张不能计入，请作废并写明原因，原件照样保存。"
    )


async def _serve_on_paper(unit: db.Unit, tenant: Tenant, event: ServiceEvent, now: datetime) -> None:
    """Some rules ask after each service, some when it is closed: one of them is the chance to rate, over or not."""
    hall = Hall(unit, tenant, PAPER, now, tasks.Hints(tenant.id), attribution.Facts(unit))
    unit.after_commit(hall.hints.give)
    for number, kind in enumerate(("served", "closed"), start=1):
        await _receive(hall, replace(event, event=kind, number=number))
        if await intake.invitations_of_case(unit, event.case):
            return
    raise errors.NotOffered("按现行规定，这次服务没有评价的机会，纸质评价不能计入；请作废并写明原因。")


def fold_time(now: datetime) -> datetime:
    """Counts are folded at the next full minute; until then they are exact as they are."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _plain(rated: Rated) -> dict[str, Any]:
    ticket = str(rated.ticket) if rated.ticket else None
    return {"id": str(rated.id), "receipt": rated.receipt, "ticket": ticket, "unkept": dict(rated.unkept)}


def _again(known: Mapping[str, Any]) -> Rated:
    ticket = UUID(known["ticket"]) if known["ticket"] else None
    return Rated(UUID(known["id"]), known["receipt"], ticket, repeated=True, unkept=known.get("unkept", {}))


async def append(
    tenant: Tenant, submission: Submission, *, source: Source, now: datetime, rating: UUID | None = None
) -> Rated:
    """Adds to a rating (追评) where the policy has it; the first rating keeps its words and its count."""
    states.refuse_closed(tenant)
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
    rules.check_append(submission, first, policy, tenant.calendar, await states.pauses(unit, now), came.at)
    rules.check_reason(submission, policy)
    kept = await ratings.keep_append(unit, tenant, submission, standing, came, source, policy, now)
    await settle(unit, tenant, kept.id)
    if await alerts.to_weigh(unit, kept, policy, now):
        hints = tasks.Hints(tenant.id)
        hints.add("weighing", now)
        unit.after_commit(hints.give)
    await tickets.appended(unit, tenant, kept)
    opened = await _open_tickets(unit, tenant, kept)
    answer = Rated(kept.id, kept.receipt, opened[0] if opened else None)
    await ratings.remember_key(unit, submission, source, kept, _plain(answer), now)
    return answer


async def _open_tickets(unit: db.Unit, tenant: Tenant, kept: Kept) -> tuple[UUID, ...]:
    """What was imported has had its tickets where it comes from."""
    opened = await tickets.open_for(unit, tenant, kept) if kept.origin != "imported" else ()
    await wake_clocks(unit, tenant, opened)
    return opened


async def comment(tenant: Tenant, text: str, channel: str, *, source: Source, now: datetime) -> UUID:
    """A general remark (综合点评): kept and read, never scored."""
    states.refuse_closed(tenant)
    words = text.strip()
    if not words:
        raise errors.Invalid("请写下您的意见。", field="text")
    async with db.as_tenant(tenant.id) as unit:
        return await intake.add_comment(unit, words, channel, source, now)
