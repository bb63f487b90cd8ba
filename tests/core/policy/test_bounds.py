"""A city may be stricter than what stands above it and not laxer, by the worst of all days, unless it is let."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.clock import SHANGHAI
from core.errors import Invalid
from core.policy import calendar, holidays, keys
from core.policy.bounds import Limits, breaches
from core.policy.calendar import Calendar, YearNotice
from core.policy.compile import compile_policy
from core.policy.model import Layer, Override, Regulation
from core.policy.policy import Policy
from core.policy.reach import Case, may_end_later
from core.policy.spans import Span
from core.policy.values import Clock, Extension, Window
from tests.core.policy.worlds import layer

ON = date(2026, 3, 9)
YEARS = {year: YearNotice(frozenset(told.off), told.work) for year, told in holidays.SEED.items()}
KNOWN = Calendar(YEARS)


def province() -> Regulation:
    text = Regulation("province", "省办法", "省府〔2020〕1号", date(2020, 1, 1))
    text["第十条"].sets(keys.rating_window, Span.parse("10d"))
    text["第十二条"].sets(keys.clocks, (
        Clock("contact", "dispatched", Span.parse("2wd")),
        Clock("close", "dispatched", Span.parse("10wd"), complexity="simple"),
        Clock("close", "dispatched", Span.parse("20wd")),
        Clock("appeal", "noticed", Span.parse("5wd")),
    ))  # fmt: skip
    text["第十五条"].sets(keys.extension, Extension(longest=Span.parse("5wd"), tell_rater=True))
    text["第二十条"].sets(keys.remind_after, (Span.parse("24h"), Span.parse("3d")))
    text["第二十一条"].sets(keys.formula_notice, Span.parse("30d"))
    text["第三条"].sets(keys.scores, (10, 8, 6, 3, 0))
    return text


def said(*own: Override, text: Regulation | None = None, **limits: Any) -> Sequence[str]:
    layers: Sequence[Layer] = [layer(text or province())]
    below = compile_policy(layers, {}, (), ON)
    after: Policy = compile_policy(layers, {}, own, ON)
    return [f"{each.key} {each.text}" for each in breaches(below, after, Limits(KNOWN, **limits))]


def rule(key: str, value: Any, document: str = "") -> Override:
    return Override(key, value, "第九条", document=document)


CLOCKS = [
    {"clock": "contact", "from": "dispatched", "within": "2wd"},
    {"clock": "close", "from": "dispatched", "within": "10wd", "complexity": "simple"},
    {"clock": "close", "from": "dispatched", "within": "20wd"},
    {"clock": "appeal", "from": "noticed", "within": "5wd"},
]


def clocks(place: int, **changed: str) -> list[dict[str, str]]:
    return [{**row, **changed} if at == place else row for at, row in enumerate(CLOCKS)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rating_window", "12d"), ("rating_window", "unset"), ("formula_notice", "31d"),
        ("remind_after", ["12h", "2d"]),
        ("extension", "none"), ("extension", {"longest": "3wd", "tell_rater": True}), ("extension", "unset"),
        ("clocks", clocks(0, within="1wd")), ("clocks", clocks(0, **{"from": "opened", "within": "2wd"})),
        ("clocks", clocks(3, within="7wd")),
        ("clocks", [*CLOCKS, {"clock": "verify", "from": "dispatched", "within": "9d"}]),
        ("clocks", [*clocks(2, within="20wd", dimension="staff"), CLOCKS[2]]), ("bad_needs", "nothing"),
    ],
)  # fmt: skip
def test_what_is_stricter_or_unbounded_may_be_set(key: str, value: Any) -> None:
    assert said(rule(key, value)) == []


@pytest.mark.parametrize(
    ("key", "value", "cites"),
    [
        ("rating_window", "9d", "省府〔2020〕1号第十条"), ("formula_notice", "unset", "第二十一条"),
        ("formula_notice", "29d", "第二十一条"), ("remind_after", ["3d"], "24 小时"),
        ("remind_after", "unset", "第二十条"),
        ("extension", {"longest": "6wd", "tell_rater": True}, "第十五条"),
        ("extension", {"tell_rater": True}, "没有上限"),
        ("extension", {"longest": "3wd"}, "告知评价人"),
        ("extension", {"longest": "3wd", "tell_rater": True, "before_due": False}, "到期前"),
        ("extension", {"longest": "3wd", "tell_rater": True, "needs": ["reason"]}, "新的期限"),
        ("clocks", clocks(0, within="3wd"), "第十二条"), ("clocks", clocks(0, **{"from": "verified"}), "起算点"),
        ("clocks", CLOCKS[1:], "没有了期限"), ("clocks", "unset", "没有了期限"),
        ("clocks", clocks(1, within="11wd"), "第十二条"),
        ("clocks", clocks(3, within="4wd"), "只能放长"), ("clocks", clocks(3, **{"from": "dispatched"}), "起算"),
    ],
)  # fmt: skip
def test_what_is_laxer_is_refused_with_the_clause(key: str, value: Any, cites: str) -> None:
    found = said(rule(key, value))

    assert len(found) == 1 or value == "unset"
    assert all(cites in each and "请报省级放开" in each for each in found) and found


def test_what_those_above_leave_open_may_be_set_either_way() -> None:
    free = province()
    free["第三条"].lets(keys.clocks)

    assert [each.keys for each in free.freedoms] == [("clocks",)]
    assert said(rule("clocks", "unset"), free=frozenset({"clocks"})) == []


def test_only_a_province_sets_what_is_the_provinces() -> None:
    own = rule("scores", [5, 4, 3, 2, 0])

    assert said(own) == []
    assert said(own, free=frozenset({"scores"}), province=True) == []
    (found,) = said(own, province=True)
    assert "省府〔2020〕1号第三条" in found and "由省级统一规定" in found
    assert said(rule("scores", [10, 8, 6, 3, 0]), province=True) == []


def test_what_no_province_says_is_the_places_own_until_its_province_publishes_rules_for_its_cities() -> None:
    silent = Regulation("national", "国家文件", "国办〔2020〕1号", date(2020, 1, 1))
    silent["第三条"].sets(keys.formula_notice, Span.parse("30d"))
    own = rule("scores", [5, 4, 3, 2, 0])

    assert said(own, text=silent, province=True) == []
    (found,) = said(own, text=silent, province=True, published=True)
    assert "由省级统一规定，本级不能另行设置" in found and "请报省级放开" in found
    assert said(own, text=silent, province=True, published=True, free=frozenset({"scores"})) == []


def test_a_paper_of_its_own_amends_its_own_regulation_and_no_other() -> None:
    laxer = rule("formula_notice", "20d", "市府〔2026〕2号")
    papers = frozenset({"市府〔2026〕2号"})

    assert said(laxer, own=frozenset({"province"}), papers=papers) == []
    assert len(said(laxer, papers=papers)) == 1
    (found,) = said(rule("formula_notice", "20d"), own=frozenset({"province"}), papers=papers)
    assert "请在“依据文件”里选那份文件" in found


def test_working_days_are_held_against_natural_days_by_the_worst_of_all_days() -> None:
    text = Regulation("province", "省办法", "省府〔2020〕1号", date(2020, 1, 1))
    text["第十二条"].sets(keys.clocks, (Clock("close", "dispatched", Span.parse("7d")),))
    (found,) = said(rule("clocks", [{"clock": "close", "from": "dispatched", "within": "5wd"}]), text=text)

    assert "例如" in found and "起算" in found and "2022—2026 年" in found
    assert said(rule("clocks", [{"clock": "close", "from": "dispatched", "within": "1wd"}]), text=text) != []
    assert said(rule("clocks", [{"clock": "close", "from": "dispatched", "within": "48h"}]), text=text) == []


def test_windows_are_compared_event_by_event() -> None:
    text = Regulation("province", "省办法", "省府〔2020〕1号", date(2020, 1, 1))
    text["第十条"].sets(keys.rating_window, (Window(Span.parse("7d"), "closed"),))

    assert said(rule("rating_window", [{"event": "served", "within": "1d"}, {"within": "7d"}]), text=text) == []
    (found,) = said(rule("rating_window", [{"event": "served", "within": "9d"}, {"within": "6d"}]), text=text)
    assert "第 2 行" in found


spans = some.builds(Span, some.integers(1, 60), some.sampled_from(["h", "d", "wd", "m"]))


@given(one=spans, other=spans, moves=some.booleans())
@settings(max_examples=60, deadline=None)
def test_a_case_in_which_one_ends_later_is_one_by_the_calendar(one: Span, other: Span, moves: bool) -> None:
    found = may_end_later(one, other, KNOWN, rest_day_moves=moves)

    if isinstance(found, Case):
        ends = [calendar.due(found.start, each, KNOWN, rest_day_moves=moves).at for each in (one, other)]
        assert ends == [found.one, found.other]
        assert ends[0] > ends[1]


@given(one=spans, other=spans, day=some.dates(date(2022, 1, 1), date(2026, 12, 31)), moves=some.booleans())
@settings(max_examples=60, deadline=None)
def test_where_none_is_found_there_is_none(one: Span, other: Span, day: date, moves: bool) -> None:
    start = datetime.combine(day, time(), SHANGHAI)
    if may_end_later(one, other, KNOWN, rest_day_moves=moves) is False:
        ours, theirs = (calendar.due(start, each, KNOWN, rest_day_moves=moves).at for each in (one, other))
        assert ours <= theirs


@pytest.mark.parametrize("text", ["0d", "10000d", "9999wd", "121m", "100000h"])
def test_a_period_of_nothing_or_of_more_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Span.parse(text)
