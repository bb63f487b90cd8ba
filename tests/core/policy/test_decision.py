"""A decision table decides by its first fitting row, and its faults are told in Chinese before it is saved."""

import pytest

from core.api import Clock, Occasion, Route, Window, days, workdays
from core.policy.decision import first_match, lint, matching

ROUTES = (
    Route("staff-institution", about="staff"),
    Route("system-owner", about="system"),
    Route("lead-institution", composite="theme"),
    Route("item-institution"),
)


@pytest.mark.parametrize(
    ("about", "composite", "to"),
    [
        ("staff", "none", "staff-institution"),
        ("staff", "theme", "staff-institution"),
        ("system", "none", "system-owner"),
        ("item", "theme", "lead-institution"),
        (None, "none", "item-institution"),
    ],
)
def test_the_first_row_that_fits_decides(about: str | None, composite: str, to: str):
    found = first_match(ROUTES, about=about, composite=composite)

    assert found is not None
    assert found.to == to


def test_of_several_facts_one_is_enough():
    assert [row.to for row in matching(ROUTES, about={"item", "system"}, composite="none")] == [
        "system-owner",
        "item-institution",
    ]


def test_where_no_row_fits_nothing_is_decided():
    assert first_match((Window(days(7), event="closed"),), event="accepted") is None


def test_a_row_behind_one_that_covers_it_is_unreachable():
    found = lint((Occasion("closed", ("overall",)), Occasion("closed", ("item",), mode="online")))

    assert [(each.fault, each.rows) for each in found] == [("unreachable", (2, 1))]
    assert found[0].text == "第 2 行永远不会命中：第 1 行已经覆盖。"


def test_a_special_row_before_the_general_one_is_no_fault():
    assert lint((Occasion("closed", ("item",), mode="online"), Occasion("closed", ("overall",)))) == ()


def test_two_rows_that_overlap_in_part_with_different_results_are_told():
    found = lint(
        (
            Occasion("closed", ("item",), mode="online"),
            Occasion("closed", ("overall",), kind="instant"),
        )
    )

    assert [(each.fault, each.rows) for each in found] == [("overlap", (1, 2))]


def test_a_routing_table_without_a_last_resort_has_gaps():
    found = lint(ROUTES[:3])

    assert found[-1].fault == "gap"
    assert "未选标签" in found[-1].text


def test_clocks_of_different_names_do_not_cover_each_other():
    rows = (Clock("contact", "dispatched", workdays(3)), Clock("close", "dispatched", workdays(10)))

    assert lint(rows) == ()


def test_an_empty_table_has_no_fault():
    assert lint(()) == ()
