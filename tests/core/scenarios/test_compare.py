"""How what is expected and what is found are held against each other."""

from decimal import Decimal

import pytest

from core.scenarios.compare import clause, each, equal, near, same_set


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("第二十四条", "第二十四条"),
        ("第二十四条", "第二十四条第一款"),
        ("第二十四条第一款", "第二十四条"),
        ("(七)", "（七）"),
        ("二(四)", "二（四）"),
        ("第二十四条", "第二十四条（二）"),
        ("第二十四条第二款第(一)项", "第二十四条第二款第（一）项"),
        ("深政数规〔2026〕3号", "深政数规〔2026〕3号"),
    ],
)
def test_the_same_heading_is_the_same_clause_however_fine(expected: str, found: str):
    assert clause(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("第二十四条", "第二十五条"),
        ("第二条", "第二十四条"),
        ("第二十条", "第二十条之一"),
        ("（七）", "（八）"),
        ("二（四）", "二（四十）"),
        ("第二十四条", ""),
        ("第二十四条", None),
    ],
)
def test_another_heading_is_another_clause(expected: str, found: str | None):
    assert not clause(expected, found)


def test_numbers_agree_within_half_a_hundredth():
    assert near(8.67, Decimal("8.6667"))
    assert near(2, 2)
    assert not near(8.67, Decimal("8.6"))


def test_unset_is_no_number_and_no_number_is_unset():
    assert near("unset", None)
    assert not near("unset", Decimal(8))
    assert not near(8, None)


def test_only_the_keys_given_are_compared():
    grades = each(equal)

    assert grades({"item": 5}, {"item": 5, "channel": 1})
    assert not grades({"item": 5}, {"channel": 5})


def test_the_order_of_a_set_says_nothing():
    assert same_set(("item", "channel"), ["channel", "item"])
    assert not same_set(("item",), ["channel", "item"])
