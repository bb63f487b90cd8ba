"""Everything a regulation can set is named here once, with its type, its Chinese label and what silence means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, Protocol, TypeVar, cast

from core.errors import Invalid
from core.policy import columns, vocab
from core.policy import values as v
from core.policy.columns import EXTENSION, GRADES, NO_EXTENSION
from core.policy.records import Record, Rows
from core.policy.shapes import (
    NO_WORDS,
    Choice,
    Flag,
    GradeOrWord,
    Many,
    Period,
    Plain,
    Scores,
    Shape,
    Text,
    Whole,
    unknown,
)
from core.policy.spans import Span
from core.policy.vocab import Words

T = TypeVar("T")
UNSET: Final = "unset"
Unset = Literal["unset"]
Stricter = Literal["shorter", "longer"]
ChangedBy = Literal["city", "province"]
Group = Literal["评价", "工单与期限", "复核", "统计", "公开与监督", "特色功能"]
RATE: Final = "评价"
TICKETS: Final = "工单与期限"
APPEALS: Final = "复核"
COUNT: Final = "统计"
PUBLIC: Final = "公开与监督"
EXTRAS: Final = "特色功能"


@dataclass(frozen=True, eq=False, repr=False)
class Key(Generic[T]):
    """One value that a regulation can set; ``when_unset`` is what holds where none does.

    ``help`` and ``example`` tell who enters it what it decides; for the keys below they stand in `core.policy.helps`.
    """

    name: str
    label: str
    group: Group
    shape: Shape[T]
    unit: str = ""
    stricter: Stricter | None = None
    changed_by: ChangedBy = "city"
    when_unset: T | None = None
    help: str = ""
    example: str = ""

    def __repr__(self) -> str:
        return f"keys.{self.name}"

    @property
    def table(self) -> bool:
        return isinstance(self.shape, Rows)

    def field(self, name: str) -> "Part":
        """One field of the value below: ``keys.formulas.field("over")`` is ``formulas.over``."""
        return Part(cast("Key[Any]", self), name)

    def parse(self, raw: object) -> T:
        return self.shape.parse(raw, self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a key's value; of a table's value, that field in every row."""

    key: Key[Any]
    written: str

    def __post_init__(self) -> None:
        record_of(self.key).column(self.written, self.key.name)

    @property
    def name(self) -> str:
        return f"{self.key.name}.{self.written}"

    def parse(self, raw: object) -> object:
        column = record_of(self.key).column(self.written, self.key.name)
        return raw if raw is None else column.shape.parse(raw, self.name)


def record_of(key: Key[Any]) -> Record[Any]:
    """The columns of a key whose value has fields."""
    shape: Shape[Any] = key.shape
    if isinstance(shape, Record):
        return shape
    if isinstance(shape, Rows):
        return cast("Rows[Any]", shape).row
    if shape is NO_EXTENSION:
        return EXTENSION
    raise Invalid(f"{key.name}（{key.label}）是单个值，没有可单独修改的字段。", field=key.name)


def _flag(name: str, label: str, group: Group) -> Key[bool]:
    return Key(name, label, group, Flag(), when_unset=False)


def switch(name: str, label: str, *, help: str = "", example: str = "") -> Key[bool]:
    """The key by which a tenant turns an extra on."""
    return Key(name, label, EXTRAS, Flag(), when_unset=False, help=help, example=example)


