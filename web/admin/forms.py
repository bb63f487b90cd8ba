"""Each act on a ticket asks in its own small form for what the act must carry, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import EvidenceMissing, Invalid, ReasonMissing, Refused, UnknownCode
from web.forms import Posted

Kind = Literal["text", "line", "choice", "yes-no", "date", "lines", "files", "institution", "ticket", "check", "moment"]
LONGEST = 2000
# The words that say why; without them the act is refused for want of a reason.
WORDS = frozenset({"note", "reason"})
FILES = "files"
OTHER = ".other"


@dataclass(frozen=True, slots=True)
class Field:
    """``options`` are all there is to choose from; of a ticket they are only what is likely."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    hint: str = ""
    options: Mapping[str, str] | None = None
    value: str = ""


def read(fields: tuple[Field, ...], form: Posted) -> tuple[dict[str, Any], dict[str, Refused]]:
    """What was written, and what is wrong with it by field; everything wrong is told at once."""
    data: dict[str, Any] = {}
    wrong: dict[str, Refused] = {}
    for each in fields:
        try:
            value = _value(each, form)
        except Refused as refusal:
            wrong[each.name] = refusal
            continue
        if value in ("", None, []):
            if each.required and not (each.kind == "lines" and form.files.get(FILES)):
                wrong[each.name] = _missing(each)
        # Ticked or not, it is a word to this page and no part of the act.
        elif each.kind not in ("check", "files"):
            data[each.name] = value
    return data, wrong


def typed(fields: tuple[Field, ...], form: Posted) -> dict[str, str]:
    """The words as they were typed, to be shown again; ticks are to be made and files to be chosen anew."""
    names = [name for each in fields for name in (each.name, each.name + OTHER) if each.kind not in ("check", "files")]
    return {name: form.kept(name)[: LONGEST * 2] for name in names if name in form.fields or not name.endswith(OTHER)}


def _missing(each: Field) -> Refused:
    if each.kind == "check":
        return Invalid("请先核对，再勾选这一项。", field=each.name)
    detail = f"请{'选择' if each.options else '填写'}{each.label}。"
    if each.name == "evidence":
        return EvidenceMissing("请写明或上传证据材料。", field=each.name)
    return (ReasonMissing if each.name in WORDS else Invalid)(detail, field=each.name)


def _value(each: Field, form: Posted) -> Any:
    if each.kind == "files":
        return form.files.get(each.name, [])
    text = form.text(each.name, LONGEST)
    if each.kind == "ticket":
        return form.text(each.name + OTHER) or text
    if each.options is not None and text and text not in each.options:
        unknown = UnknownCode if each.kind == "institution" else Invalid
        raise unknown(f"{each.label}请从列出的选项中选择。", field=each.name)
    if each.kind == "yes-no":
        return {"yes": True, "no": False}.get(text)
    if each.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text
