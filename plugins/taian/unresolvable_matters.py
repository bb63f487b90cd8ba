"""“办不成事”反映窗口 (二（六）): what could not be done is written down, sent, put right, said to be late, and studied.

The plan gives no days and no grades: the terms are settings that a base rule or another place may fill, and without one
there is no due time.
"""

import re
from datetime import date
from typing import Final

from core.api import (
    Act,
    Duty,
    Extra,
    Fault,
    Field,
    Form,
    Kind,
    Metric,
    Page,
    Scene,
    State,
    Tell,
    Timer,
    keys,
)
from plugins.taian.matters_shown import lived_through
from plugins.taian.matters_studied import (
    CAUSES,
    CONFIRM_WITHIN,
    CONTENT,
    RECTIFY_WITHIN,
    SEND_WITHIN,
    SOLVED,
    STUCK,
    STUDY_EVERY,
    WARN_BEFORE,
    owed_study,
    rate_answered,
    rate_in_time,
    rate_solved,
    studied,
)

CLOSED: Final = (("agreed", "已当面或电话告知，本人没有异议"), ("unreachable", "多次联系不上反映人"))
WITH_UNIT: Final = ("sent", "backed")
OPEN: Final = ("received", *WITH_UNIT)
_MANY_DIGITS: Final = re.compile(r"\d(?:[\s-]?\d){6,}")


def nobodys_number(scene: Scene) -> tuple[Fault, ...]:
    """What everybody reads holds no telephone and no identity number."""
    if _MANY_DIGITS.search(str(scene.given.get("shown_as", ""))):
        return (Fault("shown_as", "这句话会公开，里面像是有电话、证件或办件号码，请删去。"),)
    return ()


def is_repeat(scene: Scene) -> tuple[Fault, ...]:
    if scene.record.repeat_of:
        return ()
    return (
        Fault(
            "", "这一件没有标为重复，不能并入别的反映；有“可能重复”提示的先认定，没有的请转办，或者答复不属于受理范围。"
        ),
    )


def order_of_days(scene: Scene) -> tuple[Fault, ...]:
    since, until = scene.given.get("since"), scene.given.get("until")
    if isinstance(since, date) and isinstance(until, date) and since > until:
        return (Fault("until", f"不能早于起始日期 {since.isoformat()}。"),)
    return ()


