"""Every place has an official code; what its table holds is said once, for reading, writing and checking alike."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from piccolo.table import Table

from core.places import tables

Duty = Literal["service", "systems", "hotline", "bureau"]
DUTIES: Mapping[str, str] = {"service": "服务", "systems": "系统", "hotline": "热线", "bureau": "政务服务管理"}


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    parent: str | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A business line (条线): the same duty in every region."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Institution:
    code: str
    name: str
    region: str
    line: str | None = None
    parent: str | None = None
    duty: Duty = "service"


@dataclass(frozen=True, slots=True)
class Window:
    code: str
    name: str
    institution: str
    kiosk: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    code: str
    name: str
    institution: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A service item; ``systems`` runs the machines it is handled with."""

    code: str
    name: str
    institution: str
    systems: str | None = None
    in_centre: bool = True
    in_scope: bool = True
    exempt_reason: str = ""
    promised: str = ""
    legal: str = ""


Place = Region | Line | Institution | Window | Staff | Item
KindName = Literal["region", "line", "institution", "window", "staff", "item"]


@dataclass(frozen=True, slots=True)
class Column:
    """``refers`` names the kind whose code stands here; ``words`` are the only values, with their Chinese."""

    name: str
    label: str
    required: bool = False
    flag: bool = False
    refers: KindName | None = None
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    name: KindName
    label: str
    value: type[Place]
    table: type[Table]
    columns: tuple[Column, ...]

    def read(self, row: Mapping[str, Any]) -> Place:
        return self.value(**{each.name: row[each.name] for each in fields(self.value)})


_CODE = Column("code", "编码", required=True)
_NAME = Column("name", "名称", required=True)
_INSTITUTION = Column("institution", "机构编码", required=True, refers="institution")

KINDS: Mapping[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind("region", "区域", Region, tables.Region, (
            _CODE, _NAME, Column("parent", "上级编码", refers="region"), Column("level", "级别"))),
        Kind("line", "条线", Line, tables.Line, (_CODE, _NAME)),
        Kind("institution", "机构", Institution, tables.Institution, (
            _CODE, _NAME, Column("region", "区域编码", required=True, refers="region"),
            Column("line", "条线编码", refers="line"), Column("parent", "上级编码", refers="institution"),
            Column("duty", "职责", words=DUTIES))),
        Kind("window", "窗口", Window, tables.ServiceWindow, (
            _CODE, _NAME, _INSTITUTION, Column("kiosk", "自助终端", flag=True))),
        Kind("staff", "工作人员", Staff, tables.Staff, (
            Column("code", "工号", required=True), Column("name", "姓名", required=True), _INSTITUTION,
            Column("active", "在岗", flag=True))),
        Kind("item", "事项", Item, tables.Item, (
            _CODE, _NAME, _INSTITUTION, Column("systems", "系统机构编码", refers="institution"),
            Column("in_centre", "进驻大厅", flag=True), Column("in_scope", "纳入评价", flag=True),
            Column("exempt_reason", "不纳入原因"), Column("promised", "承诺时限"), Column("legal", "法定时限"))),
    )
}  # fmt: skip
KIND_OF: Mapping[type[Place], Kind] = {kind.value: kind for kind in KINDS.values()}


def plain(place: Place) -> dict[str, Any]:
    return asdict(place)
