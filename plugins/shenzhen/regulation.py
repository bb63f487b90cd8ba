"""The draft says this and no more: article by article in the order of the text, each rule under its own words."""

from core.api import (
    Accountability,
    Alert,
    AppealNeeds,
    Append,
    Callback,
    Channel,
    Clock,
    ClosedWhen,
    Dimension,
    Extension,
    Formula,
    GoalValue,
    Indicator,
    Occasion,
    Publish,
    Route,
    TicketFor,
    VerdictEffects,
    days,
    hours,
    keys,
    months,
    workdays,
)
from plugins.shenzhen.hotline_exchange import SWITCH as HOTLINE_EXCHANGE_ON
from plugins.shenzhen.questions import Q2, Q3, Q4, Q6, Q7, Q8, Q9, Q11, Q12, Q14, Q15, Q17, Q21, REG
from plugins.shenzhen.step_feedback import SWITCH as STEP_FEEDBACK_ON

GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
UNATTENDED = Q14.then(lambda overall: ("overall", "item", "channel") if overall else ("item", "channel"))
SERVED_AT_WINDOW = Q17.then(lambda channel: ("staff", "channel") if channel else ("staff",))
CLOSED_AT_WINDOW = Q17.then(lambda channel: ("overall", "item") if channel else ("overall", "item", "channel"))
ROLLING = Q9["year"].then(lambda year: year == "rolling")

# 第一章　总则
REG["第一条"].rule(
    "SZ-1",
    "依据国务院办公厅意见和广东省管理办法制定",
    machine=False,
    why_not="立法依据，不设定具体规则；广东省办法取得文本后作为省级一层加在本市之下。",
)
(
    REG["第二条"]
    .rule("SZ-2", "差评工单有回访、转派、督办、整改和处理结果审核的流程")
    .sets(keys.returns, True)
    .rule("SZ-2b", "各区主管部门负责本辖区的组织实施")
)
REG["第三条"].rule(
    "SZ-3",
    "服务机构改造系统和评价装置，实时汇集数据，核实处理差评",
    machine=False,
    why_not="系统建设和内部机制的职责；核实处理的期限、做法由第二十三条至第二十八条规定。",
)
REG["第四条"].rule("SZ-4", "12345接收差评工单，按转办流程转办，并返回整改结果")
REG["第五条"].rule("SZ-5", "结果纳入效能监督和绩效考核")

# 第二章　评价内容与指标
REG["第六条"].rule(
    "SZ-6",
    "评价内容包括机构的质量效率、平台的环境和人员的态度",
    machine=False,
    why_not="概括规定，由第八条的四类评价指标落实。",
)
(
    REG["第七条"]
    .rule("SZ-7", "五个等级依次为10、8、6、3、0分，后两个等级为差评")
    .sets(keys.grade_labels, GRADES)
    .sets(keys.scores, (10, 8, 6, 3, 0))
    .sets(keys.bad_grades, (2, 1))
)
(
    REG["第八条"]
    .rule("SZ-8a", "评价指标分为总体评价、服务事项评价、工作人员评价和服务渠道评价")
    .rule("SZ-8d", "除总体评价外，可选择标签细化，也可用文字描述")
    .sets(
        keys.dimensions,
        (
            Dimension("overall", "总体评价", "case", tagged=False),
            Dimension("item", "服务事项评价", "item"),
            Dimension("staff", "工作人员评价", "staff"),
            Dimension("channel", "服务渠道评价", "channel"),
        ),
    )
    # 差评落在总体评价上的，第三款不给标签，第四款仍“应当”说明原因：以“应当”为准。
    .rule("SZ-8e", "作差评应当选择标签或手动输入不满意原因")
    .sets(keys.bad_needs, "tag-or-text")
    .rule("SZ-8f", "围绕六个方面细化评价指标")
    .sets(
        keys.indicators,
        tuple(
            Indicator(name) for name in ("政务服务事项管理", "办事流程", "服务规范", "服务质量", "整改实效", "监督管理")
        ),
    )
)

# 第八条说可以评什么，第十二、十四、十七条说何时评：评价环节写在后三条。
REG["第八条"].rule("SZ-8b", "全程网上办理和自助终端办理的，评服务事项和服务渠道")
REG["第八条"].rule("SZ-8c", "需要到窗口办理的，评服务事项、工作人员和服务渠道")

