"""A table of places goes to a spreadsheet and comes back the same; no cell of it runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.db_errors import clean_text
from core.errors import Invalid, Malformed, Refused
from core.places.model import Column, Kind, Place, plain
from core.sheets import as_meant, written

LONGEST = {"code": 64, "name": 200}
LONGEST_TEXT = 500
YES, NO = "是", "否"
_YES = frozenset({"是", "1", "true", "yes", "y"})
_NO = frozenset({"否", "0", "false", "no", "n"})
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that was not loaded, and why; ``cells`` is the row as it came."""

    line: int
    code: str
    detail: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: Sequence[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Sheet:
    head: Sequence[str]
    rows: Sequence[Row]
    broken: Sequence[Broken]


def read(kind: Kind, data: bytes) -> Sheet:
    """Every row of a CSV file, understood or refused alone. A file whose head is unusable is refused whole."""
    lines = lines_of(data)
    head = next(lines, (0, []))[1]
    places = _positions(kind, head)
    rows: list[Row] = []
    broken: list[Broken] = []
    for line, cells in lines:
        try:
            rows.append(Row(line, cells, place_of(kind, places, cells)))
        except Refused as refusal:
            broken.append(Broken(line, refusal.code, refusal.detail, cells))
    return Sheet(head, rows, broken)


def write(kind: Kind, places: Iterable[Place]) -> bytes:
    heads = [column.label for column in kind.columns]
    return written(heads, ([_shown(column, plain(place)[column.name]) for column in kind.columns] for place in places))


def write_broken(head: Sequence[str], broken: Iterable[Broken]) -> bytes:
    """The rows to mend, with the reason beside each; mended, the same file can be loaded."""
    return written(["行号", "原因", *head], ([str(each.line), each.detail, *each.cells] for each in broken))


def lines_of(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Numbered as a spreadsheet numbers them; empty lines are passed over."""
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text.partition("\n")[0] else ",")
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Malformed(f"第 {reader.line_num} 行不是有效的表格内容，请另存为 CSV 后重试。") from error
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Malformed("文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV 文件。")


def _positions(kind: Kind, head: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands, under its Chinese or its English name."""
    found = {name.strip().lower(): position for position, name in enumerate(head)}
    places = {
        column.name: found[name] for column in kind.columns for name in (column.label, column.name) if name in found
    }
    missing = [column.label for column in kind.columns if column.required and column.name not in places]
    if missing:
        raise Malformed(f"表头缺少“{'”“'.join(missing)}”，请按导出的表格填写。")
    return places


def place_of(kind: Kind, places: Mapping[str, int], cells: Sequence[str]) -> Place:
    """What a row says, or a refusal at its column; ``places`` says where each column stands."""
    values: dict[str, Any] = {}
    for column in kind.columns:
        position = places.get(column.name, len(cells))
        cell = as_meant(cells[position]) if position < len(cells) else ""
        if cell:
            values[column.name] = _value(column, cell)
        elif column.required:
            raise Invalid(f"“{column.label}”没有填写。", field=column.name)
    return kind.value(**values)


def _value(column: Column, cell: str) -> str | bool:
    if column.flag:
        return _flag(column, cell)
    if column.words is not None:
        return _word(column, cell)
    if (column.refers or column.name == "code") and _ROUNDED.fullmatch(cell):
        raise Invalid(
            f"“{column.label}”被表格软件改成了科学计数法（{cell}），请将该列设为文本后重填。", field=column.name
        )
    longest = LONGEST["code"] if column.refers else LONGEST.get(column.name, LONGEST_TEXT)
    if len(cell) > longest:
        raise Invalid(f"“{column.label}”超过 {longest} 个字。", field=column.name)
    return clean_text(cell, column.name)


def _flag(column: Column, cell: str) -> bool:
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise Invalid(f"“{column.label}”只能填“是”或“否”，现在是“{cell}”。", field=column.name)


def _word(column: Column, cell: str) -> str:
    words = column.words or {}
    for word, label in words.items():
        if cell in (word, label):
            return word
    raise Invalid(f"“{column.label}”只能填{'、'.join(words.values())}，现在是“{cell}”。", field=column.name)


def _shown(column: Column, value: Any) -> str:
    if column.flag:
        return YES if value else NO
    if column.words is not None:
        return column.words[value]
    return value or ""
