"""Every value that a regulation may set is read from TOML exactly, written back the same, and shown in Chinese."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import stack
from core.api import Clock, Formula, Occasion, Span, Window, days, keys, workdays
from core.errors import Invalid, Refused, UnknownCode
from core.policy import vocab
from core.policy.compile import compile_policy
from core.policy.records import REQUIRED, Column, Record, Rows
from core.policy.shapes import (
    Choice,
    Code,
    Condition,
    Effect,
    Flag,
    Grade,
    GradeOrWord,
    Many,
    Number,
    OrWord,
    Period,
    Scores,
    Shape,
    Text,
    Weights,
    Whole,
    YesNoAny,
)
from core.policy.spans import LONGEST

NAMED = re.findall(
    r"\S+",
    """
    grade_labels scores bad_grades good_grades bad_needs dimensions tags identity occasions closed_when rating_window
    after_window remind_after remind_by append batch_counts agent_lock questionnaire screened ticket_for audit
    dispatcher ticket_per routing verified_by returns clocks extension verdict_effects feedback_scale
    feedback_bad_reopens callback accountability appellants appeal_to appeal_pauses formulas defaults_count
    region_includes_below index min_sample alerts bulletin public_min unresolvable_matters experience_officers
    third_party_survey role_swap_days five_degrees paper_forms voice_invitation channels indicators device_shows
    append.after_default theme_fills formulas.dimensions audit.refused objective_grades appeal_needs explained
    warn_before targets cadence bulletin.levels publish formula_notice rectified.of data_share rest_day_moves
    """,
)

# Switched on by a tenant or an extra, set by no document that ships with us.
CHOSEN_BY_TENANTS = {"deletion_wait", "public_min", "ticket_per", "batch_counts", "region_includes_below"}


Any_ = st.SearchStrategy[Any]
SURROGATES = ("Cs",)
WRITTEN: dict[type, Callable[[Any], Any_]] = {
    Flag: lambda _: st.booleans(),
    Choice: lambda shape: st.sampled_from(sorted(shape.names)),
    Code: lambda _: st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True),
    Text: lambda _: st.text(
        st.characters(blacklist_characters="\x00", blacklist_categories=SURROGATES), max_size=20
    ).filter(str.strip),
    Condition: lambda shape: st.just("*") | values(shape.of),
    YesNoAny: lambda _: st.sampled_from(["*", True, False]),
    Whole: lambda shape: st.integers(shape.least, shape.most),
    Number: lambda shape: st.floats(shape.least, shape.most, allow_nan=False) | st.just(int(shape.least)),
    Grade: lambda _: st.integers(1, 5),
    GradeOrWord: lambda shape: st.just(shape.word) | st.integers(1, 5),
    Period: lambda _: st.sampled_from(sorted(LONGEST.items())).flatmap(
        lambda limit: st.integers(1, limit[1]).map(lambda amount: f"{amount}{limit[0]}")
    ),
    Effect: lambda _: st.sampled_from([*vocab.EFFECTS, *(f"count-as:{grade}" for grade in range(1, 6))]),
    Scores: lambda _: st.lists(st.integers(0, 100), min_size=5, max_size=5).map(
        lambda found: sorted(found, reverse=True)
    ),
    Weights: lambda _: st.dictionaries(values(Code()), st.integers(0, 10), max_size=3),
    Many: lambda shape: st.lists(
        values(shape.of), min_size=shape.least, max_size=max(shape.least, 4), unique_by=str
    ).filter(lambda found: len(found) <= shape.most),
    OrWord: lambda shape: st.just(shape.word) | values(shape.of),
    Record: lambda shape: st.fixed_dictionaries(
        {each.key: values(each.shape) for each in shape.columns if each.default is REQUIRED},
        optional={each.key: values(each.shape) for each in shape.columns if each.default is not REQUIRED},
    ),
    Rows: lambda shape: st.lists(
        values(shape.row), max_size=3, unique_by=(lambda row: row[shape.unique]) if shape.unique else str
    ),
}


def values(shape: Shape[Any]) -> Any_:
    """Any value of a shape, as TOML or JSON would hold it."""
    return WRITTEN[type(shape)](shape)


@pytest.mark.parametrize("name", sorted(keys.ALL))
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_written_back_is_read_the_same(name: str, data: st.DataObject):
    key = keys.ALL[name]
    value = keys.parse(name, data.draw(values(key.shape)))

    written = keys.dump(key, value)

    assert keys.parse(name, written) == value
    assert keys.dump(key, keys.parse(name, written)) == written
    assert keys.matches(key, written, value)
    assert keys.chinese(key, value)


@pytest.mark.parametrize("name", NAMED)
def test_every_name_of_the_key_list_is_known(name: str):
    assert keys.find(name).name == name


def test_every_key_is_set_or_left_open_by_a_document_or_chosen_by_tenants():
    written: set[str] = set()
    for name in stack.names():
        for rule in stack.layer(name).rules:
            written.add(rule.key.name)
        for question in stack.layer(name).questions:
            written |= {each.partition(".")[0] for each in question.keys} | set(question.keys)
        written |= {key for gap in stack.layer(name).gaps for key in gap.keys}

    extras = {key.name for key in keys.ALL.values() if key.group == keys.EXTRAS}
    assert set(keys.ALL) - written - extras - CHOSEN_BY_TENANTS == set()


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("rating_window", "7d", (Window(days(7)),)),
        ("rating_window", [{"event": "closed", "within": "5wd"}], (Window(workdays(5), event="closed"),)),
        ("after_window", 5, 5),
        ("after_window", "close", "close"),
        ("remind_after", "24h", (Span(24, "h"),)),
        ("remind_after", ["24h", "3d"], (Span(24, "h"), Span(3, "d"))),
        ("bad_grades", [2, 1], (2, 1)),
        ("extension", "none", "none"),
        ("append", "unset", "unset"),
        ("formulas.over", "staff-means", "staff-means"),
        ("append.after_default", True, True),
        (
            "occasions",
            [{"event": "closed", "mode": "online", "dimensions": ["item", "channel"]}],
            (Occasion("closed", ("item", "channel"), mode="online"),),
        ),
        (
            "clocks",
            [{"clock": "contact", "dimension": "staff", "from": "dispatched", "within": "2wd"}],
            (Clock("contact", "dispatched", workdays(2), dimension="staff"),),
        ),
        (
            "formulas",
            [{"subject": "institution", "dimension": "overall", "over": "ratings"}],
            (Formula("institution", "overall"),),
        ),
        (
            "append",
            {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]},
            keys.parse("append", {"max": 1, "within": "60d"}),
        ),
        ("verdict_effects.mistaken", "count-as:5", "count-as:5"),
    ],
)
def test_the_examples_of_the_key_list_are_read_as_they_stand(name: str, raw: Any, value: Any):
    assert keys.parse(name, raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("rating_windw", "7d", "rating_window"),
        ("append.afterdefault", True, "after_default"),
        ("clocks", [{"clok": "contact", "from": "dispatched", "within": "2wd"}], "clock"),
        ("clocks", [{"clock": "contact", "since": "dispatched", "within": "2wd"}], "from"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, raw: Any, said: str):
    with pytest.raises(UnknownCode, match=said):
        keys.parse(name, raw)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("rating_window", "7"),
        ("rating_window", "7 d"),
        ("rating_window", "0d"),
        ("rating_window", 7),
        ("rating_window", True),
        ("bad_grades", [6]),
        ("bad_grades", [True]),
        ("bad_grades", [2, 2]),
        ("bad_grades", []),
        ("scores", [10, 8, 6, 3]),
        ("scores", [0, 3, 6, 8, 10]),
        ("scores", "10"),
        ("grade_labels", ["好", "差"]),
        ("agent_lock", 1),
        ("agent_lock", "true"),
        ("after_window", 0),
        ("after_window", False),
        ("identity", "maybe"),
        ("append", {"within": "60d"}),
        ("append", "60d"),
        ("occasions", "closed"),
        ("occasions", [{"event": "close", "dimensions": ["item"]}]),
        ("verdict_effects", {"mistaken": "count-as:6"}),
        ("clocks", [{"clock": "contact", "from": "dispatched", "within": "2 days"}]),
        ("min_sample", -1),
        ("min_sample", 1e3),
        ("callback", 2.0),
        ("ticket_for", {"grades": [2, 1], "needs": None}),
        ("scores.first", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(name: str, raw: Any):
    with pytest.raises(Refused) as refused:
        keys.parse(name, raw)

    assert "应写" in refused.value.detail or refused.value.detail.endswith("。")


def test_the_refusal_of_a_row_names_the_row():
    with pytest.raises(Invalid, match=r"clocks\[2\]\.within"):
        keys.parse(
            "clocks",
            [{"clock": "close", "from": "opened", "within": "2d"}, {"clock": "close", "from": "opened", "within": "x"}],
        )


def test_a_clause_is_compared_only_where_the_scenario_writes_one():
    value = (Clock("close", "dispatched", workdays(10), clause="第二十八条"),)
    bare = [{"clock": "close", "from": "dispatched", "within": "10wd"}]

    assert keys.matches(keys.clocks, bare, value)
    assert keys.matches(keys.clocks, [{**bare[0], "clause": "第二十八条"}], value)
    assert not keys.matches(keys.clocks, [{**bare[0], "clause": "第二十九条"}], value)
    assert not keys.matches(keys.clocks, [{**bare[0], "within": "9wd"}], value)
    assert keys.matches(keys.clocks, "unset", None)
    assert not keys.matches(keys.clocks, "unset", value)


def test_a_value_is_said_as_a_lawyer_would_say_it():
    assert keys.chinese(keys.rating_window, (Window(days(7)),)) == "7 个自然日"
    assert keys.chinese(keys.after_window, 3) == "按“基本满意”计入"
    assert keys.chinese(keys.scores, (10, 8, 6, 3, 0)).startswith("非常满意 10 分 · 满意 8 分")
    assert keys.chinese(keys.min_sample, 30) == "30 条"
    assert keys.chinese(keys.scores, None) == "未作规定"
    assert (
        keys.chinese(
            keys.clocks, (Clock("contact", "dispatched", workdays(2), dimension="staff"),), {"staff": "工作人员评价"}
        )
        == "工作人员评价：联系评价人，起算于 派单，期限 2 个工作日"
    )


def test_the_national_layer_sets_what_the_key_list_says_and_nothing_more():
    made = compile_policy([stack.layer("national")], {"Q18": False}, [], date(2026, 1, 1))
    found = {why.key.name: keys.dump(why.key, why.value) for why in made.entries() if why.layer}

    assert set(found) == {
        *[
            "grade_labels",
            "bad_grades",
            "good_grades",
            "bad_needs",
            "dimensions",
            "tags",
            "identity",
            "occasions",
            "ticket_for",
        ],
        *["dispatcher", "routing", "verified_by", "verdict_effects", "formulas", "rest_day_moves"],
    }
    assert found["bad_grades"] == [2, 1]
    assert found["good_grades"] == [5, 4]
    assert found["identity"] == "encouraged"
    assert found["ticket_for"] == {"grades": [2, 1], "needs": "any"}
    assert {row["subject"] for row in found["formulas"]} == set(vocab.SUBJECTS)
    assert len(found["tags"]) == 40
    assert sum(row["core"] for row in found["tags"]) == 15


def test_a_column_that_is_left_out_says_the_same_as_its_default():
    column = Column("dimension", "维度", Condition(Code()), "*", condition=True)

    assert column.silent("*")
    assert not column.silent("staff")
