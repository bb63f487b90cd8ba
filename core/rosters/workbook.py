"""A spreadsheet's cells as texts, and a word where one cannot be trusted: a formula, a merged cell, lost digits."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import Malformed, TooLarge
from core.evidence import ooxml
from core.places.sheet import lines_of
from core.rosters.weighing import MOST_CELLS, TOO_MANY, weigh

LARGEST: Final = 20 * 2**20
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 60
MOST_SHEETS: Final = 20
# A spreadsheet keeps fifteen digits of a number and makes zeros of the rest.
EXACT: Final = 10**15
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
ZIP: Final = b"PK\x03\x04"
# What reading a workbook that was made to break it may raise, beside its own error.
BROKEN: Final = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as a spreadsheet numbers it; ``faults`` says, by position, why a cell cannot be taken as it stands."""

    number: int
    cells: tuple[str, ...]
    faults: Mapping[int, str] = field(default_factory=dict[int, str])


@dataclass(frozen=True, slots=True)
class Grid:
    title: str
    lines: tuple[Line, ...]

    def line(self, number: int) -> Line | None:
        return next((each for each in self.lines if each.number == number), None)


def read(data: bytes, name: str) -> tuple[Grid, ...]:
    """Every sheet that holds anything. A file that is no spreadsheet is refused whole, saying what to do."""
    if len(data) > LARGEST:
        raise TooLarge(f"文件超过 {LARGEST // 2**20} MB，请分成几个文件导入。", field="file")
    if data.startswith(OLD_EXCEL):
        raise Malformed("这是旧格式（.xls）或加了密码的工作簿，请另存为不加密码的 .xlsx 或 CSV 后重试。", field="file")
    grids = _workbook(data) if data.startswith(ZIP) else (_table(data, name),)
    found = tuple(each for each in grids if each.lines)
    if not found:
        raise Malformed("文件里没有内容，请按模板填写后导入。", field="file")
    return found


def _table(data: bytes, name: str) -> Grid:
    lines = tuple(Line(number, tuple(cells)) for number, cells in lines_of(data))
    return Grid(name.rpartition(".")[0] or name, lines)


def _workbook(data: bytes) -> tuple[Grid, ...]:
    if not ooxml.is_document(data, ooxml.EXCEL):
        raise Malformed(
            "这不是完好的 Excel 工作簿（.xlsx），或含有宏、过大的内容。请用表格软件另存为 .xlsx 后重试。", field="file"
        )
    try:
        weigh(data)
        book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
        sheets = _sheets(book)
        # A cell far out makes all those before it.
        if sum(sheet.max_row * sheet.max_column for sheet in sheets) > MOST_CELLS:
            raise TooLarge(TOO_MANY, field="file")
        return tuple(_grid(sheet) for sheet in sheets)
    except BROKEN as error:
        raise Malformed("工作簿的内容读不出来，请用表格软件打开后另存为 .xlsx 再试。", field="file") from error


def _sheets(book: Any) -> Sequence[Any]:
    """Those that people see; a hidden sheet is not what was meant."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if len(shown) > MOST_SHEETS:
        raise TooLarge(f"工作表超过 {MOST_SHEETS} 张，请只留要导入的几张。", field="file")
    return shown


def _grid(sheet: Any) -> Grid:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        raise TooLarge(
            f"工作表“{sheet.title}”有 {sheet.max_row} 行、{sheet.max_column} 列，"
            f"最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列。请删去多余的空行和空列。",
            field="file",
        )
    merged = _merged(sheet)
    lines: list[Line] = []
    for row in sheet.iter_rows():
        cells = tuple(_text(cell.value) for cell in row)
        number: int = row[0].row
        if any(cells) or number in merged:
            lines.append(Line(number, cells, {**_faults(row), **merged.get(number, {})}))
    return Grid(str(sheet.title), tuple(lines))


def _merged(sheet: Any) -> Mapping[int, Mapping[int, str]]:
    """By row and position. What is merged over rows leaves all but the first of them without a value."""
    found: dict[int, dict[int, str]] = {}
    for span in sheet.merged_cells.ranges:
        for number, position in _cells_of(span):
            found.setdefault(number, {})[position] = f"属于合并单元格 {span.coord}，请取消合并，每行都填写"
    return found


def _cells_of(span: Any) -> Iterator[tuple[int, int]]:
    for number in range(span.min_row, span.max_row + 1):
        for column in range(span.min_col, span.max_col + 1):
            yield number, column - 1


def _faults(row: Sequence[Any]) -> Mapping[int, str]:
    return {position: fault for position, cell in enumerate(row) if (fault := _fault(cell))}


def _fault(cell: Any) -> str:
    if cell.data_type == "f":
        return "是公式，请复制后选择性粘贴为数值"
    if cell.data_type == "e":
        return f"是错误值 {cell.value}，请改成正确的内容"
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and abs(cell.value) >= EXACT:
        return "是超过 15 位的数字，表格软件已丢失末几位；请把这一列设为文本后重新填写"
    return ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def letter(position: int) -> str:
    """A, B, … as a spreadsheet calls its columns."""
    return get_column_letter(position + 1)
