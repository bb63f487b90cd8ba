"""Each kind of row that a regulation may write has its columns here, with the Chinese word for each."""

import re
from typing import Any, Final

from core.policy import values, vocab
from core.policy.records import CLAUSE, Column, Record, Rows, condition, since
from core.policy.shapes import (
    Choice,
    Code,
    Effect,
    Flag,
    Grade,
    Many,
    Number,
    OrWord,
    Period,
    Text,
    Weights,
    Whole,
    YesNoAny,
)

GRADES: Final = Many(Grade(), least=1, most=5)
_DIMENSION: Final = Code(of="dimensions")
_EVENT: Final = Choice[str](vocab.EVENTS)
_MODE: Final = Choice[str](vocab.MODES)
_COMPOSITE: Final = Choice[str](vocab.COMPOSITES)

DIMENSION: Final = Record(
    values.Dimension,
    (
        Column("code", "", Code(own=True)),
        Column("label", "", Text()),
        Column("of", "评价对象", Choice[str](vocab.OBJECTS)),
        Column("tagged", "可选标签", Flag(), default=True),
    ),
)
TAG: Final = Record(
    values.Tag,
    (
        Column("code", "", Whole(1, 999_999)),
        Column("grade", "", Grade()),
        Column("label", "", Text()),
        Column("about", "涉及", Choice[str](vocab.ABOUTS)),
        Column("core", "直接显示", Flag(), default=False),
    ),
)
CHANNEL: Final = Record(
    values.Channel,
    (
        Column("code", "", Code(own=True)),
        Column("label", "", Text()),
        Column("base", "属于", Choice[str](vocab.CHANNELS)),
    ),
)
INDICATOR: Final = Record(
    values.Indicator,
    (Column("name", "", Text()), Column("below", "下设", Many(Text()), ())),
)
OCCASION: Final = Record(
    values.Occasion,
    (
        condition("event", "环节", _EVENT),
        condition("mode", "办理方式", _MODE),
        condition("kind", "办件类型", Choice[str](vocab.KINDS)),
        condition("composite", "办理形式", _COMPOSITE),
        Column("dimensions", "评价", Many(_DIMENSION, least=1)),
        Column("required", "其中必评", Many(_DIMENSION), ()),
        CLAUSE,
    ),
)
CLOSED_WHEN: Final = Record(
    values.ClosedWhen,
    (
        condition("mode", "办理方式", _MODE),
        condition("certificate", "纸质结果", YesNoAny("有纸质结果", "无纸质结果"), None),
        Column("event", "以此为办结：", _EVENT),
        CLAUSE,
    ),
)
WINDOW: Final = Record(
    values.Window,
    (condition("event", "环节", _EVENT), Column("within", "", Period()), CLAUSE),
)
APPEND: Final = Record(
    values.Append,
    (
        Column("max", "次数", Whole(1, 99)),
        Column("within", "期限", Period()),
        since("起算于", Choice[str]({"rated": "评价", "answered": "反馈评价人"}), "rated"),
        Column("dimensions", "可追评", Many(_DIMENSION), ("overall",)),
        Column("after_default", "默认评价后可追评", Flag(), default=False),
    ),
)
TICKET_FOR: Final = Record(
    values.TicketFor,
    (
        Column("grades", "等级", GRADES),
        Column("needs", "条件", Choice[str]({"any": "有此等级即可", "content": "须有标签或文字"}), "any"),
    ),
)
AUDIT: Final = Record(
    values.Audit,
    (
        Column("when", "审核", Choice[str]({"always": "全部差评", "content": "有标签或文字的差评"})),
        Column("on_timeout", "逾期", Choice[str]({"accept": "视为通过", "escalate": "上报"})),
        Column(
            "refused",
            "不通过",
            Choice[str]({"hide-text": "隐去文字，评价照计", "withdraw": "评价不计入"}),
            "hide-text",
        ),
    ),
)
ROUTE: Final = Record(
    values.Route,
    (
        condition("dimension", "维度", _DIMENSION),
        condition("about", "涉及", Choice[str](vocab.ABOUTS)),
        condition("composite", "办理形式", _COMPOSITE),
        Column("to", "派至", Choice[str](vocab.TARGETS)),
        CLAUSE,
    ),
)
CLOCK: Final = Record(
    values.Clock,
    (
        condition("dimension", "维度", _DIMENSION),
        condition("complexity", "复杂程度", Choice[str](vocab.COMPLEXITIES)),
        Column("clock", "", Choice[str](vocab.CLOCKS)),
        since("起算于", Choice[str](vocab.SINCE)),
        Column("within", "期限", Period()),
        CLAUSE,
    ),
)
EXTENSION: Final = Record(
    values.Extension,
    (
        Column("before_due", "须在到期前提出", Flag(), default=True),
        Column(
            "needs",
            "须写明",
            Many(Choice[str]({"reason": "理由", "until": "新的期限"})),
            ("reason", "until"),
        ),
        Column("tell_rater", "须告知评价人", Flag(), default=False),
        Column("longest", "最长", Period(), None),
        Column("added", "至多延长", Period(), None),
        Column("once", "只能延期一次", Flag(), default=False),
    ),
)
VERDICT_EFFECTS: Final = Record(
    values.VerdictEffects,
    (
        Column("mistaken", "误评", Effect(), "keep"),
        Column("malicious", "恶意差评", Effect(), "keep"),
        Column("objective", "系统或客观原因", Effect(), "keep"),
        Column(
            "mistaken_without_append",
            "误评而未追评",
            Choice[str]({"keep": "照原评价计入", "exclude": "不计入"}),
            "keep",
        ),
    ),
)
APPEAL_NEEDS: Final = Record(
    values.AppealNeeds,
    (
        Column("reason", "须写理由", Flag(), default=True),
        Column("evidence", "须交证据", Flag(), default=False),
        Column("via", "提交方式", Choice[str]({"direct": "直接提出", "own-institution": "通过所在单位"}), "direct"),
    ),
)
EXPLAINED: Final = Record(
    values.Explained,
    (
        Column("closes", "解释说明后办结", Flag(), default=False),
        Column("counts_as_rectified", "计为已整改", Flag(), default=True),
    ),
)
CALLBACK: Final = Record(
    values.Callback,
    (
        condition("mode", "办理方式", _MODE),
        condition("grades", "等级", GRADES, (2, 1)),
        condition("identity", "评价人", Choice[str](vocab.RATERS)),
        Column("share", "回访", Number(0, 1, percent=True)),
        Column("within", "期限", Period(), None),
        CLAUSE,
    ),
)
ACCOUNTABILITY: Final = Record(
    values.Accountability,
    (
        Column("verdict", "情形", Code({**vocab.FINDINGS, **vocab.ALERTS, **vocab.CENSURES})),
        condition("dimension", "维度", _DIMENSION),
        Column("tasks", "措施", Many(Code(vocab.TASKS), least=1)),
        CLAUSE,
    ),
)
FORMULA: Final = Record(
    values.Formula,
    (
        Column("subject", "", Choice[str](vocab.SUBJECTS)),
        Column("dimension", "取", _DIMENSION, ""),
        Column("over", "平均于", Choice[str]({"ratings": "每条评价", "staff-means": "各工作人员的平均分"}), "ratings"),
        Column("dimensions", "加权", Weights(), {}),
        CLAUSE,
    ),
)
# A figure of our own, or one that an extra counts, as ``extra:code``.
METRIC: Final = Code(vocab.METRICS, written=re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*|[a-z][a-z0-9_]*:[a-z][a-z0-9_]*"))
INDEX: Final = Record(
    values.IndexFactor,
    (
        Column("group", "", Choice[str]({"departments": "部门", "districts": "县区"})),
        Column("metric", "", METRIC),
        Column("weight", "权重", Number()),
        CLAUSE,
    ),
)
ALERT: Final = Record(
    values.Alert,
    (
        Column("of", "", Choice[str](vocab.ALERTED)),
        Column("kind", "", Code(vocab.ALERTS)),
        Column("what", "计数", Choice[str](vocab.COUNTED), ""),
        Column("count", "达到次数", Whole(1), None),
        Column("within", "期间", Period(), None),
        Column("rolling", "滚动计算", Flag(), default=True),
        Column("streak", "须连续", Flag(), default=False),
        Column("rank", "排名后", Number(0, 1, percent=True), None),
        Column("months", "连续月数", Whole(1, 120), None),
        Column("share", "占比达到", Number(0, 1, percent=True), None),
        Column("min", "至少评价数", Whole(1), None),
        Column("among", "排名范围", Code(vocab.SUBJECTS), ""),
        Column("task_within", "处理期限", Period(), None),
        CLAUSE,
    ),
)
TARGET: Final = Record(
    values.GoalValue,
    (
        Column("metric", "", METRIC),
        Column("value", "目标", Number(0, 1, percent=True)),
        CLAUSE,
    ),
)
CADENCE: Final = Record(
    values.Cadence,
    (
        Column("task", "", Text()),
        Column("owner", "责任方", Text()),
        Column("every", "", Choice[str](vocab.EVERY)),
        Column("times", "次数", Whole(1, 366), 1),
        CLAUSE,
    ),
)
PUBLISH: Final = Record(
    values.Publish,
    (
        Column(
            "cadence",
            "公开",
            Choice[str]({"real-time": "实时", "monthly": "每月", "quarterly": "每季度", "periodic": "定期"}),
        ),
        Column("exceptions", "除外", Many(Text()), ()),
    ),
)
FORM_FIELD: Final = Record(
    values.FormField,
    (
        Column("code", "", Code(own=True)),
        Column("label", "", Text()),
        Column("kind", "", Choice[str](vocab.QUESTIONS)),
        Column("choices", "选项", Many(Text()), ()),
        Column("required", "必答", Flag(), default=False),
        Column("low", "最低一端", Text(), ""),
        Column("high", "最高一端", Text(), ""),
    ),
)
QUESTIONNAIRE: Final = Record(
    values.Questionnaire,
    (
        condition("mode", "办理方式", _MODE),
        condition("item", "事项", Text()),
        condition("line", "条线", Text()),
        Column("fields", "", Rows(FORM_FIELD, unique="code")),
        Column("voluntary", "自愿填写", Flag(), default=True),
        CLAUSE,
    ),
)
NO_EXTENSION: Final = OrWord[Any](EXTENSION, "none", "不得延期")
