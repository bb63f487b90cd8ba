"""A table leaves as a file that a Chinese spreadsheet opens at once and that runs no cell as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet runs a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Tells a Chinese spreadsheet that this is UTF-8.
MARK = b"\xef\xbb\xbf"


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The whole CSV file; the head is ours, every other cell is made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return MARK + text.getvalue().encode()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_meant(cell: str) -> str:
    """What stood in the cell before it was made harmless, without the blanks around it."""
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(FORMULA) else stripped
