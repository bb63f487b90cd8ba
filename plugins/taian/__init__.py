"""Tai'an stands on its improvement plan alone: what the plan leaves to the base rule 泰政办发〔2020〕5号 stays open."""

from collections.abc import Sequence

from core.api import City, Extra, Question, Rule, hookimpl
from plugins.taian.experience_officers import EXPERIENCE_OFFICERS
from plugins.taian.regulation import REG
from plugins.taian.role_swap_days import ROLE_SWAP_DAYS
from plugins.taian.third_party_survey import THIRD_PARTY_SURVEY
from plugins.taian.unresolvable_matters import UNRESOLVABLE
from plugins.taian.voice_invitation import VOICE_INVITATION


@hookimpl
def city() -> City:
    return City(
        name="泰安市",
        short="泰安",
        division="370900",
        regulations=(REG,),
        note="本方案是提质增效的推进方案。等级、分值、期限、申诉等以泰政办发〔2020〕5号为准，取得原文后作为本地规则填入。",
    )


@hookimpl
def rules() -> Sequence[Rule]:
    return REG.rules


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def extras() -> Sequence[Extra]:
    return (UNRESOLVABLE, EXPERIENCE_OFFICERS, ROLE_SWAP_DAYS, THIRD_PARTY_SURVEY, VOICE_INVITATION)
