"""A list fits its screen: what of a record has a column of its own, and what stands small below its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.policy.extras import Kind
from core.records.model import Record
from web.admin.extras.lists import Row, column_codes, row_of
from web.saying import Names

# The classes of office/00-shell.css with their widths, and what a list has beside number, name, state and time.
NARROW, WIDE, ROOM = "w-m", "w-l", 380
WIDTHS: Final = {NARROW: 116, WIDE: 148}
SHORT: Final = frozenset({"day", "whole", "number", "flag", "scale"})


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    label: str
    width: str


@dataclass(frozen=True, slots=True)
class Columns:
    """``apart`` have a column each, ``below`` stand under the name."""

    kind: Kind
    apart: tuple[Column, ...]
    below: tuple[Column, ...]

    def row(self, record: Record, names: Names) -> Row:
        return row_of(self.kind, record, names, [each.code for each in (*self.apart, *self.below)])

    def lines(self, row: Row) -> Sequence[tuple[str, str]]:
        """What is said below the name."""
        told = zip(self.below, row.cells[len(self.apart) :], strict=True)
        return [(each.label, cell) for each, cell in told if cell]


def columns_of(kind: Kind) -> Columns:
    """With whom a record is has a column anyway, whatever the extra calls it."""
    known = kind.fields()
    told_anyway = {kind.goes_to, kind.names, *(act.sends for act in kind.acts)}
    codes = [code for code in column_codes(kind) if code not in told_anyway]
    every = [Column(each, known[each].label, NARROW if known[each].kind in SHORT else WIDE) for each in codes]
    apart: list[Column] = []
    for each in every:
        if sum(WIDTHS[one.width] for one in (*apart, each)) > ROOM:
            break
        apart.append(each)
    return Columns(kind, tuple(apart), tuple(every[len(apart) :]))
