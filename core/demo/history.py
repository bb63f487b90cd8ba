"""The quarter is lived through `core.flow` with the clock set back: every rating and deadline has its true origin."""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from uuid import UUID

import structlog

from core import clock, db, duties, flow, people, stack, tenants
from core.audit import actions as audit
from core.audit import origin
from core.audit.model import SYSTEM, Actor
from core.checks import actions as checks
from core.demo import desks, extras, provincial, questions, rulebook
from core.demo.accounts import SEED, demo_plugins, town_of
from core.demo.story import Chapter, Deed, tell
from core.errors import Refused
from core.intake.model import InvitationView, Received, Source, Submission
from core.notify import actions as notify
from core.outbox import tasks
from core.policy import keys
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets.model import Act

log = structlog.get_logger(__name__)
SOURCE = Source("demo", trusted=True)
CITIZEN = Source("web")
Step = Callable[[datetime], Awaitable[None]]
HALF = 0.5
CHECKED = 4
FINISHED = "finished"
UNREAD_FOR = timedelta(days=2)


@dataclass
class Life:
    """What is still to happen, earliest first."""

    tenant: Tenant
    until: datetime
    waiting: list[tuple[datetime, int, Step]] = field(default_factory=list[tuple[datetime, int, Step]])
    order: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, step: Step) -> None:
        if at < self.until:
            heapq.heappush(self.waiting, (at, next(self.order), step))

    async def run(self) -> None:
        while self.waiting:
            at, _, step = heapq.heappop(self.waiting)
            with clock.at(at):
                await step(at)


async def load_all(now: datetime) -> None:
    """Gives each demo city its quarter, once; one that was interrupted is lived through to its end."""
    await rulebook.begin([await tenants.by_slug(each) for each in demo_plugins()], now)
    for plugin in demo_plugins():
        tenant = await tenants.by_slug(plugin)
        begun = await _begun(tenant)
        if begun == FINISHED:
            continue
        until = now if begun is None else datetime.fromisoformat(begun)
        if begun is None:
            await _mark(tenant, until.isoformat(), now)
        await load(tenant, plugin, until)
        await _mark(tenant, FINISHED, now)
        log.info("demo-history", tenant=plugin)
    await provincial.take_part(now)


async def _begun(tenant: Tenant) -> str | None:
    """The moment this city's history is told up to, ``FINISHED``, or None before it was begun."""
    async with db.as_tenant(tenant.id) as unit:
        marks = await audit.of(unit, "demo", tenant.slug)
    return str(marks[-1].after) if marks else None


async def _mark(tenant: Tenant, what: str, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await audit.write(unit, SYSTEM, "demo.history", "demo", tenant.slug, None, what, now)


async def load(tenant: Tenant, plugin: str, now: datetime) -> None:
    """The quarter that ends ``now``, without the cases that an earlier attempt has told."""
    life = Life(tenant, now)
    told = await _told(tenant)
    every = tell(town_of(plugin), Random(f"{SEED}{plugin}"), tenant.calendar, now)  # noqa: S311 - a story
    chapters = [chapter for chapter in every if chapter.events[0].case not in told]
    for chapter in chapters:
        life.plan(chapter.events[-1].at, _serve(life, chapter))
    first = every[0].events[0].at.date()
    for number in range((now.date() - first).days + 1):
        life.plan(_midnight(first + timedelta(days=number)) + timedelta(minutes=5), _night(tenant))
    await extras.plan(tenant, now, life.plan)
    with tasks.lived_until(now), origin.coming("demo"):
        await life.run()
        await duties.run_due(tenant, now)
    await duties.fold(tenant, "", now)
    await _settle(tenant, now)
    await _check(tenant, now)


async def _check(tenant: Tenant, now: datetime) -> None:
    """The supervisor has drawn some closed tickets by lot, and one of them is checked."""
    async with db.as_tenant(tenant.id) as unit:
        boss = next(each for each in await people.members(unit) if each.role == "supervisor")
        by = Actor("institution", boss.institution or "", boss.id)
        reach = checks.Reach(True, (), boss.institution or "")
        wanted = checks.Wanted(now.date() - timedelta(days=60), now.date(), CHECKED, "proportional")
        there = await checks.population(unit, reach, wanted)
        # An attempt that was interrupted may have drawn already.
        if not there or await checks.listing(unit, reach):
            return
        drawn = await checks.draw(unit, reach, replace(wanted, wanted=min(there, CHECKED)), by, boss.name, now)
        first = (await checks.rows(unit, drawn))[0]
    done = Act("inspect", {"note": "调阅了办理记录和整改材料，办理属实。", "member": boss.name})
    await flow.act(tenant, first.id, done, by=by, now=now)


async def _told(tenant: Tenant) -> frozenset[str]:
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch("SELECT code FROM service_case WHERE tenant_id = $1", tenant.id)
    return frozenset(row["code"] for row in rows)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)


