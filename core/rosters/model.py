"""A spreadsheet on its way in, and what became of each kind of row in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from core.places.model import KindName
from core.rosters.mapping import Plan

State = Literal["mapping", "checking", "checked", "importing", "done", "failed", "dropped"]
STATES: Final[Mapping[State, str]] = {
    "mapping": "待对应列", "checking": "正在检查", "checked": "已检查，待导入",
    "importing": "正在导入", "done": "已导入", "failed": "没有导入", "dropped": "已放弃",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of one kind are new, differ from what is stored, are the same, or cannot be taken."""

    fresh: int = 0
    changed: int = 0
    same: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """``line`` is the row's number in its sheet."""

    sheet: str
    line: int
    detail: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """``broken`` shows the first of them; all stand in the file to mend. ``partial``: taken in without them."""

    id: UUID
    name: str
    size: int
    version: int
    plan: Plan
    state: State
    partial: bool
    stage: str
    done: int
    total: int
    outcome: Mapping[KindName, Tally]
    broken: tuple[BrokenRow, ...]
    problem: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    kept: bool
    to_mend: bool
    asked_name: str

    @property
    def is_under_way(self) -> bool:
        return self.state in ("checking", "importing")

    @property
    def broken_rows(self) -> int:
        return sum(each.broken for each in self.outcome.values())

    @property
    def to_store(self) -> int:
        return sum(each.fresh + each.changed for each in self.outcome.values())

    @property
    def good_rows(self) -> int:
        return self.to_store + sum(each.same for each in self.outcome.values())
