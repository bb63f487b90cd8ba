"""A month as a calendar of records: each day with what its kind places there."""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import SHANGHAI
from core.policy.calendar import Calendar
from web.admin.chips import Address, asked
from web.forms import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True, slots=True)
class Month:
    first: date

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.last + timedelta(days=1):%Y-%m}"

    @property
    def chinese(self) -> str:
        return f"{self.first.year} 年 {self.first.month} 月"


@dataclass(frozen=True, slots=True)
class Cell:
    """``rest`` where nobody works."""

    day: date
    rest: bool


def asked_month(request: Address, now: datetime) -> Month:
    """The month that the address names, this one where it names none."""
    current = Month(now.astimezone(SHANGHAI).date().replace(day=1))
    try:
        found = date.fromisoformat(f"{asked(request, 'month')}-01")
    except ValueError:
        return current
    return Month(found) if FIRST_YEAR <= found.year < LAST_YEAR - 1 else current


def weeks(month: Month, calendar: Calendar) -> list[list[Cell | None]]:
    found = Weeks().monthdatescalendar(month.first.year, month.first.month)
    return [[Cell(day, not calendar.is_workday(day)) if day.month == month.first.month else None for day in week]
            for week in found]  # fmt: skip
