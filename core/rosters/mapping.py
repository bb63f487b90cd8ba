"""Which sheet holds what, and which of its columns is which: guessed from its head, decided by a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from core.errors import Invalid
from core.places.model import KINDS, Column, Kind, KindName
from core.rosters.workbook import MOST_COLUMNS, Grid, Line

SEARCHED: Final = 10
# What offices write above their columns, beside our own words.
ALSO: Final[Mapping[str, Sequence[str]]] = {
    "region.code": ("区划代码", "行政区划代码", "区域编码", "区域代码", "代码", "code"),
    "region.name": ("区划名称", "区域名称", "行政区划名称"),
    "region.parent": ("上级区划代码", "上级区域编码", "上级代码", "parent_code", "parent"),
    "region.level": ("层级", "行政级别"),
    "line.code": ("条线编码", "条线代码", "代码"),
    "line.name": ("条线名称",),
    "institution.code": ("机构编码", "机构代码", "单位编码", "部门编码", "统一社会信用代码", "代码"),
    "institution.name": ("机构名称", "单位名称", "部门名称"),
    "institution.region": ("区划代码", "行政区划代码", "所在区域", "区域代码"),
    "institution.line": ("条线", "条线代码", "业务条线"),
    "institution.parent": ("上级机构编码", "上级机构", "上级单位编码", "主管部门编码"),
    "window.code": ("窗口编码", "窗口号", "窗口代码"),
    "window.name": ("窗口名称",),
    "window.institution": ("单位编码", "部门编码", "机构代码", "所属机构编码"),
    "staff.code": ("人员编号", "员工编号", "编号", "工号"),
    "staff.name": ("名字", "人员姓名"),
    "staff.institution": ("单位编码", "部门编码", "机构代码", "所属机构编码", "所在单位编码"),
    "staff.active": ("是否在岗", "在职"),
    "item.code": ("事项编码", "实施编码", "事项代码"),
    "item.name": ("事项名称",),
    "item.institution": ("单位编码", "部门编码", "实施主体编码", "机构代码"),
}
# How each kind's sheet is called.
TITLES: Final[Mapping[KindName, Sequence[str]]] = {
    "region": ("区域", "区划"), "line": ("条线",), "institution": ("机构", "单位", "部门"), "window": ("窗口",),
    "staff": ("人员", "员工", "工作人员"), "item": ("事项",),
}  # fmt: skip
_BESIDES = re.compile(r"[\s*＊（(].*$|[\s:：]")


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """``kind`` None leaves the sheet out; ``head`` is the number of its head's row; ``columns`` position by name."""

    title: str
    kind: KindName | None
    head: int
    columns: Mapping[str, int]

    @property
    def missing(self) -> tuple[Column, ...]:
        """What every row must have and no column gives."""
        needed = KINDS[self.kind].columns if self.kind else ()
        return tuple(each for each in needed if each.required and each.name not in self.columns)


Plan = tuple[SheetPlan, ...]


def guess(grids: Sequence[Grid]) -> Plan:
    return tuple(_guess(each) for each in grids)


def _guess(grid: Grid) -> SheetPlan:
    """The kind whose columns are found best in one of the first rows; the sheet's own name decides between equals."""
    best = max(
        ((_fit(grid, kind, line), kind, line) for line in grid.lines[:SEARCHED] for kind in KINDS.values()),
        key=lambda each: each[0],
        default=None,
    )
    if best is None or best[0][0] < 1:
        return SheetPlan(grid.title, None, grid.lines[0].number if grid.lines else 1, {})
    _, kind, line = best
    return SheetPlan(grid.title, kind.name, line.number, positions(kind, line))


def _fit(grid: Grid, kind: Kind, line: Line) -> tuple[int, bool, int]:
    """A head that has all that is needed before any other; then a sheet that is called so; then the topmost row."""
    found = positions(kind, line)
    whole = all(column.name in found for column in kind.columns if column.required)
    called = any(word in grid.title for word in TITLES[kind.name])
    known = len(found) if whole or called else 0
    return (known + MOST_COLUMNS if whole else known, called, -line.number)


def positions(kind: Kind, head: Line) -> dict[str, int]:
    """The first column under each word, its own name before what others call it."""
    names = [_BESIDES.sub("", cell).lower() for cell in head.cells]
    found: dict[str, int] = {}
    for column in kind.columns:
        words = (column.label, column.name, *ALSO.get(f"{kind.name}.{column.name}", ()))
        at = next((names.index(word.lower()) for word in words if word.lower() in names), None)
        if at is not None and at not in found.values():
            found[column.name] = at
    return found


def checked(grids: Sequence[Grid], plan: Plan) -> Plan:
    """The plan, or a refusal at the sheet where something is still missing."""
    taken = [each for each in plan if each.kind is not None]
    if not taken:
        raise Invalid("请至少选择一张要导入的工作表。", field="kind-0")
    for nth, each in enumerate(plan):
        if each.missing:
            labels = "”“".join(column.label for column in each.missing)
            raise Invalid(f"工作表“{each.title}”还没有指定“{labels}”是哪一列。", field=f"{nth}.{each.missing[0].name}")
        _once(nth, each)
        if each.kind is not None and grids[nth].line(each.head) is None:
            raise Invalid(f"工作表“{each.title}”没有第 {each.head} 行。", field=f"head-{nth}")
    twice = next((each for each in taken if sum(other.kind == each.kind for other in taken) > 1), None)
    if twice is not None and twice.kind is not None:
        raise Invalid(
            f"有两张工作表都选了{KINDS[twice.kind].label}，请合成一张，或分两次导入。",
            field=f"kind-{plan.index(twice)}",
        )
    return plan


def _once(nth: int, each: SheetPlan) -> None:
    used: dict[int, str] = {}
    for name, position in each.columns.items():
        if position in used:
            raise Invalid(f"工作表“{each.title}”的同一列被选了两次，请改其中一个。", field=f"{nth}.{name}")
        used[position] = name


def plain(plan: Plan) -> list[dict[str, Any]]:
    return [{"title": each.title, "kind": each.kind, "head": each.head, "columns": dict(each.columns)} for each in plan]


def parse(stored: Sequence[Mapping[str, Any]]) -> Plan:
    return tuple(
        SheetPlan(each["title"], cast("KindName | None", each["kind"]), each["head"], each["columns"])
        for each in stored
    )
