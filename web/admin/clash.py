"""Two people acted on one ticket: what the other did stands beside what this one wrote, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.policy import vocab
from core.tickets.machine import CLOCK_LABELS
from core.tickets.views import ActView
from web.admin import forms
from web.admin.history import FAULTS, Line

# Every field that an act's form may have, in the order they are compared.
LABELS: Mapping[str, str] = {
    "accept": "评价内容", "is": "认定结果", "complexity": "问题", "upheld": "申诉是否成立", "finding": "认定结果",
    "way": "联系方式", "reached": "是否联系上", "when": "联系时间", "to": "去向", "clock": "期限", "until": "延长至",
    "evidence": "证据", "note": "说明", "reason": "理由",
}  # fmt: skip
_YES_NO: Mapping[str, tuple[str, str]] = {
    "accept": ("通过", "不通过"), "upheld": ("成立", "不成立"), "reached": ("联系上了", "没有联系上"),
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "is": FAULTS, "finding": vocab.FINDINGS, "complexity": vocab.COMPLEXITIES, "way": vocab.WAYS, "clock": CLOCK_LABELS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return bool(self.theirs) and self.theirs != self.mine


@dataclass(frozen=True, slots=True)
class Clash:
    """``done`` are the acts that came in between, told as the history tells them."""

    done: tuple[Line, ...]
    rows: tuple[Row, ...]


def clash(
    verb: str, typed: Mapping[str, str], acts: Sequence[ActView], lines: Sequence[Line], seen: int | None,
    names: Mapping[str, str],
) -> Clash:  # fmt: skip
    """``seen`` is how many acts the page showed; without it the last one came in between."""
    first = min(seen, len(acts) - 1) if seen is not None else len(acts) - 1
    between = [each for each in acts[max(first, 0) :] if each.act == verb]
    theirs: Mapping[str, Any] = {**between[-1].data, "note": between[-1].note} if between else {}
    mine = {**typed, "to": typed.get(f"to{forms.OTHER}") or typed.get("to", "")}
    rows = [
        Row(label, _said(name, theirs.get(name), names), _said(name, mine.get(name), names))
        for name, label in LABELS.items() if str(mine.get(name) or "").strip()
    ]  # fmt: skip
    return Clash(tuple(lines[max(first, 0) :]), tuple(rows))


def _said(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    if name in _YES_NO:
        return _YES_NO[name][0 if value in (True, "yes") else 1]
    if name == "to":
        return names.get(f"institution:{value}", str(value))
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    text = str(value).replace("T", " ") if name == "when" else str(value)
    return _WORDS.get(name, {}).get(text, text)
