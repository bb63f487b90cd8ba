"""Whatever a list is of, it is found by its code."""

from core.desk import of_records
from core.desk.cells import READS, Read
from core.desk.lists import KINDS, Kind
from core.errors import NotFound


def find(code: str) -> Kind | None:
    return KINDS.get(code) or of_records.find(code)


def kind_of(code: str) -> Kind:
    found = find(code)
    if found is None:
        raise NotFound("没有这个列表，或者带来它的插件已被移除。")
    return found


def read_of(code: str) -> Read:
    """How its rows are read to be taken away."""
    return READS.get(code, of_records.read)
