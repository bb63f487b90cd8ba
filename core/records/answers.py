"""What a function of an extra answers is looked at before anything is done with it: its kind, its parts, how much."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final, cast

from core.policy.extras import Draft, Entry, Fault, Ratio, Story, Table

# More of anything is not meant: records made by one act, rows of one page.
MOST: Final[Mapping[type, int]] = {Fault: 200, Draft: 5000, Table: 100, Ratio: 100_000, Story: 1000}
MOST_ROWS: Final = 20_000
# What is answered by name, and not as a row of its like.
NAMED: Final = (Ratio, object)


def wrong(answer: object, of: type) -> str:
    """What is wrong with it, empty where nothing is. Never what stands in it: that may be what people wrote."""
    if of in NAMED:
        if not isinstance(answer, Mapping):
            return f"应为以代码为名的 {of.__name__}，实际是 {type(answer).__name__}"
        named = cast("Mapping[object, object]", answer)
        if strange := [each for each in named if not isinstance(each, str)]:
            return f"代码须为文字，实际有 {type(strange[0]).__name__}"
        return _parts([*named.values()], of)
    if not isinstance(answer, tuple | list):
        return f"应为若干 {of.__name__}，实际是 {type(answer).__name__}"
    return _parts(cast("Sequence[object]", answer), of)


def _parts(parts: Sequence[object], of: type) -> str:
    if strange := [each for each in parts if not isinstance(each, of)]:
        return f"应为若干 {of.__name__}，实际有 {type(strange[0]).__name__}"
    if len(parts) > MOST.get(of, len(parts)):
        return f"一次最多 {MOST[of]} 个 {of.__name__}，实际有 {len(parts)} 个"
    sound = _SOUND.get(of)
    return next(
        (f"第 {n} 个 {of.__name__} 的内容不对" for n, each in enumerate(parts, 1) if sound and not sound(each)), ""
    )


def _fault(each: Any) -> bool:
    return _words(each.field, each.says) and bool(each.says)


def _draft(each: Any) -> bool:
    told = (each.kind, each.once, each.state, each.institution, each.region, each.named, each.rater)
    return _words(*told) and isinstance(each.fields, Mapping)


def _ratio(each: Any) -> bool:
    return _number(each.part) and _number(each.whole)


def _table(each: Any) -> bool:
    if not (_words(each.title, each.note) and _row(each.head) and _words(*each.head) and _row(each.rows)):
        return False
    if not (_row(each.counted) and all(_row(one) and all(isinstance(e, Entry) for e in one) for one in each.counted)):
        return False
    return len(each.rows) <= MOST_ROWS and all(_row(row) and all(map(_cell, row)) for row in each.rows)


def _story(each: Any) -> bool:
    return _words(each.kind) and isinstance(each.given, Mapping) and _number(each.days)


def _words(*told: object) -> bool:
    return all(isinstance(each, str) for each in told)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def _row(row: object) -> bool:
    return isinstance(row, tuple | list)


def _cell(value: object) -> bool:
    return value is None or isinstance(value, str) or _number(value)


_SOUND: Final[Mapping[type, Callable[[Any], bool]]] = {
    Fault: _fault, Draft: _draft, Ratio: _ratio, Table: _table, Story: _story,
}  # fmt: skip
