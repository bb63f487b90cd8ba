"""What may stand behind a key of a step: each shape reads a TOML value exactly, or says what to write instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from core.clock import SHANGHAI
from core.scenarios.errors import Unreadable, unknown
from core.scenarios.names import LABELS, Kind, Names

Shape = Callable[[Any, Names], Any]

ONE_DAY = timedelta(days=1)
LONGEST_TEXT = 10_000
LENGTH_OF_DATE = len("2026-03-02")


def wrong(raw: object, hint: str) -> Unreadable:
    return Unreadable(f"“{raw}”写法不对，应写{hint}。")


def text(raw: Any, _: Names) -> str:
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
        raise wrong(raw, "文字")
    return raw


def word(raw: Any, names: Names) -> str:
    """Text that says something: a case, a person's name, a clause."""
    if not text(raw, names).strip():
        raise wrong(raw, "不为空的文字")
    return raw


def flag(raw: Any, _: Names) -> bool:
    if not isinstance(raw, bool):
        raise wrong(raw, " true 或 false")
    return raw


def number(raw: Any, _: Names) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise wrong(raw, "数字")
    return raw


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    least: int
    most: int

    def __call__(self, raw: Any, _: Names) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not self.least <= raw <= self.most:
            raise wrong(raw, f" {self.least} 到 {self.most} 的整数")
        return raw


@dataclass(frozen=True, slots=True, eq=False)
class Graded(Whole):
    """5 is the best grade."""


whole = Whole
grade = Graded(1, 5)


def instant(raw: Any, _: Names) -> datetime:
    """A date-time; without an offset it is Chinese time."""
    try:
        found = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) > LENGTH_OF_DATE else raw
    except ValueError:
        found = None
    if not isinstance(found, datetime):
        raise wrong(raw, "日期和时间，如 2026-03-02T10:00:00")
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found.astimezone(SHANGHAI)


def day(raw: Any, _: Names) -> date:
    try:
        found = date.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        found = None
    if not isinstance(found, date) or isinstance(found, datetime):
        raise wrong(raw, "日期，如 2026-03-02")
    return found


def end_of_day_or_instant(raw: Any, names: Names) -> datetime:
    """A date means its 24:00."""
    is_date = len(raw) == LENGTH_OF_DATE if isinstance(raw, str) else not isinstance(raw, datetime)
    if is_date:
        after = day(raw, names) + ONE_DAY
        return datetime(after.year, after.month, after.day, tzinfo=SHANGHAI)
    return instant(raw, names)


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of a few words; where they have Chinese ones too, those are what a form shows."""

    what: str
    words: Sequence[str] | Mapping[str, str]

    def __call__(self, raw: Any, _: Names) -> str:
        if not isinstance(raw, str) or raw not in self.words:
            raise unknown(self.what, raw, self.words)
        return raw


@dataclass(frozen=True, slots=True, eq=False)
class CodeOf:
    """A code of the fixed world, or one that the scenario's own tables add."""

    kind: Kind

    def __call__(self, raw: Any, names: Names) -> str:
        if not isinstance(raw, str) or raw not in names.of(self.kind):
            raise unknown(LABELS[self.kind], raw, names.of(self.kind))
        return raw


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    shape: Shape

    def __call__(self, raw: Any, names: Names) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise wrong(raw, '列表，如 ["…", "…"]')
        return tuple(self.shape(each, names) for each in cast("list[Any]", raw))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    key: Shape
    value: Shape

    def __call__(self, raw: Any, names: Names) -> Mapping[Any, Any]:
        if not isinstance(raw, dict):
            raise wrong(raw, "一张表，如 { item = 5 }")
        return {self.key(each, names): self.value(of, names) for each, of in cast("dict[str, Any]", raw).items()}


one_of, code_of, many, table = OneOf, CodeOf, Many, Table


def grade_key(raw: Any, _: Names) -> int:
    """TOML writes every key as text: ``{ 5 = 1 }``."""
    if raw not in {"1", "2", "3", "4", "5"}:
        raise wrong(raw, "等级 5 到 1")
    return int(raw)


@dataclass(frozen=True, slots=True, eq=False)
class UnsetOr:
    shape: Shape

    def __call__(self, raw: Any, names: Names) -> Any:
        return raw if raw == "unset" else self.shape(raw, names)


unset_or = UnsetOr


def text_or_texts(raw: Any, names: Names) -> tuple[str, ...]:
    return many(text)(raw if isinstance(raw, list) else [raw], names)


def plain(raw: Any, _: Names) -> Any:
    """Any value: what may stand here depends on another key, and is checked with it."""
    return raw


def fact(raw: Any, _: Names) -> Any:
    """Any value of a record: a day or a moment is its text, as a form writes it and a record is compared by it."""
    return as_text(raw)


def as_text(value: Any) -> Any:
    """A day, or a moment in Chinese time, as text; whatever else stays."""
    if isinstance(value, list):
        return [as_text(each) for each in cast("list[Any]", value)]
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    return value.isoformat() if isinstance(value, date) else value


def maybe_word(raw: Any, names: Names) -> None:
    """A word that takes any code after it, or none."""
    if raw:
        word(raw, names)


@dataclass(frozen=True, slots=True, eq=False)
class Of:
    """``kind:code``, each kind with its own codes; ``bureau`` stands alone where its kind takes nothing."""

    readers: Mapping[str, Shape]

    def __call__(self, raw: Any, names: Names) -> str:
        kind, colon, code = raw.partition(":") if isinstance(raw, str) else ("", "", "")
        if kind not in self.readers or bool(colon) not in _with_colon(self.readers[kind]):
            known = [each if shape is alone else f"{each}:…" for each, shape in self.readers.items()]
            raise unknown("对象", raw, known)
        self.readers[kind](code, names)
        return raw


def of(**readers: Shape) -> Of:
    return Of(readers)


def alone(raw: Any, _: Names) -> None:
    """A word that takes no code after it."""


def _with_colon(shape: Shape) -> tuple[bool, ...]:
    if shape is maybe_word:
        return (True, False)
    return (shape is not alone,)
