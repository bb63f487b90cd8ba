"""Beijing's ratings follow the 2019 opinion of its government service bureau, in force until a 管理办法 replaces it."""

from collections.abc import Sequence

from core.api import City, Extra, Question, Rule, hookimpl
from plugins.beijing.general_comments import GENERAL_COMMENTS
from plugins.beijing.regulation import REG


@hookimpl
def city() -> City:
    return City(
        name="北京市",
        short="北京",
        division="110000",
        regulations=(REG,),
        note="意见（十三）预告将另行制定管理办法；默认等级、分值、提醒、追评、排名与通报的数字，现行意见均未规定。",
    )


@hookimpl
def rules() -> Sequence[Rule]:
    return REG.rules


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def extras() -> Sequence[Extra]:
    return (GENERAL_COMMENTS,)
