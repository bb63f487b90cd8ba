"""Jilin's trial rules are kept to their words, and end with their trial year where the operator says so."""

from datetime import date

import pytest

from core import stack
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.policy import Policy
from core.policy.spans import Span, days, workdays

ON = date(2026, 3, 2)
LAST_TRIAL_DAY = date(2021, 8, 8)


def jilin(on: date = ON, **answers: object) -> Policy:
    layers = (stack.layer("national"), stack.layer("jilin"))
    demo = {each.id: each.demo for layer in layers for each in layer.questions}
    return compile_policy(layers, {**demo, **answers}, (), on)


def test_silence_means_the_third_grade_and_no_grade_has_a_score():
    policy = jilin()

    assert policy[keys.after_window] == 3
    assert policy[keys.scores] is None


@pytest.mark.parametrize(
    ("unit", "supplement", "at_the_hall", "online"),
    [
        ("natural", "7d", days(7), days(7)),
        ("working", "7d", workdays(7), workdays(7)),
        ("natural", "10d", days(10), days(7)),
        ("working", "5wd", workdays(5), workdays(7)),
    ],
)
def test_the_supplement_is_the_halls_and_follows_article_ten_when_it_is_as_long(
    unit: str, supplement: str, at_the_hall: Span, online: Span
):
    policy = jilin(Q1=unit, Q24=supplement)

    assert policy.window("served") == at_the_hall
    assert policy.window("closed") == online


def test_the_trial_rules_hold_through_their_last_day_whatever_is_answered():
    for answer in ("applied", "expired"):
        assert jilin(LAST_TRIAL_DAY, Q16=answer)[keys.after_window] == 3


def test_after_the_trial_year_only_the_answer_keeps_them_alive():
    day_after = date(2021, 8, 9)

    assert jilin(day_after, Q16="applied")[keys.after_window] == 3
    assert jilin(day_after, Q16="expired")[keys.after_window] is None
    assert jilin(Q16="expired")[keys.dispatcher] == "direct"


def test_the_plan_has_no_trial_year():
    policy = jilin(Q16="expired")

    assert [each.every for each in policy[keys.cadence] or ()] == ["month"]
    assert policy.why(keys.cadence).layer == "jilin"


def test_each_suggested_answer_makes_another_policy():
    for question in stack.layer("jilin").questions:
        revisions = {jilin(**{question.id: each.value}).revision for each in question.values}

        assert len(revisions) == len(question.values), question.id


def test_unanswered_questions_leave_their_rules_out():
    layers = (stack.layer("national"), stack.layer("jilin"))

    policy = compile_policy(layers, {}, (), ON)

    assert {"Q1", "Q2", "Q9", "Q16", "Q24"} <= {each.id for each in policy.open_questions}
    assert policy[keys.rating_window] is None
    assert policy[keys.defaults_count] is None
    assert policy[keys.alerts] is None


def test_how_many_months_in_a_row_nobody_has_said():
    policy = jilin()

    assert {each.months for each in policy[keys.alerts] or ()} == {None}
    assert "alerts.months" in {name for gap in policy.gaps for name in gap.keys}
