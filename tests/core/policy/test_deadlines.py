"""Deadlines agree with an almanac of strangers: some of every day here, all of them in ``make faults``."""

from datetime import date

import pytest

from tests.almanac import FIRST, LAST, Almanac, days_from
from tests.deadlines import (
    DAYS,
    NATION,
    NATION_MOVING,
    REGION,
    REGION_MOVING,
    SPANS,
    STARTS,
    WORKDAYS,
    Place,
    Tally,
    compare,
)

PLACES = {
    "nation": (NATION, SPANS),
    "nation-moving": (NATION_MOVING, DAYS),
    "region": (REGION, WORKDAYS),
    "region-moving": (REGION_MOVING, DAYS),
}
# 2025 年国庆、中秋调休：10 月 11 日（星期六）上班。
MADE_UP = date(2025, 10, 11)


@pytest.mark.parametrize("name", PLACES)
def test_every_day_of_23_years_ends_where_the_almanac_says(name: str):
    (place, spans), tally = PLACES[name], Tally()
    for day in days_from(FIRST, LAST):
        number = day.toordinal()
        tally.add(compare(place, [day], [spans[7 * number % len(spans)]], [STARTS[number % len(STARTS)]]))

    assert tally.wrong == []
    assert tally.cases == 8401


@pytest.mark.parametrize("name", PLACES)
def test_the_last_days_before_an_unpublished_year_agree_and_say_what_is_provisional(name: str):
    place, spans = PLACES[name]

    assert compare(place, days_from(date(2026, 12, 20), LAST), spans, STARTS[-2:]).wrong == []


def test_an_almanac_that_forgets_one_make_up_saturday_is_found_out():
    forgetful = Place(NATION.calendar, Almanac(off={MADE_UP}))

    tally = compare(forgetful, days_from(date(2025, 9, 1), MADE_UP), WORKDAYS[:10], STARTS[:1])

    assert tally.wrong != []


def test_a_calendar_that_forgets_the_tenants_own_days_is_found_out():
    without = Place(NATION.calendar, REGION.almanac)

    assert compare(without, days_from(date(2026, 4, 1), date(2026, 4, 30)), WORKDAYS, STARTS[:1]).wrong != []
