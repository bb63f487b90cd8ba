"""A figure stands beside what PostgreSQL alone does with the same rows, and the two make a ratio."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Plain:
    """The yardstick: what was run, and its figure in the same unit."""

    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """``ratio`` is ours to the plain one: of rates the higher is the better, of milliseconds the lower."""

    name: str
    label: str
    unit: str
    value: float
    plain: Plain | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.plain.value, 3) if self.plain and self.plain.value else None

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(figures: Iterable[Figure]) -> str:
    lines = ["      ours      plain  ratio   p50 ms   p95 ms  unit       figure"]
    lines += [_line(each) for each in figures]
    return "".join(f"{line}\n" for line in lines)


def _line(each: Figure) -> str:
    plain = _number(each.plain.value) if each.plain else ""
    ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
    beside = f"（对照：{each.plain.what}）" if each.plain else ""
    note = f"；{each.note}" if each.note else ""
    return (
        f"{_number(each.value):>10} {plain:>10} {ratio:>6} {_number(each.p50_ms):>8} {_number(each.p95_ms):>8}"
        f"  {each.unit:<10} {each.label}{beside}{note}"
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"  # noqa: PLR2004 - where a decimal says nothing more
