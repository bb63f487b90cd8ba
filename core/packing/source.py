"""A value of a regulation is written as the Python expression that makes it, broken into lines as a person would."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Final, cast

from core.policy import keys
from core.policy.keys import UNSET, Key, Part
from core.policy.spans import Span

WIDTH: Final = 120
STEP: Final = "    "
SPANS: Final[Mapping[str, str]] = {"h": "hours", "d": "days", "wd": "workdays", "m": "months"}
# Where a key stands under another name than it is written with: ``rectified.of`` is ``keys.rectified_of``.
NAMES: Final[Mapping[int, str]] = {id(held): name for name, held in vars(keys).items() if isinstance(held, Key)}


@dataclass(frozen=True, slots=True)
class Call:
    """``head(inner, …)``: what is too long for its line gets a line for each of its inner parts."""

    head: str
    inner: tuple["Call | str", ...]
    tail: str = ")"
    lone_comma: bool = False

    @property
    def line(self) -> str:
        inside = ", ".join(each if isinstance(each, str) else each.line for each in self.inner)
        comma = "," if self.lone_comma and len(self.inner) == 1 else ""
        return f"{self.head}{inside}{comma}{self.tail}"


def laid(part: "Call | str", indent: str = "", *, used: int = 0, end: str = "") -> str:
    """The expression as it stands after ``used`` letters of its line and before ``end``."""
    if isinstance(part, str) or not part.inner:
        return part if isinstance(part, str) else part.line
    if used + len(part.line) + len(end) <= WIDTH:
        return part.line
    deeper = indent + STEP
    lines = [f"{deeper}{laid(each, deeper, used=len(deeper), end=',')}," for each in part.inner]
    return "\n".join((part.head, *lines, f"{indent}{part.tail}"))


def expression(value: object, name: str = "") -> Call | str:
    """``name`` is put before it as the keyword it is given by."""
    made = _made(value)
    if not name:
        return made
    if isinstance(made, str):
        return f"{name}={made}"
    return Call(f"{name}={made.head}", made.inner, made.tail, made.lone_comma)


def _made(value: object) -> Call | str:
    if is_dataclass(value) and not isinstance(value, type | Span):
        return Call(f"{type(value).__name__}(", tuple(_given(value)))
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        return Call("{", tuple(_paired(name, each) for name, each in held.items()), "}")
    if isinstance(value, list | tuple):
        each = tuple(_made(one) for one in cast("Iterable[object]", value))
        return Call("(", each, ")", lone_comma=True)
    return _single(value)


def _single(value: object) -> str:
    if isinstance(value, Span):
        return f"{SPANS[value.unit]}({value.amount})"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False)


def _paired(name: str, value: object) -> Call | str:
    made, head = _made(value), f"{json.dumps(name, ensure_ascii=False)}: "
    return head + made if isinstance(made, str) else Call(head + made.head, made.inner, made.tail, made.lone_comma)


def _given(value: Any) -> Iterator[Call | str]:
    """Fields that must be given come first and by place, up to the first whose name a reader needs; others by name."""
    by_place = True
    for each in fields(value):
        held = getattr(value, each.name)
        needed = _default(each) is MISSING
        if not needed and held == _default(each):
            by_place = False
        elif by_place and needed and not isinstance(held, bool | Span) and each.name != "since":
            yield expression(held)
        else:
            by_place = False
            yield expression(held, each.name)


def _default(each: "Field[Any]") -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def key_name(key: Key[Any] | Part) -> str:
    """How the key is called in a regulation; one that an extra brings is asked for by its name."""
    if isinstance(key, Part):
        return f'{key_name(key.key)}.field("{key.written}")'
    return f"keys.{NAMES[id(key)]}" if id(key) in NAMES else f'keys.find("{key.name}")'


def names_in(value: object) -> frozenset[str]:
    """What must be imported for the expression to be read."""
    if isinstance(value, Span):
        return frozenset({SPANS[value.unit]})
    if is_dataclass(value) and not isinstance(value, type):
        held = [(each, getattr(value, each.name)) for each in fields(value)]
        inner: list[object] = [given for each, given in held if given != _default(each)]
        return _all_names(inner) | {type(value).__name__}
    if isinstance(value, Mapping):
        return _all_names(cast("Mapping[str, object]", value).values())
    if isinstance(value, list | tuple):
        return _all_names(cast("Iterable[object]", value))
    return frozenset()


def _all_names(values: Iterable[object]) -> frozenset[str]:
    return frozenset[str]().union(*(names_in(each) for each in values))


def word(value: object) -> Call | str:
    """A rule's value; the word that ends what a weaker layer set has a name of its own."""
    return "UNSET" if value is None or value == UNSET else expression(value)
