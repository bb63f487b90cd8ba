"""Periods in different units are compared day by day over the published calendars: which ends later, and when."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from core.clock import SHANGHAI
from core.policy.calendar import Calendar, midnight_after, months_after
from core.policy.spans import Span

ONE_DAY: Final = timedelta(days=1)
# So many of the latest published years, in which every day is tried as the first.
YEARS: Final = 5
# A period of hours runs from the very minute, all others from the day: the first and the last minute decide.
MINUTES: Final = (time(0, 0), time(23, 59))
# Longer than any holiday, and room for any period to end in.
AHEAD: Final = timedelta(days=4000)


@dataclass(frozen=True, slots=True)
class Case:
    """A start from which one period ends after the other; ``years`` are those that were looked through."""

    start: datetime
    one: datetime
    other: datetime
    years: tuple[int, int]

    @property
    def said(self) -> str:
        first, last = self.years
        return (
            f"例如 {self.start:%Y-%m-%d %H:%M} 起算，前者到 {_end(self.one)}，后者到 {_end(self.other)}"
            f"（按 {first}—{last} 年的放假安排逐日比较）"
        )


def _end(at: datetime) -> str:
    """Midnight is the end of the day before, as people say it."""
    if at.time() == time():
        return f"{at - ONE_DAY:%Y-%m-%d} 24:00"
    return f"{at:%Y-%m-%d %H:%M}"


def may_end_later(one: Span, other: Span, calendar: Calendar, *, rest_day_moves: bool = False) -> Case | bool:
    """Whether there is a start from which ``one`` ends after ``other``: the first such case, where units differ."""
    if one.unit == other.unit:
        return one.amount > other.amount
    years = sorted(calendar.years)[-YEARS:]
    if not years:
        return _roughly(one) > _roughly(other)
    walk = _Walk(calendar, date(years[0], 1, 1), rest_day_moves=rest_day_moves)
    for start in _starts(years):
        ours, theirs = walk.end(start, one), walk.end(start, other)
        if ours > theirs:
            return Case(start, ours, theirs, (years[0], years[-1]))
    return False


def _starts(years: Sequence[int]) -> Iterator[datetime]:
    day = date(years[0], 1, 1)
    while day.year <= years[-1]:
        yield from (datetime.combine(day, minute, SHANGHAI) for minute in MINUTES)
        day += ONE_DAY


def _roughly(span: Span) -> float:
    """Without a single published year: days, a working day at seven fifths of one."""
    return span.amount * {"h": 1 / 24, "d": 1.0, "wd": 1.4, "m": 31.0}[span.unit]


class _Walk:
    """The ends of periods as ``calendar.due`` counts them, from a list of the working days."""

    def __init__(self, calendar: Calendar, first: date, *, rest_day_moves: bool) -> None:
        last = date(max(calendar.years), 12, 31) + AHEAD
        self._moves = rest_day_moves
        days = (first + ONE_DAY * n for n in range((last - first).days))
        self._working = [day for day in days if calendar.is_workday(day)]

    def end(self, start: datetime, span: Span) -> datetime:
        if span.unit == "h":
            return start + timedelta(hours=span.amount)
        day = start.date()
        if span.unit == "wd":
            return midnight_after(self._working[bisect_right(self._working, day) + span.amount - 1])
        if span.unit == "m":
            return midnight_after(months_after(day, span.amount))
        last = day + ONE_DAY * span.amount
        return midnight_after(self._working[bisect_right(self._working, last - ONE_DAY)] if self._moves else last)
