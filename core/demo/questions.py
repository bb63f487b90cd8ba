"""Half of those who rate in a demo answer what their place asks beside it, in keeping with their grade."""

from collections.abc import Mapping
from random import Random
from typing import Final

from core.demo.story import Chapter
from core.policy.policy import Policy
from core.policy.values import FormField
from core.questionnaires import decide
from core.questionnaires.actions import forms

HALF, GOOD = 0.5, 4
# How often somebody content says yes, and somebody who is not.
CONTENT, SORE = 0.93, 0.45
WISHES: Final = (
    "希望把样表放在网上。", "短信里直接给办理进度。", "周末也开几个窗口。", "材料能不能只交一次。", "字可以再大一点。",
    "预约的号多放一些。", "希望写明不予受理的理由。",
)  # fmt: skip


def answered(chapter: Chapter, policy: Policy) -> Mapping[str, object] | None:
    """None where nothing is asked, or this one does not care to."""
    last, dice = chapter.events[-1], Random(f"{chapter.events[0].case}?")  # noqa: S311 - a story
    form = decide.asked(forms(policy), last.mode or "", [last.item or ""], [])
    if form is None or dice.random() < HALF:
        return None
    return {
        each.code: _answer(each, chapter.grade, dice)
        for each in form.fields if each.required or each.kind != "text" or dice.random() < HALF / 2
    }  # fmt: skip


def _answer(question: FormField, grade: int, dice: Random) -> object:
    if question.kind == "text":
        return dice.choice(WISHES)
    if question.kind == "yes-no":
        return "yes" if dice.random() < (CONTENT if grade >= GOOD else SORE) else "no"
    if question.kind == "multiple":
        return [dice.choice(question.choices)]
    if question.kind in decide.SCALES:
        most = decide.SCALES[question.kind]
        return str(max(1, most * grade // 5 - dice.randint(0, 1)))
    return str(grade) if question.kind == "grade" else dice.choice(question.choices)
