"""A published rule travels as a few lines of TOML, which another city takes over as a change of its own."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from core.errors import Invalid, Refused
from core.policy import keys
from core.policy.keys import UNSET
from core.publication.model import Content

LONGEST: Final = 60_000
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A rule of another place: ``clause`` and ``document`` are that place's own, and never become another's."""

    key: str
    value: Any
    place: str = ""
    clause: str = ""
    document: str = ""


def letter(key: str, content: Content, place: str) -> str:
    """What a city publishes of one key, to be pasted elsewhere."""
    told = {"key": key, "value": content["value"], "clause": content["clause"], "document": content["document"],
            "place": place}  # fmt: skip
    return "[[override]]\n" + "".join(f"{name} = {_plain(value)}\n" for name, value in told.items() if value != "")


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        said = (f"{json.dumps(name)} = {_plain(each)}" for name, each in fields.items() if each is not None)
        return "{ " + ", ".join(said) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(each) for each in cast("list[Any]", value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def read(text: str) -> tuple[Letter, ...]:
    """Each rule of the text, understood exactly, or refused with the words that would be right."""
    if not text.strip():
        raise Invalid("请粘贴规则文字，或打开省里给的链接。", field="rule")
    if len(text) > LONGEST:
        raise Invalid("规则文字太长，请一次采用少一些。", field="rule")
    try:
        found: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"规则文字写法不对（{error}）。请整段复制“规则对照”页下载的内容。", field="rule") from error
    rows = found.get("override")
    if not isinstance(rows, list) or not 0 < len(cast("list[Any]", rows)) <= MOST:
        raise Invalid(f"没有找到规则。规则文字以 [[override]] 开头，一次 1 到 {MOST} 项。", field="rule")
    return tuple(_letter(row) for row in cast("list[Any]", rows))


def _letter(row: Any) -> Letter:
    if not isinstance(row, Mapping) or "key" not in row or "value" not in row:
        raise Invalid("每项规则要有 key 和 value。", field="rule")
    said = cast("Mapping[str, Any]", row)
    try:
        key = keys.whole(str(said["key"]))
        value = said["value"] if said["value"] == UNSET else keys.dump(key, key.parse(said["value"]))
    except Refused as refusal:
        raise Invalid(refusal.detail, field="rule") from refusal
    words = {name: str(said.get(name, ""))[:200] for name in ("place", "clause", "document")}
    return Letter(str(said["key"]), value, **words)
