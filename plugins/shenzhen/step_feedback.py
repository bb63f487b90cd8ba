"""Feedback at any step (第十四条): whoever gets stuck while applying says where, and is answered; nothing is scored."""

from collections import Counter
from typing import Final

from core.api import Act, Extra, Fault, Field, Form, Kind, Page, Scene, State, Table, Tell, Timer, keys, shapes
from plugins.shenzhen.shown import steps_shown

SWITCH: Final = keys.switch(
    "step_feedback", "办理环节意见反馈", help="办理页面的任何环节都可以反馈困难和建议，不计分。",
    example="选“是”后，办理页面可以放上反馈入口",
)  # fmt: skip
WITHIN: Final = keys.Key(
    "step_feedback_within", "办理环节意见处理时限", keys.EXTRAS, shapes.Period(),
    help="交办之后多久要处理。文件没有写时限的，不填就不计时。", example="5 个工作日",
)  # fmt: skip
STEPS: Final = (
    ("find", "查找事项和指南"), ("sign_in", "登录和认证"), ("fill", "填写表单"), ("upload", "上传材料"),
    ("book", "预约"), ("submit", "提交申请"), ("correct", "补正材料"), ("pay", "缴费"), ("follow", "查询进度"),
    ("collect", "领取结果"), ("other", "其他"),
)  # fmt: skip


def says_something(scene: Scene) -> tuple[Fault, ...]:
    if scene.given.get("difficulty") or scene.given.get("suggestion"):
        return ()
    return (Fault("difficulty", "请写下遇到的困难，或者写下您的建议。"),)


def by_step(scene: Scene) -> tuple[Table, ...]:
    """Where people get stuck."""
    found = scene.of("step_feedback")
    came = Counter(str(each.fields.get("step")) for each in found)
    fixed = Counter(str(each.fields.get("step")) for each in found if each.state == "fixed")
    rows = tuple((label, came[code], fixed[code]) for code, label in STEPS if came[code])
    behind = tuple(tuple(each for each in found if each.fields.get("step") == code) for code, _ in STEPS if came[code])
    return (Table("各环节的反馈", ("环节", "收到", "已解决"), rows, counted=behind),)


STEP_FEEDBACK: Final = Kind(
    "step_feedback",
    "办理环节意见",
    "办理中遇到的困难和建议。不是评价，不计分，不影响您办事。",
    Form((
        Field("step", "在哪个环节", "choice", choices=STEPS),
        Field("item", "办理的事项", "item", required=False),
        Field("difficulty", "遇到什么困难", "text", required=False, most=1000),
        Field("suggestion", "您的建议", "text", required=False, most=1000),
        Field("name", "怎样称呼您", "person", required=False, help="可以不填"),
        Field("phone", "手机号", "phone", required=False, help="填写后，有结果时短信告知您"),
        Field("shot", "页面截图", "files", required=False),
    )),
    (
        State("new", "待处理"),
        State("sent", "已交办"),
        State("fixed", "已解决", ended=True),
        State("explained", "已说明", ended=True),
    ),
    acts=(
        Act("send", "交办", ("bureau",), ("new",), "sent", Form((Field("unit", "承办单位", "institution"),)),
            sends="unit"),
        Act("hand_back", "退回", ("handler",), ("sent",), "new", Form((
            Field("back_reason", "理由", "text", most=500, help="写明应由谁办"),
        )), stops=("answer",), help="不归本单位的才退回，由主管部门改派。"),
        Act("fix", "已解决", ("handler", "bureau"), ("new", "sent"), "fixed", Form((
            Field("result", "怎样解决的", "text", told=True),
        )), stops=("answer",)),
        Act("explain", "作出说明", ("handler", "bureau"), ("new", "sent"), "explained", Form((
            Field("result", "说明", "text", told=True),
        )), stops=("answer",), help="现在不能改的，说明理由和替代的办法。"),
    ),
    timers=(Timer("answer", "处理", "send", WITHIN),),
    tells=(
        Tell("filed", ("bureau",), "收到办理环节意见 {number}：{title}"),
        Tell("send", ("handler",), "办理环节意见 {number} 交您单位处理"),
        Tell("hand_back", ("bureau",), "办理环节意见 {number} 被退回，请改派"),
        Tell("overdue:answer", ("handler", "bureau"), "办理环节意见 {number} 已过处理期限（{due}）"),
        Tell("fix", ("filer",), "您反馈的问题（{number}）已解决"),
        Tell("explain", ("filer",), "您反馈的问题（{number}）已有说明"),
    ),
    files=("citizen", "clerk"),
    sees=("bureau", "handler"),
    title="step",
    columns=("step", "item"),
    check=says_something,
    clause="第十四条",
    series="FK",
)  # fmt: skip

FEEDBACK: Final = Extra(
    "step_feedback",
    "办理环节意见反馈",
    "办理页面的任何环节都可以反馈困难和建议，交办、解决或说明；不计分。",
    SWITCH,
    "第十四条",
    settings=(WITHIN,),
    kinds=(STEP_FEEDBACK,),
    pages=(
        Page("feedback", "意见反馈", "list", "step_feedback", ("bureau", "handler")),
        Page("steps", "各环节情况", "tables", reads=("step_feedback",), tables=by_step),
    ),
    demo=steps_shown,
)  # fmt: skip
