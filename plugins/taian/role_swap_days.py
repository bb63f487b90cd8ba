"""换位体验 (二（七）): each quarter those who serve stand where people stand, and what they see is put right."""

from typing import Final

from core.api import Act, Duty, Extra, Field, Form, Kind, Metric, Page, State, Tell, Timer, keys
from plugins.taian import swap_decide as decide
from plugins.taian.problems import PROBLEM_WARN, PROBLEM_WITHIN, SEVERITY, problems
from plugins.taian.swaps_shown import swaps_shown

CLAUSE: Final = "二（七）"
WAYS: Final = Field("ways", "怎样体验", "many", choices=decide.WAYS)
HALL: Final = Field("hall", "在哪个大厅、窗口", most=60)
ARRIVED: Final = Field("arrived", "到场时间", "time")
PHOTOS: Final = Field("photos", "现场照片", "files", required=False)

POST: Final = Kind(
    "swap_post",
    "责任岗位",
    "登记每季度要换位体验的分管领导、业务科长和首席服务官。",
    Form((
        Field("role", "岗位", "choice", choices=decide.POSTS),
        Field("unit", "单位", "institution"),
        Field("title", "职务", most=60, help="例：分管政务服务的副局长"),
        Field("person", "姓名", "person"),
        Field("account", "登录账号", "member", required=False, help="没有账号的，由所在单位代为签到和登记"),
    )),
    (State("registered", "待确认"), State("active", "在岗"), State("left", "已离岗", ended=True)),
    acts=(
        Act("confirm", "确认", ("bureau",), ("registered",), "active", Form((
            Field("since", "从什么时候起履行", "choice", choices=(("this", "本季度"), ("next", "下季度"))),
        )), makes=decide.from_now_on, help="选“本季度”的，立即产生本季度的任务。"),
        Act("link", "变更登录账号", ("bureau", "handler"), ("registered", "active"), "", Form((
            Field("account", "登录账号", "member", required=False),
        )), help="从下季度的任务起用新的账号。"),
        Act("leave", "离岗", ("bureau", "handler"), ("registered", "active"), "left", Form((
            Field("left_reason", "原因", "text", most=300),
        )), help="下季度起不再产生任务；本季度的任务仍在，可以由主管部门免除。"),
    ),
    tells=(
        Tell("filed", ("bureau",), "有新的责任岗位待确认：{number} {title}"),
        Tell("confirm", ("named", "handler"), "责任岗位已确认：{number} {title}"),
    ),
    files=("bureau", "handler"),
    sees=("bureau", "handler", "named"),
    title="title",
    columns=("role", "unit", "account"),
    same=("role", "unit", "title"),
    repeats="refuse",
    goes_to="unit",
    names="account",
    clause=CLAUSE,
    series="HG",
)  # fmt: skip

