"""Every row of a workbook is understood or refused alone, kind after kind, each seeing what comes before it."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import xlsxwriter

from core import db
from core.errors import Malformed, Refused
from core.places import actions, sheet
from core.places.load import judged
from core.places.model import KINDS, Column, Kind, KindName
from core.places.sheet import Broken, Row
from core.rosters.mapping import Plan, SheetPlan
from core.rosters.model import BrokenRow, Tally
from core.rosters.workbook import Grid, Line, letter
from core.sheets import PLAIN, fill

# What is referred to comes before what refers to it.
ORDER: Final[tuple[KindName, ...]] = ("region", "line", "institution", "window", "staff", "item")
AT_ONCE: Final = 5000
REASON: Final = "问题（不导入）"
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One kind's rows: those that can be stored, parents first, and those that cannot."""

    kind: Kind
    title: str
    rows: Sequence[Row]
    broken: Sequence[Broken]
    tally: Tally
    columns: Mapping[str, int]


async def judge(unit: db.Unit, grids: Sequence[Grid], plan: Plan, tell: Tell) -> tuple[Judgement, ...]:
    """Nothing is stored; ``tell`` hears of each stage and how many rows have been looked at."""
    coming: dict[KindName, set[str]] = {}
    found: list[Judgement] = []
    looked = 0
    for name in ORDER:
        for grid, each in zip(grids, plan, strict=True):
            if each.kind != name:
                continue
            tell(f"检查{KINDS[name].label}", looked)
            one = await _judge(unit, grid, each, KINDS[name], coming)
            coming[name] = {row.place.code for row in one.rows}
            looked += len(one.rows) + len(one.broken)
            found.append(one)
    return tuple(found)


async def _judge(
    unit: db.Unit, grid: Grid, plan: SheetPlan, kind: Kind, coming: Mapping[KindName, set[str]]
) -> Judgement:
    broken: list[Broken] = []
    understood = list(_understood(grid, plan, kind, broken))
    rows = await judged(unit, kind, understood, broken, coming)
    known = {}
    for start in range(0, len(rows), AT_ONCE):
        known |= await actions.among(unit, kind.name, [row.place.code for row in rows[start : start + AT_ONCE]])
    fresh = sum(row.place.code not in known for row in rows)
    same = sum(known.get(row.place.code) == row.place for row in rows)
    tally = Tally(fresh, len(rows) - fresh - same, same, len(broken))
    return Judgement(kind, grid.title, rows, sorted(broken, key=lambda each: each.line), tally, plan.columns)


def count(grids: Sequence[Grid], plan: Plan) -> int:
    """How many rows there are to look at."""
    return sum(len(_below(grid, each)) for grid, each in zip(grids, plan, strict=True) if each.kind)


def _below(grid: Grid, plan: SheetPlan) -> list[Line]:
    return [line for line in grid.lines if line.number > plan.head]


def _understood(grid: Grid, plan: SheetPlan, kind: Kind, broken: list[Broken]) -> Iterator[Row]:
    for line in _below(grid, plan):
        try:
            _refuse_faults(line, plan, kind)
            yield Row(line.number, line.cells, sheet.place_of(kind, plan.columns, line.cells))
        except Refused as refusal:
            broken.append(Broken(line.number, refusal.code, refusal.detail, line.cells))


def _refuse_faults(line: Line, plan: SheetPlan, kind: Kind) -> None:
    for column in kind.columns:
        at = plan.columns.get(column.name)
        if at is not None and at in line.faults:
            raise Malformed(f"{letter(at)}{line.number}“{column.label}”{line.faults[at]}。", field=column.name)


def told(found: Sequence[Judgement]) -> tuple[BrokenRow, ...]:
    return tuple(BrokenRow(each.title, row.line, row.detail, tuple(row.cells)) for each in found for row in each.broken)


def to_mend(found: Sequence[Judgement]) -> bytes:
    """The rows that were refused, as the template has them: mended, the same file is brought again."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **PLAIN})
    for each in found:
        if each.broken:
            heads = [*(heading(column) for column in each.kind.columns), REASON]
            fill(book, each.kind.label, heads, (_mending(each, row) for row in each.broken))
    book.close()
    return target.getvalue()


def heading(column: Column) -> str:
    """What stands above a column: its name, whether it must be filled, and with which words where only some will do."""
    words = ("是", "否") if column.flag else tuple((column.words or {}).values())
    return f"{column.label}{'*' if column.required else ''}{'（' + '/'.join(words) + '）' if words else ''}"


def _mending(found: Judgement, row: Broken) -> list[str]:
    places = (found.columns.get(column.name, len(row.cells)) for column in found.kind.columns)
    cells = (row.cells[at] if at < len(row.cells) else "" for at in places)
    return [*cells, f"原文件“{found.title}”第 {row.line} 行：{row.detail}"]
