"""Which questions are asked of whom, what may stand as an answer, and the figures of answers."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, cast

from core.policy import columns
from core.policy.decision import first_match
from core.policy.values import FormField, Questionnaire
from core.questionnaires.model import Answer, Reading, Told

LONGEST_TEXT = 500
YES_NO: Mapping[str, str] = {"yes": "是", "no": "否"}
SCALES: Mapping[str, int] = {"scale-5": 5, "scale-10": 10}
_ID_LENGTH = 12
_DIGITS = re.compile(r"[0-9]{1,2}")


def asked(rows: Iterable[Questionnaire], mode: str, items: Iterable[str], lines: Iterable[str]) -> Questionnaire | None:
    """The first questionnaire for this way, one of these matters and one of these lines."""
    return first_match(rows, mode=mode, item=frozenset(items), line=frozenset(lines))


def version_of(form: Questionnaire) -> str:
    """A short name for these questions to these people, equal wherever they are equal."""
    said = columns.QUESTIONNAIRE.dump(replace(form, clause="", voluntary=True))
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def options(question: FormField, labels: Sequence[str]) -> Mapping[str, str]:
    """Each answer that can be ticked, with its word; ``labels`` are the grades', best first."""
    if question.kind == "yes-no":
        return YES_NO
    if question.kind == "grade":
        return {str(5 - place): label for place, label in enumerate(labels)}
    if question.kind in SCALES:
        return {str(point): str(point) for point in range(1, SCALES[question.kind] + 1)}
    return {choice: choice for choice in question.choices}


def read(form: Questionnaire, given: Mapping[str, object]) -> Reading:
    """What is left out counts as skipped; where everything is, there is no fault."""
    known = {question.code for question in form.fields}
    faults = {code: "问卷里没有这个问题，请按现行问卷提交。" for code in given if code not in known}
    said = {q.code: given[q.code] for q in form.fields if not _silent(given.get(q.code))}
    answers: dict[str, Answer] = {}
    for question in form.fields:
        if question.code in said:
            found = _KINDS[question.kind](question, said[question.code])
            if isinstance(found, _Wrong):
                faults[question.code] = found.says
            else:
                answers[question.code] = found
        elif question.required and said:
            faults[question.code] = _wants(question)
    return Reading(answers, faults)


def _silent(raw: object) -> bool:
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or (isinstance(raw, list | tuple) and not raw)


def _wants(question: FormField) -> str:
    return "请写几个字。" if question.kind == "text" else "请选择一项。"


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Why an answer cannot be kept."""

    says: str


def _one(known: Callable[[FormField], Iterable[str]]) -> "_Read":
    def read(question: FormField, raw: object) -> Answer | _Wrong:
        return raw if isinstance(raw, str) and raw in known(question) else _Wrong(_among(known(question)))

    return read


def _among(known: Iterable[str]) -> str:
    return f"请从这些答案中选择一项：{'、'.join(known)}。"


def _several(question: FormField, raw: object) -> Answer | _Wrong:
    given = cast("list[object]", list(raw)) if isinstance(raw, list | tuple) else [raw]
    if any(each not in question.choices for each in given):
        return _Wrong(f"请从这些答案中选择：{'、'.join(question.choices)}。")
    return [choice for choice in question.choices if choice in given]


def _point(top: int) -> "_Read":
    def read(_: FormField, raw: object) -> Answer | _Wrong:
        point = int(raw) if isinstance(raw, str) and _DIGITS.fullmatch(raw) else raw
        if not isinstance(point, int) or isinstance(point, bool) or not 1 <= point <= top:
            return _Wrong(f"请在 1 到 {top} 中选择。")
        return point

    return read


def _words(_: FormField, raw: object) -> Answer | _Wrong:
    if not isinstance(raw, str):
        return _Wrong("请用文字回答。")
    if "\0" in raw:
        return _Wrong("含有看不见的控制字符，请删除后重新填写。")
    text = raw.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        return _Wrong(f"最多 {LONGEST_TEXT} 个字，现在是 {len(text)} 个字。")
    return text


_Read = Callable[[FormField, object], Answer | _Wrong]
_KINDS: Mapping[str, _Read] = {
    "yes-no": _one(lambda _: YES_NO), "choice": _one(lambda question: question.choices), "multiple": _several,
    "grade": _point(5), "scale-5": _point(5), "scale-10": _point(10), "text": _words,
}  # fmt: skip


def told(form: Questionnaire, rows: Iterable[Mapping[str, Any]], labels: Sequence[str]) -> list[Told]:
    """The figures of every question; ``rows`` give code, value, count, and ``n`` who answered the question."""
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row["code"], {})[row["value"]] = row["count"]
    return [_figures(question, counted.get(question.code, {}), labels) for question in form.fields]


def _figures(question: FormField, counts: Mapping[str, int], labels: Sequence[str]) -> Told:
    every = {value: counts.get(value, 0) for value in options(question, labels)}
    n = counts.get("", 0)
    if question.kind not in (*SCALES, "grade"):
        return Told(question.code, n, every)
    total = sum(int(value) * count for value, count in every.items())
    return Told(question.code, n, every, round(total / n, 2) if n else None)
