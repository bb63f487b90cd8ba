"""What stands in a cell becomes a value, however a spreadsheet wrote it, or is refused with the name of its column."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import Invalid

LARGEST_NUMBER = 99
SEPARATORS = re.compile(r"[,;，；、|\s]+")
_WHOLE = re.compile(r"(\d+)\.0+")
_TIMES = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M")
_YES, _NO = frozenset({"1", "true", "是", "y", "yes"}), frozenset({"0", "2", "false", "否", "n", "no"})


def text(value: Any, field: str | None = None) -> str:
    """What a spreadsheet made of a whole number is that number again."""
    if isinstance(value, (dict, list)):
        raise Invalid("这一栏应是文字或数字。", field=field)
    said = str(value).strip()
    whole = _WHOLE.fullmatch(said)
    return whole.group(1) if whole else said


def number(value: Any, field: str) -> int:
    said = text(value, field)
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= LARGEST_NUMBER):
        raise Invalid(f"序号应是 1 到 {LARGEST_NUMBER} 的整数。", field=field)
    return int(said[:9])


def yes(value: Any, field: str) -> bool:
    """The national flags say 1 for yes and 2, or 0, for no."""
    said = text(value, field).lower()
    if said not in _YES | _NO:
        raise Invalid("这一栏应是“是”或“否”。", field=field)
    return said in _YES


def grade(value: Any, labels: Mapping[str, int], field: str) -> int:
    said = text(value, field)
    found = labels.get(said) or {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1}.get(said)
    if found is None:
        raise Invalid("评价等级应是 5 到 1，或本地的等级名称。", field=field)
    return found


def tags(value: Any, field: str) -> list[int]:
    parts = value if isinstance(value, list) else SEPARATORS.split(text(value, field))
    said = [text(part, field) for part in parts if part != ""]
    if not all(each.isascii() and each.isdigit() for each in said):
        raise Invalid("标签应是编号，多个用逗号分开。", field=field)
    return [int(each[:9]) for each in said]


def time(value: Any, field: str) -> datetime:
    said = text(value, field)
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return _other_time(said, field)


def _other_time(said: str, field: str) -> datetime:
    for pattern in _TIMES:
        try:
            return datetime.strptime(said, pattern)  # noqa: DTZ007 - China's own time, made aware by `moment`
        except ValueError:
            continue
    raise Invalid("时间应如 2026-03-02 10:00:00。", field=field)
