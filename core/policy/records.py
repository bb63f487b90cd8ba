"""A row of a decision table, and any value with several fields, is read and written by one list of its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

from core.errors import Invalid
from core.policy.shapes import (
    NO_WORDS,
    Code,
    Condition,
    Plain,
    Shape,
    Text,
    unknown,
)
from core.policy.spans import Span
from core.policy.values import ANY
from core.policy.vocab import Words

T = TypeVar("T")
REQUIRED: Final = object()
MOST_ROWS: Final = 500
EMPTY: Final[tuple[object, ...]] = (None, "", (), {}, ANY)


@dataclass(frozen=True, slots=True)
class Column:
    """One field: ``written`` is its name in TOML where Python keeps the word for itself (``from``)."""

    name: str
    label: str
    shape: Shape[Any]
    default: Any = REQUIRED
    condition: bool = False
    written: str = ""

    @property
    def key(self) -> str:
        return self.written or self.name

    def silent(self, value: object) -> bool:
        """Whether leaving the field out says the same."""
        return value == self.default and (self.condition or value in EMPTY)

    def worth_saying(self, value: object) -> bool:
        """A switch that is off as usual, and what is empty, is not mentioned on screens."""
        return value not in EMPTY and not (value is False and self.default is False)


def condition(name: str, label: str, shape: Shape[Any], default: object = ANY) -> Column:
    return Column(name, label, Condition(shape) if default == ANY else shape, default, condition=True)


def since(label: str, shape: Shape[Any], default: object = REQUIRED) -> Column:
    return Column("since", label, shape, default, written="from")


CLAUSE: Final = Column("clause", "条款", Text(), "")


@dataclass(frozen=True)
class Record(Shape[T], Generic[T]):
    make: Callable[..., T]
    columns: tuple[Column, ...]

    @property
    def hint(self) -> str:
        return "一张表，可写的字段有：" + "、".join(f"{each.key}（{each.label}）" for each in self.columns)

    def column(self, written: str, at: str) -> Column:
        for each in self.columns:
            if each.key == written:
                return each
        raise unknown(written, [each.key for each in self.columns], at, "字段")

    def parse(self, raw: object, at: str) -> T:
        if isinstance(self.make, type) and isinstance(raw, self.make):
            raw = {each.key: getattr(raw, each.name) for each in self.columns}
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, at)
        given = cast("Mapping[str, object]", raw)
        for name in given:
            self.column(str(name), at)
        return self.make(**{each.name: self._field(each, given, at) for each in self.columns})

    def _field(self, column: Column, given: Mapping[str, object], at: str) -> object:
        if column.key not in given:
            if column.default is REQUIRED:
                raise Invalid(f"{at}：缺少 {column.key}（{column.label}），应写{column.shape.hint}。", field=at)
            return column.default
        value = given[column.key]
        return value if value == column.default else column.shape.parse(value, f"{at}.{column.key}")

    def dump(self, value: T) -> Plain:
        written: dict[str, Plain] = {}
        for each in self.columns:
            held = getattr(value, each.name)
            if not each.silent(held):
                written[each.key] = held if held is None else each.shape.dump(held)
        return written

    def chinese(self, value: T, words: Words = NO_WORDS, /) -> str:
        said = [(each, getattr(value, each.name)) for each in self.columns if each is not CLAUSE]
        when = [each.shape.chinese(held, words) for each, held in said if each.condition and not each.silent(held)]
        then = [_said(each, held, words) for each, held in said
                if not each.condition and not _is_own_code(each) and each.worth_saying(held)]  # fmt: skip
        # What it is called stands first; the code that programs know it by stands behind its name.
        codes = "".join(f"（{held}）" for each, held in said if _is_own_code(each))
        then[:1] = [f"{each}{codes}" for each in then[:1]]
        return "：".join(part for part in (" · ".join(when), "，".join(then)) if part)


def _is_own_code(column: Column) -> bool:
    return isinstance(column.shape, Code) and column.shape.own


def _said(column: Column, held: object, words: Words) -> str:
    text = column.shape.chinese(held, words)
    if held is True:
        return column.label
    return f"{column.label} {text}" if column.label and not column.label.endswith("：") else f"{column.label}{text}"


@dataclass(frozen=True)
class Rows(Shape[tuple[T, ...]], Generic[T]):
    """A table. ``short`` names the field that one bare value stands for: ``"7d"`` is one row ``within = "7d"``.

    No two rows have the same in the field ``unique``.
    """

    row: Record[T]
    short: str = ""
    unique: str = ""

    @property
    def hint(self) -> str:
        one = f"{self.row.column(self.short, '').shape.hint.strip()}，或" if self.short else ""
        return f"{one}若干行，每行是{self.row.hint}"

    def parse(self, raw: object, at: str) -> tuple[T, ...]:
        if self.short and isinstance(raw, str | int | float | Span):
            raw = {self.short: raw}
        if isinstance(raw, str | int | float) or raw is None:
            raise self.wrong(raw, at)
        rows: Sequence[object] = cast("Sequence[object]", raw) if isinstance(raw, list | tuple) else (raw,)
        if len(rows) > MOST_ROWS:
            raise Invalid(f"{at}：一张表最多 {MOST_ROWS} 行，现在是 {len(rows)} 行。", field=at)
        found = tuple(self.row.parse(each, f"{at}[{place}]") for place, each in enumerate(rows, 1))
        self._refuse_twice(found, at)
        return found

    def _refuse_twice(self, rows: tuple[T, ...], at: str) -> None:
        seen: dict[object, int] = {}
        for place, row in enumerate(rows if self.unique else (), 1):
            value = getattr(row, self.row.column(self.unique, at).name)
            if seen.setdefault(value, place) != place:
                raise Invalid(
                    f"{at}：第 {seen[value]} 行和第 {place} 行都是“{value}”，不能重复。",
                    field=f"{at}[{place}].{self.unique}",
                )

    def dump(self, value: tuple[T, ...]) -> Plain:
        rows = [self.row.dump(each) for each in value]
        if self.short and len(rows) == 1 and set(rows[0]) == {self.short}:
            return rows[0][self.short]
        return rows

    def chinese(self, value: tuple[T, ...], words: Words = NO_WORDS, /) -> str:
        return "\n".join(self.row.chinese(each, words) for each in value) or "无"