# 第三章　评价渠道与方式
(
    REG["第九条"]
    # 意见箱、意见簿、电子邮箱属于第十八条的综合点评，不是对一件业务的评价。
    .rule("SZ-9", "线上线下各渠道均可评价")
    .sets(
        keys.channels,
        (
            Channel("web", "广东政务服务网", "web"),
            Channel("app", "移动端政务服务平台", "app"),
            Channel("device", "窗口评价器", "device"),
            Channel("qr", "办件回执二维码", "qr"),
            Channel("kiosk", "自助服务终端", "kiosk"),
            Channel("hotline", "12345热线", "hotline"),
            Channel("sms", "短信", "sms"),
        ),
    )
)
(
    REG["第十条"]
    .rule("SZ-10a", "业务系统在提供服务后直接调用评价界面或推送提醒")
    .rule(
        "SZ-10b",
        "平台提示评价，个人中心可找到已办结业务评价，建设智能邀评",
        waits="智能邀评；提示评价和本人的评价记录已经提供",
    )
)
(
    REG["第十一条"]
    .rule("SZ-11a", "窗口评价器展示事项名称、流水号、窗口人员工号和姓名")
    .sets(keys.device_shows, ("item", "case", "staff-number", "staff-name"))
    .rule("SZ-11b", "或打印带动态二维码的办件回执，扫码评价")
    .rule("SZ-11c", "自助终端办结后自动进入评价页，展示事项名称、流水号、终端机编号")
    .adds(keys.device_shows, "terminal")
)
(
    REG["第十二条"]
    .rule("SZ-12a", "热线咨询、投诉完成后，对语音服务评价")
    .adds(keys.occasions, Occasion("call-ended", ("staff",)))
    .rule("SZ-12b", "转办事项办结后，短信提示评价承办单位；差评人工回访")
    .adds(keys.occasions, Occasion("closed", ("overall",), mode="hotline"))
    .adds(keys.callback, Callback(1.0, mode="hotline"))
)
REG["第十三条"].rule("SZ-13", "实行实名制，严格保护评价人信息").sets(keys.identity, "required")
(
    REG["第十四条"]
    # 先匹配者先用：主题式服务无论在哪里办，都按主题评价，所以排在前面。
    .rule("SZ-14e", "主题式服务在同一界面作总体评价，可展开对关联事项评价")
    .adds(keys.occasions, Occasion("closed", ("overall", "item"), composite="theme"))
    .leaves(keys.theme_fills, why="只作总体评价直接提交的，关联业务是否因此得分，条文未规定。")
    .rule("SZ-14a", "每次到窗口评工作人员和渠道，办结后评服务事项")
    .adds(keys.occasions, Occasion("closed", CLOSED_AT_WINDOW, mode="window"))
    .rule("SZ-14b", "全程网上办理的，办结后评一次服务事项和服务渠道")
    .adds(keys.occasions, Occasion("closed", UNATTENDED, mode="online"))
    .rule("SZ-14d", "批量业务一次评价，适用于本次所有业务")
    .sets(keys.batch_counts, Q15.value)
    .rule("SZ-14f", "帮办代办一次评价，一方评价后另一方不再另行评价")
    .sets(keys.agent_lock, True)
)
REG["第十四条"].rule("SZ-14c", "办理页面任何环节可反馈困难与建议").sets(STEP_FEEDBACK_ON, True)
(
    REG["第十五条"]
    .rule("SZ-15a", "24小时内未评价的，短信或平台消息提醒")
    .sets(keys.remind_after, hours(24))
    .sets(keys.remind_by, ("sms", "message"))
    # 只写了“业务办结后”；每次到窗口的评价没有另定期限，同样自该次服务办结起算。
    .rule("SZ-15b", "办结后7个自然日内可自行评价")
    .sets(keys.rating_window, days(7))
    .rule("SZ-15c", "逾期未评价的，关闭入口，默认为“非常满意”")
    .sets(keys.after_window, 5)
    .sets(keys.defaults_count, Q2.value)
)
(
    REG["第十六条"]
    .rule("SZ-16a", "作出评价后60个自然日内可追加1次")
    .rule("SZ-16b", "追加评价仅包括总体评价，可用标签与文字描述")
    .rule("SZ-16c", "追加完成或逾期后不再保留入口")
    .sets(keys.append, Append(1, days(60), since="rated", dimensions=("overall",)))
    .sets(keys.append.field("after_default"), Q7.value)
)
(
    REG["第十七条"]
    .rule("SZ-17a", "线上、无需出证：作出审批结果时办结，含退件办结")
    .adds(keys.closed_when, ClosedWhen("approved", mode="online", certificate=False))
    .rule("SZ-17b", "线上、需要出证：窗口出件签收时办结")
    .adds(keys.closed_when, ClosedWhen("issued", mode="online", certificate=True))
    .rule("SZ-17c", "窗口、无需出证：准予或不予许可时办结")
    .adds(keys.closed_when, ClosedWhen("approved", mode="window", certificate=False))
    .rule("SZ-17d", "窗口、需要出证：窗口出件签收时办结")
    .adds(keys.closed_when, ClosedWhen("issued", mode="window", certificate=True))
    .rule("SZ-17e", "窗口完成服务视为服务办结，只评收件窗口")
    .adds(keys.occasions, Occasion("served", SERVED_AT_WINDOW, mode="window"))
    # 热线：咨询、投诉结束即通话结束，是另一次评价（第十二条第一句）；转办的事项以承办单位报来的办结为准，
    # 所以“通话结束”不在办结的认定里。
    .rule("SZ-17f", "自助终端流程正常结束时办结；12345在咨询或投诉结束时办结")
    .adds(keys.closed_when, ClosedWhen("served", mode="kiosk"))
    .adds(keys.occasions, Occasion("closed", UNATTENDED, mode="kiosk", clause="第八条"))
)
REG["第十八条"].rule("SZ-18", "设置意见箱、意见簿、电子邮箱，征集综合点评").sets(keys.general_comments, True)
(
    REG["第十九条"]
    .rule("SZ-19", "定期开展第三方满意度调查，按比例随机回访")
    .sets(keys.third_party_survey, True)
    .sets(keys.third_party_survey_topics, ("awareness", "convenience", "service"))
    .leaves(keys.third_party_survey_every, why="第十九条只写“定期”“按一定比例”，周期和比例由主管部门定。")
)

