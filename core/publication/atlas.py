"""The rules of all cities beside each other: who says the same, who stands apart, and from what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any, Final, cast

from core.policy.keys import UNSET
from core.policy.spans import Span
from core.publication.decide import canonical
from core.publication.model import Content

FEW: Final = 3
# Twice or half of what is usual is worth a look; the page says so.
FAR: Final = 2
_SPAN: Final = re.compile(r"(\d{1,5})(h|d|wd|m)")
_DAYS: Final = {"h": 1 / 24, "d": 1.0, "wd": 7 / 5, "m": 30.0}
SHORT: Final = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """One city's word on one key; ``apart`` says why it stands out, and is empty where it does not."""

    city: int
    content: Content
    value: int
    apart: tuple[str, ...] = ()

    @property
    def is_set(self) -> bool:
        return self.content["value"] != UNSET

    @property
    def said(self) -> str:
        return str(self.content["said"])


@dataclass(frozen=True, slots=True)
class Value:
    """What several cities say alike; ``first`` is the one that has said so longest, where that is known."""

    said: str
    cities: tuple[int, ...]
    is_set: bool
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    label: str
    group: str
    values: tuple[Value, ...]
    cells: Mapping[int, Cell] = field(default_factory=dict[int, Cell])

    @property
    def apart(self) -> tuple[Cell, ...]:
        return tuple(each for each in self.cells.values() if each.apart)

    @property
    def is_uniform(self) -> bool:
        return len(self.values) == 1


def line(key: str, said: Mapping[int, Content]) -> Line:
    """``said`` has what each city publishes of the key."""
    values = _values(said)
    place = {city: number for number, value in enumerate(values) for city in value.cities}
    usual = _usual(values, len(said))
    far = _far(said)
    some = next(iter(said.values()))
    cells = {
        city: Cell(city, content, place[city], (*_differs(content, place[city], values, usual), *far.get(city, ())))
        for city, content in said.items()
    }
    return Line(key, str(some["label"]), str(some["group"]), values, cells)


def _values(said: Mapping[int, Content]) -> tuple[Value, ...]:
    """The commonest first; what nobody has written down comes last of its size."""
    found: dict[bytes, list[int]] = {}
    for city, content in said.items():
        found.setdefault(canonical(bare(content["value"])), []).append(city)
    made = [_value(cities, said) for cities in found.values()]
    return tuple(sorted(made, key=lambda value: (-len(value.cities), not value.is_set, value.said)))


def _value(cities: Sequence[int], said: Mapping[int, Content]) -> Value:
    content = said[cities[0]]
    dated = sorted((str(said[city]["since"]), city) for city in cities if said[city]["since"])
    is_set = content["value"] != UNSET
    first = dated[0][1] if is_set and len(cities) > 1 and dated and dated[0][0] < dated[-1][0] else None
    return Value(str(content["said"]), tuple(cities), is_set, first)


def _usual(values: Sequence[Value], among: int) -> Value | None:
    """What more than half of them say, where there are enough to speak of most."""
    most = values[0]
    return most if among >= FEW and 2 * len(most.cities) > among and len(values) > 1 else None


def _differs(content: Content, place: int, values: Sequence[Value], usual: Value | None) -> Iterable[str]:
    if usual is None or place == 0:
        return
    share = f"{len(usual.cities)}/{sum(len(each.cities) for each in values)}"
    if content["value"] == UNSET:
        yield f"{share} 个地区已作相同规定，这里未作规定"
    elif not usual.is_set:
        yield f"{share} 个地区未作规定"
    else:
        yield f"与多数（{share}）不同：{short(usual.said)}"


def _far(said: Mapping[int, Content]) -> Mapping[int, tuple[str, ...]]:
    """Periods and counts that are twice or half of the median of those who set the same."""
    measured = {city: measures(content) for city, content in said.items()}
    found: dict[int, list[str]] = {}
    for name in dict.fromkeys(name for each in measured.values() for name in each):
        known = {city: each[name] for city, each in measured.items() if name in each}
        if len(known) < FEW:
            continue
        middle = median_low(sorted(amount for amount, _ in known.values()))
        usual = next(text for amount, text in known.values() if amount == middle)
        for city, (amount, text) in known.items():
            if middle and (amount >= FAR * middle or amount * FAR <= middle):
                found.setdefault(city, []).append(f"{text}，各地中位数为{usual}")
    return {city: tuple(reasons) for city, reasons in found.items()}


def measures(content: Content) -> Mapping[str, tuple[float, str]]:
    """Every period and count of a value by what it is of, with its amount in days and its words."""
    value, found = content["value"], dict[str, tuple[float, str]]()
    if isinstance(value, bool):
        return found
    if isinstance(value, int | float):
        return {"": (float(value), str(content["said"]))}
    rows = cast("list[Any]", value) if isinstance(value, list) else [value]
    for row in rows:
        parts: Mapping[str, Any] = row if isinstance(row, Mapping) else {"": row}
        name = "·".join(f"{key}={part}" for key, part in sorted(parts.items()) if key != "clause" and not _days(part))
        for key, part in parts.items():
            days = _days(part)
            if days:
                found.setdefault(f"{name}·{key}", (days, Span.parse(part).chinese))
    return found


def _days(part: object) -> float:
    read = _SPAN.fullmatch(part) if isinstance(part, str) else None
    return int(read[1]) * _DAYS[read[2]] if read else 0.0


def bare(value: Any) -> Any:
    """The value without the clauses it cites: two cities may say the same in different places."""
    if isinstance(value, list):
        return [bare(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        rows = cast("dict[str, Any]", value)
        return {name: bare(each) for name, each in rows.items() if name != "clause"}
    return value


def short(said: str, most: int = SHORT) -> str:
    """One line of it, with how many more there are."""
    first, _, rest = said.partition("\n")
    text = first if len(first) <= most else f"{first[: most - 1]}…"
    return f"{text}（共 {rest.count(chr(10)) + 2} 条）" if rest else text
