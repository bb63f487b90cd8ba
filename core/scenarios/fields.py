"""Each shape of the grammar is one control of a form: what it offers, what it shows, and what it sends back."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

from core.policy import vocab
from core.scenarios import shapes, wording
from core.scenarios.names import Names
from core.scenarios.writing import literal

Kind = Literal["line", "choice", "number", "moment", "date", "list", "lines", "picks", "pairs", "literal"]
Options = Mapping[str, str]
Sent = Mapping[str, Sequence[str]]
UNSET: Final = "unset"
FLAGS: Final[Options] = {"true": "是", "false": "否"}
GRADES: Final[Options] = {str(grade): f"{label}（{grade}）" for grade, label in vocab.GRADES.items()}
_BETWEEN = re.compile(r"[\s、，,;；]+")
_MINUTES = len("2026-03-02T10:00")


@dataclass(frozen=True, slots=True)
class Control:
    """``options`` are all there is, except of a line, where they are only likely; ``unset``: it may be none at all."""

    kind: Kind
    options: Options = field(default_factory=dict[str, str])
    unset: bool = False
    hint: str = ""
    pair: tuple["Control", "Control"] | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """How one shape stands in a form; ``read`` gives back what cannot be a value as the text it was, to be refused."""

    control: Callable[[Names], Control]
    shown: Callable[[Any], Any] = str
    one: Callable[[str], Any] = str

    def read(self, name: str, sent: Sent) -> Any:
        return self.one((sent.get(name) or [""])[0])


class Listed(Widget):
    """Ticks: what is ticked is sent in the order in which it stands."""

    def read(self, name: str, sent: Sent) -> Any:
        return [each for each in sent.get(name, ()) if each]


@dataclass(frozen=True, slots=True)
class Pairs(Widget):
    """A table: each row has a key and a value; an empty row says nothing."""

    def read(self, name: str, sent: Sent) -> Any:
        pairs = zip(sent.get(f"{name}.key", ()), sent.get(f"{name}.value", ()), strict=False)
        return {key.strip(): self.one(value) for key, value in pairs if key.strip() or value.strip()}


@dataclass(frozen=True, slots=True)
class Unsettable(Widget):
    def read(self, name: str, sent: Sent) -> Any:
        text = (sent.get(name) or [""])[0]
        return UNSET if sent.get(f"{name}.unset") or text == UNSET else self.one(text)


def widget(shape: Any) -> Widget:
    return _PLAIN[shape] if shape in _PLAIN else _MADE[type(shape)](shape)


def _always(found: Control) -> Callable[[Names], Control]:
    return lambda _: found


def _flag(raw: Any) -> str:
    return ("true" if raw else "false") if isinstance(raw, bool) else str(raw)


def number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text.strip())
        except ValueError:
            continue
    return text


def word(text: str) -> Any:
    """A value as TOML writes it; a word needs no quotes unless it would be read as something else without them."""
    try:
        return tomllib.loads(f"v = {text.strip()}")["v"] if "\n" not in text.strip() else text
    except (tomllib.TOMLDecodeError, RecursionError):
        return text.strip()


def quoted(raw: Any) -> str:
    return raw if isinstance(raw, str) and word(raw) == raw else literal(raw)


def _moment(text: str) -> str:
    return f"{text}:00" if len(text) == _MINUTES else text


def _texts(raw: Any) -> list[str]:
    return [str(each) for each in (cast("list[Any]", raw) if isinstance(raw, list) else [raw]) if each != ""]


def _lines(text: str) -> Any:
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    return lines if len(lines) > 1 else "".join(lines)


_PLAIN: Final[Mapping[Any, Widget]] = {
    shapes.text: Widget(_always(Control("line"))),
    shapes.word: Widget(_always(Control("line"))),
    shapes.flag: Widget(
        _always(Control("choice", FLAGS)), _flag, lambda text: {"true": True, "false": False}.get(text, text)
    ),
    shapes.number: Widget(_always(Control("number")), one=number),
    shapes.instant: Widget(_always(Control("moment")), one=_moment),
    shapes.day: Widget(_always(Control("date"))),
    shapes.end_of_day_or_instant: Widget(_always(Control("line", hint="日期（指当天 24:00），或日期和时间"))),
    shapes.text_or_texts: Widget(
        _always(Control("lines", hint="一行一件")), lambda raw: "\n".join(_texts(raw)), _lines
    ),
    shapes.plain: Widget(_always(Control("literal", hint="数、文字、[列表] 或 { 表 }")), quoted, word),
    shapes.fact: Widget(_always(Control("literal", hint="数、文字、日期或 [列表]")), quoted, word),
    shapes.grade_key: Widget(_always(Control("choice", GRADES))),
}


def _choice(shape: shapes.OneOf) -> Widget:
    options = shape.words if isinstance(shape.words, Mapping) else {each: each for each in shape.words}
    return Widget(_always(Control("choice", options)))


def _code(shape: shapes.CodeOf) -> Widget:
    return Widget(lambda names: Control("choice", _codes(shape, names)))


def _codes(shape: shapes.CodeOf, names: Names) -> Options:
    return {code: wording.place(code) for code in sorted(names.of(shape.kind))}


def _whole(shape: shapes.Whole) -> Widget:
    return Widget(_always(Control("number", hint=f"{shape.least} 到 {shape.most}")), one=number)


def _graded(_: shapes.Graded) -> Widget:
    return Widget(_always(Control("choice", GRADES)), one=number)


def _of(shape: shapes.Of) -> Widget:
    """Where a kind takes any word after it, the known ones are only proposed."""
    free = any(reader in (shapes.word, shapes.maybe_word) for reader in shape.readers.values())

    def found(names: Names) -> Control:
        options: dict[str, str] = {}
        for kind, reader in shape.readers.items():
            options |= _subjects(kind, reader, names)
        return Control("line" if free else "choice", options, hint="如 platform:web" if free else "")

    return Widget(found)


def _subjects(kind: str, reader: Any, names: Names) -> Options:
    label = wording.KINDS.get(kind, kind)
    if reader in (shapes.alone, shapes.maybe_word):
        return {kind: label}
    inner = widget(reader).control(names).options
    return {f"{kind}:{code}": f"{label}：{name}" for code, name in inner.items()}


def _many(shape: shapes.Many) -> Widget:
    inner = widget(shape.shape)
    if isinstance(shape.shape, shapes.OneOf | shapes.CodeOf):
        return Listed(lambda names: Control("picks", inner.control(names).options), _texts)
    return Widget(
        _always(Control("list", hint="用顿号或空格隔开")),
        lambda raw: "、".join(_texts(raw)),
        lambda text: [inner.one(each) for each in _BETWEEN.split(text.strip()) if each],
    )


def _table(shape: shapes.Table) -> Widget:
    key, value = widget(shape.key), widget(shape.value)

    def rows(raw: Any) -> list[tuple[str, str]]:
        found = cast("Mapping[str, Any]", raw) if isinstance(raw, Mapping) else {}
        return [(str(name), value.shown(each)) for name, each in found.items()]

    def found(names: Names) -> Control:
        return Control("pairs", pair=(key.control(names), value.control(names)))

    return Pairs(found, rows, value.one)


def _unset(shape: shapes.UnsetOr) -> Widget:
    inner = widget(shape.shape)

    def found(names: Names) -> Control:
        control = inner.control(names)
        if control.kind == "choice":
            return replace(control, options={**control.options, UNSET: "未设定"})
        return replace(control, unset=True)

    def one(text: str) -> Any:
        return text if text == UNSET else inner.one(text)

    return Unsettable(found, lambda raw: raw if raw == UNSET else inner.shown(raw), one)


_MADE: Final[Mapping[type, Callable[[Any], Widget]]] = {
    shapes.OneOf: _choice, shapes.CodeOf: _code, shapes.Whole: _whole, shapes.Graded: _graded, shapes.Of: _of,
    shapes.Many: _many, shapes.Table: _table, shapes.UnsetOr: _unset,
}  # fmt: skip