def _night(tenant: Tenant) -> Step:
    async def night(at: datetime) -> None:
        await duties.run_due(tenant, at)

    return night


def _serve(life: Life, chapter: Chapter) -> Step:
    async def serve(at: datetime) -> None:
        answers = await flow.receive(life.tenant, chapter.events, source=SOURCE, now=at)
        opened = [each.invitation for each in answers if isinstance(each, Received) and each.invitation]
        for invitation in opened if chapter.speaks_after is not None else ():
            life.plan(at + (chapter.speaks_after or timedelta()), _speak(life, chapter, invitation))

    return serve


def _speak(life: Life, chapter: Chapter, invitation: InvitationView) -> Step:
    async def speak(at: datetime) -> None:
        policy = stack.policy(life.tenant, at.date())
        bad = chapter.grade in (policy[keys.bad_grades] or ())
        tags = [tag for tag in policy[keys.tags] or () if tag.grade == chapter.grade]
        dice = Random(chapter.events[0].case)  # noqa: S311 - a story
        submission = Submission(
            token=invitation.token,
            grades=_grades(chapter, invitation, policy, dice),
            tags=(dice.choice(tags).code,) if bad and tags else (),
            text=chapter.text if bad or dice.random() < HALF else "",
            channel={"window": "device", "kiosk": "kiosk"}.get(chapter.events[-1].mode or "", "app"),
            answers=questions.answered(chapter, policy),
        )
        try:
            rated = await flow.rate(life.tenant, submission, source=CITIZEN, now=at)
        except Refused as refusal:
            log.info("demo-unsaid", code=refusal.code)
            return
        if rated.ticket is not None:
            for deed in chapter.deeds:
                life.plan(at + timedelta(hours=deed.hours), _do(life, rated.ticket, deed))

    return speak


def _grades(chapter: Chapter, invitation: InvitationView, policy: Policy, dice: Random) -> dict[str, int]:
    of = {each.code: each.of for each in policy[keys.dimensions] or ()}
    if chapter.of and chapter.of in {of[code] for code in invitation.dimensions}:
        return {code: chapter.grade if of[code] == chapter.of else 5 for code in invitation.dimensions}
    mixed = _mixed(invitation, dice)
    return {code: chapter.grade if n == 0 or dice.random() < HALF else 5 for n, code in enumerate(mixed)}


def _mixed(invitation: InvitationView, dice: Random) -> list[str]:
    codes = list(invitation.dimensions)
    dice.shuffle(codes)
    return codes


def _do(life: Life, ticket: UUID, deed: Deed) -> Step:
    async def do(at: datetime) -> None:
        data = dict(deed.data)
        if "days" in data:
            data["until"] = at.date() + timedelta(days=data.pop("days"))
        try:
            await flow.act(life.tenant, ticket, Act(deed.verb, data), by=None, now=at)
        except Refused as refusal:
            # What a city does not offer, its officials do not do.
            log.debug("demo-undone", verb=deed.verb, code=refusal.code)

    return do


async def _settle(tenant: Tenant, now: datetime) -> None:
    """Messages of the past went out in the past, and reminders of the past were read, but for the last days'."""
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(
            "UPDATE outbox SET state = 'sent', sent_at = run_after WHERE tenant_id = $1 AND run_after <= $2"
            " AND state = 'waiting'",
            tenant.id, now,
        )  # fmt: skip
        await notify.take_as_read(unit, now - UNREAD_FOR)
        await desks.settle_in(unit, now)
