"""The policy page as text: every value with its clause and layer, every silence with its reason."""

from core.api import Clock, Dimension, Formula, Suggestion, days, keys, workdays
from core.policy.checks import faults, silent
from core.policy.model import Override
from core.policy.show import render
from tests.core.policy.worlds import policy, regulation


def page() -> str:
    city = regulation()
    city["第十五条"].sets(keys.rating_window, days(7))
    city["第二十四条"].adds(keys.clocks, Clock("contact", "dispatched", workdays(3)))
    city["第二十八条"].adds(keys.clocks, Clock("close", "dispatched", workdays(10)))
    city["第一条"].leaves(keys.scores, why="分值未公布")
    city["第二条"].asks(
        "Q2",
        keys.defaults_count,
        "默认评价计入吗？",
        values=(Suggestion(True, "照字面"), Suggestion(False, "更真实")),
        demo=True,
    )
    city["第三条"].asks("Q3", keys.agent_lock, "共用一次吗？", values=(Suggestion(True, "照字面", "共用"),), demo=True)
    own = Override("min_sample", 30, "本市规定", author="王五")
    return render(policy(city, answers={"Q3": True}, overrides=[own]), "测试市")


def test_each_value_stands_with_its_clause_layer_and_date():
    assert "rating_window  评价期限\n    7 个自然日" in page()
    assert "依据：city 第十五条，city〔2020〕1号，2020-01-01 起" in page()
    assert "30 条\n    依据：本地设置 本市规定，王五" in page()


def test_each_row_of_a_table_stands_with_its_own_clause():
    assert "联系评价人，起算于 派单，期限 3 个工作日  〔city 第二十四条〕" in page()
    assert "办结工单，起算于 派单，期限 10 个工作日  〔city 第二十八条〕" in page()


def test_a_row_is_called_by_its_name_and_its_code_stands_behind_it():
    city = regulation()
    city["第五条"].sets(keys.dimensions, (Dimension("staff", "工作人员", "staff"),))

    assert "\n    工作人员（staff），评价对象 工作人员，可选标签  〔" in render(policy(city), "测试市")


def test_what_nobody_set_is_listed_with_the_reason_where_there_is_one():
    assert "scores  等级分值：分值未公布〔第一条〕" in page()
    assert "screened  回避式评价" in page()


def test_open_questions_show_how_they_may_be_answered_and_answered_ones_the_answer():
    assert "Q2  默认评价计入吗？〔第二条〕\n    是：照字面\n    否：更真实" in page()
    assert "Q3  共用一次吗？〔第三条〕\n    共用" in page()


def test_every_key_is_on_the_page():
    assert [name for name in keys.ALL if f"{name}  {keys.ALL[name].label}" not in page()] == []


def test_a_table_that_names_what_does_not_exist_is_a_fault():
    made = policy(
        overrides=[
            Override("dimensions", [{"code": "overall", "label": "总体", "of": "case"}], ""),
            Override("occasions", [{"event": "closed", "dimensions": ["overal"], "required": ["staff"]}], ""),
            Override("formulas", [{"subject": "staff", "dimension": "staff"}], ""),
        ]
    )

    assert faults(made) == (
        "评价环节：必评的staff不在可评的内容之中。",
        "评价环节：评价内容里没有“overal”。是否想写“overall”？",
        "评价环节：评价内容里没有“staff”。可用的有：总体（overall）。",
        "得分公式：评价内容里没有“staff”。可用的有：总体（overall）。",
    )


def test_a_formula_from_below_over_what_is_not_asked_here_is_told_by_its_name_and_is_no_fault():
    above, city = regulation("nation"), regulation()
    above["第一条"].sets(keys.dimensions, (Dimension("overall", "总体评价", "case"),))
    above["第二条"].adds(keys.formulas, Formula("staff", "overall"))
    above["第三条"].adds(keys.formulas, Formula("line", "overall"))
    city["第八条"].sets(keys.dimensions, (Dimension("staff", "工作人员", "staff"),))
    here = policy(above, city)

    assert faults(here) == ()
    assert [text for _, text in silent(here)] == [
        "工作人员、业务条线沿用的公式按“总体评价（overall）”计算，本级不评，所以没有规定的得分，不排名。"
        "要排名的，在本级规定得分公式。"
    ]
    assert list(silent(policy(above))) == []


def test_a_formula_of_ones_own_over_what_is_not_asked_is_a_fault():
    city = regulation()
    city["第八条"].sets(keys.dimensions, (Dimension("staff", "工作人员", "staff"),))
    city["第九条"].adds(keys.formulas, Formula("staff", "overall"))

    assert faults(policy(city)) == ("得分公式：评价内容里没有“overall”。可用的有：工作人员（staff）。",)