# 评价
grade_labels: Final[Key[tuple[str, ...]]] = Key(
    "grade_labels", "等级名称", RATE, Many(Text(), 5, 5), changed_by="province"
)
scores: Final[Key[tuple[float, ...]]] = Key("scores", "等级分值", RATE, Scores(), "分", changed_by="province")
bad_grades: Final[Key[tuple[int, ...]]] = Key("bad_grades", "差评等级", RATE, GRADES, changed_by="province")
good_grades: Final[Key[tuple[int, ...]]] = Key("good_grades", "好评等级", RATE, GRADES, changed_by="province")
bad_needs: Final[Key[Literal["tag-or-text", "nothing"]]] = Key(
    "bad_needs",
    "差评须有",
    RATE,
    Choice({"tag-or-text": "标签或文字", "nothing": "无须理由"}),
    when_unset="nothing",
)
dimensions: Final[Key[tuple[v.Dimension, ...]]] = Key(
    "dimensions", "评价内容", RATE, Rows(columns.DIMENSION, unique="code")
)
tags: Final[Key[tuple[v.Tag, ...]]] = Key(
    "tags", "评价标签", RATE, Rows(columns.TAG, unique="code"), changed_by="province"
)
channels: Final[Key[tuple[v.Channel, ...]]] = Key("channels", "评价渠道", RATE, Rows(columns.CHANNEL, unique="code"))
indicators: Final[Key[tuple[v.Indicator, ...]]] = Key(
    "indicators", "指标体系", RATE, Rows(columns.INDICATOR, unique="name"), changed_by="province"
)
identity: Final[Key[Literal["required", "encouraged", "none"]]] = Key(
    "identity", "实名要求", RATE, Choice(vocab.IDENTITIES), when_unset="none"
)
occasions: Final[Key[tuple[v.Occasion, ...]]] = Key(
    "occasions", "评价环节", RATE, Rows(columns.OCCASION), when_unset=()
)
closed_when: Final[Key[tuple[v.ClosedWhen, ...]]] = Key(
    "closed_when", "办结的认定", RATE, Rows(columns.CLOSED_WHEN), when_unset=()
)
rating_window: Final[Key[tuple[v.Window, ...]]] = Key(
    "rating_window", "评价期限", RATE, Rows(columns.WINDOW, short="within"), stricter="longer"
)
after_window: Final[Key[Literal["close"] | int]] = Key(
    "after_window", "逾期未评价", RATE, GradeOrWord("close", "关闭评价入口，不计评价"), when_unset="close"
)
remind_after: Final[Key[tuple[Span, ...]]] = Key(
    "remind_after", "提醒时间", RATE, Many(Period()), stricter="shorter", when_unset=()
)
remind_by: Final[Key[tuple[str, ...]]] = Key("remind_by", "提醒方式", RATE, Many(Choice[str](vocab.MESSAGES)))
append: Final[Key[v.Append]] = Key("append", "追加评价", RATE, columns.APPEND)
batch_counts: Final[Key[Literal["once", "each"]]] = Key(
    "batch_counts", "批量办理的评价", RATE, Choice({"once": "计一次", "each": "每笔各计一次"}), when_unset="once"
)
theme_fills: Final = _flag("theme_fills", "主题总体评价计入各事项", RATE)
agent_lock: Final = _flag("agent_lock", "代办人与申请人共用一次评价", RATE)
questionnaire: Final[Key[tuple[v.Questionnaire, ...]]] = Key(
    "questionnaire", "问卷", RATE, Rows(columns.QUESTIONNAIRE), when_unset=()
)
screened: Final = _flag("screened", "回避式评价", RATE)
device_shows: Final[Key[tuple[str, ...]]] = Key(
    "device_shows", "评价器显示", RATE, Many(Choice[str](vocab.SHOWN)), when_unset=()
)

# 工单与期限
ticket_for: Final[Key[v.TicketFor]] = Key("ticket_for", "生成工单的评价", TICKETS, columns.TICKET_FOR)
audit: Final[Key[v.Audit]] = Key("audit", "差评审核", TICKETS, columns.AUDIT)
objective_grades: Final[Key[tuple[int, ...]]] = Key("objective_grades", "可因客观原因撤销的等级", TICKETS, GRADES)
dispatcher: Final[Key[Literal["direct", "bureau", "hotline"]]] = Key(
    "dispatcher",
    "派单方",
    TICKETS,
    Choice({"direct": "系统直接派单", "bureau": "政务服务管理部门", "hotline": "12345 热线"}),
)
ticket_per: Final[Key[Literal["one", "split"]]] = Key(
    "ticket_per", "多项差评", TICKETS, Choice({"one": "合为一单", "split": "按责任单位分单"}), when_unset="one"
)
routing: Final[Key[tuple[v.Route, ...]]] = Key("routing", "责任单位", TICKETS, Rows(columns.ROUTE), when_unset=())
verified_by: Final[Key[Literal["handler", "bureau"]]] = Key(
    "verified_by", "核实方", TICKETS, Choice({"handler": "责任单位", "bureau": "政务服务管理部门"})
)
handler_finds: Final[Key[tuple[v.FindingName, ...]]] = Key(
    "handler_finds", "责任单位可自行认定的结果", TICKETS, Many(Choice[v.FindingName](vocab.FINDINGS))
)
returns: Final = _flag("returns", "责任单位可退回工单", TICKETS)
clocks: Final[Key[tuple[v.Clock, ...]]] = Key(
    "clocks", "期限", TICKETS, Rows(columns.CLOCK), stricter="shorter", when_unset=()
)
warn_before: Final[Key[tuple[Span, ...]]] = Key("warn_before", "到期前预警", TICKETS, Many(Period()), when_unset=())
rest_day_moves: Final = _flag("rest_day_moves", "自然日期限末日为休息日时顺延", TICKETS)
extension: Final[Key[v.Extension | Literal["none"]]] = Key(
    "extension", "延期", TICKETS, NO_EXTENSION, stricter="shorter"
)
verdict_effects: Final[Key[v.VerdictEffects]] = Key(
    "verdict_effects", "认定结果的效力", TICKETS, columns.VERDICT_EFFECTS, when_unset=v.VerdictEffects()
)
explained: Final[Key[v.Explained]] = Key("explained", "解释说明", TICKETS, columns.EXPLAINED, when_unset=v.Explained())
feedback_scale: Final[Key[tuple[str, ...]]] = Key("feedback_scale", "整改反馈的评价等级", TICKETS, Many(Text(), 2, 5))
feedback_bad_reopens: Final = _flag("feedback_bad_reopens", "对反馈不满意则重新整改", TICKETS)
callback: Final[Key[tuple[v.Callback, ...]]] = Key(
    "callback", "办结后回访", TICKETS, Rows(columns.CALLBACK, short="share"), when_unset=()
)
accountability: Final[Key[tuple[v.Accountability, ...]]] = Key(
    "accountability", "责任处理", TICKETS, Rows(columns.ACCOUNTABILITY), when_unset=()
)

