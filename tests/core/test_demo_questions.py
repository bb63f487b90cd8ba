"""Who rates in a demo answers what is asked there, and nothing that its questionnaire would not take."""

from datetime import datetime

from core import stack
from core.demo.questions import answered
from core.demo.story import Chapter
from core.intake.model import ServiceEvent
from core.policy.model import Override
from core.questionnaires import decide
from core.questionnaires.actions import forms
from tests.core.town import town

EVERY_KIND = [{"fields": [
    {"code": "q1", "label": "是否方便", "kind": "yes-no", "required": True},
    {"code": "q2", "label": "几分", "kind": "scale-5", "required": True},
    {"code": "q3", "label": "几分", "kind": "scale-10"},
    {"code": "q4", "label": "哪里", "kind": "choice", "choices": ["网上", "窗口"]},
    {"code": "q5", "label": "哪些", "kind": "multiple", "choices": ["网上", "窗口"]},
    {"code": "q6", "label": "满意吗", "kind": "grade"}, {"code": "q7", "label": "意见", "kind": "text"},
]}]  # fmt: skip
CASES = 60


async def test_answers_of_a_demo_are_such_as_people_give_and_half_give_none(pool: object, now: datetime) -> None:
    async with town(now, "jilin", overrides=[Override("questionnaire", EVERY_KIND, "第一条")]) as place:
        policy = stack.policy(place, now.date())

    chapters = [
        Chapter((ServiceEvent(f"A{nth}", "closed", now, item="invoice", mode="online"),), None, 1 + nth % 5, "")
        for nth in range(CASES)
    ]
    given = [answered(each, policy) for each in chapters]

    (form, *_) = forms(policy)
    assert [decide.read(form, each).faults for each in given if each] == [{}] * sum(map(bool, given))
    assert CASES / 3 < sum(map(bool, given)) < CASES * 2 / 3
    assert answered(chapters[0], stack.policy(place, now.date())) == given[0]
