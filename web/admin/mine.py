"""Whoever is rated finds on one page what they may answer and by when, and what people say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from litestar import get

from core import db
from core.assignments import listing as assignments
from core.assignments.model import Given
from core.clock import SHANGHAI
from core.intake import groups
from core.intake.groups import Group
from core.people import Member
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import registers
from core.tickets.listing import Eyes
from web.admin import notices
from web.admin.called import names_of
from web.admin.chips import asked
from web.admin.rated import left_of
from web.admin.sight import eyes_of, known_until
from web.admin.tagged import ever
from web.admin.tickets import grade_word
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

Q = db.Queries(Path(__file__).with_name("mine.sql"))
SHORT = 5
# Groups of earlier years stay where they were; nobody looks further back than appraisals do.
YEARS = 3


@dataclass(frozen=True, slots=True)
class Open:
    """A notice that may still be answered with an appeal; ``left`` is how long, in words."""

    number: str
    item_name: str | None
    day: date | None
    due_at: datetime
    left: str
    clause: str
    document: str


@dataclass(frozen=True, slots=True)
class Said:
    """One group as it is shown; ``tags`` in words, ``other`` where reasons were given that too few gave."""

    group: Group
    rows: tuple[tuple[str, Mapping[int, int], int], ...]
    tags: tuple[tuple[str, int], ...]


@get("/t/{slug:str}/admin/mine", opt={"perm": "mine.read"})
async def show(tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        known = known_until(member, now)
        opened = await _may_appeal(unit, tenant, member, now)
        appeals = await registers.appeals(unit, eyes, now, limit=SHORT)
        told, more = await registers.notices(unit, eyes, rated_before=known, limit=SHORT)
        seen = await registers.visible(unit, eyes, {each.ticket for each in told if each.ticket}, now)
        names = await names_of(unit, policy, [each.addressee for each in appeals.rows])
        said = await _said(unit, tenant, member, policy, groups.year_of(_today(now)), now)
        tasks = await _tasks(unit, eyes, known)
    return page(
        "admin/mine/show.html", opened=opened, appeals=appeals, names=names, tasks=tasks, kinds=vocab.TASKS,
        findings=vocab.FINDINGS, lines=[notices.for_the_rated(each, seen, member) for each in told], more=more,
        last=said[0] if said else None, least=groups.LEAST, grades=_grades(policy), linked=bool(member.staff),
    )  # fmt: skip


@get("/t/{slug:str}/admin/my-ratings", opt={"perm": "mine.read"})
async def ratings(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    """The year is the only thing to choose: any narrower choice could be set against another."""
    this = groups.year_of(_today(now))
    years = [this - n for n in range(YEARS)]
    chosen = asked(request, "year")
    year = int(chosen) if chosen in map(str, years) else this
    async with db.as_tenant(tenant.id) as unit:
        said = await _said(unit, tenant, member, policy, year, now)
    return page(
        "admin/mine/ratings.html", said=said, year=year, years=years, least=groups.LEAST, grades=_grades(policy),
        linked=bool(member.staff),
    )  # fmt: skip


async def _may_appeal(unit: db.Unit, tenant: Tenant, member: Member, now: datetime) -> tuple[Open, ...]:
    rows = await unit.fetch(Q.may_appeal, unit.tenant, member.staff or "", now, known_until(member, now))
    return tuple(
        Open(
            row["number"], row["item_name"], date.fromisoformat(row["day"]) if row["day"] else None, row["due_at"],
            left_of(row["due_at"], tenant.calendar, now), row["clause"], row["document"],
        )
        for row in rows
    )  # fmt: skip


async def _tasks(unit: db.Unit, eyes: Eyes, known: datetime | None) -> tuple[Given, ...]:
    wanted = assignments.Wanted(eyes.addresses, None, "open", rated_before=known, limit=SHORT)
    return (await assignments.page(unit, wanted)).rows


async def _said(
    unit: db.Unit, tenant: Tenant, member: Member, policy: Policy, year: int, now: datetime
) -> tuple[Said, ...]:
    if not member.staff:
        return ()
    bad = policy[keys.bad_grades] or ()
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    tags = ever(tenant, policy.on)
    return tuple(
        Said(
            each,
            tuple((labels.get(code, code), counts, sum(counts.values())) for code, counts in each.grades.items()),
            tuple((tags[code], n) for code, n in each.tags.items() if code in tags),
        )
        for each in await groups.told(unit, member.staff, year, bad, now)
    )  # fmt: skip


def _grades(policy: Policy) -> Mapping[int, str]:
    return {grade: grade_word(grade, policy) for grade in sorted(vocab.GRADES, reverse=True)}


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
