"""Layers fold in the order of their strength, and every value can say where it comes from."""

from datetime import date

import pytest

from core.api import (
    UNSET,
    Append,
    Clock,
    Formula,
    Suggestion,
    VerdictEffects,
    both,
    days,
    hours,
    keys,
    months,
    workdays,
)
from core.errors import Invalid, Refused, UnknownCode
from core.policy.compile import turning_days
from core.policy.model import Override
from core.policy.shapes import Grade, Period
from tests.core.policy.worlds import layer, policy, regulation

CONTACT = Clock("contact", since="dispatched", within=workdays(3))
CLOSE = Clock("close", since="dispatched", within=workdays(10))


def test_a_key_that_nobody_sets_is_unset_and_says_so():
    made = policy(regulation())

    assert made[keys.scores] is None
    assert made.why(keys.scores).layer == ""
    assert made.chinese(keys.scores) == "未作规定"


def test_the_stronger_layer_has_the_last_word_and_the_weaker_is_remembered():
    province, city = regulation("province"), regulation("city")
    province["第三条"].sets(keys.rating_window, days(5))
    city["第十五条"].rule("C-15", "七日").sets(keys.rating_window, days(7))

    why = policy(province, city).why(keys.rating_window)

    assert policy(province, city).window("closed") == days(7)
    assert (why.layer, why.clause, why.document, why.since) == ("city", "第十五条", "city〔2020〕1号", date(2020, 1, 1))
    assert why.rule_ids == ("C-15",)
    assert [(each.layer, each.clause) for each in why.below] == [("province", "第三条")]


def test_articles_of_one_layer_add_their_rows_in_order_and_each_row_keeps_its_clause():
    city = regulation()
    city["第二十四条"].adds(keys.clocks, CONTACT)
    city["第二十八条"].adds(keys.clocks, CLOSE)

    made = policy(city)

    assert [(row.clock, row.clause) for row in made.or_off(keys.clocks)] == [
        ("contact", "第二十四条"),
        ("close", "第二十八条"),
    ]
    assert made.why(keys.clocks).clauses == ("第二十四条", "第二十八条")


def test_the_first_row_that_a_stronger_layer_adds_replaces_the_weaker_table():
    province, city = regulation("province"), regulation("city")
    province["第三条"].adds(keys.clocks, CONTACT)
    city["第四条"].adds(keys.clocks, CLOSE)

    assert [row.clock for row in policy(province, city).or_off(keys.clocks)] == ["close"]


def test_what_is_set_within_a_layer_replaces_the_rows_added_before():
    city = regulation()
    city["第四条"].adds(keys.clocks, CONTACT).sets(keys.clocks, (CLOSE,)).adds(keys.clocks, CONTACT)

    assert [row.clock for row in policy(city).or_off(keys.clocks)] == ["close", "contact"]


def test_unset_ends_what_a_weaker_layer_set():
    province, city = regulation("province"), regulation("city")
    province["第三条"].sets(keys.scores, (10, 8, 6, 3, 0))
    city["第四条"].sets(keys.scores, UNSET)

    made = policy(province, city)

    assert made[keys.scores] is None
    assert made.why(keys.scores).clause == "第四条"


@pytest.mark.parametrize(("day", "window"), [(9, None), (10, "7d"), (20, "7d"), (21, None)])
def test_a_rule_holds_from_its_first_day_to_its_last_both_included(day: int, window: str | None):
    city = regulation()
    city["第四条"].sets(keys.rating_window, days(7), since=date(2026, 3, 10), until=date(2026, 3, 20))

    found = policy(city, on=date(2026, 3, day)).window("closed")

    assert (str(found) if found else None) == window


def test_a_document_holds_from_its_day_of_issue_and_a_draft_always():
    old, draft = regulation("old", issued=date(2026, 3, 3)), regulation("draft", issued=None)
    old["第一条"].sets(keys.agent_lock, True)
    draft["第一条"].sets(keys.screened, True)

    made = policy(old, draft, on=date(2026, 3, 2))

    assert made[keys.agent_lock] is None
    assert made[keys.screened] is True
    assert made.why(keys.screened).since is None


def test_a_timeless_policy_looks_past_the_first_day_of_a_document_but_not_past_its_last():
    late, ended = regulation("late", issued=date(2030, 1, 1)), regulation("ended", until=date(2021, 8, 8))
    late["第一条"].sets(keys.agent_lock, True)
    ended["第一条"].sets(keys.screened, True)

    made = policy(late, ended, timeless=True)

    assert made[keys.agent_lock] is True
    assert made[keys.screened] is None