SHOWN_AS: Final = Field(
    "shown_as", "问题概要", most=60, open=True,
    help="公开列表用这句话，例：新店的营业执照一再要求补材料。不写姓名、电话、住址和企业名称。",
)  # fmt: skip
SENT: Final = Form((
    Field("handler", "承办单位", "institution", open=True), SHOWN_AS,
    Field("order", "办理要求", "text", most=500, required=False),
))  # fmt: skip
MATTER: Final = Kind(
    "matter", "“办不成事”反映", "办事没有办成的，写下什么事、卡在哪里。会有人跟进，直到有结果。",
    Form((
        Field("title", "什么事没有办成", most=60, help="例：新店办不下来营业执照"),
        Field("stuck", "卡在哪里", "choice", choices=STUCK, open=True),
        Field("why", "对方怎么说的", "text", most=1000, help="写下窗口或网上给的理由；没有给理由也请写明"),
        Field("item", "办的是哪个事项", "item", required=False, help="不清楚可以不选"),
        Field("unit", "在哪个单位办的", "institution", required=False, help="不清楚可以不选"),
        Field("case", "办件编号", "case", required=False, help="受理单或短信里有；没有受理的没有编号"),
        Field("papers", "照片或材料", "files", required=False),
        Field("person", "姓名", "person", required=False),
        Field("phone", "手机号", "phone", required=False, help="办理进展会发短信告诉您；不留也可以凭回执码查看"),
    )),
    states=(
        State("received", "待转办"),
        State("sent", "整改中", shown=True),
        State("backed", "兜底办理中", shown=True),
        State("answered", "待确认办结", shown=True),
        State("closed", "已办结", ended=True, shown=True),
        State("joined", "已并入前一件", ended=True),
        State("outside", "不属于受理范围", ended=True),
        State("withdrawn", "已撤回", ended=True),
    ),
    acts=(
        Act(
            "send", "转办", ("bureau",), ("received",), "sent", SENT, stops=("send",), sends="handler",
            check=nobodys_number, help="转办后承办单位立即收到通知。",
        ),
        Act("urge", "催办", ("bureau",), WITH_UNIT, form=Form((Field("urged", "催办内容", "text", most=300),))),
        Act(
            "feedback", "反馈办理结果", ("handler", "bureau"), WITH_UNIT, "answered",
            Form((
                Field("solved", "结果", "choice", choices=SOLVED, open=True),
                Field("result", "告诉反映人的话", "text", most=1000, told=True),
                Field("cause", "办不成的原因", "choice", choices=CAUSES, open=True),
                Field("improved", "以后怎么避免", "text", required=False, most=1000),
            )),
            stops=("rectify",),
        ),
        Act(
            "contact", "登记联系情况", ("handler", "bureau"), OPEN,
            form=Form((Field("contacted", "联系情况", "text", most=500),)),
        ),
        Act(
            "return", "退回", ("handler",), ("sent",), "received",
            Form((Field("return_reason", "退回理由", "text", most=500, help="写明应由谁办"),)),
            stops=("rectify",), help="不是本单位的事才退回。",
        ),
        Act(
            "back", "提供兜底服务", ("bureau",), ("received", "sent"), "backed",
            Form((
                Field("handler", "牵头单位", "institution", open=True), SHOWN_AS,
                Field("plan", "怎么帮他办成", "text", most=1000, told=True, help="反映人会看到这段话"),
            )),
            stops=("send",), sends="handler", check=nobodys_number,
            help="疑难复杂的，由代办人员或牵头单位一直办到底。",
        ),
        Act(
            "reassign", "改派", ("bureau",), ("sent",), "sent", SENT, sends="handler", check=nobodys_number,
            help="改由别的单位承办，整改期限重新起算。",
        ),
        Act(
            "confirm", "办成了，确认办结", ("filer",), ("answered",), "closed",
            Form((Field("content", "对办理结果", "choice", required=False, choices=CONTENT),)),
        ),
        Act(
            "again", "还是没有办成", ("filer", "bureau"), ("answered",), "sent",
            Form((Field("still", "还差什么", "text", most=500, told=True),)), stops=("confirm",),
            help="退回承办单位继续办，整改期限重新起算。",
        ),
        Act(
            "close", "代为办结", ("bureau",), ("answered",), "closed",
            Form((
                Field("closed_why", "为什么不等反映人确认", "choice", choices=CLOSED, told=True),
                Field("closed_note", "什么时候、怎么联系的", "text", most=500),
            )),
            help="反映人没有自己确认时用，满意不满意只由反映人说。",
        ),
        Act(
            "add", "补充情况", ("filer",), (*OPEN, "answered"),
            form=Form((
                Field("more", "要补充的", "text", most=500), Field("papers", "照片或材料", "files", required=False),
            )),
        ),
        Act(
            "withdraw", "不用办了，撤回", ("filer",), OPEN, "withdrawn",
            Form((Field("withdrawn", "原因", "text", most=300, required=False),)),
        ),
        Act(
            "join", "并入前一件", ("bureau",), ("received",), "joined",
            Form((Field("joined", "告诉反映人的话", "text", most=500, told=True),)),
            check=is_repeat, help="同一个人同一件事反映了两次，只办一次。",
        ),
        Act("same", "认定为重复", ("bureau",), (*OPEN, "answered"), asked=True, effect="is-same",
            help="与前一件是同一个人的同一件事。认定后两件互相看得到，统计只算一件；要合并办理的再并入。"),
        Act("apart", "不是重复", ("bureau",), (*OPEN, "answered"), asked=True, effect="is-other",
            help="是两件事，各办各的，不再提示。"),
        Act(
            "decline", "不属于受理范围", ("bureau",), ("received",), "outside",
            Form((Field("declined", "理由和该找谁", "text", most=500, told=True),)),
            help="反映人会看到这段话。",
        ),
    ),
    timers=(
        Timer("send", "转办", ("filed", "return"), SEND_WITHIN),
        Timer("rectify", "整改", ("send", "reassign", "back", "again"), RECTIFY_WITHIN, warn=WARN_BEFORE),
        Timer("confirm", "待确认", "feedback", CONFIRM_WITHIN),
    ),
    tells=(
        Tell("filed", ("bureau",), "新的“办不成事”反映 {number}：{title}"),
        Tell("send", ("handler", "filer"), "“办不成事”反映 {number} 已转办：{title}"),
        Tell("reassign", ("handler", "filer"), "“办不成事”反映 {number} 已改派承办单位：{title}"),
        Tell("back", ("handler", "filer"), "“办不成事”反映 {number} 由专人兜底办理：{title}"),
        Tell("return", ("bureau",), "{number} 被退回，请重新转办：{title}"),
        Tell("feedback", ("filer", "bureau"), "“办不成事”反映 {number} 有了结果：{title}"),
        Tell("again", ("handler", "bureau"), "{number} 还没有办成，请继续办理：{title}"),
        Tell("close", ("filer",), "“办不成事”反映 {number} 已办结：{title}"),
        Tell("add", ("handler", "bureau"), "反映人补充了情况 {number}：{title}"),
        Tell("withdraw", ("handler", "bureau"), "反映人撤回了 {number}：{title}"),
        Tell("join", ("filer",), "“办不成事”反映 {number} 已与前一件合并办理：{title}"),
        Tell("decline", ("filer",), "“办不成事”反映 {number} 已答复：{title}"),
        Tell("urge", ("handler",), "请尽快办理 {number}：{title}"),
        Tell("warning:rectify", ("handler", "bureau"), "{number} 将于 {due} 到期：{title}"),
        Tell("overdue:rectify", ("handler", "bureau"), "{number} 已超期，期限是 {due}：{title}"),
        Tell("overdue:confirm", ("filer", "bureau"), "{number} 有了结果，还没有确认办结：{title}"),
        Tell("overdue:send", ("bureau",), "{number} 超过转办期限 {due}：{title}"),
    ),
    files=("citizen", "clerk", "bureau"),
    sees=("bureau", "handler", "clerk"),
    title="title",
    columns=("stuck", "item"),
    same=("phone", "item"),
    repeats="mark",
    alike=("item", "unit", "title", "why"),
    case="case",
    clause="二（六）",
    public="“办不成事”办理情况",
    series="BS",
)  # fmt: skip