# 第四章　评价结果分析与公布
(
    REG["第二十条"]
    .rule("SZ-20a", "服务事项得分是服务事项评价的平均值")
    .adds(keys.formulas, Formula("item", "item"))
    # 本条没有工作人员的得分公式，第三十条却用到人员的结果：只看分布和数量，不自造公式。
    .rule("SZ-20b", "机构得分是总体评价的平均值")
    .adds(keys.formulas, Formula("institution", "overall", over=Q3.value))
    .rule("SZ-20c", "辖区得分是辖区内总体评价的平均值")
    .adds(keys.formulas, Formula("region", "overall", over=Q3.value))
    .sets(keys.region_includes_below, Q12.value)
    .rule("SZ-20d", "主动评价情况是主动评价的办件数占办件总数之比")
    .rule("SZ-20e", "差评整改情况是已整改工单占差评工单之比，另看追评")
    .leaves(keys.rectified_of, why="分子写“服务事项差评工单”，分母写“差评工单总数”，口径不一；先按全部差评工单统计。")
    .rule("SZ-20f", "统计内容和方式可调整，须提前告知统计对象")
    .leaves(keys.formula_notice, why="提前多久，条文未规定。")
)
(
    REG["第二十一条"]
    .rule("SZ-21a", "实时向社会发布评价结果与整改反馈情况")
    .sets(keys.publish, Publish("real-time"))
    .rule("SZ-21b", "评价人可查看自己的评价、差评反馈和追评")
    .rule("SZ-21c", "经机构申请，可共享该机构的评价数据")
    .sets(keys.data_share, True)
)

