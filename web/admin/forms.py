"""Each act on a ticket asks in its own small form for what the act must carry, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import Invalid, Refused
from web.forms import Posted

Kind = Literal["text", "choice", "yes-no", "date", "lines", "institution"]
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    kind: Kind
    required: bool = False
    hint: str = ""
    options: Mapping[str, str] | None = None
    value: str = ""


YES_NO: Mapping[str, str] = {"yes": "是", "no": "否"}


def read(fields: tuple[Field, ...], form: Posted) -> tuple[dict[str, Any], dict[str, str]]:
    """What was written, and what is wrong with it by field; everything wrong is told at once."""
    data: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for each in fields:
        try:
            value = _value(each, form)
        except Refused as refusal:
            wrong[each.name] = refusal.detail
            continue
        if value not in ("", None, []):
            data[each.name] = value
        elif each.required:
            wrong[each.name] = f"请{'选择' if each.options else '填写'}{each.label}。"
    return data, wrong


def typed(fields: tuple[Field, ...], form: Posted) -> dict[str, str]:
    """The words as they were typed, to be shown again."""
    return {each.name: (form.all(each.name) or [""])[0][: LONGEST * 2] for each in fields}


def _value(each: Field, form: Posted) -> Any:
    text = form.text(each.name, LONGEST)
    if each.options is not None and text and text not in each.options:
        raise Invalid(f"{each.label}请从列出的选项中选择。")
    if each.kind == "yes-no":
        return {"yes": True, "no": False}.get(text)
    if each.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text
