"""A value of several fields stands in a form as its fields; what nobody knows how to draw is still to be edited."""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from core.errors import Refused
from core.policy.records import CLAUSE, REQUIRED, Column
from core.policy.shapes import Plain, Shape
from core.policy.values import ANY
from web.admin.rulebook import HEADS
from web.admin.rules.controls import BAD, MISSING, Blank, Control, Field, Fields, Sent, Wrong, first, refused

WORD: Final = "word"
REST: Final = "rest"


@dataclass(frozen=True)
class Group(Control):
    """A value with fields, each with its label and its own control."""

    columns: tuple[tuple[Column, Control], ...]
    weight: float = 9.0

    def spell(self, raw: Plain, at: str) -> Fields:
        given = {} if raw is MISSING else raw
        found: Fields = {}
        for column, control in self.columns:
            found |= control.spell(given.get(column.key, _default(column)), f"{at}.{column.key}")
        return found

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        found: dict[str, Any] = {}
        for column, control in self.columns:
            name = f"{at}.{column.key}"
            value = control.read(sent, name, wrong)
            if value is MISSING and not optional(column):
                refused(wrong, control.draw(sent, name, wrong, "").name, Blank(f"{label(column)}没有填"))
            elif value is not MISSING:
                found[column.key] = value
        return BAD if any(name.startswith(f"{at}.") for name in wrong) else found

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        parts = tuple(self.part(each, sent, at, wrong) for each in self.columns)
        return Field("group", at, label, parts=parts, error=wrong.get(at, ""), optional=optional)

    def part(self, each: tuple[Column, Control], sent: Sent, at: str, wrong: Wrong) -> Field:
        column, control = each
        drawn = control.draw(sent, f"{at}.{column.key}", wrong, label(column), optional=optional(column))
        hint = "空着就用这一项的条款" if column is CLAUSE else drawn.hint
        return replace(drawn, condition=column.condition, hint=hint)


@dataclass(frozen=True)
class Either(Control):
    """Some fields, or one word that says there is none."""

    of: Control
    word: str
    label: str
    weight: float = 9.0

    def spell(self, raw: Plain, at: str) -> Fields:
        if raw == self.word:
            return {f"{at}.is": [WORD], **self.of.blank(at)}
        return {f"{at}.is": ["" if raw is MISSING else REST], **self.of.spell(raw, at)}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        chosen = first(sent, f"{at}.is")
        if chosen == WORD:
            return self.word
        if chosen != REST:
            return refused(wrong, f"{at}.is", "请选择一种")
        return self.of.read(sent, at, wrong)

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        inner = self.of.draw(sent, at, wrong, label)
        return Field(
            "either", f"{at}.is", label, (first(sent, f"{at}.is"),), parts=(inner,), hint=self.label,
            error=wrong.get(f"{at}.is", ""), optional=optional,
        )  # fmt: skip


@dataclass(frozen=True)
class Raw(Control):
    """A shape that nobody here knows is written as JSON, with its own hint."""

    shape: Shape[Any]
    weight: float = 9.0

    def spell(self, raw: Plain, at: str) -> Fields:
        return {at: ["" if raw is MISSING else json.dumps(raw, ensure_ascii=False, indent=2)]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        text = first(sent, at)
        if not text:
            return MISSING
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        try:
            self.shape.parse(value, "")
        except Refused:
            return refused(wrong, at, f"应写{self.shape.hint.strip()}")
        return value

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        hint = f"应写{self.shape.hint.strip()}"
        return Field("lines", at, label, (first(sent, at),), hint=hint, error=wrong.get(at, ""), optional=optional,
                     long=4)  # fmt: skip


def optional(column: Column) -> bool:
    return not required(column)


def required(column: Column) -> bool:
    return column.default is REQUIRED


def label(column: Column) -> str:
    return column.label.rstrip("：") or HEADS.get(column.name, column.name)


def _default(column: Column) -> Plain:
    """What a field that was left out says, as TOML has it."""
    if required(column) or column.default in (None, ""):
        return MISSING
    return ANY if column.default == ANY else column.shape.dump(column.default)
