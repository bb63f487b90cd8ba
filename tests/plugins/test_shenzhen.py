"""What the draft says beyond the reach of a scenario: its questions, its gaps, and how its tables decide."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from core import stack
from core.errors import Refused
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.decision import first_match
from core.policy.policy import Policy
from plugins.shenzhen.regulation import REG

NINE = {"year": "rolling", "streak": False, "bottom": 0.1, "min": 30}
DEMO: Mapping[str, Any] = {
    "Q2": True,
    "Q3": "ratings",
    "Q4": (),
    "Q6": "keep",
    "Q7": False,
    "Q8": "one",
    "Q9": NINE,
    "Q11": True,
    "Q12": True,
    "Q14": True,
    "Q15": "once",
    "Q17": True,
    "Q21": "system-owner",
}


def policy(on: date = date(2026, 3, 2), **answers: Any) -> Policy:
    given = {"Q18": False, **DEMO, **answers}
    known = {name: value for name, value in given.items() if value is not None}
    return compile_policy(stack.Stack.of(("shenzhen",)).layers, known, (), on)


def test_it_asks_exactly_what_the_text_leaves_open() -> None:
    asked = {question.id: question.demo for question in REG.questions}

    assert asked == dict(DEMO)


@pytest.mark.covers("SZ-35")
def test_a_draft_has_no_first_day_and_says_that_it_is_a_draft() -> None:
    assert REG.draft
    assert policy(date(2019, 1, 1))[keys.scores] == policy(date(2030, 1, 1))[keys.scores] == (10, 8, 6, 3, 0)


def test_staff_have_no_formula_since_the_text_gives_none() -> None:
    subjects = [row.subject for row in policy()[keys.formulas] or ()]

    assert subjects == ["item", "institution", "region"]


@pytest.mark.parametrize("mode", ["window", "online", "kiosk"])
def test_a_theme_is_rated_as_a_theme_wherever_it_is_handled(mode: str) -> None:
    row = first_match(policy()[keys.occasions] or (), event="closed", mode=mode, kind="promised", composite="theme")

    assert row is not None
    assert row.dimensions == ("overall", "item")


def test_nothing_must_be_rated_since_the_text_says_may() -> None:
    assert not any(row.required for row in policy()[keys.occasions] or ())


def test_the_end_of_a_call_closes_no_case() -> None:
    assert "call-ended" not in {row.event for row in policy()[keys.closed_when] or ()}


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Q2", keys.defaults_count),
        ("Q4", keys.appeal_pauses),
        ("Q8", keys.ticket_per),
        ("Q11", keys.feedback_bad_reopens),
        ("Q12", keys.region_includes_below),
        ("Q15", keys.batch_counts),
    ],
)
def test_an_unanswered_question_leaves_its_key_unset(question: str, key: keys.Key[Any]) -> None:
    found = policy(**{question: None})

    assert found[key] is None
    assert [each.id for each in found.open_questions] == [question]


def test_a_bad_channel_grade_has_neither_route_nor_contact_clock_until_q21_is_answered() -> None:
    found = policy(Q21=None)

    assert "channel" not in {row.dimension for row in found[keys.routing] or ()}
    assert "channel" not in {row.dimension for row in found[keys.clocks] or ()}


def test_a_year_is_counted_as_the_operator_answered() -> None:
    found = policy(Q9={"year": "calendar", "streak": True, "bottom": 0.2, "min": 10})
    alerts = {row.kind: row for row in found[keys.alerts] or ()}

    assert not alerts["repeat-year"].rolling
    assert alerts["repeat-week"].streak
    assert (alerts["bottom-months"].rank, alerts["bottom-months"].min) == (0.2, 10)


@pytest.mark.parametrize(
    "answer", [{"year": "lunar", "streak": False, "bottom": 0.1, "min": 30}, {"year": "rolling"}, 3]
)
def test_an_answer_that_cannot_be_one_is_refused_in_chinese(answer: object) -> None:
    with pytest.raises(Refused, match=r"Q9|year|streak"):
        policy(Q9=answer)


def test_each_value_of_the_text_names_its_article() -> None:
    clauses = {name: why.clause for name, why in policy().whys.items() if why.layer == "shenzhen"}

    assert clauses["scores"] == "第七条"
    assert clauses["rating_window"] == clauses["after_window"] == clauses["remind_after"] == "第十五条"
    assert clauses["append"] == "第十六条"
    assert clauses["extension"] == "第二十四条（二）"
    assert all(clause.startswith("第") for clause in clauses.values())
