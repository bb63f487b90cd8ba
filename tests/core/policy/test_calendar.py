"""Deadlines are counted as the law counts them, and an oracle that knows nothing of our code agrees."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api import Span, days, hours, months, workdays
from core.clock import SHANGHAI
from core.policy import holidays
from core.policy.calendar import Calendar, Pause, YearNotice, due, months_after

SEEDED = Calendar({year: YearNotice(frozenset(told.off), told.work) for year, told in holidays.SEED.items()})
FIRST, LAST = datetime.fromisoformat("2004-01-01"), datetime.fromisoformat("2026-10-01")
WINTER, SPRING = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-03-01")
ONE_DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


moments = st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))
lengths = st.integers(1, 30)


@st.composite
def pauses(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    start = draw(moments)
    found: list[Pause] = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + timedelta(minutes=draw(st.integers(-2000, 40000)))
        found.append((begin, begin + timedelta(minutes=draw(st.integers(1, 20000)))))
    return start, found


def oracle(start: datetime, amount: int, paused: list[Pause], *, working: bool) -> datetime:
    """Every minute rule written out: the next midnight belongs to the day that ends with it."""
    day, left = start.date(), amount
    while left:
        day += ONE_DAY
        end = datetime.combine(day, time(0), SHANGHAI) + ONE_DAY
        asleep = any(begin <= end < finish for begin, finish in paused if finish)
        free = working and not (chinese_calendar.is_workday(day) if day.year <= 2026 else day.isoweekday() <= 5)
        left -= not (asleep or free)
    return datetime.combine(day, time(0), SHANGHAI) + ONE_DAY


def naive_hours(start: datetime, amount: int, paused: list[Pause]) -> datetime:
    """Minute by minute: a minute in which the clock stands does not run."""
    moment, left = start, amount * 60
    while left:
        left -= not any(begin <= moment < end for begin, end in paused if end)
        moment += timedelta(minutes=1)
    return moment


def test_the_seed_says_of_every_day_from_2004_to_2026_what_chinesecalendar_says():
    day, wrong = date(2004, 1, 1), []
    while day.year <= 2026:
        if SEEDED.is_workday(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += ONE_DAY

    assert wrong == []


@given(pauses(), lengths)
def test_working_days_agree_with_the_oracle(told: tuple[datetime, list[Pause]], amount: int):
    start, paused = told

    assert due(start, workdays(amount), SEEDED, paused=paused).at == oracle(start, amount, paused, working=True)


@given(pauses(), lengths)
def test_natural_days_agree_with_the_oracle(told: tuple[datetime, list[Pause]], amount: int):
    start, paused = told

    assert due(start, days(amount), SEEDED, paused=paused).at == oracle(start, amount, paused, working=False)


@given(st.datetimes(WINTER, SPRING), st.integers(1, 48), st.data())
def test_hours_agree_with_a_count_of_minutes(start: datetime, amount: int, data: st.DataObject):
    begun = start.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    offsets = data.draw(st.lists(st.tuples(st.integers(-600, 3000), st.integers(1, 900)), max_size=3))
    paused: list[Pause] = [
        (begun + timedelta(minutes=first), begun + timedelta(minutes=first + size)) for first, size in offsets
    ]

    assert due(begun, hours(amount), SEEDED, paused=paused).at == naive_hours(begun, amount, paused)


@given(moments, st.sampled_from(["h", "d", "wd", "m"]), lengths)
def test_the_marks_begin_with_the_event_day_and_count_as_many_days_as_the_law_gives(
    start: datetime, unit: str, amount: int
):
    span = Span.parse(f"{amount}{unit}")
    found = due(start, span, SEEDED)

    if unit == "h":
        assert found.days == ()
    else:
        assert (found.days[0].date, found.days[0].counted) == (start.date(), False)
        assert found.days[-1].date == found.at.date() - ONE_DAY
        assert [mark.date for mark in found.days] == sorted({mark.date for mark in found.days})
    if unit in ("d", "wd"):
        assert sum(mark.counted for mark in found.days) == amount


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-02T10:00", days(7), "2026-03-10T00:00"),
        ("2026-03-02T00:00", days(7), "2026-03-10T00:00"),
        ("2026-03-02T23:59:59", days(7), "2026-03-10T00:00"),
        ("2026-03-02T10:00", hours(24), "2026-03-03T10:00"),
        ("2026-03-06T10:00", workdays(3), "2026-03-12T00:00"),
        ("2026-01-31T10:00", months(1), "2026-03-01T00:00"),
        ("2024-01-31T10:00", months(1), "2024-03-01T00:00"),
        ("2026-03-31T10:00", months(6), "2026-10-01T00:00"),
        ("2025-08-31T10:00", months(6), "2026-03-01T00:00"),
        # 2025 年国庆、中秋：10 月 1 日至 8 日休，9 月 28 日、10 月 11 日上班。
        ("2025-09-30T10:00", workdays(3), "2025-10-12T00:00"),
    ],
)
def test_a_period_ends_at_24_hours_of_its_last_day(start: str, span: Span, end: str):
    assert due(at(start), span, SEEDED).at == at(end)


def test_each_day_says_in_chinese_why_it_counted_or_not():
    found = due(at("2025-09-30T10:00"), workdays(3), SEEDED)

    assert [(mark.date.day, mark.why) for mark in found.days] == [
        (30, "起算日不计"),
        *((day, "休（国庆节）") for day in range(1, 6)),
        (6, "休（中秋节）"),
        (7, "休（国庆节）"),
        (8, "休（国庆节）"),
        (9, "工作日"),
        (10, "工作日"),
        (11, "班（调休上班）"),
    ]


def test_a_tenants_own_day_off_stands_above_the_notice():
    local = Calendar(SEEDED.years, {date(2026, 3, 3): "off", date(2026, 3, 7): "work"})
    found = due(at("2026-03-02T10:00"), workdays(4), local)

    assert [mark.why for mark in found.days[1:]] == ["本地放假", "工作日", "工作日", "工作日", "本地上班"]
    assert found.at == at("2026-03-08T00:00")


def test_a_period_into_a_year_without_notice_goes_by_weekends_and_is_provisional():
    found = due(at("2026-12-30T10:00"), workdays(3), SEEDED)

    assert found.provisional
    assert found.at == at("2027-01-05T00:00")
    assert found.days[-1].why == "工作日（放假安排未公布）"


@pytest.mark.parametrize(("span", "provisional"), [(workdays(1), False), (workdays(2), True), (days(9), False)])
def test_only_a_period_that_reaches_the_unpublished_year_is_provisional(span: Span, provisional: bool):
    assert due(at("2026-12-30T10:00"), span, SEEDED).provisional is provisional


def test_a_natural_period_moves_off_a_rest_day_only_where_the_policy_says_so():
    # 2026-03-07 是星期六。
    still = due(at("2026-02-28T10:00"), days(7), SEEDED)
    moved = due(at("2026-02-28T10:00"), days(7), SEEDED, rest_day_moves=True)

    assert still.at == at("2026-03-08T00:00")
    assert moved.at == at("2026-03-10T00:00")
    assert [mark.why for mark in moved.days[-3:]] == ["末日为周末，顺延", "末日为周末，顺延", "自然日"]


def test_a_day_at_whose_24_hours_the_clock_stands_still_is_not_counted():
    paused: list[Pause] = [(at("2026-03-04T15:00"), at("2026-03-06T09:00"))]
    found = due(at("2026-03-02T10:00"), workdays(3), SEEDED, paused=paused)

    assert [(mark.date.day, mark.why) for mark in found.days if mark.why == "暂停"] == [(4, "暂停"), (5, "暂停")]
    assert found.at == at("2026-03-10T00:00")


def test_a_pause_within_one_day_costs_nothing_by_days_and_its_length_by_hours():
    paused: list[Pause] = [(at("2026-03-03T09:00"), at("2026-03-03T17:00"))]

    assert due(at("2026-03-02T10:00"), days(3), SEEDED, paused=paused).at == at("2026-03-06T00:00")
    assert due(at("2026-03-02T10:00"), hours(48), SEEDED, paused=paused).at == at("2026-03-04T18:00")


def test_months_are_made_up_by_the_days_on_which_the_clock_stood():
    paused: list[Pause] = [(at("2026-03-10T09:00"), at("2026-03-12T09:00"))]

    assert due(at("2026-03-02T10:00"), months(1), SEEDED, paused=paused).at == at("2026-04-05T00:00")


def test_a_clock_that_stands_still_now_says_so():
    paused: list[Pause] = [(at("2026-03-04T15:00"), None)]

    assert due(at("2026-03-02T10:00"), workdays(3), SEEDED, paused=paused).standing


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_the_matching_day_of_a_later_month_is_that_day_or_the_months_last(day: date, amount: int):
    found = months_after(day, amount)

    assert (found.year - day.year) * 12 + found.month - day.month == amount
    assert found.day == day.day or (found.day < day.day and (found + ONE_DAY).day == 1)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2026, 3, 2, 10), days(7), SEEDED)  # noqa: DTZ001 - what is to be refused


def test_the_same_instant_in_another_zone_gives_the_same_due_time():
    here = at("2026-03-02T00:30")
    there = here.astimezone(ZoneInfo("America/New_York"))

    assert due(there, workdays(5), SEEDED) == due(here, workdays(5), SEEDED)
