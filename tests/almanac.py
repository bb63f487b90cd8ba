"""When a period ends, worked out from ``chinese_calendar`` and plain dates by somebody who has never seen our code."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Literal

import chinese_calendar

CHINA = timezone(timedelta(hours=8))
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
FAR = date(2028, 12, 31)
ONE_DAY = timedelta(days=1)
Unit = Literal["wd", "d", "m", "h"]

# 广西“三月三”：农历三月初三及次日，2014 年起放假。
THIRD_OF_MARCH = (
    date(2014, 4, 2), date(2015, 4, 21), date(2016, 4, 9), date(2017, 3, 30), date(2018, 4, 18), date(2019, 4, 7),
    date(2020, 3, 26), date(2021, 4, 14), date(2022, 4, 3), date(2023, 4, 22), date(2024, 4, 11), date(2025, 3, 31),
    date(2026, 4, 19),
)  # fmt: skip
LOCAL_OFF = frozenset({*THIRD_OF_MARCH, *(day + ONE_DAY for day in THIRD_OF_MARCH), date(2027, 1, 4)})
# A hall that is open on the second day of October and on one Saturday in June, and on one of a year not yet published.
LOCAL_WORK = frozenset(
    {date(year, 10, 2) for year in range(2004, 2027)}
    | {date(year, 6, day) for year in range(2004, 2027) for day in range(1, 8) if date(year, 6, day).isoweekday() == 6}
    | {date(2027, 1, 9)}
)


def days_from(first: date, last: date) -> list[date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def is_workday(day: date) -> bool:
    """By the published notices; where there is none yet, by the weekday."""
    return chinese_calendar.is_workday(day) if day <= LAST else day.isoweekday() <= 5


@dataclass(frozen=True)
class Almanac:
    """The days of one place. ``moves``: a period of natural days does not end on a day of rest."""

    off: Collection[date] = ()
    work: Collection[date] = ()
    moves: bool = False

    @cached_property
    def workdays(self) -> list[date]:
        days = days_from(FIRST, FAR)
        return [day for day in days if day in self.work or (is_workday(day) and day not in self.off)]

    def counted(self, day: date, amount: int) -> list[date]:
        """The working days that are counted after ``day``."""
        begin = bisect_right(self.workdays, day)
        return self.workdays[begin : begin + amount]

    def last_day(self, day: date, amount: int, unit: Unit) -> date:
        if unit == "wd":
            return self.counted(day, amount)[-1]
        if unit == "m":
            return months_later(day, amount)
        end = day + timedelta(days=amount)
        return self.counted(end - ONE_DAY, 1)[0] if self.moves else end

    def end(self, start: datetime, amount: int, unit: Unit) -> datetime:
        if unit == "h":
            return start.astimezone(CHINA) + timedelta(hours=amount)
        last = self.last_day(start.astimezone(CHINA).date(), amount, unit)
        return datetime(last.year, last.month, last.day, tzinfo=CHINA) + ONE_DAY

    def is_provisional(self, day: date, amount: int, unit: Unit) -> bool:
        """A day that decided lies where no notice has been published."""
        asks_the_calendar = unit == "wd" or (unit == "d" and self.moves)
        return asks_the_calendar and self.last_day(day, amount, unit) > LAST


def months_later(day: date, amount: int) -> date:
    year, month = day.year, day.month + amount
    while month > 12:
        year, month = year + 1, month - 12
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError(day)
