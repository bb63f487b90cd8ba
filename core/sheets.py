"""A table leaves as a file that a Chinese spreadsheet opens at once and that runs no cell as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

# A spreadsheet runs a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Tells a Chinese spreadsheet that this is UTF-8.
MARK = b"\xef\xbb\xbf"
# No text of a cell is ever taken for a formula, a link or a number.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH = 20


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The whole CSV file; the head is ours, every other cell is made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return MARK + text.getvalue().encode()


def workbook(sheet: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A small table as a workbook made in memory; every cell is text, and none is ever run."""
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True, **PLAIN})
    fill(made, sheet, head, rows, held=1)
    made.close()
    return target.getvalue()


def fill(
    made: xlsxwriter.Workbook, sheet: str, head: Sequence[str], rows: Iterable[Sequence[str]], held: int = 0
) -> None:
    """One sheet, its rows written as they come; the head stays in sight, and so do the first ``held`` columns."""
    page = made.add_worksheet(sheet[:31])
    bold = made.add_format({"bold": True, "bottom": 1})
    text = made.add_format({"quote_prefix": True, "num_format": "@"})
    for column, label in enumerate(head):
        page.set_column(column, column, WIDTH)
        page.write_string(0, column, label, bold)
    page.freeze_panes(1, held)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            page.write_string(last, column, cell, text)
    page.autofilter(0, 0, last, max(len(head) - 1, 0))


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_meant(cell: str) -> str:
    """What stood in the cell before it was made harmless, without the blanks around it."""
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(FORMULA) else stripped
