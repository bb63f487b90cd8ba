"""Each list of the back office is described once: its columns, what it is narrowed by, how it is put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from core.errors import Invalid

SIZES = (25, 50, 100)
USUAL_SIZE = SIZES[0]
# What every list takes beside its own filters.
ORDINARY = ("tab", "q", "sort", "rows", "cols")
LONGEST_QUERY = 1000
MOST_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Column:
    """``always`` shows it whatever is chosen, ``usual`` until something is; ``sorts`` are what its head offers."""

    code: str
    label: str
    sorts: tuple[str, ...] = ()
    always: bool = False
    usual: bool = True
    css: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """``taken`` are the columns that may leave as a file: none of them names a person or tells their words."""

    code: str
    label: str
    path: str
    unit: str
    columns: tuple[Column, ...]
    filters: tuple[str, ...] = ()
    sorts: Mapping[str, str] = field(default_factory=dict[str, str])
    taken: Mapping[str, str] = field(default_factory=dict[str, str])

    def chosen(self, wanted: Sequence[str]) -> tuple[Column, ...]:
        """The columns to show, in their own order, whatever order they were asked for in."""
        if not wanted:
            return tuple(each for each in self.columns if each.always or each.usual)
        return tuple(each for each in self.columns if each.always or each.code in wanted)

    def query(self, text: str) -> str:
        """The query as it is kept: what the list knows, once each; refuses a condition the list does not have."""
        if len(text) > LONGEST_QUERY:
            raise Invalid("条件太长，不能保存为视图。", field="query")
        asked = dict(parse_qsl(text.lstrip("?"), max_num_fields=MOST_FIELDS))
        known = (*ORDINARY, *self.filters)
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise Invalid(f"“{self.label}”没有“{unknown[0]}”这个条件，请去掉后再保存。", field="query")
        return urlencode({name: asked[name] for name in known if name in asked})


_TICKET_FILTERS = ("state", "grade", "handler", "assignee", "days")
_TICKET_SORTS = {
    "due": "剩余时限少的在前",
    "newest": "新收到的在前", "oldest": "早收到的在前",
    "grade": "评价差的在前", "handler": "按承办单位",
}  # fmt: skip
_TICKET_TAKEN = {
    "number": "工单编号", "item": "事项", "grade": "评价", "handler": "承办单位", "state": "状态", "opened": "收到时间",
    "due_name": "当前期限", "due": "截止时间", "channel": "评价渠道",
}  # fmt: skip
_NUMBER = Column("number", "编号", always=True, css="w-m")
_GRADE = Column("grade", "评价", ("grade",), css="w-m")
_MATTER = Column("matter", "事项与评价内容", always=True)
_HANDLER = Column("handler", "承办单位", ("handler",), css="w-l hide-open")
_ASSIGNEE = Column("assignee", "经办", usual=False, css="w-m hide-open")
_OPENED = Column("opened", "收到", ("newest", "oldest"), usual=False, css="w-m hide-open")
_DUE = Column("due", "剩余时限", ("due",), always=True, css="w-l")

_EVERY = (
    Kind(
        "tickets", "差评工单", "/tickets", "条",
        (
            _NUMBER,
            _GRADE,
            _MATTER,
            _HANDLER,
            _ASSIGNEE,
            Column("staff", "被评价人员", usual=False, css="w-m hide-open"),
            Column("channel", "渠道", usual=False, css="w-m hide-open"),
            _OPENED,
            Column("state", "状态", css="w-m"),
            _DUE,
        ),
        _TICKET_FILTERS, _TICKET_SORTS, _TICKET_TAKEN,
    ),
    Kind(
        "callbacks", "回访任务", "/callbacks", "条",
        (
            _NUMBER,
            Column("matter", "事项", always=True),
            _HANDLER,
            _ASSIGNEE,
            Column("closed", "办结", css="w-l hide-open"),
            Column("state", "办理结果", css="w-m"),
            Column("due", "回访期限", ("due",), always=True, css="w-l"),
        ),
        ("grade", "handler", "assignee", "days"), _TICKET_SORTS, _TICKET_TAKEN,
    ),
    Kind(
        "audits", "内容审核", "/audits", "条",
        (
            _NUMBER,
            _GRADE,
            Column("matter", "事项与待审核的内容", always=True),
            _HANDLER,
            _ASSIGNEE,
            Column("opened", "收到", ("newest", "oldest"), css="w-l hide-open"),
            Column("due", "审核期限", ("due",), always=True, css="w-l"),
        ),
        ("grade", "handler", "assignee", "days"), _TICKET_SORTS, _TICKET_TAKEN,
    ),
    Kind(
        "appeals", "复核申诉", "/appeals", "件",
        (
            Column("number", "申诉编号", always=True, css="w-l"),
            Column("matter", "申诉人与事项", always=True),
            Column("ticket", "工单", always=True, css="w-m"),
            Column("addressee", "受理单位", css="w-l"),
            Column("filed", "提出", css="w-l"),
            Column("due", "复核期限", css="w-l"),
            Column("state", "状态", always=True, css="w-l"),
        ),
        ("state",), taken={
            "number": "申诉编号", "ticket": "工单编号", "item": "事项", "appellant": "申诉人", "addressee": "受理单位",
            "filed": "提出时间", "due": "复核期限", "state": "状态", "decided": "决定时间",
        },
    ),
    Kind(
        "tasks", "任务", "/tasks", "项",
        (
            Column("kind", "任务", always=True, css="w-m"),
            Column("about", "对象", always=True),
            Column("to", "承担方", css="w-l"),
            Column("ticket", "工单", css="w-m"),
            Column("clause", "依据", css="w-l hide-s"),
            Column("due", "期限", always=True, css="w-l"),
            Column("state", "状态", always=True, css="w-l"),
        ),
        ("state", "kind"), taken={
            "kind": "任务", "about": "对象", "to": "承担方", "ticket": "工单编号", "clause": "依据", "due": "期限",
            "state": "状态", "ended": "结束时间",
        },
    ),
    Kind(
        "ratings", "评价数据", "/ratings", "条",
        (
            Column("at", "时间", always=True, css="w-l"),
            Column("origin", "来源", css="w-s"),
            Column("item", "事项", always=True),
            Column("marks", "评价", always=True, css="w-2"),
            Column("who", "机构与人员", css="w-l hide-s"),
            Column("channel", "渠道", css="w-l"),
            Column("case", "办件编号", css="w-xl"),
            Column("ticket", "工单", css="w-m"),
        ),
        ("grade", "origin", "channel", "institution", "days", "text"), taken={
            "at": "评价时间", "origin": "来源", "item": "事项", "marks": "评价", "counted": "计入",
            "institution": "机构",            "channel": "渠道", "appended": "是否追评", "ticket": "工单编号",
        },
    ),
    Kind(
        "alerts", "预警", "/alerts", "条",
        (
            Column("kind", "种类", always=True, css="w-xl"),
            Column("of", "对象", always=True),
            Column("rule", "次数与规则", css="w-3"),
            Column("clause", "依据", css="w-l hide-s"),
            Column("at", "期间", css="w-xl"),
            Column("state", "状态", always=True, css="w-m"),
        ),
        ("state", "kind"),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {each.code: each for each in _EVERY}
