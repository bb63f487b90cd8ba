"""The 13 clauses of Beijing's opinion stand here in their order, each with what it sets or leaves open."""

from typing import Final

from core.api import (
    Accountability,
    AppealNeeds,
    Channel,
    Clock,
    Dimension,
    Explained,
    GoalValue,
    Indicator,
    Occasion,
    Publish,
    Route,
    VerdictEffects,
    Window,
    days,
    keys,
    workdays,
)
from plugins.beijing.questions import Q1, Q4, Q5, Q11, Q20, Q22, REG, counted_as, own_findings

EVERYTHING: Final = ("item", "institution", "staff", "channel")

# 一、总体工作要求
REG["（一）"].rule(
    "BJ-1",
    "指导思想：统一规范、真实有效、公开透明，由企业群众评判政务服务",
    machine=False,
    why_not="指导思想和原则，由以下各条落实，没有单独可以执行或核对的条件。",
)
REG["（二）"].rule("BJ-2a", "服务事项、评价对象、服务渠道全覆盖；评价、反馈、整改、监督全流程闭环")
(
    REG["（二）"]
    .rule("BJ-2b", "依托各级政务服务场所和各类政务服务平台开展评价")
    .sets(
        keys.channels,
        (
            Channel("evaluator", "窗口评价器", "device"),
            Channel("window-qr", "窗口评价二维码", "qr"),
            Channel("portal", "北京市政务服务网", "web"),
            Channel("beijingtong", "“北京通”APP", "app"),
            Channel("mini-program", "政务服务小程序", "app"),
            Channel("terminal", "自助服务终端", "kiosk"),
            Channel("citizen-hotline", "市民服务热线", "hotline"),
        ),
    )
)

