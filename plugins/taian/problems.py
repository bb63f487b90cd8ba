"""What officers, swap days and surveys find becomes a problem (问题清单): sent to be mended, followed to its end."""

from typing import Final

from core.api import Act, Field, Form, Kind, State, Tell, Timer, keys, shapes

PROBLEM_WITHIN: Final = keys.Key(
    "problem_rectify", "发现问题的整改期限", keys.EXTRAS, shapes.Period(), stricter="shorter",
    help="体验、换位和第三方评估发现的问题，交办之后多久之内要整改并反馈。", example="10 个工作日",
)  # fmt: skip
PROBLEM_WARN: Final = keys.Key(
    "problem_warn", "发现问题的到期提醒", keys.EXTRAS, shapes.Period(), stricter="longer",
    help="整改到期之前多久提醒承办单位。", example="2 个工作日",
)  # fmt: skip
SEVERITY: Final = (("serious", "突出问题"), ("common", "一般问题"), ("advice", "改进建议"))
OPEN: Final = ("found", "sent")


FORM: Final = Form((
    Field("title", "问题", most=100),
    Field("severity", "程度", "choice", choices=SEVERITY),
    Field("unit", "责任单位", "institution"),
    Field("item", "涉及事项", "item", required=False),
    Field("detail", "具体情况", "text", required=False),
    Field("photos", "照片", "files", required=False),
))  # fmt: skip
STATES: Final = (
    State("found", "待交办"),
    State("sent", "整改中"),
    State("mended", "待复核"),
    State("closed", "已销号", ended=True),
    State("unfounded", "不属实", ended=True),
)  # fmt: skip
ACTS: Final = (
    Act("send", "交办", ("bureau",), OPEN, "sent", Form((
        Field("unit", "责任单位", "institution"),
        Field("order", "整改要求", "text", required=False),
    )), stops=("again",), sends="unit", help="责任单位立即收到通知；规则写明了整改期限的，从此起算。"),
    Act("drop", "认定不属实", ("bureau",), OPEN, "unfounded", Form((Field("drop_reason", "理由", "text"),))),
    Act("mend", "反馈整改", ("handler",), ("sent",), "mended", Form((
        Field("measures", "整改措施和结果", "text"),
        Field("proof", "整改后的照片或材料", "files", required=False),
    )), stops=("rectify", "again")),
    Act("hand_back", "退回", ("handler",), ("sent",), "found", Form((
        Field("back_reason", "为什么不由本单位整改", "text"),
    )), stops=("rectify", "again"), help="退回后由主管部门改派或者答复。"),
    Act("accept", "复核通过，销号", ("bureau",), ("mended",), "closed", Form((
        Field("checked", "复核情况", "text"),
    ))),
    Act("reject", "复核不通过，继续整改", ("bureau",), ("mended",), "sent", Form((
        Field("reject_reason", "还差什么", "text"),
        Field("again_until", "重新整改至", "day", help="到这一天 24:00"),
    ))),
    Act("urge", "催办", ("bureau",), ("sent",), "", Form((Field("urged", "催办内容", "text", most=300),))),
)  # fmt: skip
TIMERS: Final = (
    Timer("rectify", "整改", "send", PROBLEM_WITHIN, warn=PROBLEM_WARN),
    Timer("again", "重新整改", "reject", until="again_until", warn=PROBLEM_WARN),
)  # fmt: skip
TELLS: Final = (
    Tell("filed", ("bureau",), "发现新的问题 {number}，请交办：{title}"),
    Tell("send", ("handler",), "有新的问题要整改 {number}：{title}"),
    Tell("hand_back", ("bureau",), "{number} 被责任单位退回，请改派：{title}"),
    Tell("mend", ("bureau",), "{number} 已反馈整改，请复核：{title}"),
    Tell("reject", ("handler",), "{number} 复核没有通过：{title}"),
    Tell("urge", ("handler",), "请尽快整改 {number}：{title}"),
    Tell("warning:rectify", ("handler", "bureau"), "{number} 将于 {due} 到期：{title}"),
    Tell("overdue:rectify", ("handler", "bureau"), "{number} 整改已超期，期限是 {due}：{title}"),
    Tell("warning:again", ("handler", "bureau"), "{number} 将于 {due} 到期：{title}"),
    Tell("overdue:again", ("handler", "bureau"), "{number} 重新整改已超期，期限是 {due}：{title}"),
)  # fmt: skip


def problems(code: str, series: str, clause: str, parent: str) -> Kind:
    """The list of problems of one extra; ``parent`` is the kind of record in which they are found."""
    return Kind(
        code,
        "问题清单",
        "发现的问题逐条登记，交给责任单位整改，复核后销号。",
        FORM,
        STATES,
        acts=ACTS,
        timers=TIMERS,
        tells=TELLS,
        files=("bureau",),
        sees=("bureau", "handler"),
        title="title",
        columns=("severity", "unit", "item"),
        same=("title", "unit"),
        repeats="mark",
        goes_to="unit",
        parent=parent,
        clause=clause,
        series=series,
    )
