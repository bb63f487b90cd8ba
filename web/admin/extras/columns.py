"""A list fits its screen: what of a record has a column of its own, and what stands small below its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.desk.of_records import open_fields, usual_fields
from core.policy.extras import Kind
from core.records.model import Record
from core.records.words import Names
from web.admin.extras.lists import Row, row_of

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
        return [(each.label, row.cells[each.code]) for each in self.below if row.cells[each.code]]


def columns_of(kind: Kind, codes: Sequence[str] | None = None) -> Columns:
    """Of these fields, or of those that a list usually shows."""
    known = open_fields(kind)
    chosen = [code for code in usual_fields(kind) if code in known] if codes is None else codes
    every = [Column(each, known[each].label, NARROW if known[each].kind in SHORT else WIDE) for each in chosen]
    apart: list[Column] = []
    for each in every:
        if sum(WIDTHS[one.width] for one in (*apart, each)) > ROOM:
            break
        apart.append(each)
    return Columns(kind, tuple(apart), tuple(every[len(apart) :]))