# 复核
appellants: Final[Key[tuple[str, ...]]] = Key(
    "appellants", "可申请复核的", APPEALS, Many(Choice[str](vocab.APPELLANTS))
)
appeal_to: Final[Key[Literal["own-institution", "bureau", "by-place"]]] = Key(
    "appeal_to",
    "复核机关",
    APPEALS,
    Choice(
        {"own-institution": "本人所在单位", "bureau": "政务服务管理部门", "by-place": "按事项所在（中心内或主管部门）"}
    ),
)
appeal_needs: Final[Key[v.AppealNeeds]] = Key(
    "appeal_needs", "复核申请材料", APPEALS, columns.APPEAL_NEEDS, when_unset=v.AppealNeeds()
)
appeal_pauses: Final[Key[tuple[str, ...]]] = Key(
    "appeal_pauses", "复核期间停止计算的期限", APPEALS, Many(Choice[str](vocab.CLOCKS)), when_unset=()
)

# 统计
formulas: Final[Key[tuple[v.Formula, ...]]] = Key("formulas", "得分公式", COUNT, Rows(columns.FORMULA), when_unset=())
defaults_count: Final = _flag("defaults_count", "默认评价计入得分", COUNT)
region_includes_below: Final = _flag("region_includes_below", "地区得分含下级", COUNT)
rectified_of: Final[Key[Literal["all", "item"]]] = Key(
    "rectified.of", "整改率的范围", COUNT, Choice({"all": "全部差评工单", "item": "事项差评工单"}), when_unset="all"
)
index: Final[Key[tuple[v.IndexFactor, ...]]] = Key("index", "综合排名", COUNT, Rows(columns.INDEX), when_unset=())
min_sample: Final[Key[int]] = Key("min_sample", "参加排名的最少评价数", COUNT, Whole(), "条")
alerts: Final[Key[tuple[v.Alert, ...]]] = Key("alerts", "预警", COUNT, Rows(columns.ALERT), when_unset=())
targets: Final[Key[tuple[v.GoalValue, ...]]] = Key("targets", "目标值", COUNT, Rows(columns.TARGET), when_unset=())
formula_notice: Final[Key[Span]] = Key("formula_notice", "公式调整须提前告知", COUNT, Period(), stricter="longer")

# 公开与监督
publish: Final[Key[v.Publish]] = Key("publish", "结果公开", PUBLIC, columns.PUBLISH)
bulletin: Final[Key[Literal["monthly", "quarterly"]]] = Key(
    "bulletin", "通报", PUBLIC, Choice({"monthly": "每月", "quarterly": "每季度"})
)
bulletin_levels: Final[Key[tuple[str, ...]]] = Key(
    "bulletin.levels", "通报范围", PUBLIC, Many(Choice[str](vocab.LEVELS)), when_unset=()
)
public_min: Final[Key[int]] = Key("public_min", "低于此数公开为“样本不足”", PUBLIC, Whole(), "条")
deletion_wait: Final[Key[Span]] = Key("deletion_wait", "删除全部数据前的等待期", PUBLIC, Period(), stricter="longer")
cadence: Final[Key[tuple[v.Cadence, ...]]] = Key("cadence", "定期工作", PUBLIC, Rows(columns.CADENCE), when_unset=())

