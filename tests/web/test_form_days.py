"""Every field that holds a day is read by one hand."""

from datetime import date

import pytest

from core.errors import Invalid
from web.forms import day_from, day_of_field


def test_a_day_is_read_as_it_is_written():
    assert day_of_field("2026-12-03", "since") == date(2026, 12, 3)


def test_a_day_that_may_be_left_empty_is_none():
    assert day_from("", "until") is None


@pytest.mark.parametrize("text", ["", "明年", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_of_these_times_is_refused_at_its_field(text: str):
    with pytest.raises(Invalid) as refused:
        day_of_field(text, "since")

    assert refused.value.field == "since"
