"""The State Council's holiday notices of 2004 to 2026 are data of this repository, with the name of each holiday."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypedDict, cast


class _Year(TypedDict):
    off: dict[str, list[str]]
    work: list[str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One year: each day off with its holiday, and the weekend days that are worked instead."""

    off: Mapping[date, str]
    work: frozenset[date]


def _read() -> Mapping[int, Notice]:
    text = (Path(__file__).parent / "data" / "holidays.json").read_text("utf-8")
    years = cast("dict[str, _Year]", json.loads(text))
    return {int(year): _notice(year, told) for year, told in years.items()}


def _notice(year: str, told: _Year) -> Notice:
    off = {date.fromisoformat(f"{year}-{day}"): name for name, days in told["off"].items() for day in days}
    return Notice(off, frozenset(date.fromisoformat(f"{year}-{day}") for day in told["work"]))


SEED: Final = _read()


def name_of(day: date) -> str:
    """The holiday that makes this a day off; empty where none is known."""
    return SEED[day.year].off.get(day, "") if day.year in SEED else ""
