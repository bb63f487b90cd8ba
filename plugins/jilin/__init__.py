"""Jilin City rates by its trial rules of 2020 and the plan they are annexed to; their trial year is over."""

from collections.abc import Sequence

from core.api import City, Extra, Question, Rule, hookimpl
from plugins.jilin.five_degrees import FIVE_DEGREES
from plugins.jilin.paper_forms import PAPER_FORMS
from plugins.jilin.plan import PLAN
from plugins.jilin.question_form import QUESTION_FORM
from plugins.jilin.regulation import REG


@hookimpl
def city() -> City:
    return City(
        name="吉林市",
        short="吉林",
        division="220200",
        regulations=(PLAN, REG),
        note="《细则（试行）》2020年8月9日起施行，试行1年，依其自身规定已于2021年8月8日期满；是否仍然适用见问题 Q16。",
    )


@hookimpl
def rules() -> Sequence[Rule]:
    return [*PLAN.rules, *REG.rules]


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def extras() -> Sequence[Extra]:
    return (FIVE_DEGREES, PAPER_FORMS, QUESTION_FORM)
