"""国办发〔2019〕51号 stands below every city's rules, and sets no number of days, no scores and no default."""

from datetime import date

from core import national_tags
from core.api import (
    City,
    Dimension,
    Formula,
    Occasion,
    Question,
    Regulation,
    Route,
    Rule,
    Suggestion,
    TicketFor,
    VerdictEffects,
    hookimpl,
    keys,
)

REG = Regulation(
    "national",
    "国务院办公厅关于建立政务服务“好差评”制度提高政务服务水平的意见",
    "国办发〔2019〕51号",
    date(2019, 12, 3),
    note="条款引到部分，未引到项：本系统手边没有逐项核对过的全文。",
)
PLATFORM = Regulation(
    "platform",
    "全国一体化在线政务服务平台政务服务“好差评”系统技术方案",
    "",
    date(2019, 12, 3),
    note="发文日期未查到，自国办发〔2019〕51号印发之日起适用；标签为正在使用的第 2 版。",
)
CIVIL_CODE = Regulation("civil-code", "中华人民共和国民法典", "", date(2021, 1, 1))

(
    REG["明确责任标准"]
    .rule("CN-grades", "评价分为非常满意、满意、基本满意、不满意、非常不满意五个等级")
    .sets(keys.grade_labels, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"))
    .rule("CN-bad-grades", "后两个等级为差评")
    .sets(keys.bad_grades, (2, 1))
    .rule("CN-good-grades", "前两个等级为好评")
    .sets(keys.good_grades, (5, 4))
    .rule("CN-coverage", "事项、对象、渠道全覆盖", machine=False, why_not="覆盖到哪里取决于接入了哪些事项和渠道")
)
(
    REG["畅通评价渠道"]
    .rule("CN-overall", "每办一次事，对这次服务作出评价")
    .sets(keys.dimensions, (Dimension("overall", "总体评价", of="case"),))
    .rule("CN-once", "一次一评、一事一评：办结后评价一次")
    .sets(keys.occasions, (Occasion("closed", ("overall",)),))
    .rule("CN-surveys", "综合点评、监督查评", machine=False, why_not="不针对一次服务，不计分；由各地另行组织")
    .leaves(keys.rating_window, keys.after_window, why="只说“在一定期限内补充评价”，天数和逾期后果由各地规定")
    .leaves(keys.scores, why="没有规定各等级的分值")
)
(
    REG["用好评价结果"]
    .rule("CN-every-bad", "每个差评都得到整改")
    .sets(keys.ticket_for, TicketFor((2, 1)))
    .rule("CN-handler", "谁办理、谁负责：差评直接派给责任单位，由责任单位核实")
    .sets(keys.dispatcher, "direct")
    .sets(
        keys.routing,
        (
            Route("staff-institution", about="staff"),
            Route("system-owner", about="system"),
            Route("item-institution", about="item"),
            Route("item-institution", about="process"),
            Route("staff-institution", dimension="staff"),
            Route("item-institution"),
        ),
    )
    .sets(keys.verified_by, "handler")
    .rule("CN-means", "评价结果按总体评价逐级汇总")
    .sets(
        keys.formulas,
        (
            Formula("staff", "overall"),
            Formula("institution", "overall"),
            Formula("line", "overall"),
            Formula("region", "overall"),
            Formula("item", "overall"),
            Formula("channel", "overall"),
        ),
    )
    .leaves(keys.clocks, why="要求整改、反馈和回访，没有规定天数")
)
(
    REG["完善保障措施"]
    .rule("CN-voluntary", "自愿真实评价，鼓励实名")
    .sets(keys.identity, "encouraged")
    .rule("CN-review", "建立申诉复核机制，排除误评和恶意差评")
    .sets(keys.verdict_effects, VerdictEffects(mistaken="exclude", malicious="exclude"))
    .leaves(keys.appellants, why="要求建立申诉复核机制，由谁提出、向谁提出、几日内提出由各地规定")
)
(PLATFORM["差评须说明原因"].rule("CN-bad-reason", "差评必须勾选标签或填写文字").sets(keys.bad_needs, "tag-or-text"))
(
    PLATFORM["评价标签（第2版）"]
    .rule("CN-tags", "全国统一的评价标签：每个等级八个，其中三个直接显示")
    .sets(keys.tags, national_tags.TAGS)
)

_LAST_DAY = CIVIL_CODE["第二百零三条"].rule("CN-rest-day", "自然日期限的最后一日是休息日的，是否顺延由各地确定")
Q18 = _LAST_DAY.asks(
    "Q18",
    keys.rest_day_moves,
    "以自然日计算的期限，最后一日是休息日的，是否顺延到下一个工作日？",
    values=(
        Suggestion(False, "地方文件写明“自然日”，逐日计算，不因休息日延长", "不顺延"),
        Suggestion(True, "民法典第二百零三条：最后一日是法定休假日的，以休假日结束的次日为最后一日", "顺延"),
    ),
    demo=False,
)
_LAST_DAY.sets(keys.rest_day_moves, Q18.value)

DOCUMENTS = (REG, PLATFORM, CIVIL_CODE)


@hookimpl
def city() -> City:
    return City("全国", "全国", "", DOCUMENTS)


@hookimpl
def rules() -> list[Rule]:
    return [rule for document in DOCUMENTS for rule in document.rules]


@hookimpl
def questions() -> list[Question]:
    return [question for document in DOCUMENTS for question in document.questions]
