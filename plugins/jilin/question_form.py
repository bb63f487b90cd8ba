"""The question form beside a rating (第十四条): four questions and a wish, and what becomes of what people wish for."""

from collections import Counter
from typing import Final

from core.api import (
    Act,
    Extra,
    Field,
    Form,
    FormField,
    Kind,
    Page,
    Questionnaire,
    Scene,
    State,
    Table,
    Tell,
    Timer,
    keys,
)
from plugins.jilin.forms_shown import wishes_shown

SWITCH: Final = keys.switch(
    "question_form", "评价问询表单", help="网上办事评价之后，请评价人自愿回答几个问题，改进意见有人办。",
    example="选“是”后，网上评价之后附带问询表单",
)  # fmt: skip
FORM: Final = Questionnaire(
    (
        FormField("guide-clear", "服务指引是否清晰", "yes-no"),
        FormField("steps-easy", "办事程序是否便利", "yes-no"),
        FormField("papers-few", "材料手续是否精简", "yes-no"),
        FormField("screens-friendly", "操作界面是否友好", "yes-no"),
        FormField("suggestion", "有何改进意见", "text"),
    ),
    mode="online",
)
ASKED: Final = (
    ("guide", "服务指引"), ("steps", "办事程序"), ("papers", "材料手续"), ("screens", "操作界面"),
    ("other", "其他意见"),
)  # fmt: skip


def by_question(scene: Scene) -> tuple[Table, ...]:
    """What was made of the answers, question by question."""
    found = scene.of("form_advice")
    came = Counter(str(each.fields.get("about")) for each in found)
    done = Counter(str(each.fields.get("about")) for each in found if each.state == "improved")
    rows = tuple((label, came[code], done[code]) for code, label in ASKED if came[code])
    return (Table("改进意见办理", ("问询项目", "列入改进", "已改进"), rows),)


ADVICE: Final = Kind(
    "form_advice",
    "问询改进意见",
    "从问询表单的汇总里列出值得改进的，交给单位办，改没改有着落。",
    Form((
        Field("about", "哪一项", "choice", choices=ASKED),
        Field("item", "哪个事项", "item", required=False),
        Field("since", "答复时间自", "day"),
        Field("until", "至", "day"),
        Field("said", "群众怎么说（不写姓名电话）", "text", most=1000),
    )),
    (
        State("listed", "待交办"),
        State("sent", "改进中"),
        State("improved", "已改进", ended=True),
        State("explained", "暂不改进", ended=True),
    ),
    acts=(
        Act("send", "交办", ("bureau",), ("listed",), "sent", Form((
            Field("unit", "承办单位", "institution"),
            Field("by_day", "限期", "day", required=False, help="没有限期的不填，不计时"),
        )), sends="unit"),
        Act("hand_back", "退回", ("handler",), ("sent",), "listed", Form((
            Field("back_reason", "理由", "text", most=500, help="写明应由谁办"),
        )), stops=("improve",), help="不归本单位的才退回，由主管部门改派。"),
        Act("improve", "报告改进", ("handler",), ("sent",), "improved", Form((
            Field("result", "改了什么", "text"),
            Field("proof", "材料", "files", required=False),
        ))),
        Act("explain", "说明暂不改进", ("handler", "bureau"), ("listed", "sent"), "explained", Form((
            Field("result", "理由", "text"),
        ))),
    ),
    timers=(Timer("improve", "改进", "send", until="by_day"),),
    tells=(
        Tell("send", ("handler",), "问询改进意见 {number} 交您单位办理"),
        Tell("hand_back", ("bureau",), "问询改进意见 {number} 被退回，请改派"),
        Tell("improve", ("bureau",), "问询改进意见 {number} 已报改进结果"),
        Tell("overdue:improve", ("handler", "bureau"), "问询改进意见 {number} 已过限期（{due}）"),
    ),
    files=("bureau",),
    sees=("bureau", "handler"),
    title="said",
    columns=("about", "item", "said"),
    board="about",
    clause="第十四条",
    series="WX",
)  # fmt: skip

QUESTION_FORM: Final = Extra(
    "question_form",
    "评价问询表单",
    "五级评价之外，自愿回答服务指引、办事程序、材料手续、操作界面四个问题和改进意见；意见列入改进、交办、落实。",
    SWITCH,
    "第十四条",
    forms=(FORM,),
    kinds=(ADVICE,),
    pages=(
        Page("advice", "改进意见", "list", "form_advice", ("bureau", "handler")),
        Page("questions", "各项改进情况", "tables", reads=("form_advice",), tables=by_question),
    ),
    demo=wishes_shown,
)  # fmt: skip