TOPIC: Final = Field("topic", "研判什么问题", most=60)
STUDIED: Final = (
    Field("found", "查明的原因", "text", most=2000),
    Field("solution", "解决方案", "text", most=2000),
    Field("lead", "牵头单位", "institution"),
    Field("finish", "完成日期", "day", required=False, help="方案里定了的才填"),
)
STUDY: Final = Kind(
    "matter_study", "专题研判", "一段时间里办不成的事为什么办不成、怎么解决、谁来办，写下来，办完为止。",
    Form((
        TOPIC,
        Field("since", "从哪一天的反映", "day"),
        Field("until", "到哪一天的反映", "day"),
        *STUDIED,
    )),
    states=(
        State("doing", "落实中"),
        State("owed", "待研判"),
        State("done", "已落实，待核对"),
        State("over", "已完成", ended=True),
    ),
    acts=(
        Act(
            "study", "写出研判", ("bureau",), ("owed",), "doing", Form((TOPIC, *STUDIED)), sends="lead",
            help="写出之后牵头单位立即收到通知。",
        ),
        Act(
            "nothing", "没有需要研判的", ("bureau",), ("owed",), "over",
            Form((Field("nothing_why", "情况说明", "text", most=500),)),
        ),
        Act(
            "report", "报告落实情况", ("handler",), ("doing",), "done",
            Form((Field("carried_out", "落实情况", "text", most=2000),)), stops=("finish", "again"),
        ),
        Act("accept", "核对完成", ("bureau",), ("done",), "over"),
        Act(
            "redo", "没有落实到位", ("bureau",), ("done",), "doing",
            Form((
                Field("missing", "还差什么", "text", most=500),
                Field("again_until", "重新落实至", "day", required=False, help="到这一天 24:00；不定日子的不填"),
            )),
        ),
    ),
    timers=(
        Timer("finish", "落实", ("filed", "study"), until="finish"),
        Timer("again", "重新落实", "redo", until="again_until"),
    ),
    tells=(
        Tell("filed", ("handler", "bureau"), "“办不成事”研判 {number}：{title}"),
        Tell("study", ("handler",), "“办不成事”研判交你单位牵头落实 {number}：{title}"),
        Tell("report", ("bureau",), "{number} 报告已落实，请核对：{title}"),
        Tell("redo", ("handler",), "{number} 没有落实到位：{title}"),
        Tell("overdue:finish", ("handler", "bureau"), "{number} 已超过完成日期 {due}：{title}"),
        Tell("overdue:again", ("handler", "bureau"), "{number} 已超过重新落实的日期 {due}：{title}"),
    ),
    files=("bureau",),
    sees=("bureau", "handler"),
    title="topic",
    columns=("finish",),
    goes_to="lead",
    check=order_of_days,
    clause="二（六）",
    series="YP",
)  # fmt: skip


UNRESOLVABLE: Final = Extra(
    "unresolvable_matters",
    "“办不成事”反映窗口",
    "办事没有办成的，在窗口、扫码或打电话反映；转办、整改、超期预警、公开晾晒、定期研判、兜底服务。",
    keys.unresolvable_matters,
    "二（六）",
    settings=(SEND_WITHIN, RECTIFY_WITHIN, WARN_BEFORE, STUDY_EVERY, CONFIRM_WITHIN),
    kinds=(MATTER, STUDY),
    pages=(
        Page("matters", "反映", "list", "matter", ("bureau", "handler", "clerk")),
        Page("board", "进展", "board", "matter", ("bureau", "handler")),
        Page("causes", "分析", "tables", "matter", ("bureau",), ("matter",), studied,
             "原因、单位、反复出现的问题，供研判用。"),
        Page("studies", "研判", "list", "matter_study", ("bureau", "handler")),
    ),
    duties=(Duty("study", "定期研判", "month", owed_study),),
    metrics=(
        Metric("answered", "“办不成事”反馈率", "institution", ("matter",), rate_answered,
               "已反馈或办结的反映 ÷ 转给本单位的反映"),
        Metric("solved", "“办不成事”办成率", "institution", ("matter",), rate_solved, "办成的反映 ÷ 已反馈的反映"),
        Metric("in_time", "“办不成事”按期率", "institution", ("matter",), rate_in_time,
               "没有超过整改期限的反映 ÷ 转给本单位的反映；没有规定整改期限的不计算"),
    ),
    demo=lived_through,
)  # fmt: skip
