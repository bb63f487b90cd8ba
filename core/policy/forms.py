"""Which questions make a questionnaire that can be asked; what keeps one from it is said at its question."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from core.policy.values import FormField, Questionnaire

# Few enough to be answered between two errands, and for the page to stay small.
FEWEST_CHOICES: Final = 2
MOST_CHOICES: Final = 12
MOST_QUESTIONS: Final = 20
LISTED: Final = ("choice", "multiple")


def faults(form: Questionnaire) -> Mapping[str, str]:
    """What keeps these questions from being asked: ``place.field`` → what to do; the place counts from 1."""
    found: dict[str, str] = {}
    codes = Counter(question.code for question in form.fields)
    labels = Counter(question.label.strip() for question in form.fields)
    if not form.fields:
        found["fields"] = "请至少写一个问题。"
    if len(form.fields) > MOST_QUESTIONS:
        found["fields"] = f"最多 {MOST_QUESTIONS} 个问题，现在是 {len(form.fields)} 个。"
    for place, question in enumerate(form.fields, 1):
        if not question.label.strip():
            found[f"{place}.label"] = "请写下问题。"
        elif labels[question.label.strip()] > 1:
            found[f"{place}.label"] = "这个问题写了两次，请删除或改写。"
        if codes[question.code] > 1:
            found[f"{place}.code"] = f"编码“{question.code}”用了两次，请换一个。"
        if said := _choices_wrong(question):
            found[f"{place}.choices"] = said
    return found


def _choices_wrong(question: FormField) -> str:
    choices = [each.strip() for each in question.choices]
    if question.kind not in LISTED:
        return "这种问题没有选项，请删除选项或改为单选、多选。" if choices else ""
    if len(choices) < FEWEST_CHOICES:
        return f"请至少写 {FEWEST_CHOICES} 个选项，每行一个。"
    if len(choices) > MOST_CHOICES:
        return f"最多 {MOST_CHOICES} 个选项，现在是 {len(choices)} 个。"
    if "" in choices or len(set(choices)) < len(choices):
        return "有空白或重复的选项，请修改。"
    return ""
