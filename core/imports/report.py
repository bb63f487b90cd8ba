"""Each refused row is listed with its line and the reason, in a file that a spreadsheet can open without harm."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Refused
from core.imports.actions import Refuse
from core.imports.reading import Row
from core.sheets import harmless

HEADER = ("行号", "字段", "原因", "代码", "原内容")
# Rows hold names and id numbers.
OWNER_ONLY = 0o600


def cells_of(row: Row, refusal: Refused) -> tuple[str, ...]:
    return tuple(harmless(cell) for cell in (
        str(row.line), refusal.field or "", refusal.detail, refusal.code, row.raw
    ))  # fmt: skip


@contextmanager
def written(path: Path) -> Iterator[Refuse]:
    """Rows told to it stand in ``path`` when the block ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    # The mark at the beginning tells a Chinese spreadsheet that this is UTF-8.
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)

        def refuse(row: Row, refusal: Refused) -> None:
            writer.writerow(cells_of(row, refusal))

        yield refuse
