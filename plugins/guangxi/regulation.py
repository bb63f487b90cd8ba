"""The regulation says this and no more: article by article in the order of the text, each rule under its words."""

from typing import Literal

from core.api import (
    Accountability,
    Alert,
    Audit,
    Channel,
    Clock,
    Dimension,
    Extension,
    Formula,
    Occasion,
    Publish,
    TicketFor,
    days,
    keys,
    months,
)
from plugins.guangxi.questions import Q2, Q3, Q9, Q10, Q12, Q19, Q23, REG

STAFF = Dimension("staff", "窗口工作人员评价", "staff")
ASPECTS = (
    Dimension("attitude", "服务态度", "staff"),
    Dimension("quality", "服务质量", "staff"),
    Dimension("efficiency", "办事效率", "staff"),
)
COMPOSITE = Dimension("composite", "“一件事”综合评价", "institution")
RATED = Q23.pick(one=("staff",), three=("attitude", "quality", "efficiency"))
# 各方面、各次评价没有规定权重，一条评价就是一条。
DIRECT = Q23.pick(one={"staff": 1.0}, three={"attitude": 1.0, "quality": 1.0, "efficiency": 1.0})
DIRECT_AND_COMPOSITE = Q23.pick(
    one={"staff": 1.0, "composite": 1.0},
    three={"attitude": 1.0, "quality": 1.0, "efficiency": 1.0, "composite": 1.0},
)


def audited(answer: str) -> Literal["always", "content"]:
    return "always" if answer == "audit" else "content"