def test_a_trial_year_ends_a_document_only_where_the_answer_says_so():
    city = regulation()
    question = city["第二十八条"].asks(
        "Q16",
        keys.rating_window,
        "试行期满后是否仍适用？",
        values=(Suggestion("applied", "未见废止"), Suggestion("expired", "按其自身规定")),
        demo="applied",
    )
    city["第二十八条"].ends(date(2021, 8, 8), when=question.is_("expired"))
    city["第十条"].sets(keys.rating_window, days(7))

    assert policy(city, answers={"Q16": "applied"}).window("closed") == days(7)
    assert policy(city, answers={"Q16": "expired"}).window("closed") is None
    assert policy(city, answers={"Q16": "expired"}, on=date(2021, 8, 8)).window("closed") == days(7)


def test_a_rule_that_waits_for_an_answer_is_left_out_and_the_question_stays_open():
    city = regulation()
    unit = city["（七）"].asks(
        "Q1",
        keys.clocks,
        "“7日”是自然日还是工作日？",
        values=(Suggestion("natural", "照字面"), Suggestion("working", "参照行政处罚法")),
        demo="natural",
    )
    city["（七）"].adds(keys.clocks, Clock("rectify", "dispatched", unit.pick(natural=days(7), working=workdays(7))))

    silent, answered = policy(city), policy(city, answers={"Q1": "working"})

    assert silent[keys.clocks] is None
    assert [each.id for each in silent.open_questions] == ["Q1"]
    assert answered.or_off(keys.clocks)[0].within == workdays(7)
    assert answered.why(keys.clocks).layer == "answer"
    assert answered.open_questions == ()


def test_only_the_field_that_stands_on_an_answer_is_credited_to_it():
    city = regulation()
    late = city["第十六条"].asks(
        "Q7",
        keys.append,
        "默认评价可否追评？",
        values=(Suggestion(True, "有利于群众"), Suggestion(False, "照字面")),
        demo=False,
    )
    city["第十六条"].sets(keys.append, Append(1, days(60), after_default=late.value))

    made = policy(city, answers={"Q7": True})

    assert made.why(keys.append).layer == "city"
    assert made.why(keys.append.field("after_default")).layer == "answer"
    assert made.why(keys.append.field("within")).layer == "city"


def test_a_wrong_answer_is_refused_with_the_answers_that_would_be_right():
    city = regulation()
    city["（七）"].asks("Q1", keys.clocks, "单位？", values=(Suggestion("natural", "字面"),), demo="natural")

    with pytest.raises(Invalid, match="natural"):
        policy(city, answers={"Q1": "lunar"})


def test_an_answer_to_a_question_nobody_asks_is_a_problem_with_the_nearest_id():
    city = regulation()
    city["（七）"].asks("Q12", keys.clocks, "单位？", values=(Suggestion("natural", "字面"),), demo="natural")

    assert "Q12" in policy(city, answers={"Q1": "natural"}).problems[0]


def test_true_is_not_taken_for_one():
    city = regulation()
    question = city["（七）"].asks("Q5", keys.scores, "等级？", values=(Suggestion(1, "最低"),), demo=1, free=Grade())

    assert question.accept(5) == 5
    with pytest.raises(Refused):
        question.accept(True)


def test_answers_nest_and_combine():
    city = regulation()
    unit = city["十"].asks(
        "Q1", keys.rating_window, "单位？", values=(Suggestion("d", ""), Suggestion("wd", "")), demo="d"
    )
    length = city["十三"].asks(
        "Q24", keys.rating_window, "多长？", values=(Suggestion("7d", ""),), demo="7d", free=Period()
    )
    city["十三"].sets(
        keys.rating_window, both(unit, length).then(lambda one, two: workdays(two.amount) if one == "wd" else two)
    )
    city["十四"].sets(keys.agent_lock, True, when=unit.is_("wd") & ~length.is_("7d"))

    made = policy(city, answers={"Q1": "wd", "Q24": "6d"})

    assert made.window("closed") == workdays(6)
    assert made[keys.agent_lock] is True
    assert policy(city, answers={"Q1": "wd", "Q24": "7d"})[keys.agent_lock] is None


def test_a_tenants_own_rule_stands_above_every_layer_with_its_clause_and_author():
    city = regulation()
    city["第十五条"].sets(keys.rating_window, days(7))
    own = Override("rating_window", "10d", "本市补充规定第二条", author="王五")

    why = policy(city, overrides=[own]).why(keys.rating_window)

    assert policy(city, overrides=[own]).window("closed") == days(10)
    assert (why.layer, why.clause, why.author) == ("override", "本市补充规定第二条", "王五")
    assert [each.layer for each in why.below] == ["city"]


def test_rows_that_an_override_writes_bear_its_clause():
    own = Override("clocks", [{"clock": "close", "from": "dispatched", "within": "5wd"}], "本市规定")

    assert policy(overrides=[own]).or_off(keys.clocks)[0].clause == "本市规定"


