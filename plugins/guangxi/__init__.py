"""Guangxi's regulation stands here: read `regulation` beside the text, `questions` for what the text leaves open."""

from collections.abc import Sequence

from core.api import Attribution, City, Facts, Question, Rule, hookimpl
from plugins.guangxi import attribution
from plugins.guangxi.regulation import REG


@hookimpl
def city() -> City:
    return City(
        name="广西壮族自治区",
        short="广西",
        division="450000",
        regulations=(REG,),
        note="各级监督管理部门应结合本地实际制定实施细则（第六条），作为市一层加在本制度之上。",
    )


@hookimpl
def rules() -> Sequence[Rule]:
    return REG.rules


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def attribute(facts: Facts) -> Attribution | None:
    return attribution.attribute(facts)
