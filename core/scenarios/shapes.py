"""What may stand behind a key of a step: each shape reads a TOML value exactly, or says what to write instead."""

from collections.abc import Callable, Mapping, Sequence
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


def whole(least: int, most: int) -> Shape:
    def read(raw: Any, _: Names) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise wrong(raw, f" {least} 到 {most} 的整数")
        return raw

    return read


grade = whole(1, 5)


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


def one_of(what: str, words: Sequence[str]) -> Shape:
    def read(raw: Any, _: Names) -> str:
        if raw not in words:
            raise unknown(what, raw, words)
        return raw

    return read


def code_of(kind: Kind) -> Shape:
    def read(raw: Any, names: Names) -> str:
        if raw not in names.of(kind):
            raise unknown(LABELS[kind], raw, names.of(kind))
        return raw

    return read


def many(shape: Shape) -> Shape:
    def read(raw: Any, names: Names) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise wrong(raw, '列表，如 ["…", "…"]')
        return tuple(shape(each, names) for each in cast("list[Any]", raw))

    return read


def table(key: Shape, value: Shape) -> Shape:
    def read(raw: Any, names: Names) -> Mapping[Any, Any]:
        if not isinstance(raw, dict):
            raise wrong(raw, "一张表，如 { item = 5 }")
        return {key(each, names): value(of, names) for each, of in cast("dict[str, Any]", raw).items()}

    return read


def grade_key(raw: Any, _: Names) -> int:
    """TOML writes every key as text: ``{ 5 = 1 }``."""
    if raw not in {"1", "2", "3", "4", "5"}:
        raise wrong(raw, "等级 5 到 1")
    return int(raw)


def unset_or(shape: Shape) -> Shape:
    def read(raw: Any, names: Names) -> Any:
        return raw if raw == "unset" else shape(raw, names)

    return read


def text_or_texts(raw: Any, names: Names) -> tuple[str, ...]:
    return many(text)(raw if isinstance(raw, list) else [raw], names)


def plain(raw: Any, _: Names) -> Any:
    """Any value: what may stand here depends on another key, and is checked with it."""
    return raw


def maybe_word(raw: Any, names: Names) -> None:
    """A word that takes any code after it, or none."""
    if raw:
        word(raw, names)


def of(**readers: Shape) -> Shape:
    """``kind:code``, each kind with its own codes; ``bureau`` stands alone where its kind takes nothing."""

    def read(raw: Any, names: Names) -> str:
        kind, colon, code = raw.partition(":") if isinstance(raw, str) else ("", "", "")
        if kind not in readers or bool(colon) not in _with_colon(readers[kind]):
            raise unknown("对象", raw, [each if shape is alone else f"{each}:…" for each, shape in readers.items()])
        readers[kind](code, names)
        return raw

    return read


def alone(raw: Any, _: Names) -> None:
    """A word that takes no code after it."""


def _with_colon(shape: Shape) -> tuple[bool, ...]:
    if shape is maybe_word:
        return (True, False)
    return (shape is not alone,)
