"""A change of the calendar is written by some and published by another, who has seen what it moves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import db, duties
from core.assignments import actions as assignments
from core.audit import actions as audit
from core.calendars import decide
from core.calendars.model import Change, Kind, Move, Moves, OwnDay
from core.calendars.notice import Notice
from core.errors import Conflict, Invalid, NotEntitled, NotFound, WrongState
from core.outbox import tasks
from core.people import Member
from core.policy.calendar import Calendar, Due, YearNotice
from core.readiness import Missing
from core.records import jobs as records
from core.tenants import actions as tenants
from core.tenants.model import Tenant
from core.tickets import jobs as tickets

Q = db.queries(__file__)
SHOWN = 50
LISTED = 200
DAYS_TITLE = "本地的放假和上班日"
MOST_DAYS = 60


class OwnWork(NotEntitled):
    """这份日历有您写的内容，须由另一位同事核对后公布。"""


class Stale(Conflict):
    """日历在您打开这一页之后又改过，请看过现在的内容再公布。"""


async def propose_notice(tenant: Tenant, notice: Notice, text: str, *, by: Member, now: datetime) -> UUID:
    """Takes the place of the notice that waits; refuses what changes nothing."""
    years = decide.years_after(notice, tenant.calendar.years)
    if not years:
        raise Invalid(f"{notice.year} 年的安排已经载入，和这份通知一致，不用再载入。", field="text")
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.open, tenant.id, "notice")
        told = (notice.title, notice.year, _stored_years(years), [], text)
        return await _write(unit, row, "notice", told, by, now)


async def propose_days(tenant: Tenant, days: tuple[OwnDay, ...], *, by: Member, now: datetime) -> UUID:
    """Adds to the days that wait; a day written again takes the place of what was written of it before."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.open, tenant.id, "days")
        waiting = {each.day: each for each in _change(row).days} if row else {}
        for each in days:
            own = tenant.calendar.overlay.get(each.day, "")
            if not each.kind and not own:
                waiting.pop(each.day, None)
            else:
                waiting[each.day] = each
        every = sorted(waiting.values(), key=lambda each: each.day)
        _bounded(every, row)
        return await _write(unit, row, "days", (DAYS_TITLE, every[0].day.year, {}, _stored_days(every), ""), by, now)


def _bounded(days: list[OwnDay], row: db.Row | None) -> None:
    if len(days) > MOST_DAYS:
        raise Invalid(f"一次最多公布 {MOST_DAYS} 天，请先公布已经写好的。", field="day")
    if not days and row is None:
        raise Invalid("这一天没有本地的设置，不用恢复。", field="kind")
    if not days:
        raise Invalid("这样就没有要公布的日子了；不再需要的，请在“等待公布”里撤回。", field="kind")


async def _write(
    unit: db.Unit, row: db.Row | None, kind: str, told: tuple[str, int, Any, Any, str], by: Member, now: datetime
) -> UUID:
    change_id: UUID = row["id"] if row else db.ids.new()
    authors = sorted({*(row["authors"] if row else ()), *_persons(by)})
    if row:
        await unit.execute(Q.change, unit.tenant, change_id, *told, authors, now)
    else:
        await unit.execute(Q.add, unit.tenant, change_id, kind, *told, authors, now)
    after = {"title": told[0], "years": told[2], "days": told[3]}
    await audit.write(unit, by.actor, "calendar.propose", "calendar", change_id, None, after, now)
    return change_id


def _persons(member: Member) -> frozenset[str]:
    """Who acts, and in whose place: neither may publish what the other wrote."""
    return frozenset({member.username, member.behalf.username} if member.behalf else {member.username})


def is_own_work(change: Change, member: Member) -> bool:
    return not _persons(member).isdisjoint(change.authors)


async def by_id(unit: db.Unit, change_id: UUID) -> Change:
    row = await unit.fetchrow(Q.one, unit.tenant, change_id)
    if row is None:
        raise NotFound
    return _change(row)


async def listing(unit: db.Unit) -> tuple[Change, ...]:
    """What waits first, then what was decided last."""
    return tuple(_change(row) for row in await unit.fetch(Q.listing, unit.tenant, SHOWN))


def calendar_after(tenant: Tenant, change: Change) -> Calendar:
    return decide.with_days(decide.with_years(tenant.calendar, change.years), change.days)


