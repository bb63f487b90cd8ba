"""A table of cities is sorted and narrowed by its address, and leaves as a file exactly as it is seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from litestar import Response

from core.sheets import workbook, written
from web.admin.chips import asked
from web.visit import HttpRequest

FORMATS = ("csv", "xlsx")
TYPES = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    label: str
    right: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """``order`` is what it is sorted by, None for what stands last whichever way; ``tone`` colours a tag."""

    text: str
    order: Any = None
    title: str = ""
    tone: str = ""
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: Sequence[Cell]
    href: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``sort`` is a column's code, ``down`` whether the greatest stands first."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    sort: str
    down: bool
    q: str = ""
    every: int = 0
    head: str = "地区"
    _by: Sequence[Column] = field(default_factory=tuple)

    def turned(self, code: str) -> str:
        """What the address says after the head of this column was pressed."""
        return f"-{code}" if self.sort == code and not self.down else code

    def direction(self, code: str) -> str:
        return ("descending" if self.down else "ascending") if self.sort == code else ""


def sheet(request: HttpRequest, columns: Sequence[Column], rows: Sequence[Row], head: str = "地区") -> Sheet:
    q, wanted = asked(request, "q").strip(), asked(request, "sort")
    code, down = wanted.removeprefix("-"), wanted.startswith("-")
    places = {each.code: place for place, each in enumerate(columns)}
    found = [each for each in rows if q in each.name or q == each.slug]
    if code in places:
        known = [each for each in found if each.cells[places[code]].order is not None]
        rest = [each for each in found if each.cells[places[code]].order is None]
        found = [*sorted(known, key=lambda row: row.cells[places[code]].order, reverse=down), *rest]
    return Sheet(columns, found, code if code in places else "", down, q, len(rows), head)


def wanted_format(request: HttpRequest) -> str:
    """The file that is asked for instead of the page; empty where the page is."""
    asked_for = asked(request, "as")
    return asked_for if asked_for in FORMATS else ""


def file(name: str, plain: str, format_: str, made: Sheet) -> Response[bytes]:
    """The rows as they stand on the page, in its order, with what a pointer would have shown beside the cell."""
    head = [made.head, *(each.label for each in made.columns)]
    rows = [[row.name, *(_whole(cell) for cell in row.cells)] for row in made.rows]
    return attached(name, plain, format_, head, rows)


def attached(
    name: str, plain: str, format_: str, head: Sequence[str], rows: Sequence[Sequence[str]]
) -> Response[bytes]:
    content = written(head, rows) if format_ == "csv" else workbook(name, head, rows)
    said = f"attachment; filename=\"{plain}.{format_}\"; filename*=UTF-8''{quote(f'{name}.{format_}')}"
    return Response(content, media_type=TYPES[format_], headers={"Content-Disposition": said})


def _whole(cell: Cell) -> str:
    return f"{cell.text}（{cell.title}）" if cell.title else cell.text


def share(count: int, over: int) -> Decimal | None:
    return Decimal(count) / over if over else None


def percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"