def test_a_dotted_override_changes_one_field_of_the_value_below():
    city = regulation()
    city["第二十七条"].sets(keys.verdict_effects, VerdictEffects(mistaken="append", malicious="exclude"))

    made = policy(city, overrides=[Override("verdict_effects.mistaken", "count-as:5", "本市规定")])

    assert made[keys.verdict_effects] == VerdictEffects(mistaken="count-as:5", malicious="exclude")
    assert made.why(keys.verdict_effects).layer == "override"


def test_a_dotted_override_of_a_table_changes_the_field_in_every_row():
    city = regulation()
    city["第四条"].adds(keys.formulas, Formula("staff", "staff"), Formula("region", "staff"))

    made = policy(city, overrides=[Override("formulas.over", "staff-means", "本市规定")])

    assert [row.over for row in made.or_off(keys.formulas)] == ["staff-means", "staff-means"]
    assert [row.clause for row in made.or_off(keys.formulas)] == ["第四条", "第四条"]


def test_a_field_of_what_is_not_set_cannot_be_changed_and_the_problem_is_named():
    made = policy(overrides=[Override("append.after_default", True, "本市规定")])

    assert made[keys.append] is None
    assert "append.after_default" in made.problems[0]


def test_an_override_holds_only_in_its_own_time():
    own = Override("agent_lock", True, "本市规定", since=date(2026, 3, 3), until=date(2026, 3, 4))

    held = [policy(overrides=[own], on=date(2026, 3, day))[keys.agent_lock] for day in (2, 3, 4, 5)]

    assert held == [None, True, True, None]


def test_an_override_of_an_unknown_key_names_the_nearest():
    with pytest.raises(UnknownCode, match="rating_window"):
        policy(overrides=[Override("rating_windows", "7d", "")])


def test_the_turning_days_are_those_on_which_something_begins_or_has_ended():
    city = regulation(issued=date(2020, 1, 1), until=date(2030, 12, 31))
    city["第一条"].sets(keys.agent_lock, True, since=date(2021, 5, 1), until=date(2022, 5, 1))

    assert turning_days([layer(city)], {}, []) == (
        date(2020, 1, 1),
        date(2021, 5, 1),
        date(2022, 5, 2),
        date(2031, 1, 1),
    )


def test_the_revision_is_the_same_for_the_same_rules_and_another_for_other_clauses():
    one, same, other = regulation(), regulation(), regulation()
    one["第一条"].sets(keys.remind_after, hours(24))
    same["第一条"].sets(keys.remind_after, hours(24))
    other["第二条"].sets(keys.remind_after, hours(24))

    assert policy(one).revision == policy(same, on=date(2027, 1, 1)).revision
    assert policy(one).revision != policy(other).revision
    assert len(policy(one).revision) == 12


def test_a_gap_is_shown_until_somebody_fills_it():
    city = regulation()
    city["第一条"].leaves(keys.scores, keys.rating_window, why="文件没有写")

    assert policy(city).gaps[0].keys == ("scores", "rating_window")
    assert policy(city, overrides=[Override("scores", [10, 8, 6, 3, 0], "")]).gaps[0].keys == ("rating_window",)


def test_silence_means_what_the_law_would_expect():
    made = policy()

    assert made.or_off(keys.after_window) == "close"
    assert made.or_off(keys.bad_needs) == "nothing"
    assert made.or_off(keys.verdict_effects) == VerdictEffects()
    assert made.or_off(keys.clocks) == ()
    assert made.window("closed") is None
    assert made.extension is None
    with pytest.raises(LookupError):
        made.or_off(keys.scores)


def test_no_extension_is_said_as_plainly_as_an_extension():
    made = policy(overrides=[Override("extension", "none", "")])

    assert made.extension is None
    assert made.chinese(keys.extension) == "不得延期"


def test_rule_ids_belong_to_what_follows_them_in_the_chain():
    city = regulation()
    (
        city["第十五条"]
        .rule("X-1", "提醒")
        .sets(keys.remind_after, hours(24))
        .rule("X-2", "期限")
        .rule("X-3", "逾期")
        .sets(keys.rating_window, months(1))
    )
    made = policy(city)

    assert made.why(keys.remind_after).rule_ids == ("X-1",)
    assert made.why(keys.rating_window).rule_ids == ("X-2", "X-3")


def test_a_rule_id_stands_once_in_a_document_and_what_no_machine_can_do_says_why():
    city = regulation()
    city["第一条"].rule("X-1", "一")

    with pytest.raises(Invalid, match="X-1"):
        city["第二条"].rule("X-1", "二")
    with pytest.raises(Invalid, match="why_not"):
        city["第三条"].rule("X-3", "三", machine=False)


def test_headings_are_kept_as_printed_with_full_width_brackets():
    city = regulation()

    assert city["二(四)"].heading == "二（四）"
    with pytest.raises(Invalid):
        city["Art. 15"]
