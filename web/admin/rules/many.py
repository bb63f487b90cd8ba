"""Values of several alike, ticked, written one to a line, or each in a place of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.policy.shapes import Number, Plain
from core.policy.vocab import Words
from web.admin.rules.controls import (
    BAD,
    MISSING,
    SHOWN,
    Amount,
    Blank,
    Box,
    Control,
    Duration,
    Field,
    Fields,
    Option,
    Pick,
    Sent,
    Wrong,
    first,
    refused,
    under,
)


@dataclass(frozen=True)
class Checks(Control):
    """Any of a list. They stand in the list's order, or in their own where that order was chosen otherwise."""

    of: Pick
    least: int = 0
    weight: float = 1.8

    def spell(self, raw: Plain, at: str) -> Fields:
        held = [] if raw is MISSING else raw if isinstance(raw, list) else [raw]
        return {at: [self.of.spell(each, at)[at][0] for each in held]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        codes = [each for each in sent.get(at, ()) if each]
        found = [self.of.read({at: [each]}, at, wrong) for each in codes]
        if at in wrong:
            return BAD
        if len(found) < self.least:
            return refused(wrong, at, Blank("至少选一项"))
        return found

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        held = [each for each in sent.get(at, ()) if each]
        known = list(self.of.words)
        usual = [code for code in known if code in held] == held
        order = known if usual else [*held, *(code for code in known if code not in held)]
        options = tuple(Option(code, self.of.words.get(code, f"{code[:SHOWN]}（没有定义）")) for code in order)
        return Field("checks", at, label, tuple(held), options, error=wrong.get(at, ""), optional=optional)


@dataclass(frozen=True)
class Lines(Control):
    """A list written one to a line."""

    of: Control
    least: int = 0
    most: int = 400
    distinct: bool = True
    weight: float = 1.8

    def spell(self, raw: Plain, at: str) -> Fields:
        held = [] if raw is MISSING else raw if isinstance(raw, list) else [raw]
        return {at: ["\n".join(self.of.spell(each, at)[at][0] for each in held)]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        lines = [line.strip() for line in first(sent, at).replace("\r", "").split("\n") if line.strip()]
        found: list[Any] = []
        for number, line in enumerate(lines, 1):
            here: Wrong = {}
            value = self.of.read({at: [line]}, at, here)
            if here:
                return refused(wrong, at, f"第 {number} 行：{next(iter(here.values()))}")
            if self.distinct and value in found:
                return refused(wrong, at, f"第 {number} 行与第 {found.index(value) + 1} 行相同，每个只写一次")
            found.append(value)
        if not self.least <= len(found) <= self.most:
            return refused(wrong, at, f"写 {self.least} 到 {self.most} 行，每行一个，现在是 {len(found)} 行")
        return found

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        text = next(iter(sent.get(at) or [""]))
        return Field("lines", at, label, (text,), hint="每行写一个", error=wrong.get(at, ""), optional=optional,
                     long=max(2, min(text.count("\n") + 2, 8)))  # fmt: skip


@dataclass(frozen=True)
class Slots(Control):
    """A list with a place for each: as many as there must be, or one more than there are."""

    of: Control
    least: int = 0
    most: int = 8
    fixed: bool = False
    distinct: bool = True
    labels: tuple[str, ...] = ()
    weight: float = 2.0

    def spell(self, raw: Plain, at: str) -> Fields:
        held = [] if raw is MISSING else raw if isinstance(raw, list) else [raw]
        found: Fields = {}
        for place in range(self._places(len(held))):
            found |= self.of.spell(held[place] if place < len(held) else MISSING, f"{at}.{place}")
        return found

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        found: list[Any] = []
        for place in range(self.most):
            here = f"{at}.{place}"
            value = self.of.read(sent, here, wrong) if under(sent, here) else MISSING
            if value is MISSING and self.fixed:
                wrong[self._name(here)] = Blank(f"{self._label(place)}没有写，一共要写 {self.most} 个")
            elif self.distinct and value is not BAD and value is not MISSING and value in found:
                wrong[self._name(here)] = f"与第 {found.index(value) + 1} 个相同，每个只写一次"
            elif value is not MISSING:
                found.append(value)
        if any(name.startswith(f"{at}.") for name in wrong):
            return BAD
        if len(found) < self.least:
            return refused(wrong, self._name(f"{at}.{len(found)}"), f"至少写 {self.least} 个")
        return found

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        count = sum(under(sent, f"{at}.{place}") for place in range(self.most))
        held = [place for place in range(count) if self.of.read(sent, f"{at}.{place}", {}) is not MISSING]
        places = range(self._places(max(held, default=-1) + 1))
        parts = tuple(self.of.draw(sent, f"{at}.{place}", wrong, self._label(place)) for place in places)
        return Field("slots", at, label, parts=parts, error=wrong.get(at, ""), optional=optional)

    def _places(self, held: int) -> int:
        return self.most if self.fixed or isinstance(self.of, Box) else min(held + 1, self.most)

    def _label(self, place: int) -> str:
        return self.labels[place] if place < len(self.labels) else f"第 {place + 1} 个"

    def _name(self, at: str) -> str:
        return f"{at}.n" if isinstance(self.of, Duration) else at


@dataclass(frozen=True)
class Ladder(Control):
    """Five scores beside the five grades, never rising from the best to the worst."""

    grades: Mapping[str, str]
    of: Amount = field(default_factory=lambda: Amount(Number()))
    weight: float = 4.0

    def spell(self, raw: Plain, at: str) -> Fields:
        held = dict.fromkeys(self.grades, MISSING) if raw is MISSING else dict(zip(self.grades, raw, strict=True))
        found: Fields = {}
        for grade, value in held.items():
            found |= self.of.spell(value, f"{at}.{grade}")
        return found

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        found: list[Any] = []
        for grade, label in self.grades.items():
            name = f"{at}.{grade}"
            value = self.of.read(sent, name, wrong)
            if value is MISSING:
                wrong[name] = Blank(f"填“{label}”的分值")
            elif value is not BAD and found and found[-1] is not BAD and value > found[-1]:
                wrong[name] = f"“{label}”的 {value} 分高于上一级的 {found[-1]} 分：等级越低分值越低，不能往上升"
            found.append(BAD if value is MISSING else value)
        return BAD if any(name.startswith(f"{at}.") for name in wrong) else found

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        parts = tuple(self.of.draw(sent, f"{at}.{grade}", wrong, word) for grade, word in self.grades.items())
        return Field("slots", at, label, parts=parts, error=wrong.get(at, ""), optional=optional)


@dataclass(frozen=True)
class Shares(Control):
    """A weight beside each dimension; an empty place leaves it out."""

    words: Words
    of: Amount = field(default_factory=lambda: Amount(Number()))
    weight: float = 2.0

    def spell(self, raw: Plain, at: str) -> Fields:
        held = {} if raw is MISSING else raw
        found: Fields = {}
        for code in dict.fromkeys([*held, *self.words]):
            found |= self.of.spell(held.get(code, MISSING), f"{at}.{code}")
        return found

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        found: dict[str, Any] = {}
        for code in self._codes(sent, at):
            value = self.of.read(sent, f"{at}.{code}", wrong)
            if value is BAD:
                return BAD
            if value is not MISSING:
                found[code] = value
        return found or MISSING

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        parts = tuple(
            self.of.draw(sent, f"{at}.{code}", wrong, self.words.get(code, code), optional=True)
            for code in self._codes(sent, at)
        )
        return Field("shares", at, label, parts=parts, error=wrong.get(at, ""), optional=optional)

    def _codes(self, sent: Sent, at: str) -> list[str]:
        head = f"{at}."
        return list(dict.fromkeys([*(name[len(head) :] for name in sent if name.startswith(head)), *self.words]))
