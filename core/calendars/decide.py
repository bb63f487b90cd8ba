"""What a notice makes of the years it touches and which days become others, decided from values alone."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.calendars.clauses import DECEMBER
from core.calendars.model import DayDiff, OwnDay
from core.calendars.notice import Fault, Notice, Unreadable
from core.policy.calendar import Calendar, YearNotice


def years_after(notice: Notice, known: Mapping[int, YearNotice]) -> Mapping[int, YearNotice]:
    """Each year that is another afterwards; days at the turn belong to the notice of the year they lie in."""
    touched = sorted({day.year for day in (*notice.off, *notice.work)} | {notice.year})
    for year in touched:
        if year not in known and not (notice.whole and year == notice.year):
            raise Unreadable([Fault(1, _first(year, notice.year))])
    found = {year: _year(notice, year, known.get(year)) for year in touched}
    return {year: each for year, each in found.items() if not _same(each, known.get(year))}


def _first(year: int, told: int) -> str:
    if year == told:
        return f"这份通知只是调整 {year} 年的安排，请先载入 {year} 年全年的通知。"
    return f"通知里有 {year} 年的日子，请先载入 {year} 年的安排，再载入这一份。"


def _year(notice: Notice, year: int, known: YearNotice | None) -> YearNotice:
    off = {day: name for day, name in notice.off.items() if day.year == year}
    work = frozenset(day for day in notice.work if day.year == year)
    earlier = _earlier(notice, year, known)
    names = {day: name for day, name in earlier.names.items() if day in earlier.off and day not in work}
    rest = (earlier.off - work) | off.keys()
    return YearNotice(rest, (earlier.work - off.keys()) | work, earlier.version, {**names, **off})


def _earlier(notice: Notice, year: int, known: YearNotice | None) -> YearNotice:
    """What was known of the year and goes on holding beside this notice."""
    if known is None:
        return YearNotice(frozenset(), frozenset())
    if notice.whole and year == notice.year:
        # Days at the end of a year come with the next year's notice, of which this one says nothing.
        return replace(known, off=_late(known.off), work=_late(known.work))
    if notice.whole:
        return known
    again = {each.name for each in notice.holidays}
    return replace(known, off=frozenset(day for day in known.off if known.names.get(day) not in again))


def _late(days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.month == DECEMBER)


def _same(one: YearNotice, other: YearNotice | None) -> bool:
    return other is not None and (one.off, one.work) == (other.off, other.work)


def with_years(calendar: Calendar, years: Mapping[int, YearNotice]) -> Calendar:
    return _versioned(replace(calendar, years={**calendar.years, **years}))


def with_days(calendar: Calendar, days: Iterable[OwnDay]) -> Calendar:
    overlay, labels = dict(calendar.overlay), dict(calendar.labels)
    for each in days:
        overlay.pop(each.day, None)
        labels.pop(each.day, None)
        if each.kind:
            overlay[each.day] = each.kind
            labels[each.day] = each.label
    return _versioned(replace(calendar, overlay=overlay, labels=labels))


def _versioned(calendar: Calendar) -> Calendar:
    """A calendar that is only thought of is none that a clock was counted by."""
    told = repr((sorted((year, sorted(each.off), sorted(each.work)) for year, each in calendar.years.items()),
                 sorted(calendar.overlay.items())))  # fmt: skip
    return replace(calendar, version="tried-" + hashlib.sha256(told.encode()).hexdigest()[:6])


def differences(before: Calendar, after: Calendar, years: Iterable[int]) -> tuple[DayDiff, ...]:
    """Days that become another kind of day. A year that had no notice shows its holidays and make-up days."""
    found: list[DayDiff] = []
    for year in sorted(set(years)):
        for day in days_of(year):
            one, other = before.kind(day), after.kind(day)
            if one != other:
                found.append(DayDiff(day, before.word(day), after.word(day)))
    return tuple(found)


def days_of(year: int) -> Sequence[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days)]


def horizon(calendar: Calendar, today: date) -> int:
    """The last year, counted on from this one, whose holidays are known; last year where this one's are not."""
    year = today.year
    while calendar.published(year):
        year += 1
    return year - 1
