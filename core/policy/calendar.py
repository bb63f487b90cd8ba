"""A due time is counted day by day, and each day says in Chinese why it counted or not."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from core.clock import SHANGHAI
from core.policy import holidays
from core.policy.spans import Span

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
Kind = Literal["work", "rest", "休", "班", "off", "on"]
Pause = tuple[datetime, datetime | None]

WORKING: Final[frozenset[Kind]] = frozenset({"work", "班", "on"})


@dataclass(frozen=True, slots=True)
class YearNotice:
    """The State Council's notice for one year: days off, weekends among them, and make-up working days."""

    off: frozenset[date]
    work: frozenset[date]
    version: int = 1
    names: Mapping[date, str] = field(default_factory=dict[date, str], hash=False)


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of a count."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends. ``standing``: the clock stands still now, so ``at`` is the earliest it can be."""

    at: datetime
    provisional: bool
    days: tuple[DayMark, ...]
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are working days: the yearly notices, then the tenant's own days above them."""

    years: Mapping[int, YearNotice]
    overlay: Mapping[date, Literal["off", "work"]] = field(default_factory=dict[date, Literal["off", "work"]])
    version: str = ""
    labels: Mapping[date, str] = field(default_factory=dict[date, str])

    def published(self, year: int) -> bool:
        return year in self.years

    def kind(self, day: date) -> Kind:
        """``work`` and ``rest`` by the weekday, ``休`` and ``班`` by the notice, ``off`` and ``on`` by the tenant."""
        own = self.overlay.get(day)
        if own is not None:
            return "off" if own == "off" else "on"
        notice = self.years.get(day.year)
        if notice is not None and day in notice.off:
            return "休"
        if notice is not None and day in notice.work:
            return "班"
        return "work" if day.weekday() < SATURDAY else "rest"

    def is_workday(self, day: date) -> bool:
        return self.kind(day) in WORKING

    def name(self, day: date) -> str:
        """The holiday that a day off is of, or what the tenant calls a day of its own; empty where none is known."""
        notice = self.years.get(day.year)
        known = notice.names.get(day) if notice else None
        return self.labels.get(day, "") if day in self.overlay else known or holidays.name_of(day)

    def word(self, day: date) -> str:
        """What the day is, as a person would say it."""
        notice = self.years.get(day.year)
        match self.kind(day):
            case "休":
                return f"休（{self.name(day) or '节假日'}）"
            case "班":
                return "班（调休上班）"
            case "off":
                return f"本地放假（{self.name(day)}）" if self.name(day) else "本地放假"
            case "on":
                return f"本地上班（{self.name(day)}）" if self.name(day) else "本地上班"
            case "work":
                return "工作日" if notice else "工作日（放假安排未公布）"
            case _:
                return "周末" if notice else "周末（放假安排未公布）"


@dataclass(slots=True)
class _Count:
    """A walk from the day of the event, which is never counted itself."""

    day: date
    calendar: Calendar
    paused: Sequence[Pause]
    marks: list[DayMark]

    def step(self, *, counts: bool, why: str) -> bool:
        """One day on; whether it counted."""
        self.day += ONE_DAY
        stood = stands(midnight_after(self.day), self.paused)
        self.marks.append(DayMark(self.day, counts and not stood, "暂停" if stood else why))
        return counts and not stood

    @property
    def tomorrow(self) -> date:
        return self.day + ONE_DAY


def midnight_after(day: date) -> datetime:
    """24:00 of the day, written as 00:00 of the next."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI)


def stands(moment: datetime, paused: Sequence[Pause]) -> bool:
    return any(start <= moment < end for start, end in paused if end is not None)


def due(
    start: datetime, span: Span, calendar: Calendar, *, rest_day_moves: bool = False, paused: Sequence[Pause] = ()
) -> Due:
    """When a period that began with ``start`` ends, and how it was counted.

    A pause without an end has not been made up for yet: the clock is ``standing`` and will be counted again.
    """
    if start.tzinfo is None:
        raise ValueError("start must be an aware datetime")
    begun = start.astimezone(SHANGHAI)
    standing = any(end is None for _, end in paused)
    if span.unit == "h":
        return Due(_after_hours(begun, span.amount, paused), provisional=False, days=(), standing=standing)
    first = DayMark(begun.date(), counted=False, why="起算日不计")
    count = _Count(begun.date(), calendar, paused, [first])
    if span.unit == "wd":
        _workdays(count, span.amount)
    elif span.unit == "d":
        _days(count, span.amount, rest_day_moves=rest_day_moves)
    else:
        _months(count, span.amount)
    return Due(
        midnight_after(count.day),
        provisional=(span.unit == "wd" or (rest_day_moves and span.unit == "d")) and _unpublished(count, span),
        days=tuple(count.marks),
        standing=standing,
    )


def _unpublished(count: _Count, span: Span) -> bool:
    """Whether a day that mattered lies in a year without a notice."""
    looked_at = count.marks[1:] if span.unit == "wd" else count.marks[-1:]
    return any(not count.calendar.published(mark.date.year) for mark in looked_at)


def _workdays(count: _Count, amount: int) -> None:
    left = amount
    while left:
        day = count.tomorrow
        left -= count.step(counts=count.calendar.is_workday(day), why=count.calendar.word(day))


def _days(count: _Count, amount: int, *, rest_day_moves: bool) -> None:
    left = amount
    while left:
        left -= count.step(counts=True, why="自然日")
    while rest_day_moves and not count.calendar.is_workday(count.day):
        count.marks[-1] = DayMark(count.day, counted=False, why=f"末日为{count.calendar.word(count.day)}，顺延")
        _days(count, 1, rest_day_moves=False)


def _months(count: _Count, amount: int) -> None:
    last = months_after(count.day, amount)
    stood = 0
    while count.day < last:
        stood += not count.step(counts=True, why="自然日")
    while stood:
        stood -= count.step(counts=True, why="补足暂停的天数")


def months_after(day: date, amount: int) -> date:
    """The matching day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + amount, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _after_hours(start: datetime, amount: int, paused: Sequence[Pause]) -> datetime:
    """Exact hours, longer by the time the clock stood."""
    at = start + timedelta(hours=amount)
    for begin, end in _merged(paused):
        if begin < at and end > start:
            at += end - max(begin, start)
    return at


def _merged(paused: Sequence[Pause]) -> Sequence[tuple[datetime, datetime]]:
    closed = sorted((begin, end) for begin, end in paused if end is not None)
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in closed:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged
