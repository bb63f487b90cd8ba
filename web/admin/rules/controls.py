"""A single value stands in a form as words and numbers, and is read back exactly or refused at its place."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from core.errors import Refused
from core.policy.shapes import Code, Number, Plain, Shape, Whole
from core.policy.spans import LONGEST, UNITS, Span
from core.policy.values import ANY
from core.policy.vocab import Words
from web.forms import whole_number

Sent = Mapping[str, Sequence[str]]
Fields = dict[str, list[str]]
# The name of an input → what is wrong with what stands in it.
Wrong = dict[str, str]
MISSING: Final = object()
BAD: Final = object()
OTHER: Final = "_other"
YES: Final = "yes"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be said of one row: rows that cover it, whether the facts tried hit it."""

    notes: tuple[str, ...] = ()
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    parts: tuple["Field", ...]
    more: tuple["Field", ...] = ()
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Field:
    """What a template draws of one control: ``name`` is that of its input, ``values`` what stands in it."""

    kind: str
    name: str
    label: str = ""
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    parts: tuple["Field", ...] = ()
    rows: tuple[Row, ...] = ()
    hint: str = ""
    unit: str = ""
    error: str = ""
    optional: bool = False
    condition: bool = False
    wide: bool = False
    long: int = 0

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        """The names of inputs are dotted, those of places on a page are not."""
        return "f-" + self.name.replace(".", "-")


def first(sent: Sent, name: str) -> str:
    return unicodedata.normalize("NFC", next(iter(sent.get(name) or [""]))).strip()


def under(sent: Sent, at: str) -> bool:
    """Whether the form had a place for this value at all."""
    return any(name == at or name.startswith(f"{at}.") for name in sent)


class Control(ABC):
    """``weight`` is how much room it takes in a row of a table."""

    weight: float = 1.0

    @abstractmethod
    def spell(self, raw: Plain, at: str) -> Fields:
        """The value as a form would send it; ``MISSING`` leaves the places empty."""

    @abstractmethod
    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        """The value as TOML has it; ``MISSING`` where nothing was written, ``BAD`` where something was said wrong."""

    @abstractmethod
    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field: ...

    def blank(self, at: str) -> Fields:
        return self.spell(MISSING, at)


class Blank(str):
    """What is wrong is only that something has not been written yet: it is said when one asks to save."""


def refused(wrong: Wrong, name: str, text: str) -> Any:
    wrong[name] = text
    return BAD


@dataclass(frozen=True)
class Pick(Control):
    """One of a list; ``other`` lets a code be written that is not in it."""

    raws: Mapping[str, Plain]
    words: Words
    shape: Shape[Any]
    open: bool = False
    other: bool = False
    weight: float = 1.0

    def spell(self, raw: Plain, at: str) -> Fields:
        if raw is MISSING:
            return {at: [""]}
        return {
            at: [next((code for code, each in self.raws.items() if each == raw and type(each) is type(raw)), str(raw))]
        }

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        code = first(sent, at)
        if not code:
            return MISSING
        if code in self.raws:
            return self.raws[code]
        if code == OTHER and self.other:
            return Box(self.shape).read(sent, f"{at}.other", wrong) if first(sent, f"{at}.other") else refused(
                wrong, f"{at}.other", "请写出编码，用小写字母、数字和连字符，如 late-reply"
            )  # fmt: skip
        if not self.open:
            return refused(wrong, at, "请从列表里选择一项")
        return Box(self.shape).read(sent, at, wrong)

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        code = first(sent, at)
        options = [Option(each, word) for each, word in self.words.items()]
        if code and code not in self.raws and code != OTHER:
            options.append(Option(code, f"{code[:SHOWN]}（没有定义）" if not self.other else code[:SHOWN]))
        if self.other:
            options.append(Option(OTHER, "其他（写编码）"))
        parts = (Box(self.shape).draw(sent, f"{at}.other", wrong, "编码"),) if code == OTHER and self.other else ()
        return Field(
            "pick", at, label, (code,), tuple(options), parts, error=wrong.get(at, ""), optional=optional
        )  # fmt: skip


@dataclass(frozen=True)
class Box(Control):
    """A line of text; ``empty`` is what an empty line stands for."""

    shape: Shape[Any]
    empty: Any = MISSING
    weight: float = 1.4

    def spell(self, raw: Plain, at: str) -> Fields:
        return {at: ["" if raw is MISSING or raw == self.empty else str(raw)]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        text = first(sent, at)
        if not text:
            return self.empty
        try:
            self.shape.parse(text, "")
        except Refused:
            code = isinstance(self.shape, Code)
            said = "编码用小写字母、数字和连字符，如 staff-2" if code else f"应写{self.shape.hint.strip()}"
            return refused(wrong, at, said)
        return text

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        hint = "不限" if self.empty == ANY else "留空自动生成" if getattr(self.shape, "own", False) else ""
        return Field("text", at, label, (first(sent, at),), hint=hint, error=wrong.get(at, ""), optional=optional)


def digits(text: str) -> str:
    """Digits however a Chinese keyboard writes them, without thousands separators."""
    return unicodedata.normalize("NFKC", text).replace(",", "").replace("%", "").strip()


@dataclass(frozen=True)
class Amount(Control):
    """A number; a share is written as percent."""

    shape: Whole | Number
    weight: float = 0.9

    @property
    def percent(self) -> bool:
        return isinstance(self.shape, Number) and self.shape.percent

    @property
    def limits(self) -> str:
        times = 100 if self.percent else 1
        kind = "整数" if isinstance(self.shape, Whole) else "数"
        return f"{self.shape.least * times:g} 到 {self.shape.most * times:.10g} 之间的{kind}"

    def spell(self, raw: Plain, at: str) -> Fields:
        if raw is MISSING:
            return {at: [""]}
        number = Decimal(str(raw)) * (100 if self.percent else 1)
        text = f"{number:f}"
        return {at: [text.rstrip("0").rstrip(".") if "." in text else text]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        text = digits(first(sent, at))
        if not text:
            return MISSING
        try:
            number = Decimal(text) / (100 if self.percent else 1)
            whole = number == number.to_integral_value()
            value = int(number) if whole and not self.percent else float(number)
            self.shape.parse(value, "")
        except (InvalidOperation, OverflowError, ValueError, Refused):
            return refused(wrong, at, f"填 {self.limits}")
        return value

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        return Field(
            "number", at, label, (first(sent, at),), unit="%" if self.percent else "", error=wrong.get(at, ""),
            optional=optional,
        )  # fmt: skip


@dataclass(frozen=True)
class Duration(Control):
    """A number and its unit: natural days, working days, hours or months."""

    weight: float = 1.5

    def spell(self, raw: Plain, at: str) -> Fields:
        if raw is MISSING:
            return {f"{at}.n": [""], f"{at}.u": [""]}
        span = Span.parse(str(raw))
        return {f"{at}.n": [str(span.amount)], f"{at}.u": [span.unit]}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        amount, unit = digits(first(sent, f"{at}.n")), first(sent, f"{at}.u")
        if not amount:
            return MISSING
        known = next((each for each in UNITS if each == unit), None)
        if known is None:
            return refused(wrong, f"{at}.u", "请选择单位：自然日、工作日、小时或个月")
        most = LONGEST[known]
        if not (number := whole_number(amount, most)):
            return refused(wrong, f"{at}.n", f"填 1 到 {most} 之间的整数（{UNITS[known]}）")
        return f"{number}{known}"

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        error = wrong.get(f"{at}.n", "") or wrong.get(f"{at}.u", "")
        options = tuple(Option(unit, word) for unit, word in UNITS.items())
        return Field(
            "span", f"{at}.n", label, (first(sent, f"{at}.n"), first(sent, f"{at}.u")), options,
            error=error, optional=optional, unit=f"{at}.u",
        )  # fmt: skip


@dataclass(frozen=True)
class Switch(Control):
    """Ticked or not; a box that is not ticked sends nothing."""

    weight: float = 0.7

    def spell(self, raw: Plain, at: str) -> Fields:
        return {at: [YES]} if raw is True else {}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        del wrong
        return first(sent, at) == YES

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        return Field("switch", at, label, (first(sent, at),), error=wrong.get(at, ""), optional=optional)
