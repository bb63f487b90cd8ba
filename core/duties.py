"""What time demands: silence, reminders, drafts, clocks and folding, level-triggered and safe to run twice."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core import db, errors, flow, stack, tenants
from core.alerts import jobs as alert_jobs
from core.assignments import actions as assignments
from core.audit import seal as seals
from core.baseline import actions as baseline
from core.desk import drafts as desk_drafts
from core.desk import exports, lots, presence
from core.evidence import actions as evidence
from core.evidence import files
from core.exchange import carrying as exchange
from core.incidents import actions as incidents
from core.intake import jobs as intake
from core.intake.actions import Q, token_of
from core.intake.decide import closing_time
from core.intake.model import Source, Submission
from core.notify import jobs as notify_jobs
from core.outbox import actions as outbox
from core.outbox import tasks
from core.outbox.jobs import Courier
from core.people import actions as people
from core.policy.calendar import Calendar, Due
from core.publication import actions as publication
from core.publication import jobs as publishing
from core.records import jobs as records
from core.rosters import actions as rosters
from core.rosters import jobs as roster_jobs
from core.rounds import couriers as rounds_couriers
from core.rounds import jobs as rounds
from core.scoring import actions as scoring
from core.tenants.model import Tenant
from core.tenure import copying, leaving
from core.tickets import actions as tickets
from core.tickets import jobs as ticket_jobs
from core.tickets import stored
from core.tickets.model import Notice
from core.whatif import actions as whatif
from core.whatif import jobs as whatif_jobs

FORGOTTEN_AFTER = timedelta(minutes=1)
# People who were known before their numbers could be searched.
KNOWN_AT_ONCE = 2000
RECOUNT = "recount"
_counted_by: dict[int, str] = {}
_swept_on: dict[int, date] = {}
Job = Callable[[Tenant, str, datetime], Awaitable[None]]


async def run_due(tenant: Tenant, now: datetime) -> None:
    """Does everything that is due by ``now`` for one tenant, ratings before silence."""
    for each in (drafts, reminders, silence, clocks, weighing, assigned, months, extras):
        await (_of_raters(each) if each in _RATERS else _of_office(each))(tenant, "", now)


async def next_due(tenant: Tenant, horizon: datetime | None = None) -> datetime | None:
    """The earliest instant at which something will be due; warnings of deadlines beyond ``horizon`` are left out."""
    async with db.as_tenant(tenant.id) as unit:
        instants = [
            await intake.next_due(unit), await ticket_jobs.next_due(unit, tenant, horizon),
            await assignments.next_due(unit), await alert_jobs.next_unweighed(unit),
            await alert_jobs.next_due(unit, tenant), await records.next_due(unit, tenant),
        ]  # fmt: skip
    return min((at for at in instants if at is not None), default=None)


async def silence(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Ended invitations become defaults or close, chunk by committed chunk."""
    # A tap that needs nothing more is a rating, not silence.
    await drafts(tenant, "", now)
    after: tuple[datetime, UUID] | None = None
    while True:
        async with db.as_tenant(tenant.id, patience=60) as unit:
            taken = await intake.take_silent(unit, now, after)
            if taken.defaulted:
                await scoring.count_defaults(unit, taken.defaulted)
                hints = tasks.Hints(tenant.id)
                hints.add("fold", flow.fold_time(now))
                unit.after_commit(hints.give)
        if not taken.done:
            return
        after = taken.last


