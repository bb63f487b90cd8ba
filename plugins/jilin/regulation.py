"""Jilin's trial rules (工作细则) stand here article by article, each with what it sets or leaves open."""

from datetime import date
from typing import Final

from core.api import (
    Accountability,
    Alert,
    AppealNeeds,
    Callback,
    Channel,
    Clock,
    Dimension,
    Explained,
    Extension,
    GoalValue,
    Indicator,
    Occasion,
    Publish,
    Route,
    VerdictEffects,
    Window,
    keys,
    months,
    workdays,
)
from plugins.jilin.question_form import FORM
from plugins.jilin.question_form import SWITCH as QUESTION_FORM_ON
from plugins.jilin.questions import DEFAULT_AFTER, Q2, Q9, Q16, Q24, REG, rolls

LAST_TRIAL_DAY: Final = date(2021, 8, 8)
EVERYTHING: Final = ("overall", "business", "service")

REG["第一条"].rule(
    "JL-1",
    "制定目的和依据",
    machine=False,
    why_not="立法目的和依据；省工作方案取得文本后作为省级一层加在本市之下。",
)
REG["第二条"].rule("JL-2", "服务对象对政务服务机构、平台及工作人员的服务质量作出评价")
REG["第三条"].rule(
    "JL-3",
    "自愿自主、客观真实、公开透明、统一标准",
    machine=False,
    why_not="是原则，由以下各条落实，没有单独可以执行或核对的条件。",
)
REG["第四条"].rule("JL-4", "市民服务中心、乡镇站、村室、办事窗口，各类平台及工作人员，三个全覆盖")
REG["第五条"].rule("JL-5a", "市政数局统筹，对接省系统并获取数据，受理复核申诉")
REG["第五条"].rule("JL-5b", "各县（市）区、开发区主管部门负责本辖区")
REG["第五条"].rule("JL-5c", "机构、平台承担回访反馈，对“不满意”“非常不满意”核实处理").sets(keys.bad_grades, (2, 1))
REG["第六条"].rule("JL-6", "评价结果纳入效能监督和绩效考核")
REG["第七条"].rule(
    "JL-7",
    "办事指南载明办理时限、收费依据、评价渠道等要素",
    machine=False,
    why_not="办事指南由各部门在政务服务事项管理系统中编制公布，本系统只按编码引用事项，不是指南的发布处。",
)
(
    REG["第八条"]
    .rule(
        "JL-8",
        "（三）在法定时限内压减三分之二以上并作出承诺，超过承诺的公开说明理由",
        machine=False,
        why_not="压减和承诺时限由各部门在办事指南中作出，超时说明由其公开；本系统登记两种时限备查，不据此评价。",
    )
    .rule(
        "JL-8b",
        "（四）综合窗口的选派人员由市政数局直接管理考核",
        machine=False,
        why_not="是人事管理关系，由管理员在人员所属机构中登记。",
    )
)
(
    REG["第九条"]
    .rule("JL-9", "评价内容：机构的管理与服务，平台的便捷完善，工作人员的态度水平")
    .sets(
        keys.indicators,
        (
            Indicator("政务服务机构", ("事项管理", "办事流程", "服务规范", "服务质量", "服务效率", "服务便民度")),
            Indicator("政务服务平台", ("便捷性", "完善性")),
            Indicator("工作人员", ("服务态度", "服务水平")),
            Indicator("整改与监督", ("整改实效", "监督管理")),
        ),
    )
)
(
    REG["第十条"]
    .rule("JL-10a", "分五个等级；没有规定分值")
    .sets(keys.grade_labels, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"))
    .leaves(keys.scores, why="第十条只有等级，没有分值；没有分值就没有平均分。")
    .rule("JL-10b", "接受服务后 7 日内未评价的，默认为“基本满意”")
    .sets(keys.rating_window, (Window(DEFAULT_AFTER),))
    .sets(keys.after_window, 3)
    .sets(keys.defaults_count, Q2.value)
)
(
    REG["第十一条"]
    .rule("JL-11a", "总体评价、业务评价、服务评价，每一指标均五级评价")
    .rule("JL-11b", "除总体评价外，可选择标签，也可写文字")
    .sets(
        keys.dimensions,
        (
            Dimension("overall", "总体评价", "case", tagged=False),
            Dimension("business", "业务评价", "item"),
            Dimension("service", "服务评价", "staff"),
        ),
    )
)
(
    REG["第十二条"]
    .rule("JL-12", "线上为政务服务网和移动端，线下为窗口评价装置和自助服务终端")
    .adds(
        keys.channels,
        Channel("portal", "吉林市政务服务网", "web"),
        Channel("jishiban", "“吉事办”APP", "app"),
        Channel("mini-program", "“吉事办”微信小程序", "app"),
        Channel("code", "评价二维码", "qr"),
        Channel("evaluator", "窗口评价装置", "device"),
        Channel("terminal", "自助服务终端", "kiosk"),
    )
)
(
    REG["第十三条"]
    .rule("JL-13a", "现场服务“一次一评”，每个窗口设评价装置或二维码")
    .adds(
        keys.occasions,
        Occasion("served", EVERYTHING, mode="window"),
        # 自助服务终端要开通“好差评”功能：没有窗口，办结即接受了服务。
        Occasion("closed", EVERYTHING, mode="kiosk"),
    )
    .rule("JL-13b", "偏远乡村和基层服务点暂不具备条件的，提供书面评价表格")
    .sets(keys.paper_forms, value=True)
    .adds(keys.channels, Channel("form", "书面评价表格", "paper"))
    # 答“7d”即与第十条相同，不另立一行；答其他期限的，现场服务依此条，网上服务仍依第十条。
    .rule("JL-13c", "没有在现场评价的，可在一定期限内补充评价")
    .sets(
        keys.rating_window,
        (Window(Q24.value, event="served"), Window(DEFAULT_AFTER, clause="第十条")),
        when=~Q24.is_("7d"),
    )
)
(
    REG["第十四条"]
    .rule("JL-14a", "网上服务“一事一评”，另附问询表单，自愿填写")
    .adds(keys.occasions, Occasion("closed", EVERYTHING, mode="online"))
    .adds(keys.questionnaire, FORM)
    .sets(QUESTION_FORM_ON, True)
    .rule("JL-14b", "12345 语音、短信评价；市政府网站开设评价专栏")
    .adds(keys.occasions, Occasion("closed", EVERYTHING, mode="hotline"))
    .adds(
        keys.channels,
        Channel("hotline-voice", "12345 语音", "hotline"),
        Channel("hotline-sms", "12345 短信", "sms"),
        Channel("city-site", "市政府网站评价专栏", "web"),
    )
)
REG["第十五条"].rule("JL-15", "意见箱、热线、监督平台、电子邮箱接受“综合点评”，不计入评价").sets(
    keys.general_comments, value=True
)
(
    REG["第十六条"]
    .rule(
        "JL-16",
        "政策知悉度、办事便利度、服务满意度调查；按一定比例回访；委托第三方评估",
    )
    .sets(keys.third_party_survey, True)
    .sets(keys.third_party_survey_topics, ("awareness", "convenience", "service"))
    .leaves(keys.third_party_survey_every, why="第十六条没有规定多久调查一次。")
    .leaves(keys.callback.field("share"), why="第十六条要求“按照一定比例”抽取回访，没有规定比例。")
)
REG["第十七条"].rule("JL-17", "鼓励实名评价，以便核实或回访").sets(keys.identity, "encouraged")
REG["第十八条"].rule("JL-18", "窗口办结时邀请评价；现场未评的，网上可补充")
(
    REG["第十九条"]
    .rule("JL-19a", "主管部门将差评转由办理单位，第一时间回访核实，10 个工作日内回复")
    .sets(keys.dispatcher, "bureau")
    .sets(
        keys.routing,
        (
            Route("staff-institution", about="staff"),
            Route("system-owner", about="system"),
            Route("item-institution", about="item"),
            Route("item-institution", about="process"),
            Route("staff-institution", dimension="service"),
            Route("item-institution"),
        ),
    )
    .adds(keys.clocks, Clock("reply", "dispatched", workdays(10)))
    .leaves(keys.clocks.field("within"), why="第十九条的“第一时间”没有天数：回访核实不另设期限，只设回复和整改的期限。")
    .rule("JL-19b", "情况清楚、诉求合理的，15 个工作日内完成整改")
    .adds(keys.clocks, Clock("rectify", "dispatched", workdays(15), complexity="simple"))
    .rule("JL-19c", "情况复杂的，建立台账，限期整改，最长不超过 6 个月")
    .adds(keys.clocks, Clock("complex", "dispatched", months(6), complexity="complex"))
    .sets(keys.extension, Extension(longest=months(6)))
    .rule("JL-19d", "缺乏法定依据的，做好解释说明")
    .sets(keys.explained, Explained())
    .rule("JL-19e", "已办结的差评电话回访、复核、满意度测评，实名差评回访率达 100%")
    .adds(keys.callback, Callback(1.0, identity="real-name"))
    .adds(keys.targets, GoalValue("callback", 1.0))
    .rule("JL-19f", "主管部门对回访核实和整改情况监督检查")
)
(
    REG["第二十条"]
    .rule("JL-20a", "机构、平台、工作人员可通过所在部门向同级政务服务局申诉")
    .sets(keys.appellants, ("staff", "institution", "platform"))
    .sets(keys.appeal_to, "bureau")
    .sets(keys.appeal_needs, AppealNeeds(reason=False, evidence=False, via="own-institution"))
    .leaves(keys.clocks.field("clock"), why="第二十条没有规定申诉和复核的期限：不设申诉期限，不设决定期限。")
    .rule("JL-20b", "经核实为误评或恶意差评的，不予采纳，并告知申诉人")
    .sets(keys.verdict_effects, VerdictEffects(mistaken="exclude", malicious="exclude"))
)
(
    REG["第二十一条"]
    .rule("JL-21a", "随时向企业和群众反馈，差评件件有整改、有反馈")
    .adds(keys.targets, GoalValue("rectified", 1.0), GoalValue("answered", 1.0))
    .rule(
        "JL-21b",
        "每个月末通报各县（市）区、开发区和机构并向社会发布；各县（市）区通报本级",
        waits="结果通报：市、县两级的月度通报",
    )
    .sets(keys.bulletin, "monthly")
    .sets(keys.bulletin_levels, ("city", "county"))
)
(
    REG["第二十二条"]
    .rule("JL-22", "反映集中的问题，转交并督促限期整改")
    .adds(keys.accountability, Accountability("concentration", ("rectify",)))
    .leaves(
        keys.alerts.field("share"),
        keys.alerts.field("task_within"),
        why="第二十二条没有规定多少件为“集中”，也没有规定限期的长短。",
    )
)
REG["第二十三条"].rule("JL-23", "纳入部门及个人年度考核，表彰奖励")
(
    REG["第二十四条"]
    .rule("JL-24", "连续排名靠后的机构、平台和工作人员，警示、约谈、通报，限期整改")
    .adds(keys.accountability, Accountability("bottom-months", ("warn", "interview", "circular", "rectify")))
    .adds(
        keys.alerts,
        *(
            Alert(
                of,
                "bottom-months",
                "low-grade",
                rolling=Q9["year"].then(rolls),
                streak=Q9["streak"],
                rank=Q9["bottom"],
                min=Q9["min"],
            )
            for of in ("institution", "platform", "staff")
        ),
    )
    .sets(keys.min_sample, Q9["min"])
    .leaves(keys.alerts.field("months"), why="第二十四条的“连续”没有规定几次；填入月数之前，连续排名靠后不触发预警。")
    .rule(
        "JL-24b",
        "反复被差评、投诉，弄虚作假，故意刁难，打击报复的，追责；构成犯罪的移送",
        machine=False,
        why_not="“反复”没有次数，其余情形须由人调查认定，追责依纪依法另行办理。",
    )
)
(
    REG["第二十五条"]
    .rule("JL-25", "以公开为常态；依法不得公开的除外")
    # 每月发布是第二十一条的话。
    .sets(keys.publish, Publish("monthly", ("依法不得公开的信息",)))
)
REG["第二十六条"].rule("JL-26", "不得强迫或干扰评价，保护评价人信息")
REG["第二十七条"].rule("JL-27", "承担公共服务职能的企事业单位参照执行")
(REG["第二十八条"].rule("JL-28", "自 2020 年 8 月 9 日起施行，试行 1 年").ends(LAST_TRIAL_DAY, when=Q16.is_("expired")))
