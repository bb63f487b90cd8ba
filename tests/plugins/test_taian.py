"""Tai'an's plan is kept to its words, which are few, and says plainly what its base rule must still answer."""

from datetime import date

import pytest

from core import stack
from core.errors import Refused
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.policy import Policy

ON = date(2026, 3, 2)
FIVE = ("collected", "good", "active", "rectified", "innovation")
SIX = ("collected", "good", "active", "rectified", "pilot", "innovation")


def taian(**answers: object) -> Policy:
    layers = (stack.layer("national"), stack.layer("taian"))
    demo = {each.id: each.demo for layer in layers for each in layer.questions}
    return compile_policy(layers, {**demo, **answers}, (), ON)


@pytest.mark.parametrize(
    "key",
    [
        keys.scores,
        keys.rating_window,
        keys.after_window,
        keys.clocks,
        keys.appellants,
        keys.feedback_scale,
        keys.append,
        keys.remind_after,
        keys.extension,
    ],
    ids=lambda key: key.name,
)
def test_what_only_the_base_rule_can_say_is_unset_and_named(key: keys.Key[object]):
    policy = taian()

    assert policy[key] is None
    assert key.name in {name for gap in policy.gaps for name in gap.keys}


def test_what_the_plan_does_not_say_stays_the_nations():
    policy = taian()

    for key in (keys.grade_labels, keys.bad_grades, keys.dimensions, keys.occasions, keys.identity, keys.dispatcher):
        assert policy.why(key).layer == "national", key.name


@pytest.mark.parametrize(("group", "metrics"), [("departments", FIVE), ("districts", SIX)])
@pytest.mark.parametrize("place", [0, 1])
def test_every_suggested_weighing_names_the_plans_factors_and_adds_up_to_one(
    group: str, metrics: tuple[str, ...], place: int
):
    (question,) = stack.layer("taian").questions

    rows = [each for each in taian(Q13=question.values[place].value)[keys.index] or () if each.group == group]

    assert tuple(each.metric for each in rows) == metrics
    assert sum(each.weight for each in rows) == pytest.approx(1)


def test_an_operators_own_weights_are_taken():
    rows = [{"group": "departments", "metric": "good", "weight": 1.0}]

    assert [each.weight for each in taian(Q13=rows)[keys.index] or ()] == [1.0]


def test_a_weighing_that_is_no_table_is_refused():
    with pytest.raises(Refused):
        taian(Q13="fair")


def test_without_an_answer_nothing_is_ranked():
    policy = compile_policy((stack.layer("national"), stack.layer("taian")), {}, (), ON)

    assert policy[keys.index] is None
    assert "Q13" in {each.id for each in policy.open_questions}