async def moves(unit: db.Unit, tenant: Tenant, calendar: Calendar, changed: list[date]) -> Moves:
    """What will be counted again once this calendar holds; what is not provisional stays."""
    total, clocks = await tickets.foreseen(unit, calendar, LISTED)
    given, works = await assignments.foreseen(unit, calendar, LISTED)
    chances, windows = await duties.foreseen_windows(unit, tenant, calendar, LISTED)
    owed, timers = await records.foreseen(unit, calendar, LISTED)
    return Moves(
        Kind(total, tuple(Move(number, old.name, old.clause, old.due_at, new.due_at, new.provisional)
                          for number, old, new in clocks)),
        Kind(given, tuple(_move(row["number"] or "", row["kind"], row["clause"], row["due_at"], end)
                          for row, end in works)),
        Kind(chances, tuple(_move(row["code"], row["occasion"], "", row["closes"], end) for row, end in windows)),
        Kind(owed, tuple(_move(row["number"], called, row["clause"], row["due_at"], end)
                         for row, called, end in timers)),
        await tickets.firm(unit, changed),
    )  # fmt: skip


def _move(number: str, what: str, clause: str, before: datetime, end: Due) -> Move:
    return Move(number, what, clause, before, end.at, end.provisional)


async def publish(tenant: Tenant, change_id: UUID, *, version: int, calendar: str, by: Member, now: datetime) -> Change:
    """Holds from this moment. ``version`` and ``calendar`` are those that whoever publishes has looked at."""
    async with db.as_tenant(tenant.id) as unit:
        revision = await tenants.touch(unit)
        change = await _open(unit, change_id)
        if is_own_work(change, by):
            raise OwnWork
        if (version, calendar, revision) != (change.version, tenant.calendar.version, tenant.revision + 1):
            raise Stale
        for year, notice in change.years.items():
            await tenants.put_notice(unit, year, notice, change.title, by=by.actor, now=now)
        for each in change.days:
            await _put(unit, tenant, each, by, now)
        await _decide(unit, change, "published", by, now)
        hints = tasks.Hints(tenant.id)
        hints.add(duties.RECOUNT, now)
        unit.after_commit(hints.give)
    tenants.forget(tenant.id)
    return change


async def _put(unit: db.Unit, tenant: Tenant, each: OwnDay, by: Member, now: datetime) -> None:
    if each.kind:
        await tenants.put_day(unit, each.day, each.kind, each.label, by=by.actor, now=now)
    elif each.day in tenant.calendar.overlay:
        await tenants.take_day(unit, each.day, by=by.actor, now=now)


async def withdraw(tenant: Tenant, change_id: UUID, *, by: Member, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await _decide(unit, await _open(unit, change_id), "withdrawn", by, now)


async def _open(unit: db.Unit, change_id: UUID) -> Change:
    row = await unit.fetchrow(Q.locked, unit.tenant, change_id)
    if row is None:
        raise NotFound
    if row["state"] != "open":
        raise WrongState(f"这份日历已经{'公布' if row['state'] == 'published' else '撤回'}，不能再办。")
    return _change(row)


async def _decide(unit: db.Unit, change: Change, state: str, by: Member, now: datetime) -> None:
    await unit.execute(Q.decide, unit.tenant, change.id, state, by.username, now)
    act = {"published": "calendar.publish", "withdrawn": "calendar.withdraw"}[state]
    await audit.write(unit, by.actor, act, "calendar", change.id, None, {"title": change.title}, now)


async def ready(_: db.Unit, tenant: Tenant, today: date) -> tuple[Missing, ...]:
    """A place counts its deadlines by this year's holidays, so they must be known before it goes live."""
    if tenant.calendar.published(today.year):
        return ()
    return (Missing(f"载入 {today.year} 年的放假安排。", "/calendar/notice"),)


def _change(row: db.Row) -> Change:
    years = {int(year): _year(told) for year, told in row["years"].items()}
    days = tuple(OwnDay(date.fromisoformat(each["day"]), each["kind"], each["label"], each["basis"])
                 for each in row["days"])  # fmt: skip
    return Change(
        row["id"], row["kind"], row["title"], row["year"], years, days, row["text"], row["state"], row["version"],
        row["authors"], row["changed_at"], row["decided_by"], row["decided_at"],
    )  # fmt: skip


def _stored_years(years: Mapping[int, YearNotice]) -> Mapping[str, Any]:
    return {
        str(year): {
            "off": [day.isoformat() for day in sorted(each.off)],
            "work": [day.isoformat() for day in sorted(each.work)],
            "names": {day.isoformat(): name for day, name in sorted(each.names.items())},
        }
        for year, each in years.items()
    }


def _year(told: Mapping[str, Any]) -> YearNotice:
    off, work = (frozenset(date.fromisoformat(day) for day in told[name]) for name in ("off", "work"))
    return YearNotice(off, work, 1, {date.fromisoformat(day): name for day, name in told["names"].items()})


def _stored_days(days: list[OwnDay]) -> list[Mapping[str, str]]:
    return [{"day": each.day.isoformat(), "kind": each.kind, "label": each.label, "basis": each.basis} for each in days]


async def provisional(unit: db.Unit) -> int:
    """How many running deadlines wait for a notice."""
    return await unit.fetchval(Q.provisional, unit.tenant)
