"""Shenzhen's draft stands here: read `regulation` beside the text, `questions` for what the text leaves open."""

from collections.abc import Sequence

from core.api import City, Extra, Question, Rule, hookimpl
from plugins.shenzhen.data_share import DATA_SHARE
from plugins.shenzhen.hotline_exchange import HOTLINE_EXCHANGE
from plugins.shenzhen.regulation import REG
from plugins.shenzhen.step_feedback import FEEDBACK


@hookimpl
def city() -> City:
    return City(
        name="深圳市",
        short="深圳",
        division="440300",
        regulations=(REG,),
        note="依据的是征求意见稿；正式文本印发后须逐条核对。",
    )


@hookimpl
def rules() -> Sequence[Rule]:
    return REG.rules


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def extras() -> Sequence[Extra]:
    return (HOTLINE_EXCHANGE, DATA_SHARE, FEEDBACK)