# 二、构建评价体系
(
    REG["（三）"]
    .rule("BJ-3a", "各级政府部门、承担行政职能的组织、公共服务企事业单位及其工作人员都是评价对象")
    .sets(
        keys.dimensions,
        (
            Dimension("item", "服务事项", "item"),
            Dimension("institution", "办理部门", "institution"),
            Dimension("staff", "工作人员", "staff"),
            # 渠道随（二）“服务渠道全覆盖”。
            Dimension("channel", "服务渠道", "channel"),
        ),
    )
    .rule("BJ-3b", "依申请办理的事项都纳入评价，涉及公共安全、经济安全、社会安全等的除外")
)
(
    REG["（四）"]
    .rule("BJ-4a", "从五个维度、围绕六方面内容构建指标体系")
    .sets(
        keys.indicators,
        (
            Indicator("评价维度", ("服务环境", "服务供给", "服务获取", "监督反馈", "服务创新")),
            Indicator("评价内容", ("事项管理", "办事流程", "服务规范", "服务质量", "整改实效", "监督管理")),
        ),
    )
    .rule("BJ-4b", "分五个等级，后两个等级为差评；没有规定分值")
    .sets(keys.grade_labels, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"))
    .sets(keys.bad_grades, (2, 1))
)
(
    REG["（五）"]
    .rule("BJ-5a", "办事窗口设评价器或二维码，现场服务“一次一评”")
    .adds(keys.occasions, Occasion("served", EVERYTHING, mode="window"))
    .rule("BJ-5b", "政务服务平台设评价环节，网上服务“一事一评”")
    # （二）：各类政务服务平台含政务服务网、APP、小程序、自助服务终端、市民服务热线电话平台等，下同。
    .adds(
        keys.occasions,
        Occasion("closed", EVERYTHING, mode="online"),
        Occasion("closed", EVERYTHING, mode="kiosk"),
        Occasion("closed", EVERYTHING, mode="hotline"),
    )
    # 届满之后如何，原文未写：不设 after_window，入口关闭，不默认任何等级。
    .rule("BJ-5c", "没有及时评价的，可在 5 个工作日内补充评价")
    .sets(keys.rating_window, (Window(workdays(5)),))
    .rule("BJ-5d", "通过意见箱、投诉电话、举报平台、电子邮箱接受“综合点评”，不计入评价")
    .sets(keys.general_comments, value=True)
    .rule(
        "BJ-5e",
        "政务服务调查、随机抽取回访、委托第三方评估等“监督查评”",
    )
    .sets(keys.third_party_survey, value=True)
    .leaves(keys.callback, why="（五）要求随机抽取参评人回访，没有规定抽取比例。")
    .rule(
        "BJ-5f",
        "同其他投诉、评价制度整合衔接，减少基层负担",
        machine=False,
        why_not="是对制度设计的要求，没有可以执行或核对的条件。",
    )
)
(
    REG["（六）"]
    .rule(
        "BJ-6a",
        "完整采集、实时报送评价数据，与全国平台互联互通",
        waits="与全国平台的接口：取得接口规范和接入许可后实时报送",
    )
    .rule("BJ-6b", "国家直属机构进驻本市政务服务场所的，按本市要求接受评价")
    .rule("BJ-6c", "严惩弄虚作假，评价数据真实、安全、可靠：原始评价不得更改")
)

# 三、用好评价结果
(
    REG["（七）"]
    .rule("BJ-7a", "谁办理、谁负责：平台将差评及时推送到责任部门")
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
    .rule("BJ-7b", "责任部门在 7 日内完成核实整改，并向差评投诉人反馈")
    .adds(keys.clocks, Clock("rectify", "dispatched", Q1.pick(natural=days(7), working=workdays(7))))
    .rule("BJ-7f", "差评投诉件件有整改、有反馈")
    .sets(keys.targets, (GoalValue("rectified", 1.0), GoalValue("answered", 1.0)))
    .rule("BJ-7c", "诉求不合理、缺乏法定依据或现行政策不予支持的，解释说明")
    .sets(keys.explained, Explained())
    .rule("BJ-7d", "差评投诉人可对整改反馈按“满意”“基本满意”“不满意”评价")
    .sets(keys.feedback_scale, ("满意", "基本满意", "不满意"))
    .sets(keys.feedback_bad_reopens, Q11.value)
    .rule("BJ-7e", "加强监督检查，应解决而未解决、谎报瞒报的，处理责任部门和责任人")
    .leaves(
        keys.accountability.field("tasks"),
        why="（七）只写“进行相应处理”，没有规定给予哪种处理；认定之后的措施由监督部门定。",
    )
)
(
    REG["（八）"]
    .rule("BJ-8a", "归因分析；反映集中的问题限期整改")
    .adds(keys.accountability, Accountability("concentration", ("rectify",)))
    .leaves(keys.alerts, why="（八）没有规定多少件为“集中”，也没有规定限期的长短。")
)
REG["（九）"].rule("BJ-9a", "结果纳入部门绩效考核，并作为工作人员绩效考核的重要依据")
(
    REG["（九）"]
    .rule("BJ-9b", "委托第三方开展满意度调查")
    .leaves(keys.third_party_survey_every, keys.third_party_survey_topics, why="（九）没有规定周期和调查内容。")
    .sets(keys.third_party_survey, value=True)
)
(
    REG["（十）"]
    .rule("BJ-10a", "除依法不得公开的外，服务情况、评价结果及整改情况向社会公开")
    # “定期”是（十一）的话，没有规定周期。
    .sets(keys.publish, Publish("periodic", ("依法不得公开的信息",)))
)

# 四、加强组织保障
(
    REG["（十一）"]
    .rule(
        "BJ-11a",
        "市局定期分析和公开结果，监督市级部门；各区局监督本区部门",
        waits="结果通报：定期分析和公开各区、各部门的结果",
    )
    .leaves(keys.bulletin, keys.min_sample, why="（十一）只写“定期”，没有规定通报周期和排名办法。")
)
(
    REG["（十二）"]
    .rule("BJ-12a", "自愿自主评价，鼓励实名，保护评价人信息")
    .sets(keys.identity, "encouraged")
    .rule("BJ-12b", "被评价工作人员收到差评整改通知 3 个工作日内可书面申请复核并附证据")
    .sets(keys.appellants, ("staff",))
    .sets(keys.appeal_to, "by-place")
    .sets(keys.appeal_needs, AppealNeeds(reason=True, evidence=True, via="direct"))
    .adds(keys.clocks, Clock("appeal", "noticed", workdays(3)))
    .rule("BJ-12c", "主管部门应在 7 个工作日内开展调查取证")
    .adds(keys.clocks, Clock("decide", "appealed", workdays(7)), when=Q20.is_("decide"))
    .sets(keys.appeal_pauses, Q4.value)
    .rule("BJ-12d", "调查取证结果为误评的，默认为好评")
    .rule("BJ-12e", "调查取证结果为恶意差评的，不认可评价结果")
    .sets(keys.verdict_effects, VerdictEffects(mistaken=Q5.then(counted_as), malicious="exclude"))
    .sets(keys.handler_finds, Q22.then(own_findings))
)
(
    REG["（十三）"]
    .rule(
        "BJ-13",
        "加强宣传引导，主动引导企业和群众参与评价",
        machine=False,
        why_not="宣传工作，由各区、各部门组织，没有可以执行或核对的条件。",
    )
    .rule("BJ-gap", "默认等级、分值、提醒、追评、延期、排名与次数阈值：原文均无，留待管理办法")
    .leaves(
        keys.after_window,
        keys.scores,
        keys.remind_after,
        keys.append,
        keys.extension,
        keys.defaults_count,
        keys.index,
        why="意见没有规定；市局将适时制定管理办法。",
    )
)