REG["第一条"].rule(
    "GX-1",
    "制定目的和依据",
    machine=False,
    why_not="立法目的，由以下各条落实，没有单独可以执行或核对的条件。",
)
REG["第二条"].rule("GX-2", "适用于自治区至村（社区）各级政务服务中心，含进驻的中直单位")
(
    REG["第三条"]
    .rule("GX-3a", "业务条线是不同层级、同一业务构成的垂直业务体系")
    .rule("GX-3b", "监督管理部门是各级的政管办、行政审批局、大数据发展局")
    .rule(
        "GX-3c",
        "政务服务机构包括政府部门、党委工作机构、法律法规授权的企事业单位等",
        machine=False,
        why_not="定义条款；某一单位是否属于政务服务机构由主管部门认定后登记。",
    )
)
(
    REG["第四条"]
    .rule("GX-4a", "评价对象分工作人员、机构、条线、地区；只有工作人员被直接评价")
    .adds(keys.formulas, Formula("staff", dimensions=DIRECT))
    .rule("GX-4b", "机构得分是派驻窗口所有工作人员所获直接评价的平均分")
    # 综合分数列入各部门、各地区的得分（第十条），不列入业务条线。
    .adds(keys.formulas, Formula("institution", over=Q3.value, dimensions=DIRECT_AND_COMPOSITE))
    .rule("GX-4c", "条线得分是同一条线各级窗口工作人员所获直接评价的平均分")
    .adds(keys.formulas, Formula("line", over=Q3.value, dimensions=DIRECT))
    .rule("GX-4d", "地区得分是同一地区所有机构窗口工作人员所获直接评价的平均分")
    .adds(keys.formulas, Formula("region", over=Q3.value, dimensions=DIRECT_AND_COMPOSITE))
    .sets(keys.region_includes_below, Q12.value)
)
(
    REG["第五条"]
    .rule("GX-5", "评价内容是服务态度、服务质量、办事效率三个方面")
    .sets(keys.dimensions, Q23.pick(one=(STAFF, COMPOSITE), three=(*ASPECTS, COMPOSITE)))
)
(
    REG["第六条"]
    .rule("GX-6", "自治区制定统一制度，各级应结合本地实际制定实施细则")
    # 对工作人员的差评归其所在机构，国家层的责任单位已是如此。
    .rule("GX-6b", "各机构负责管理、培训本机构窗口工作人员")
)
(
    REG["第七条"]
    .rule("GX-7", "构建PC端、短信、APP、微信小程序、热线及实体中心评价器等渠道")
    .sets(
        keys.channels,
        (
            Channel("web", "PC端", "web"),
            Channel("sms", "短信", "sms"),
            Channel("app", "APP", "app"),
            Channel("mini-program", "微信小程序", "app"),
            Channel("hotline", "服务热线", "hotline"),
            Channel("device", "实体政务服务中心评价器", "device"),
        ),
    )
)
(
    REG["第八条"]
    .rule("GX-8a", "五个等级分别对应10、8、6、3、0分")
    .sets(keys.grade_labels, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"))
    .sets(keys.scores, (10, 8, 6, 3, 0))
    # “服务办结”在本制度是办件的办结（第九条），不是一次窗口服务的完成。套餐的审批、出件环节没有另定期限，同此。
    .rule("GX-8b", "受理或服务办结后7个自然日内未评价的，默认为“非常满意”")
    .sets(keys.rating_window, days(7))
    .sets(keys.after_window, 5)
    .sets(keys.defaults_count, Q2.value)
    .rule("GX-8c", "差评有内容的，监督管理部门在15个自然日内审核，逾期视为同意")
    # “且评价人勾选或填写了评价内容”：内容是审核的条件，不是评价的前提。
    .sets(keys.bad_needs, "nothing")
    .sets(keys.bad_grades, (2, 1))
    .sets(keys.audit, Audit(when=Q10.then(audited), on_timeout="accept"))
    .adds(keys.clocks, Clock("audit", "rated", days(15)))
)
# 先匹配者先用：套餐办结评综合分数（第十条），所以写在第九条的办结之前。
REG["第十条"].adds(keys.occasions, Occasion("closed", ("composite",), composite="package"))
(
    REG["第九条"]
    .rule("GX-9a", "每一次办理政务服务事项，均可对该事项及其办件进行一次评价")
    .rule("GX-9b", "即办件当场办结，只产生1次评价")
    .adds(keys.occasions, Occasion("closed", RATED, kind="instant"))
    .rule("GX-9c", "承诺件应产生不少于2次评价")
    .adds(
        keys.occasions,
        Occasion("accepted", RATED, kind="promised"),
        Occasion("closed", RATED, kind="promised"),
    )
)
(
    REG["第十条"]
    .rule("GX-10a", "单一事项生成一个评价分数，列入对应工作人员的得分")
    .rule("GX-10b", "套餐式服务：受理、审批、出件分别评单项，另评一个综合分数，列入各地区各部门")
    .adds(
        keys.occasions,
        Occasion("accepted", RATED, composite="package"),
        Occasion("approved", RATED, composite="package"),
        Occasion("issued", RATED, composite="package"),
    )
)
REG["第十一条"].rule("GX-11", "实行实名评价，对评价人信息保密").sets(keys.identity, "required")
(
    REG["第十二条"]
    .rule("GX-12", "不得弄虚作假刷“好评”，及时查处")
    .leaves(keys.alerts.field("share"), why="第十二条没有规定怎样的好评算异常；使用单位设定后，达到即提示核查。")
)
(
    REG["第十三条"]
    # “以下”包括本数（民法典第一千二百五十九条），即“基本满意”“不满意”“非常不满意”。
    .rule("GX-13a", "“基本满意”以下评价较集中的列为重点测评对象，限期整改")
    .adds(keys.accountability, Accountability("concentration", ("rectify",)))
    .leaves(
        keys.alerts.field("count"),
        keys.alerts.field("task_within"),
        why="第十三条没有规定多少为“较集中”，也没有规定整改限期的长短；使用单位设定后才列重点测评对象。",
    )
    # 调换须经督导且无明显改善，由机构决定：系统只提示，不代为处理。
    .rule("GX-13b", "长期评价挂末、经督导无明显改善的，限期调换")
    .adds(
        keys.alerts,
        Alert(
            "staff",
            "bottom-months",
            "",
            within=months(12),
            rolling=Q9["year"].then(lambda year: year == "rolling"),
            streak=Q9["streak"],
            rank=Q9["bottom"],
            months=12,
            min=Q9["min"],
        ),
    )
    # 条文前后都分写“不满意”“非常不满意”，此处只写“不满意”，按字面只及于该等级。
    .rule("GX-13c", "因系统或其他客观原因引起的“不满意”，经调查属实后撤销")
    .sets(keys.verdict_effects.field("objective"), "exclude")
    .sets(keys.objective_grades, (2,))
)
(
    REG["第十四条"]
    .rule("GX-14", "差评查实的，15个自然日内整改；不能按期的说明理由和期限；结果向评价人反馈")
    .sets(keys.ticket_for, TicketFor((2, 1), needs="any"))
    .sets(keys.dispatcher, Q19["dispatcher"])
    .sets(keys.verified_by, Q19["verified_by"])
    .adds(keys.clocks, Clock("rectify", "verified", days(15)))
    # 向谁说明没有写，不代为规定告知评价人；期限已过的就是逾期，延期须在期限内提出。
    .sets(keys.extension, Extension(before_due=True, needs=("reason", "until")))
)
REG["第十五条"].rule("GX-15", "结果通过一体化平台和政府网站对外公开").sets(keys.publish, Publish("periodic"))
(
    REG["第十六条"]
    .rule("GX-16", "结果列为年度考核和专项绩效考评内容，定期通报", waits="结果通报；考核结果可以导出")
    .leaves(keys.bulletin, why="“定期通报”，周期未规定。")
    .rule("GX-16b", "跟踪评价情况，优化流程、指南和窗口作风")
    .leaves(keys.alerts.field("within"), why="第十六条没有规定多久、多少件问题须跟踪；使用单位设定后，达到即提示核查。")
)
REG["第十七条"].rule("GX-17", "自印发之日起施行")
(
    REG["全文"]
    .rule("GX-gap", "没有规定提醒、追加评价、联系评价人的期限、复核申诉、恶意评价、对整改的评价")
    .leaves(keys.remind_after, why="没有提醒的规定。")
    .leaves(keys.append, why="没有追加评价的规定。")
    .leaves(keys.appellants, why="没有复核或申诉的规定；客观原因引起的按第十三条撤销。")
    .leaves(keys.feedback_scale, why="没有对整改情况再作评价的规定。")
)
