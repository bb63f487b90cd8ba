"""What a workbook would become in memory is known before it is loaded: few bytes may stand for very many cells."""

import io
import re
import zipfile
from typing import Final

from openpyxl.utils.cell import range_boundaries

from core.errors import Malformed, TooLarge

MOST_UNPACKED: Final = 60 * 2**20
# A cell takes some four hundred bytes once it is loaded.
MOST_CELLS: Final = 1_000_000
MOST_MERGED: Final = 200_000
# Whatever the prefix is, a longer one leaves no room for many.
_PREFIX: Final = rb"<(?:[^<>\s/:]{1,60}:)?"
_CELL: Final = re.compile(_PREFIX + rb"(?:c|row)[\s/>]")
_MERGED: Final = re.compile(_PREFIX + rb"mergeCell[\s/][^<>]*")
_SPAN: Final = re.compile(rb"\sref\s*=\s*[\"'](\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)[\"']")
TOO_MANY: Final = (
    f"工作簿里的单元格太多（最多 {MOST_CELLS // 10_000} 万格），请删去多余的空行、空列，或分成几个文件导入。"
)
MERGED: Final = "工作簿里合并的单元格太多，请取消合并后重试。"
ODD: Final = "工作簿的内容读不出来，请用表格软件打开后另存为 .xlsx 再试。"


def weigh(data: bytes) -> None:
    """Refuses what would take too much. Every part is looked into: a sheet may lie under any name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(each.file_size for each in members) > MOST_UNPACKED:
            raise TooLarge(
                f"工作簿解开后超过 {MOST_UNPACKED // 2**20} MB，请去掉图片，或分成几个文件导入。", field="file"
            )
        cells = merged = 0
        for each in members:
            part = archive.read(each)
            if _is_odd(each.filename, part):
                raise Malformed(ODD, field="file")
            cells += sum(1 for _ in _CELL.finditer(part))
            merged += _merged(part)
            if cells > MOST_CELLS:
                raise TooLarge(TOO_MANY, field="file")
            if merged > MOST_MERGED:
                raise TooLarge(MERGED, field="file")


def _is_odd(name: str, part: bytes) -> bool:
    """Cells could hide from the count in an entity, or in letters of two bytes; no spreadsheet program writes these."""
    return b"<!DOCTYPE" in part or (name.lower().endswith(".xml") and b"\x00" in part)


def _merged(part: bytes) -> int:
    total = 0
    for each in _MERGED.finditer(part):
        span = _SPAN.search(each[0])
        if span is None:
            raise Malformed(ODD, field="file")
        left, top, right, bottom = range_boundaries(span[1].decode())
        total += (int(right or 0) - int(left or 0) + 1) * (int(bottom or 0) - int(top or 0) + 1)
    return total