# 第五章　差评整改与反馈
(
    REG["第二十二条"]
    .rule("SZ-22", "收到差评自动生成工单，推送12345转办")
    .sets(keys.ticket_for, TicketFor((2, 1), needs="any"))
    .sets(keys.dispatcher, "hotline")
    .sets(HOTLINE_EXCHANGE_ON, True)
)
REG["第二十三条"].rule("SZ-23a", "差评定位到具体事项的具体环节")
(
    REG["第二十三条"]
    .sets(keys.ticket_per, Q8.value)
    # 先匹配者先用：跨部门的主题式服务先于按原因分工；所说的原因先于所评的对象。
    .rule("SZ-23e", "主题式服务由牵头部门组织处理，相关部门配合")
    .adds(keys.routing, Route("lead-institution", composite="theme"))
    .rule("SZ-23b", "事项本身、审批过程及结果：事项管理部门")
    .adds(keys.routing, Route("item-institution", about="item"), Route("item-institution", about="process"))
    .rule("SZ-23c", "系统体验：系统管理部门")
    .adds(keys.routing, Route("system-owner", about="system"))
    .rule("SZ-23d", "窗口人员、接线人员的能力和态度：人员管理部门")
    .adds(keys.routing, Route("staff-institution", about="staff"), Route("staff-institution", dimension="staff"))
    .adds(keys.routing, Route(Q21.value, dimension="channel"))
    .rule("SZ-23f", "全城通办、跨城通办：谁负责，谁处理")
    .adds(keys.routing, Route("item-institution"))
)
(
    REG["第二十四条"]
    .rule("SZ-24a", "事项、业务、系统：3个工作日内联系评价人，了解并核实")
    .adds(
        keys.clocks,
        Clock("contact", "dispatched", workdays(3), dimension="item"),
        Clock("contact", "dispatched", workdays(3), dimension="overall"),
    )
    .adds(keys.clocks, Clock("contact", "dispatched", Q21.then(lambda _: workdays(3)), dimension="channel"))
)
REG["第二十四条（一）"].rule("SZ-24b", "情况清楚、诉求合理的，立行立改")
(
    REG["第二十四条（二）"]
    .rule("SZ-24c", "不能按期完成的，到期前说明理由和整改期限，告知评价人")
    .sets(keys.extension, Extension(before_due=True, needs=("reason", "until"), tell_rater=True))
)
REG["第二十四条（三）"].rule("SZ-24d", "诉求不合理、缺乏依据的，作出解释说明")
(
    REG["第二十四条"]
    .rule(
        "SZ-24e",
        "负有重大责任的直接责任人，参照“本规则第二十九条第二款”处理",
        machine=False,
        why_not="引用有误：第二十九条第二款是抽查，且“本规则”非本办法；须由制定机关更正后才能执行。",
    )
    .rule("SZ-24f", "定期汇总分析，意见集中的优化流程、指南、系统并建知识库")
    .leaves(keys.alerts.field("share"), why="第二十四条没有规定多少为“较集中”；使用单位设定后，达到即提示核查。")
)
(
    REG["第二十五条"]
    .rule("SZ-25a", "人员差评：2个工作日内联系评价人了解核实")
    .adds(keys.clocks, Clock("contact", "dispatched", workdays(2), dimension="staff"))
    .rule("SZ-25b", "同一期限内通知被评价人，不含评价人个人信息")
    .adds(keys.clocks, Clock("notify", "dispatched", workdays(2), dimension="staff"))
    .rule("SZ-25c", "被评价人收到通知3个工作日内，可书面附证据向所属单位申请复核")
    .adds(keys.clocks, Clock("appeal", "noticed", workdays(3), dimension="staff"))
    .sets(keys.appellants, ("staff",))
    .sets(keys.appeal_to, "own-institution")
    .sets(keys.appeal_needs, AppealNeeds(reason=True, evidence=True))
    .sets(keys.appeal_pauses, Q4.value)
    .rule("SZ-25d", "研究材料、与评价人沟通、查看监控、调查取证，综合核实")
)
(
    REG["第二十六条"]
    .rule("SZ-26a", "有效人员差评：责令改正并作出书面检讨")
    .adds(keys.accountability, Accountability("valid", ("correct", "self-criticism"), dimension="staff"))
    .rule("SZ-26b", "一年内3次以上，或一周内连续3次以上有效差评，作为重要消极因素")
    .adds(
        keys.alerts,
        Alert("staff", "repeat-year", "valid-bad", count=3, within=months(12), rolling=ROLLING),
        Alert("staff", "repeat-week", "valid-bad", count=3, within=days(7), streak=Q9["streak"]),
    )
)
(
    REG["第二十七条"]
    .rule("SZ-27a", "无效差评包括误评和恶意评价")
    .rule("SZ-27b", "误评：以追加评价为准")
    .rule("SZ-27c", "恶意评价：差评结果不予采纳")
    .sets(keys.verdict_effects, VerdictEffects(mistaken="append", malicious="exclude"))
    .sets(keys.verdict_effects.field("mistaken_without_append"), Q6.value)
    .rule("SZ-27d", "一年内3次以上恶意评价的评价人，适时纳入诚信体系")
    .adds(keys.alerts, Alert("rater", "malicious-rater", "malicious", count=3, within=months(12), rolling=ROLLING))
    .adds(keys.accountability, Accountability("malicious-rater", ("credit",)))
    .rule("SZ-27e", "差评结果原则上不可更改")
    .rule("SZ-27f", "做好记录，实名差评核实整改率达100%")
    .adds(keys.targets, GoalValue("verified", 1.0), GoalValue("rectified", 1.0))
    .rule(
        "SZ-27g",
        "探索群众评议等社会共治方式",
        machine=False,
        why_not="探索性规定，没有程序；形成办法后再列入。",
    )
)
(
    REG["第二十八条"]
    .rule("SZ-28a", "收到工单后10个工作日内完成全流程，反馈评价人和12345")
    .adds(keys.clocks, Clock("close", "dispatched", workdays(10)))
    # 对整改的评价没有另定等级：本办法只有第七条的五个等级。
    .rule("SZ-28b", "12345提示评价人对整改情况评价，也可追加评价")
    .sets(keys.feedback_scale, GRADES)
    .sets(keys.feedback_bad_reopens, Q11.value)
)
(
    REG["第二十九条"]
    .rule("SZ-29a", "全量跟踪检查差评工单，原则上每月通报", waits="结果通报：每月通报")
    .sets(keys.bulletin, "monthly")
    .rule("SZ-29b", "已办结的差评工单不定期抽查和满意度测评")
    .leaves(
        keys.callback.field("share"), why="第二十九条只写“不定期进行抽查”，没有规定比例；热线转办件依第十二条全部回访。"
    )
    .rule("SZ-29c", "12345建立日常监管、超期预警机制")
    .leaves(keys.warn_before, why="到期前多久预警，条文未规定，由12345设定。")
    .rule(
        "SZ-29d",
        "适时将结果纳入政务服务诚信体系",
        machine=False,
        why_not="何时纳入、纳入什么由主管部门决定，诚信体系是另一个系统；三次以上恶意评价的提示依第二十七条。",
    )
)