KEPT_OF: Final = "所选时间内产生的任务：已完成的 ÷ 应完成的（不含免除）；窗口坐班须登记，其他签到即可"
DOERS: Final = ("named", "handler", "bureau")
SWAP: Final = Kind(
    "swap",
    "换位体验",
    "每季度开始时按规则自动产生；排期、签到、登记情况，发现的问题列入清单。",
    Form((
        Field("role", "种类", "choice", choices=decide.ROLES),
        Field("who", "谁"),
        Field("quarter", "季度"),
        Field("due", "最晚哪一天", "day"),
        Field("unit", "单位", "institution", required=False),
        Field("account", "登录账号", "member", required=False),
    )),
    (
        State("owed", "待安排"),
        State("planned", "已排期"),
        State("arrived", "已签到"),
        State("done", "已完成", ended=True),
        State("excused", "已免除", ended=True),
        State("missed", "未完成", ended=True),
    ),
    acts=(
        Act("arrive", "签到", DOERS, decide.OWED, "arrived", Form((ARRIVED, HALL, PHOTOS)),
            stops=("quarter", "meeting"), check=decide.may_arrive),
        Act("plan", "排期", DOERS, decide.OWED, "planned", Form((Field("day", "约定日期", "day"), HALL, WAYS)),
            check=decide.may_plan),
        Act("finish", "登记完成情况", DOERS, ("arrived",), "done", Form((
            WAYS,
            Field("served", "接待办事群众（人次）", "whole", required=False, least=0, most=10000),
            Field("report", "做了什么、看到什么", "text"),
        )), check=decide.may_finish, help="发现的问题先用“登记问题”逐条登记，登记完再填这里；之后也可以补充登记。"),
        Act("find", "登记问题", DOERS, decide.KEPT, "", Form((
            Field("problem", "什么问题（一句话）", most=100),
            Field("severity", "程度", "choice", choices=SEVERITY),
            Field("at_unit", "责任单位", "institution"),
            Field("about_item", "涉及事项", "item", required=False),
            Field("detail", "具体情况", "text", required=False),
        )), makes=decide.found, help="一次登记一个问题，列入问题清单，交给责任单位整改。"),
        Act("add_late", "补登", ("bureau",), decide.OWED, "arrived", Form((
            ARRIVED, HALL, Field("late_reason", "为什么当时没有签到、凭什么认定", "text"), PHOTOS,
        )), check=decide.may_be_added),
        Act("excuse", "免除", ("bureau",), decide.OWED, "excused", Form((Field("excuse_reason", "理由", "text"),))),
        Act("miss", "认定未完成", ("bureau",), (*decide.OWED, "arrived"), "missed", Form((
            Field("miss_reason", "情况说明", "text"),
        )), check=decide.may_be_missed),
    ),
    timers=(
        Timer("quarter", "本季度完成", until="due", warn=decide.WARN),
        Timer("meeting", "约定的日子", "plan", until="day"),
    ),
    tells=(
        Tell("filed", ("named", "handler"), "本季度的换位体验请安排：{title}，最晚 {due}"),
        Tell("plan", ("named", "handler"), "换位体验已排期：{title}"),
        Tell("excuse", ("named", "handler"), "本季度的换位体验已免除：{title}"),
        Tell("miss", ("named", "handler"), "换位体验被认定为未完成：{title}"),
        Tell("warning:quarter", ("named", "handler", "bureau"), "本季度的换位体验还没有完成，{due} 截止：{title}"),
        Tell("overdue:quarter", ("named", "handler", "bureau"), "季度已经结束，换位体验没有完成：{title}"),
        Tell("overdue:meeting", ("named", "handler", "bureau"), "约定的换位体验还没有签到：{title}"),
    ),
    sees=("bureau", "handler", "named"),
    title="who",
    columns=("role", "quarter", "due", "day"),
    goes_to="unit",
    names="account",
    day="day",
    clause=CLAUSE,
    series="HW",
)  # fmt: skip

ROLE_SWAP_DAYS: Final = Extra(
    "role_swap_days",
    "换位体验",
    "“走流程、坐窗口、优服务”：每季度谁该换位体验自动列出，排期、签到、登记问题，没有完成的季度结束前看得见。",
    keys.role_swap_days,
    CLAUSE,
    settings=(decide.CENTRES, decide.DEPUTIES, decide.CHIEFS, decide.WARN, PROBLEM_WITHIN, PROBLEM_WARN),
    kinds=(SWAP, POST, problems("swap_problem", "HT", CLAUSE, "swap")),
    pages=(
        Page("progress", "季度进展", "tables", reads=("swap", "swap_post"), tables=decide.progress, dated=("swap",)),
        Page("days", "任务", "list", "swap", ("bureau", "handler", "named")),
        Page("calendar", "日程", "calendar", "swap", ("bureau", "handler", "named")),
        Page("problems", "问题清单", "board", "swap_problem", ("bureau", "handler")),
        Page("posts", "责任岗位", "list", "swap_post", ("bureau", "handler")),
    ),
    duties=(Duty("quarterly", "每季度换位体验任务", "quarter", decide.owes, ("swap_post",)),),
    metrics=(
        Metric("kept", "换位体验完成率（地区）", "region", ("swap",), lambda scene: decide.kept(scene, "region"),
               KEPT_OF),
        Metric("kept_by", "换位体验完成率（单位）", "institution", ("swap",),
               lambda scene: decide.kept(scene, "institution"), KEPT_OF),
    ),
    demo=swaps_shown,
)  # fmt: skip
