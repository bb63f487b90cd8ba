"""Beijing's opinion is kept to its words: what it says holds, what it does not say is asked or left unset."""

from datetime import date, timedelta

import pytest

from core import stack
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.policy import Policy
from core.policy.spans import days, workdays

ON = date(2026, 3, 2)


def beijing(on: date = ON, **answers: object) -> Policy:
    layers = (stack.layer("national"), stack.layer("beijing"))
    demo = {each.id: each.demo for layer in layers for each in layer.questions}
    return compile_policy(layers, {**demo, **answers}, (), on)


@pytest.mark.parametrize(
    "key",
    [
        keys.after_window,
        keys.scores,
        keys.remind_after,
        keys.append,
        keys.alerts,
        keys.bulletin,
        keys.min_sample,
        keys.extension,
        keys.callback,
    ],
    ids=lambda key: key.name,
)
def test_what_the_text_does_not_say_is_unset_and_named_as_a_gap(key: keys.Key[object]):
    policy = beijing()

    assert policy[key] is None
    assert key.name in {name for gap in policy.gaps for name in gap.keys}


def test_no_answer_to_an_open_question_brings_a_default_or_scores():
    for question in stack.layer("beijing").questions:
        for each in question.values:
            policy = beijing(**{question.id: each.value})

            assert policy[keys.after_window] is None
            assert policy[keys.scores] is None


def test_each_suggested_answer_makes_another_policy():
    for question in stack.layer("beijing").questions:
        revisions = {beijing(**{question.id: each.value}).revision for each in question.values}

        assert len(revisions) == len(question.values), question.id


def test_unanswered_questions_leave_their_rules_out():
    layers = (stack.layer("national"), stack.layer("beijing"))

    policy = compile_policy(layers, {}, (), ON)

    assert {"Q1", "Q4", "Q5", "Q11", "Q20", "Q22"} <= {each.id for each in policy.open_questions}
    assert [each.clock for each in policy[keys.clocks] or ()] == ["appeal"]
    assert policy[keys.handler_finds] is None
    assert policy[keys.feedback_bad_reopens] is None


def test_the_seven_days_are_natural_or_working_as_answered():
    natural = {each.clock: each.within for each in beijing(Q1="natural")[keys.clocks] or ()}
    working = {each.clock: each.within for each in beijing(Q1="working")[keys.clocks] or ()}

    assert natural["rectify"] == days(7)
    assert working["rectify"] == workdays(7)
    assert natural["appeal"] == working["appeal"] == workdays(3)


def test_it_holds_from_the_day_it_was_issued():
    issued = date(2019, 12, 30)

    assert beijing(issued)[keys.rating_window]
    assert beijing(issued - timedelta(days=1))[keys.rating_window] is None
