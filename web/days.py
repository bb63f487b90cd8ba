"""A count of days is told in words: which of them were no ordinary days, and why."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

_ORDINARY = frozenset({"工作日", "自然日", "周末", "起算日不计"})
Run = tuple[date, date, str]


def spelled(days: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """10月1日至7日 休（国庆节）."""
    runs: list[Run] = []
    for mark in days:
        on, why = date.fromisoformat(mark["date"]), str(mark["why"])
        if why in _ORDINARY:
            continue
        goes_on = bool(runs) and runs[-1][2] == why and runs[-1][1] + timedelta(days=1) == on
        runs[-1:] = [(runs[-1][0], on, why)] if goes_on else [*runs[-1:], (on, on, why)]
    return tuple(f"{_span(first, last)} {why}" for first, last, why in runs)


def short(mark: Mapping[str, Any]) -> str:
    """The word that fits under a day: 计 · 班 · 休 · 周末 · 暂停 · 顺延."""
    why = str(mark["why"])
    if "顺延" in why:
        return "顺延"
    if mark["counted"]:
        return "班" if why.startswith("班") or why == "本地上班" else "计"
    return why.split("（", maxsplit=1)[0].removeprefix("起算日").replace("本地放假", "休")


def _span(first: date, last: date) -> str:
    begun = f"{first.month}月{first.day}日"
    if first == last:
        return begun
    return f"{begun}至{last.day}日" if first.month == last.month else f"{begun}至{last.month}月{last.day}日"
