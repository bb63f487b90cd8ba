"""A decision table is read from the top, its first fitting row decides, and its faults are told before it is saved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import product
from typing import Any, Final, Literal, TypeVar, cast

from core.policy import values as v
from core.policy import vocab
from core.policy.values import ANY

R = TypeVar("R")
Fault = Literal["gap", "overlap", "unreachable"]
OTHER: Final = "其他"
OPEN: Final[Mapping[str, str]] = {}
SEVERAL: Final = 8
ALWAYS: Final = (ANY, None, "")

# The conditions of each table with the codes they may take; OPEN where a city names its own.
CONDITIONS: Final[Mapping[type, Mapping[str, Mapping[Any, str]]]] = {
    v.Occasion: {
        "event": vocab.EVENTS,
        "mode": vocab.MODES,
        "kind": vocab.KINDS,
        "composite": vocab.COMPOSITES,
    },
    v.ClosedWhen: {"mode": vocab.MODES, "certificate": {True: "有纸质结果", False: "无纸质结果"}},
    v.Window: {"event": vocab.EVENTS},
    v.Route: {"dimension": OPEN, "about": {**vocab.ABOUTS, "none": "未选标签"}, "composite": vocab.COMPOSITES},
    v.Clock: {
        "clock": vocab.CLOCKS,
        "dimension": OPEN,
        "complexity": {**vocab.COMPLEXITIES, "none": "未定复杂程度"},
    },
    v.Callback: {"mode": vocab.MODES, "grades": vocab.GRADES, "identity": vocab.RATERS},
    v.Accountability: {"verdict": OPEN, "dimension": OPEN},
    v.Questionnaire: {"mode": vocab.MODES, "item": OPEN, "line": OPEN},
}
# Of these tables every fitting row holds, not the first alone: none of them covers another.
EVERY: Final = (v.Accountability,)
# In these tables a case that no row covers is left without an answer that it needs.
MUST_COVER: Final = (v.Route,)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a table; ``rows`` counts from 1."""

    fault: Fault
    rows: tuple[int, ...]
    text: str


def fits(condition: object, fact: object) -> bool:
    """Whether a column admits a fact; of several facts at once, one is enough."""
    if isinstance(condition, tuple):
        return any(fits(each, fact) for each in cast("tuple[object, ...]", condition))
    if condition in ALWAYS:
        return True
    if isinstance(fact, frozenset | set | tuple):
        return condition in fact
    return condition == fact


def first_match(rows: Iterable[R], **facts: object) -> R | None:
    """The first row whose every named column fits; None where no row does."""
    return next(matching(rows, **facts), None)


def matching(rows: Iterable[R], **facts: object) -> Iterator[R]:
    return (row for row in rows if all(fits(getattr(row, name), fact) for name, fact in facts.items()))


def lint(rows: Sequence[Any], columns: Mapping[str, Mapping[Any, str]] | None = None) -> tuple[Finding, ...]:
    """Rows that nothing reaches, rows that contradict each other in part, and cases without a row."""
    columns = columns or (CONDITIONS.get(type(rows[0])) if rows else None)
    if not rows or not columns or isinstance(rows[0], EVERY):
        return ()
    cases = list(_cases(rows, columns))
    hits = [[place for place, row in enumerate(rows) if _covers(row, case)] for case in cases]
    return (*_unreachable(rows, hits), *_overlaps(rows, columns, hits), *_gaps(rows, columns, cases, hits))


def _cases(rows: Sequence[Any], columns: Mapping[str, Mapping[Any, str]]) -> Iterator[dict[str, Any]]:
    domains: list[list[Any]] = []
    for name, known in columns.items():
        named = dict.fromkeys(getattr(row, name) for row in rows if getattr(row, name) not in ALWAYS)
        domains.append(list(known) if known else [*named, OTHER])
    for point in product(*domains):
        yield dict(zip(columns, point, strict=True))


def _covers(row: Any, case: Mapping[str, Any]) -> bool:
    return all(fits(getattr(row, name), fact) for name, fact in case.items())


def _unreachable(rows: Sequence[Any], hits: Sequence[Sequence[int]]) -> Iterator[Finding]:
    reached = {hit[0] for hit in hits if hit}
    for place in range(len(rows)):
        if place in reached:
            continue
        before = tuple(dict.fromkeys(hit[0] + 1 for hit in hits if place in hit))
        said = f"第 {'、'.join(str(each) for each in before)} 行已经覆盖" if before else "没有符合它的情形"
        yield Finding("unreachable", (place + 1, *before), f"第 {place + 1} 行永远不会命中：{said}。")


def _overlaps(
    rows: Sequence[Any], columns: Mapping[str, Mapping[Any, str]], hits: Sequence[Sequence[int]]
) -> Iterator[Finding]:
    reach = [{at for at, hit in enumerate(hits) if place in hit} for place in range(len(rows))]
    for later in range(len(rows)):
        for earlier in range(later):
            both = reach[earlier] & reach[later]
            nested = reach[earlier] <= reach[later] or reach[later] <= reach[earlier]
            if both and not nested and _results(rows[earlier], columns) != _results(rows[later], columns):
                text = (
                    f"第 {earlier + 1} 行与第 {later + 1} 行在部分情形下都适用而结果不同，以第 {earlier + 1} 行为准。"
                )
                yield Finding("overlap", (earlier + 1, later + 1), text)


def _results(row: Any, columns: Mapping[str, Mapping[Any, str]]) -> list[Any]:
    if not is_dataclass(row):
        return []
    return [getattr(row, each.name) for each in fields(row) if each.name not in columns and each.name != "clause"]


def _gaps(
    rows: Sequence[Any],
    columns: Mapping[str, Mapping[Any, str]],
    cases: Sequence[Mapping[str, Any]],
    hits: Sequence[Sequence[int]],
) -> Iterator[Finding]:
    if not isinstance(rows[0], MUST_COVER):
        return
    missing = [case for case, hit in zip(cases, hits, strict=True) if not hit]
    if missing:
        said = "；".join(_said(case, columns) for case in missing[:SEVERAL])
        more = f"等 {len(missing)} 种情形" if len(missing) > SEVERAL else ""
        yield Finding("gap", (), f"没有任何一行适用于：{said}{more}。")


def _said(case: Mapping[str, Any], columns: Mapping[str, Mapping[Any, str]]) -> str:
    return " · ".join(columns[name].get(code, str(code)) for name, code in case.items())