# 特色功能
unresolvable_matters: Final = switch("unresolvable_matters", "“办不成事”反映窗口")
experience_officers: Final = switch("experience_officers", "政务服务体验官")
third_party_survey: Final = switch("third_party_survey", "第三方评估")
third_party_survey_topics: Final[Key[tuple[str, ...]]] = Key(
    "third_party_survey_topics", "第三方评估的内容", EXTRAS, Many(Choice[str](vocab.SURVEY_TOPICS)), when_unset=()
)
third_party_survey_every: Final[Key[Literal["month", "quarter", "year"]]] = Key(
    "third_party_survey_every", "第三方评估多久一轮", EXTRAS, Choice(vocab.EVERY)
)
role_swap_days: Final = switch("role_swap_days", "换位体验")
five_degrees: Final = switch("five_degrees", "“五度”监测")
paper_forms: Final = switch("paper_forms", "纸质评价表")
voice_invitation: Final = switch("voice_invitation", "智能语音邀评")
data_share: Final = switch("data_share", "评价数据申请共享")
general_comments: Final = switch("general_comments", "综合点评")

_WRITTEN: Final = [cast("Key[Any]", each) for each in list(vars().values()) if isinstance(each, Key)]
_NAMED: Final[dict[str, Key[Any]]] = {each.name: each for each in _WRITTEN}
ALL: Final[Mapping[str, Key[Any]]] = MappingProxyType(_NAMED)
_OURS: Final = frozenset(_NAMED)


def admit(brought: Iterable[Key[Any]]) -> None:
    """The switches and settings that installed extras bring become keys like any other."""
    for each in brought:
        if _NAMED.setdefault(each.name, each) is not each:
            raise Invalid(f"规则项 {each.name} 已存在，特色功能的规则项须另取名称。", field=each.name)


def dismiss() -> None:
    """What was admitted goes with the plugins that brought it."""
    for name in _NAMED.keys() - _OURS:
        del _NAMED[name]


def is_brought(name: str) -> bool:
    """Whether the key, or the one that the named field is of, comes with an installed extra."""
    return name.partition(".")[0] not in _OURS and whole(name).name not in _OURS


class Said(Protocol):
    """Something that was said of a key."""

    @property
    def key(self) -> str: ...


S = TypeVar("S", bound=Said)


def heard(said: Iterable[S]) -> tuple[S, ...]:
    """What is said of keys that somebody reads: nobody reads what a removed plugin brought, until it is back."""
    return tuple(each for each in said if is_heard(each.key))


def is_heard(name: str) -> bool:
    return name in ALL or name.partition(".")[0] in ALL


def find(name: str) -> Key[Any] | Part:
    """The key of this name, or the field of a key for a dotted one."""
    if name in ALL:
        return ALL[name]
    head, dot, field = name.partition(".")
    if dot and head in ALL:
        return ALL[head].field(field)
    raise unknown(name, ALL, "规则项", "名称")


def whole(name: str) -> Key[Any]:
    """The key of this name, or the one that the named field is of."""
    found = find(name)
    return found.key if isinstance(found, Part) else found


def parse(name: str, raw: object) -> Any:
    return UNSET if raw == UNSET else find(name).parse(raw)


def dump(key: Key[Any], value: Any) -> Plain:
    """The value as it stands in TOML and JSON; ``None`` and ``"unset"`` are ``"unset"``."""
    return UNSET if value is None or value == UNSET else key.shape.dump(value)


def chinese(key: Key[Any], value: Any, words: Words = NO_WORDS) -> str:
    """The value in a lawyer's words; ``words`` gives a tenant's own labels of dimensions and grades."""
    if value is None or value == UNSET:
        return "未作规定"
    text = key.shape.chinese(value, words)
    return f"{text} {key.unit}" if key.unit and not isinstance(key.shape, Scores) else text


def matches(key: Key[Any], raw: object, value: Any) -> bool:
    """Whether ``raw``, as written in a scenario, says the same as ``value``; clauses are compared only if written."""
    if raw == UNSET or value is None:
        return (raw == UNSET) == (value is None)
    expected = key.parse(raw)
    written, found = dump(key, expected), dump(key, value)
    return written == found or _bare(written) == found or written == _bare(found)


def _bare(plain: Plain) -> Plain:
    if not isinstance(plain, list):
        return plain
    rows = cast("list[Plain]", plain)
    return [_without_clause(row) for row in rows]


def _without_clause(row: Plain) -> Plain:
    if not isinstance(row, dict):
        return row
    fields = cast("dict[str, Plain]", row)
    return {name: value for name, value in fields.items() if name != "clause"}
