"""Of a place's own rules the latest speaks, in whatever order they were stored; inheriting takes the earlier back."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from core.api import Append, days, keys
from core.policy.compile import compile_policy, standing
from core.policy.model import INHERIT, Override
from tests.core.policy.worlds import layer, regulation

FIRST = date(2026, 1, 1)
DAYS = some.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
RULES = some.lists(
    some.builds(
        Override,
        key=some.just("min_sample"),
        value=some.one_of(some.integers(1, 99), some.just(INHERIT)),
        clause=some.just("第一条"),
        since=some.one_of(some.none(), DAYS),
        until=some.one_of(some.none(), DAYS),
    ),
    max_size=6,
)


def expected(rules: list[Override], on: date) -> int:
    """The plain reading: the last of those in force by first day, then by approval; 7 is what the layer below says."""
    speaking = [each for each in rules if (each.since or on) <= on <= (each.until or on)]
    if not speaking:
        return 7
    last = max(enumerate(speaking), key=lambda each: (each[1].since or date.min, each[0]))[1]
    return 7 if last.value == INHERIT else last.value


@given(rules=RULES, on=DAYS)
def test_the_latest_speaks_and_inheriting_gives_the_word_to_the_layer_below(rules: list[Override], on: date) -> None:
    below = regulation()
    below["第三条"].sets(keys.min_sample, 7)

    assert compile_policy([layer(below)], {}, rules, on)[keys.min_sample] == expected(rules, on)


@given(rules=RULES, on=DAYS)
def test_rules_of_different_days_may_be_stored_in_any_order(rules: list[Override], on: date) -> None:
    apart = list({each.since: each for each in rules}.values())

    assert standing(apart, on) == standing(apart[::-1], on)


def test_inheriting_a_field_leaves_the_rest_of_the_place_own_value() -> None:
    below = regulation()
    below["第八条"].sets(keys.append, Append(1, days(60)))
    own = [
        Override("append.max", 3, "第二条", date(2026, 1, 1)),
        Override("append.after_default", True, "第二条", date(2026, 1, 1)),
        Override("append.max", INHERIT, "", date(2026, 2, 1)),
    ]
    made = [compile_policy([layer(below)], {}, own, date(2026, month, 15))[keys.append] for month in (1, 2)]

    assert made == [Append(3, days(60), after_default=True), Append(1, days(60), after_default=True)]


def test_a_baseline_stands_between_the_plugins_and_the_place() -> None:
    below = regulation()
    below["第三条"].sets(keys.min_sample, 7)
    base = [Override("min_sample", 20, "第五条", date(2026, 1, 1), document="省府〔2026〕1号")]
    own = [
        Override("min_sample", 50, "第二条", date(2026, 2, 1)),
        Override("min_sample", INHERIT, "", date(2026, 3, 1)),
    ]

    made = [compile_policy([layer(below)], {}, own, date(2026, month, 1), baseline=base) for month in (1, 2, 3)]

    assert [each[keys.min_sample] for each in made] == [20, 50, 20]
    whys = [each.why(keys.min_sample) for each in made]
    assert [each.layer for each in whys] == ["province", "override", "province"]
    assert [each.document for each in whys] == ["省府〔2026〕1号", "", "省府〔2026〕1号"]
