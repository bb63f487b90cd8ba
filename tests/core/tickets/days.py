"""When a period ends, days on which it stood still left out; counted with the tests' own almanac, not with core's."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from tests.almanac import CHINA, LAST, ONE_DAY, is_workday, months_later

Pause = tuple[datetime, datetime]


def end(start: datetime, span: str, pauses: Sequence[Pause] = (), *, moves: bool = False) -> datetime:
    """The day of the event is not counted; nor is a day at whose 24:00 the clock stood still."""
    amount, unit = parsed(span)
    if unit == "h":
        return _hours(start, amount, pauses)
    return midnight(_last_day(start.astimezone(CHINA).date(), amount, unit, pauses, moves=moves) + ONE_DAY)


def is_provisional(start: datetime, span: str, due: datetime, *, moves: bool) -> bool:
    """A day that decided lies where no notice has been published."""
    _, unit = parsed(span)
    asks_the_calendar = unit == "wd" or (unit == "d" and moves)
    return asks_the_calendar and (due - ONE_DAY).astimezone(CHINA).date() > LAST


def parsed(span: str) -> tuple[int, str]:
    digits = span.rstrip("hdwm")
    return int(digits), span.removeprefix(digits)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def stood(since: datetime, until: datetime) -> int:
    """At how many midnights between the two a clock stood still."""
    first = since.astimezone(CHINA).date()
    midnights = (midnight(first + n * ONE_DAY) for n in range((until.astimezone(CHINA).date() - first).days + 1))
    return sum(since <= each < until for each in midnights)


def _hours(start: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    at = start + timedelta(hours=amount)
    for since, until in sorted(pauses):
        if since < at:
            at += until - max(since, start)
    return at


def _last_day(day: date, amount: int, unit: str, pauses: Sequence[Pause], *, moves: bool) -> date:
    running = (each for each in _days_after(day) if not _stands(each, pauses))
    if unit == "m":
        natural = months_later(day, amount)
        lost = sum(_stands(day + n * ONE_DAY, pauses) for n in range(1, (natural - day).days + 1))
        after = (each for each in _days_after(natural) if not _stands(each, pauses))
        return [natural, *(next(after) for _ in range(lost))][-1]
    if unit == "wd":
        running = (each for each in running if is_workday(each))
    last = [next(running) for _ in range(amount)][-1]
    while unit == "d" and moves and not is_workday(last):
        last = next(running)
    return last


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += ONE_DAY
        yield day


def _stands(day: date, pauses: Sequence[Pause]) -> bool:
    night = midnight(day + ONE_DAY)
    return any(since <= night < until for since, until in pauses)