async def reminders(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Raters who have not spoken are told at the legal instant; the message itself may wait for the morning."""
    while True:
        async with db.as_tenant(tenant.id) as unit:
            due = await intake.take_reminders(unit, now)
            for each in due:
                if each.still_open:
                    await _remind(unit, tenant, each)
        if not due:
            return


async def _remind(unit: db.Unit, tenant: Tenant, due: intake.Due) -> None:
    once = f"reminder:{due.invitation_id}:{due.at.isoformat()}"
    notice = Notice(due.at, "rater", "reminder", once, due.clause)
    await stored.tell(unit, (notice,), None, due.case_id)
    if due.applicant_id is not None:
        link = f"/r/{token_of(tenant.id, due.invitation_id)}"
        await outbox.post(unit, "sms.reminder", {"case": due.case, "path": link}, due.at, person_id=due.applicant_id)


async def drafts(tenant: Tenant, _ref: str, now: datetime) -> None:
    """A tap that needed nothing more becomes the rating it was, made when it was tapped."""
    while True:
        async with db.as_tenant(tenant.id) as unit:
            ripe = await intake.ripe_drafts(unit, now)
        for each in ripe:
            await _take_draft(tenant, each)
        if not ripe:
            return


async def _take_draft(tenant: Tenant, ripe: Mapping[str, Any]) -> None:
    draft = ripe["draft"]
    token = token_of(tenant.id, ripe["id"])
    submission = Submission(token=token, grades=draft["grades"], channel=draft["channel"], key=f"draft:{ripe['id']}")
    try:
        await flow.rate(tenant, submission, source=Source("web"), now=ripe["draft_at"])
    except errors.Unavailable:
        raise
    except errors.Refused:
        await _drop_draft(tenant, ripe["id"])


async def _drop_draft(tenant: Tenant, invitation_id: UUID) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.unready_draft, tenant.id, invitation_id)


async def clocks(tenant: Tenant, _ref: str, now: datetime) -> None:
    """What is overdue is said once, to the handler and up the tree; an audit nobody made is taken as accepted."""
    await _until_done(tenant, lambda unit: ticket_jobs.take_due(unit, tenant, now))


async def assigned(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Tasks that were not done in time are said to be late, once."""
    await _until_done(tenant, lambda unit: assignments.take_due(unit, now))


async def extras(tenant: Tenant, _ref: str, now: datetime) -> None:
    """What is due of the records of extras is said, and what a period owes is made."""
    await records.leave(tenant, now)
    await records.periods(tenant, now)
    await _until_done(tenant, lambda unit: records.take_due(unit, now))


async def weighing(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Ratings whose grades a rule counts are weighed one by one, so that none holds up another or its own rater."""
    await _until_done(tenant, lambda unit: alert_jobs.weigh_one(unit, tenant, now), patience=60)


async def months(tenant: Tenant, _ref: str, now: datetime) -> None:
    """Each month that is over is ranked once, in its turn."""
    await _until_done(tenant, lambda unit: alert_jobs.take_month(unit, tenant, now), patience=60)


async def fold(tenant: Tenant, _ref: str, _now: datetime) -> None:
    await _until_done(tenant, scoring.fold, patience=60)


async def seal(tenant: Tenant, _ref: str, now: datetime) -> None:
    """What was written down is sealed behind those who wrote it."""
    await _until_done(tenant, lambda unit: seals.seal(unit, now), patience=60)


async def _until_done(
    tenant: Tenant, take: Callable[[db.Unit], Awaitable[object]], patience: int = db.STATEMENT_SECONDS
) -> None:
    """Takes one chunk after another, each in a unit of its own, until one finds nothing."""
    while True:
        async with db.as_tenant(tenant.id, patience=patience) as unit:
            taken = await take(unit)
        if not taken:
            return


async def notice_loaded(tenant: Tenant, now: datetime) -> int:
    """Where a year's holiday notice has arrived, provisional deadlines are counted again, once; how many there were."""
    fresh = replace(tenant, calendar=(await tenants.by_id(tenant.id)).calendar)
    async with db.as_tenant(tenant.id) as unit:
        recounted = await ticket_jobs.recount_provisional(unit, fresh, now)
        await assignments.recount_provisional(unit, fresh, now)
        await records.recount_provisional(unit, fresh, now)
        await _recount_windows(unit, fresh)
    return recounted


async def recount(tenant: Tenant, _ref: str, now: datetime) -> None:
    """As soon as two people have published a calendar; ``look_at`` would find it a little later."""
    await notice_loaded(tenant, now)


async def foreseen_windows(
    unit: db.Unit, tenant: Tenant, calendar: Calendar, most: int
) -> tuple[int, list[tuple[db.Row, Due]]]:
    """Chances to rate that will be counted again by this calendar: how many, and of those that end first the ends."""
    rows = await unit.fetch(Q.foreseen_invitations, unit.tenant, most)
    ends = [(row, _closing(row, tenant, calendar)) for row in rows]
    return rows[0]["total"] if rows else 0, [(row, end) for row, end in ends if end is not None]


def _closing(row: db.Row, tenant: Tenant, calendar: Calendar) -> Due | None:
    policy = stack.policy(tenant, tickets.day(row["at"]))
    return closing_time(row["occasion"], row["opens"], policy, calendar)


async def _recount_windows(unit: db.Unit, tenant: Tenant) -> None:
    for row in await unit.fetch(Q.provisional_invitations, tenant.id):
        end = _closing(row, tenant, tenant.calendar)
        if end is not None and (end.at, end.provisional) != (row["closes"], True):
            await unit.execute(Q.move_closes, tenant.id, row["id"], end.at, end.provisional)


async def look_at(tenant_id: int, now: datetime) -> None:
    """Finds what lost wake-ups forgot: a tenant's own facts say what is due."""
    tenant = await tenants.by_id(tenant_id)
    due = await next_due(tenant, now + ticket_jobs.WARNED_AHEAD)
    if due is not None and due <= now - FORGOTTEN_AFTER:
        await run_due(tenant, now)
    # Provisional dates are counted again only by another calendar than the last time.
    if _counted_by.get(tenant_id) != tenant.calendar.version:
        await notice_loaded(tenant, now)
        _counted_by[tenant_id] = tenant.calendar.version
    await fold(tenant, "", now)
    await seal(tenant, "", now)
    await lots.look_at(tenant, now)
    await exports.look_at(tenant, now)
    await copying.look_at(tenant, now)
    await leaving.look_at(tenant, now)
    await whatif_jobs.look_at(tenant, now)
    await roster_jobs.look_at(tenant, now)
    await publishing.look_at(tenant, now)
    await sweep(tenant, now)
    async with db.as_tenant(tenant.id, patience=60) as unit:
        await people.add_tails(unit, KNOWN_AT_ONCE)


async def sweep(tenant: Tenant, now: datetime) -> None:
    """Once a day goes what nobody needs: files that nothing names, and what desks kept long enough."""
    today = tickets.day(now)
    if _swept_on.get(tenant.id) == today:
        return
    async with db.as_tenant(tenant.id) as unit:
        if files.has_folder():
            await evidence.sweep(unit, now)
        await desk_drafts.sweep(unit, now)
        await presence.sweep(unit, now)
        await notify_jobs.forget(unit, now)
        await lots.sweep(unit, now)
        await exports.sweep(unit, now)
        await incidents.forget(unit, now)
    _swept_on[tenant.id] = today


def _of_raters(job: Job) -> Job:
    """While a place takes nothing in nobody's silence means anything; what waited is found when it is resumed."""

    async def run(tenant: Tenant, ref: str, now: datetime) -> None:
        if tenant.takes_in:
            await job(tenant, ref, now)

    return run


def _of_office(job: Job) -> Job:
    """A place that was put away is only read: no deadline passes there any more."""

    async def run(tenant: Tenant, ref: str, now: datetime) -> None:
        if not tenant.read_only:
            await job(tenant, ref, now)

    return run


_RATERS: tuple[Job, ...] = (drafts, reminders, silence)
# How long work may take that takes longer than anything else.
LONG: Mapping[str, int] = {
    copying.JOB: copying.SECONDS, whatif.JOB: whatif_jobs.SECONDS, rosters.JOB: roster_jobs.SECONDS,
}  # fmt: skip
JOBS: Mapping[str, Job] = {
    whatif.JOB: whatif_jobs.run, rosters.JOB: _of_office(roster_jobs.run),
    "silence": _of_raters(silence), "reminders": _of_raters(reminders), "drafts": _of_raters(drafts),
    "clocks": _of_office(clocks), "fold": fold,
    assignments.JOB: _of_office(assigned), "weighing": _of_office(weighing), lots.JOB: _of_office(lots.held),
    exports.JOB: exports.export, copying.JOB: copying.copy, leaving.JOB: leaving.leave,
    **notify_jobs.JOBS, publishing.JOB: publishing.publish, rounds.JOB: rounds.remind,
    seals.JOB: seal, RECOUNT: recount, records.JOB: _of_office(extras),
}  # fmt: skip
# What one tenant tells another, or a partner, is brought by whoever knows how it is told.
COURIERS: Mapping[str, Courier] = {
    publication.CARRIED: publication.carry, **rounds_couriers.COURIERS, **baseline.COURIERS,
    outbox.TO_PARTNER: exchange.carry,
}  # fmt: skip
