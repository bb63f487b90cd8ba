"""Whom a grade counts for where only window staff are rated, and what the text leaves unsaid."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from core import stack
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.facts import Attribution, Facts, ItemFact, StaffFact
from core.policy.policy import Policy
from core.policy.values import Dimension
from plugins.guangxi import attribution
from plugins.guangxi.regulation import REG

NINE = {"year": "rolling", "streak": False, "bottom": 0.1, "min": 30}
DEMO: Mapping[str, Any] = {
    "Q2": True,
    "Q3": "ratings",
    "Q9": NINE,
    "Q10": "valid",
    "Q12": True,
    "Q19": {"dispatcher": "direct", "verified_by": "handler"},
    "Q23": "one",
}
STAFF = Dimension("staff", "窗口工作人员评价", "staff")
COMPOSITE = Dimension("composite", "“一件事”综合评价", "institution")
LI = StaffFact("li", "tax-east", "tax", "east")
ITEMS = (
    ItemFact("invoice", "tax-east", "tax", "east"),
    ItemFact("marriage", "civil-east", "civil", "east"),
    ItemFact("refund", "tax-west", "tax", "west"),
)


def policy(on: date = date(2026, 3, 2), **answers: Any) -> Policy:
    given = {"Q18": False, **DEMO, **answers}
    known = {name: value for name, value in given.items() if value is not None}
    return compile_policy(stack.Stack.of(("guangxi",)).layers, known, (), on)


def facts(dimension: Dimension, *, staff: StaffFact | None = LI, composite: str = "none") -> Facts:
    items = ITEMS if composite == "package" else ITEMS[2:]
    return Facts("closed", "window", "promised", composite, items[0].code, items, staff, dimension)


def test_it_asks_exactly_what_the_text_leaves_open() -> None:
    asked = {question.id: question.demo for question in REG.questions}

    assert asked == dict(DEMO)


def test_a_clerks_grade_counts_for_the_clerks_own_institution_line_and_region() -> None:
    found = attribution.attribute(facts(STAFF))

    assert found == Attribution(staff="li", institutions=("tax-east",), lines=("tax",), regions=("east",))


def test_a_composite_counts_once_for_each_institution_and_region_and_for_no_line_or_clerk() -> None:
    found = attribution.attribute(facts(COMPOSITE, composite="package"))

    assert found == Attribution(institutions=("tax-east", "civil-east", "tax-west"), regions=("east", "west"))


def test_what_the_text_does_not_speak_of_is_left_to_the_layer_below() -> None:
    assert attribution.attribute(facts(Dimension("overall", "总体", "case"))) is None
    assert attribution.attribute(facts(STAFF, staff=None)) is None


@pytest.mark.covers("GX-17")
def test_it_is_in_force_from_the_last_day_that_its_number_admits() -> None:
    assert not REG.draft
    assert policy(date(2019, 12, 30))[keys.scores] is None
    assert policy(date(2019, 12, 31))[keys.scores] == (10, 8, 6, 3, 0)


@pytest.mark.parametrize(
    "key", [keys.remind_after, keys.append, keys.appellants, keys.feedback_scale, keys.bulletin, keys.warn_before]
)
def test_a_silence_of_the_text_stays_a_silence(key: keys.Key[Any]) -> None:
    assert policy()[key] is None


def test_only_objective_causes_are_its_own_the_rest_of_the_verdicts_stays_national() -> None:
    effects = policy()[keys.verdict_effects]

    assert effects is not None
    assert (effects.objective, effects.malicious, effects.mistaken) == ("exclude", "exclude", "exclude")
    assert policy().why(keys.verdict_effects.field("objective")).clause == "第十三条"


def test_no_clock_but_the_two_that_the_text_gives() -> None:
    clocks = {row.clock: (row.since, str(row.within), row.clause) for row in policy()[keys.clocks] or ()}

    assert clocks == {"audit": ("rated", "15d", "第八条"), "rectify": ("verified", "15d", "第十四条")}


def test_three_aspects_replace_the_one_grade_everywhere() -> None:
    found = policy(Q23="three")
    rated = {code for row in found[keys.occasions] or () for code in row.dimensions}
    counted = {code for row in found[keys.formulas] or () for code in row.weights}

    assert rated == counted == {"attitude", "quality", "efficiency", "composite"}


def test_a_composite_never_counts_for_a_line_or_a_clerk() -> None:
    counted = {row.subject: set(row.weights) for row in policy()[keys.formulas] or ()}

    assert counted["staff"] == counted["line"] == {"staff"}
    assert counted["institution"] == counted["region"] == {"staff", "composite"}


def test_who_sends_and_who_verifies_is_one_answer() -> None:
    found = policy(Q19={"dispatcher": "bureau", "verified_by": "bureau"})

    assert (found[keys.dispatcher], found[keys.verified_by]) == ("bureau", "bureau")
