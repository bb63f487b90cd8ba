"""A year in months, each day with what it is, and what of it is published."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from litestar import get

from core import db
from core.calendars import actions
from core.calendars.decide import days_of, horizon
from core.clock import SHANGHAI
from core.policy.calendar import Calendar, Kind
from core.tenants import Tenant
from web.admin.chips import asked
from web.deps import InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

MARKS: Mapping[Kind, str] = {"休": "休", "班": "班", "off": "休", "on": "班"}
FIRST_YEAR, AHEAD = 2004, 2
# From now on the next year's notice is to be expected.
EXPECTED_FROM = 11


@dataclass(frozen=True, slots=True)
class Cell:
    """One day; ``mark`` stands beside its number where it is not what its weekday says."""

    day: date
    mark: str
    kind: str
    word: str
    changed: bool


Month = tuple[int, list[list[Cell | None]]]


@dataclass(frozen=True, slots=True)
class Holiday:
    name: str
    off: tuple[date, ...]


@get("/t/{slug:str}/admin/calendar", opt={"perm": "calendar.read"})
async def index(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    today = now.astimezone(SHANGHAI).date()
    until = horizon(tenant.calendar, today)
    year = _year(asked(request, "year"), today, until)
    async with db.as_tenant(tenant.id) as unit:
        changes = await actions.listing(unit)
        waiting = await actions.provisional(unit)
    return page(
        "admin/calendars/year.html", tenant=tenant, year=year, until=until, months=months(tenant.calendar, year),
        published=tenant.calendar.published(year), holidays=holidays(tenant.calendar, year), own=own(tenant, year),
        make_up=[day for day in days_of(year) if tenant.calendar.kind(day) == "班"], changes=changes, waiting=waiting,
        late=until == today.year and today.month >= EXPECTED_FROM, first=FIRST_YEAR, last=until + AHEAD, now=now,
    )  # fmt: skip


def _year(text: str, today: date, until: int) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) <= len("2026") else today.year
    return min(max(year, FIRST_YEAR), until + AHEAD)


def months(calendar: Calendar, year: int, changed: Iterable[date] = ()) -> list[Month]:
    """Weeks begin on Monday; a place in a week that belongs to another month is empty."""
    different = frozenset(changed)
    weeks = Weeks()
    return [
        (month, [[_cell(calendar, day, different) if day.month == month else None for day in week]
                 for week in weeks.monthdatescalendar(year, month)])
        for month in range(1, 13)
    ]  # fmt: skip


def _cell(calendar: Calendar, day: date, changed: frozenset[date]) -> Cell:
    kind = calendar.kind(day)
    rests = {"休": "rest", "off": "rest own", "班": "duty", "on": "duty own", "rest": "weekend"}
    return Cell(day, MARKS.get(kind, ""), rests.get(kind, ""), calendar.word(day), day in changed)


def holidays(calendar: Calendar, year: int) -> list[Holiday]:
    """Days off by the notice, those that follow each other under one name together."""
    rest = [day for day in days_of(year) if calendar.kind(day) == "休"]
    return [Holiday(name, tuple(days)) for name, days in groupby(rest, key=lambda day: calendar.name(day) or "节假日")]


def own(tenant: Tenant, year: int) -> list[tuple[date, str]]:
    days = sorted(day for day in tenant.calendar.overlay if day.year == year)
    return [(day, tenant.calendar.word(day)) for day in days]


def today_of(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
