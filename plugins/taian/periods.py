"""What is done once in a month, a quarter or a year is about the one before: from which day to which, and its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Past:
    since: date
    until: date
    name: str


def just_over(every: str | None, today: date) -> Past | None:
    """The period that ended with the month before; None where none did, or none was asked for."""
    first = today.replace(day=1)
    if every is None or (first.month - 1) % MONTHS[every]:
        return None
    years, month = divmod(first.month - 1 - MONTHS[every], 12)
    begins = date(first.year + years, month + 1, 1)
    names = {"month": f"{begins.month} 月", "quarter": f"第{'一二三四'[begins.month // 3]}季度", "year": ""}
    return Past(begins, first - timedelta(days=1), f"{begins.year} 年{names[every]}")
