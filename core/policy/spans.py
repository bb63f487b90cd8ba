"""A period of law keeps its unit: hours, natural days, working days and months never turn into each other."""

import re
from dataclasses import dataclass
from typing import Literal, Self

from core.errors import Invalid

Unit = Literal["h", "d", "wd", "m"]

_TEXT = re.compile(r"(\d{1,6})(h|d|wd|m)")
# No period of law is longer than five years: one that is has a digit too many or the wrong unit.
LONGEST: dict[str, int] = {"h": 8760, "d": 1830, "wd": 1250, "m": 60}
UNITS: dict[str, str] = {"d": "自然日", "wd": "工作日", "h": "小时", "m": "个月"}
_CHINESE: dict[Unit, str] = {"h": "小时", "d": "个自然日", "wd": "个工作日", "m": "个月"}


@dataclass(frozen=True, slots=True)
class Span:
    """``amount`` of one unit: ``h`` hours, ``d`` natural days, ``wd`` working days, ``m`` months."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        found = _TEXT.fullmatch(text)
        if found is None or int(found[1]) == 0:
            raise Invalid(f"期限“{text}”写法不对：写成 24h（小时）、7d（自然日）、5wd（工作日）或 6m（月）。")
        unit: Unit = found[2]  # pyright: ignore[reportAssignmentType]  # the pattern admits these four only
        if int(found[1]) > LONGEST[unit]:
            raise Invalid(
                f"期限“{text}”太长：{UNITS[unit]}最多写 {LONGEST[unit]}，请核对数字和单位，是不是多写了一位。"
            )
        return cls(int(found[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def chinese(self) -> str:
        return f"{self.amount} {_CHINESE[self.unit]}"


def hours(amount: int) -> Span:
    return Span(amount, "h")


def days(amount: int) -> Span:
    """Natural days (自然日)."""
    return Span(amount, "d")


def workdays(amount: int) -> Span:
    """Working days (工作日) by the State Council's yearly notice."""
    return Span(amount, "wd")


def months(amount: int) -> Span:
    return Span(amount, "m")