# 第六章　绩效考核
REG["第三十条"].rule(
    "SZ-30a",
    "结果及回访整改情况纳入机构、各区和窗口人员、接线员考核",
)
(
    REG["第三十条"]
    # 连续三月是三个相接的月：中间一个月没有参加排名的，不算连续。
    .rule("SZ-30b", "连续三月排名靠后的工作人员限期整改")
    .adds(keys.alerts, Alert("staff", "bottom-months", "", months=3, streak=True, rank=Q9["bottom"], min=Q9["min"]))
    .adds(keys.accountability, Accountability("bottom-months", ("rectify",)))
    .leaves(keys.alerts.field("task_within"), why="第三十条的“限期整改”没有规定期限的长短，由人员管理部门定。")
    .rule(
        "SZ-30c",
        "反复被差评、弄虚作假、故意刁难、打击报复的，严肃追责",
        machine=False,
        why_not="追责须由有权机关依法依规调查认定，系统只提供线索。",
    )
)
REG["第三十一条"].rule("SZ-31", "涉嫌违纪、违法的具体信息，按有关规定处理")

# 第七章　宣传推广
REG["第三十二条"].rule(
    "SZ-32",
    "各级服务机构宣传推广“好差评”",
    machine=False,
    why_not="宣传工作，由各级机构组织，没有可以执行或核对的条件。",
)

# 第八章　附则
REG["第三十三条"].rule("SZ-33", "国垂、省垂系统办理的业务，按本市制度处理")
REG["第三十四条"].rule(
    "SZ-34",
    "由市政务服务管理部门解释",
    machine=False,
    why_not="解释权的归属；使用单位对待定问题的答复应以其解释为据。",
)
REG["第三十五条"].rule("SZ-35", "自印发之日起实施，深政数规〔2019〕2号同时废止")
