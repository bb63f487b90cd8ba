"""Each deadline that core counts is held against the almanac's, over all days, spans and starts that are asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from core.policy import holidays
from core.policy.calendar import Calendar, Due, YearNotice, due
from core.policy.spans import Span
from tests.almanac import CHINA, LOCAL_OFF, LOCAL_WORK, ONE_DAY, Almanac, days_from

NOTICES = {year: YearNotice(frozenset(told.off), told.work) for year, told in holidays.SEED.items()}
LOCAL: Mapping[date, Literal["off", "work"]] = {
    **dict.fromkeys(LOCAL_OFF, "off"),
    **dict.fromkeys(LOCAL_WORK, "work"),
}
# The last and first minutes of an office's day and of a day, and the last instant of one.
STARTS = (
    time(0), time(0, 1), time(17, 58), time(17, 59), time(18), time(23, 58), time(23, 59), time(23, 59, 59, 999999),
)  # fmt: skip
# The same instant may be told in any zone.
ZONES = (ZoneInfo("Asia/Shanghai"), UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"))
WORKDAYS = tuple(Span(amount, "wd") for amount in range(1, 31))
DAYS = tuple(Span(amount, "d") for amount in range(1, 31))
MONTHS = tuple(Span(amount, "m") for amount in range(1, 13))
HOURS = tuple(Span(amount, "h") for amount in (1, 24, 48))
SPANS = WORKDAYS + DAYS + MONTHS + HOURS


@dataclass(frozen=True)
class Place:
    """Core's calendar and the almanac that knows the same days."""

    calendar: Calendar
    almanac: Almanac


@dataclass
class Tally:
    """How many deadlines were compared, and those on which the two do not agree."""

    cases: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.wrong += other.wrong


NATION = Place(Calendar(NOTICES), Almanac())
NATION_MOVING = Place(Calendar(NOTICES), Almanac(moves=True))
REGION = Place(Calendar(NOTICES, LOCAL), Almanac(LOCAL_OFF, LOCAL_WORK))
REGION_MOVING = Place(Calendar(NOTICES, LOCAL), Almanac(LOCAL_OFF, LOCAL_WORK, moves=True))
# Months ask no calendar, and only natural days may move: what cannot come out otherwise is not counted twice.
EVERYTHING = (
    (NATION, WORKDAYS + DAYS + HOURS, STARTS), (NATION, MONTHS, STARTS[::3] + STARTS[-1:]),
    (NATION_MOVING, DAYS, STARTS), (REGION, WORKDAYS, STARTS), (REGION_MOVING, DAYS, STARTS),
)  # fmt: skip


def compare_year(year: int) -> Tally:
    """Every day of it, with every span and every start."""
    tally = Tally()
    for place, spans, starts in EVERYTHING:
        tally.add(compare(place, days_from(date(year, 1, 1), date(year, 12, 31)), spans, starts))
    return tally


def compare(place: Place, days: Iterable[date], spans: Iterable[Span], starts: Iterable[time] = STARTS) -> Tally:
    tally, asked, clock = Tally(), tuple(spans), tuple(starts)
    for day in days:
        begun = _starts(day, clock)
        for span in asked:
            tally.cases += len(begun)
            tally.wrong += _disagreements(place, day, span, begun)
    return tally


def _starts(day: date, clock: tuple[time, ...]) -> list[datetime]:
    zone = ZONES[day.toordinal() % len(ZONES)]
    return [datetime.combine(day, each, CHINA).astimezone(zone) for each in clock]


def _disagreements(place: Place, day: date, span: Span, begun: list[datetime]) -> list[str]:
    almanac, wrong = place.almanac, list[str]()
    provisional = almanac.is_provisional(day, span.amount, span.unit)
    whole_days = None if span.unit == "h" else almanac.end(begun[0], span.amount, span.unit)
    counts = [due(start, span, place.calendar, rest_day_moves=almanac.moves) for start in begun]
    for start, found in zip(begun, counts, strict=True):
        end = whole_days or almanac.end(start, span.amount, span.unit)
        if (found.at, found.provisional) != (end, provisional):
            wrong.append(f"{start} + {span}: {(found.at, found.provisional)}, not {(end, provisional)}")
    if not _strip_agrees(counts[0], almanac, day, span):
        wrong.append(f"{day} + {span}: the strip of days")
    return wrong


def _strip_agrees(found: Due, almanac: Almanac, day: date, span: Span) -> bool:
    """It shows every day from the event's own, and those as counted that were."""
    if span.unit == "h":
        return found.days == ()
    last = almanac.last_day(day, span.amount, span.unit)
    shown, counted = [mark.date for mark in found.days], [mark.date for mark in found.days if mark.counted]
    if span.unit == "wd":
        return shown == days_from(day, last) and counted == almanac.counted(day, span.amount)
    # A last day that had to move is shown, and not counted.
    moved = span.unit == "d" and last != day + timedelta(days=span.amount)
    natural = days_from(day + ONE_DAY, last)
    return shown == [day, *natural] and counted == ([*natural[: span.amount - 1], last] if moved else natural)
