"""What a regulation sets stands in its form as it is, and comes back from it unchanged or is refused at its place."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core import stack
from core.policy import helps, keys, shapes
from core.policy.compile import compile_policy
from core.policy.keys import Key
from core.policy.policy import Policy
from core.policy.records import Column, Record, Rows, condition
from core.policy.shapes import Choice, Code, Many, Period, Shape, Text
from core.policy.spans import LONGEST, Span
from web.admin.rules import fields
from web.admin.rules.controls import BAD, MISSING, Wrong
from web.admin.rules.fields import of_key, written
from web.admin.rules.tables import Table, press

DAY = date(2026, 3, 9)


def policy_of(*plugins: str) -> Policy:
    layers = stack.Stack.of(plugins).layers
    return compile_policy(layers, stack.demo_answers(plugins), (), DAY, timeless=True)


POLICIES = {name: policy_of(*(() if name == stack.NATIONAL else (name,))) for name in stack.names()}
NATION = POLICIES[stack.NATIONAL]
SET = [(name, key) for name, policy in POLICIES.items() for key in keys.ALL if policy[keys.ALL[key]] is not None]


def sent_by(key: Key[Any], value: Any, policy: Policy = NATION) -> dict[str, list[str]]:
    return of_key(key, policy).spell(written(key.shape, value), "v")


def read(key: Key[Any], sent: dict[str, list[str]], policy: Policy = NATION) -> tuple[Any, Wrong]:
    wrong: Wrong = {}
    return of_key(key, policy).read(sent, "v", wrong), wrong


@pytest.mark.parametrize(("name", "key"), SET)
def test_what_a_regulation_sets_comes_back_from_its_form_unchanged(name: str, key: str):
    policy, known = POLICIES[name], keys.ALL[key]
    value = policy[known]
    raw, wrong = read(known, sent_by(known, value, policy), policy)

    assert wrong == {}
    assert known.parse(raw) == value


@given(
    rows=some.lists(
        some.fixed_dictionaries(
            {
                "clock": some.sampled_from(["contact", "close", "rectify"]),
                "dimension": some.sampled_from(["*", "overall", "elsewhere"]),
                "from": some.sampled_from(["rated", "dispatched"]),
                "within": some.sampled_from(list(LONGEST)).flatmap(
                    lambda unit: some.integers(1, LONGEST[unit]).map(lambda amount: f"{amount}{unit}")
                ),
                "clause": some.sampled_from(["第一条", "二（四）"]),
            }
        ),
        max_size=6,
    ),
    ops=some.lists(
        some.tuples(some.sampled_from(["add", "up", "down", "copy", "del"]), some.integers(1, 9)), max_size=8
    ),
)
@settings(max_examples=60, deadline=None)
def test_moving_and_copying_rows_changes_their_order_and_number_and_nothing_in_them(
    rows: list[dict[str, Any]], ops: list[tuple[str, int]]
):
    control = of_key(keys.clocks, NATION)
    sent, expected = control.spell(rows, "v"), [dict(each) for each in rows]
    for verb, number in ops:
        ids = list(sent["v.k"])
        if verb == "add" or number > len(ids):
            continue
        at = number - 1
        if verb == "copy":
            expected.insert(at + 1, dict(expected[at]))
        elif verb == "del":
            del expected[at]
        else:
            expected.insert(min(max(at + (-1 if verb == "up" else 1), 0), len(ids) - 1), expected.pop(at))
        sent = press(control, "v", sent, f"{verb}:v:{ids[at]}").sent

    wrong: Wrong = {}
    assert keys.clocks.parse(control.read(sent, "v", wrong)) == keys.clocks.parse(expected)
    assert wrong == {}


@given(text=some.text(max_size=40), amount=some.text(max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(text: str, amount: str):
    for key in (keys.scores, keys.clocks, keys.append, keys.extension, keys.remind_after, keys.formulas, keys.tags):
        control = of_key(key, NATION)
        sent = control.blank("v")
        if isinstance(control, Table):
            sent = press(control, "v", sent, "add:v").sent
        typed = {name: [amount if "within" in name or "0" in name else text] if name != "v.k" else held
                 for name, held in sent.items()}  # fmt: skip
        wrong: Wrong = {}
        value = control.read(typed, "v", wrong)
        control.draw(typed, "v", wrong, key.label)
        if not wrong and value not in (MISSING, BAD):
            key.parse(value)


@pytest.mark.parametrize(
    ("key", "typed", "place", "said"),
    [
        (keys.formula_notice, {"v.n": ["0"]}, "v.n", "填 1 到 1830 之间的整数（自然日）"),
        (keys.formula_notice, {"v.n": ["10000"]}, "v.n", "填 1 到 1830 之间的整数（自然日）"),
        (keys.formula_notice, {"v.n": ["30.5"]}, "v.n", "填 1 到 1830 之间的整数（自然日）"),
        (keys.formula_notice, {"v.u": ["y"]}, "v.u", "请选择单位"),
        (keys.scores, {"v.2": ["9"]}, "v.2", "不能往上升"),
        (keys.scores, {"v.5": [""]}, "v.5", "填“非常满意”的分值"),
        (keys.grade_labels, {"v.2": [""]}, "v.2", "第 3 个没有写"),
        (keys.grade_labels, {"v.1": ["非常满意"]}, "v.1", "与第 1 个相同"),
        (keys.bad_grades, {"v": []}, "v", "至少选一项"),
        (keys.min_sample, {"v": ["三十"]}, "v", "填 0 到 1000000 之间的整数"),
        (keys.tags, {"v.1.label": [""]}, "v.1.label", "名称没有填"),
        (keys.tags, {"v.2.code": ["101"]}, "v.2.code", "第 1 行已经用了“101”"),
        (keys.append, {"v.max": ["0"]}, "v.max", "填 1 到 99 之间的整数"),
    ],
)
def test_what_is_typed_wrong_is_refused_where_it_stands(
    key: Key[Any], typed: dict[str, list[str]], place: str, said: str
):
    values = {
        "formula_notice": Span(30, "d"), "scores": (10, 8, 6, 3, 0), "min_sample": 30,
        "append": keys.append.parse({"max": 1, "within": "60d"}),
        "tags": keys.tags.parse([{"code": code, "grade": 1, "label": "慢", "about": "item"} for code in (101, 102)]),
    }  # fmt: skip
    sent = sent_by(key, values.get(key.name, NATION[key])) | typed
    _, wrong = read(key, sent)

    assert list(wrong) == [place]
    assert said in wrong[place]


def test_full_width_digits_are_digits():
    value, wrong = read(keys.formula_notice, {"v.n": ["３０"], "v.u": ["wd"]})

    assert (value, wrong) == ("30wd", {})


def test_a_row_is_named_by_the_first_letters_of_its_name_where_no_code_is_given():
    control = of_key(keys.dimensions, NATION)
    assert isinstance(control, Table)
    sent = control.spell([{"code": "gzry", "label": "旧的", "of": "staff"}], "v")
    sent = press(control, "v", sent, "add:v").sent | {"v.2.label": ["工作人员"], "v.2.of": ["staff"]}

    assert control.completed(sent, "v")["v.2.code"] == ["gzry-2"]


class Coordinates(Shape[str]):
    """A kind of value that no web code has heard of."""

    @property
    def hint(self) -> str:
        return '经纬度，如 "114,22"'

    def parse(self, raw: object, at: str) -> str:
        if not isinstance(raw, str) or raw.count(",") != 1:
            raise self.wrong(raw, at)
        return raw


class Colour(Choice[str]):
    """A kind made from one of ours."""


@pytest.mark.parametrize(
    ("shape", "raw", "kind"),
    [
        (Coordinates(), "114,22", "lines"),
        (Colour({"red": "红", "blue": "蓝"}), "red", "pick"),
        (Many(Period(), 1, 3), ["2d", "5wd"], "slots"),
        (Many(Code(of="dimensions")), ["overall"], "checks"),
        (Rows(Record(dict, (condition("what", "事", Choice[str]({"a": "甲"})), Column("n", "话", Text())))),
         [{"what": "a", "n": "说"}], "rows"),
    ],
)  # fmt: skip
def test_a_key_of_somebody_elses_has_a_form_like_any_other(shape: Shape[Any], raw: Any, kind: str):
    control = fields.control(shape, fields.Lexicon(NATION))
    sent, wrong = control.spell(raw, "v"), Wrong()
    drawn = control.draw(sent, "v", wrong, "")

    assert (drawn.kind, control.read(sent, "v", wrong), wrong) == (kind, raw, {})


def test_every_key_says_what_it_decides_and_gives_an_example():
    stack.extras()
    silent = [name for name, key in keys.ALL.items() if not all(helps.of(key))]

    assert silent == []
    assert set(helps.HELPS) <= keys.ALL.keys()


def test_a_span_longer_than_five_years_has_a_digit_too_many():
    shape: Shape[Span] = shapes.Period()
    with pytest.raises(Exception, match="多写了一位"):
        shape.parse("9999d", "within")
