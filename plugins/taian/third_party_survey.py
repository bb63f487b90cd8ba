"""第三方评估 (二（九）): rounds, samples by strata, calls, covert visits, what they say, and problems to their end."""

from typing import Final

from core.api import Act, Duty, Extra, Field, Form, Kind, Metric, Page, State, Tell, Timer, keys
from plugins.taian import survey_draws as draws
from plugins.taian import survey_figures as figures
from plugins.taian import survey_rules as rules
from plugins.taian.problems import PROBLEM_WARN, PROBLEM_WITHIN, SEVERITY, problems
from plugins.taian.survey_shown import survey_shown
from plugins.taian.survey_words import (
    ABOUT,
    CLAUSE,
    CLOSE_WARN,
    COVERT,
    INTERVIEW,
    NO_CONTACT,
    PLACE_STRATA,
    PROBLEM,
    SHARE,
    SOURCES,
    STRATA,
    STRATUM,
    SURVEY,
    SURVEYOR,
    TOPICS,
    TRIES,
    UNFIT,
    WAYS,
)

WHO_ASKS: Final = Field(
    "interviewer", "调查员", "member", role="partner", help="先在“调查员”的记录上邀请登录，再选在这里"
)
ASKED: Final = Field("topics", "调查的内容", "many", choices=TOPICS, help="规则写明的内容必须选上")
GRADES: Final = tuple(
    Field(code, label, "scale", low="非常不满意", high="非常满意", asked="topics") for code, label in TOPICS
)
FOUND: Final = (
    Field("problem", "突出问题（一句话）", required=False, most=100, help="没有就不填；不要写对方的姓名和电话"),
    Field("severity", "问题程度", "choice", choices=SEVERITY, required=False),
    Field("problem_unit", "责任单位", "institution", required=False, help="不填就是所访问的单位"),
)
# Until when those who ask are to have asked, where the round says so.
FINISH: Final = Field("finish", "访问截止", "day", required=False)
KEPT: Final = (
    Field("stratum", "所在的层", required=False),
    Field("ref", "抽样框中的编号", required=False),
)
TITLE: Final = Field("title", "名称", most=60)
PERIOD: Final = (Field("since", "办事时间自", "day"), Field("until", "办事时间至", "day"))

ROUND: Final = Kind(
    SURVEY,
    "评估轮次",
    "按季度确定评估的对象和内容，抽样、访问、统计，问题跟踪到底。",
    Form((TITLE, *PERIOD)),
    (
        State("planned", "待确定对象和内容"),
        State("ready", "待抽样"),
        State("running", "访问中"),
        State("closed", "已结束", ended=True),
        State("stopped", "已中止", ended=True),
        State("dropped", "不开展", ended=True),
    ),
    acts=(
        # The first that may be done is the one that stands out.
        Act("close", "结束这一轮", ("bureau",), ("running",), "closed", reads=draws.READS, check=rules.may_close,
            writes=rules.closed, help="结束后结果不再变动，问题清单继续跟踪。"),
        Act("draw", "抽取回访样本", ("bureau",), ("ready", "running"), "running", Form((
            Field("size", "抽取多少人", "whole", required=False, least=1, help="不填就按规则的抽取比例"),
            Field("seed", "抽样种子", required=False, most=40,
                  help="公开摇号得到的数字；不填由系统给出，谁也不能挑。凭种子可以重新抽出同一批人"),
            Field("left_out", "没有对象的层不调查", "flag", required=False),
        )), reads=draws.READS, frame="raters", check=draws.may_draw, makes=draws.draw, writes=draws.drawn,
            help="从参与评价、留有电话、没有选择匿名的人里，按层、按比例随机抽取，平均分给在岗的调查员。抽过不能重抽。"),
        Act("visits", "抽取暗访单位", ("bureau",), ("ready", "running"), "running", Form((
            Field("visits", "抽取多少家", "whole", required=False, least=1),
            Field("visit_seed", "暗访抽样种子", required=False, most=40, help="不填由系统给出"),
            Field("left_out", "没有对象的层不调查", "flag", required=False),
        )), reads=draws.READS, frame="institutions", check=draws.may_visit, makes=draws.visits, writes=draws.visited,
            help="被抽中的单位看不到，也不会收到通知。"),
        Act("plan", "确定对象和内容", ("bureau",), ("planned", "ready"), "ready", Form((
            Field("agency", "第三方机构", most=80, help="例：驻地大学、电视台、融媒体中心"),
            ASKED,
            Field("ways", "方式", "many", choices=WAYS),
            Field("about", "围绕什么", "choice", choices=ABOUT),
            *PERIOD,
            Field("region", "只调查这个地区", "region", required=False, help="不选就是全部地区"),
            Field("item", "只调查这个事项", "item", required=False, help="不选就是全部事项"),
            Field("strata", "电话回访怎样分层", "choice", choices=STRATA, required=False),
            Field("visit_strata", "明察暗访怎样分层", "choice", choices=PLACE_STRATA, required=False),
            Field("finish", "访问截止", "day", required=False, help="到这一天还没有访问完会提醒"),
        )), check=rules.may_plan),
        Act("add", "补抽", ("bureau",), ("running",), "", Form((
            Field("layer", "补哪一层", help="填写层的名称"),
            Field("more", "再抽几人", "whole", least=1, most=draws.LARGEST),
        )), reads=draws.READS, frame="raters", check=draws.may_add, makes=draws.add,
            help="接着原来的随机顺序往下抽。"),
        Act("add_visits", "补抽暗访单位", ("bureau",), ("running",), "", Form((
            Field("layer", "补哪一层", help="填写层的名称"),
            Field("more", "再抽几家", "whole", least=1, most=draws.LARGEST),
        )), reads=draws.READS, frame="institutions", check=draws.may_add_visits, makes=draws.add_visits,
            help="抽中的单位去不了的，接着原来的随机顺序往下抽。"),
        Act("stop", "中止这一轮", ("bureau",), ("running",), "stopped", Form((
            Field("stop_reason", "理由", "text"),
        )), reads=draws.READS, check=rules.may_stop,
            help="样本代表不了的，中止后另开一轮：不作为评估结果，已有的答卷照样保存，问题清单继续跟踪。"),
        Act("drop", "不开展", ("bureau",), ("planned", "ready"), "dropped", Form((
            Field("drop_reason", "理由", "text"),
        ))),
    ),
    timers=(
        Timer("fieldwork", "电话访问", "draw", until="finish", warn=CLOSE_WARN),
        Timer("visiting", "明察暗访", "visits", until="finish", warn=CLOSE_WARN),
    ),
    tells=(
        Tell("filed", ("bureau",), "请确定这一轮第三方评估的对象和内容：{title}（{number}）"),
        Tell("warning:fieldwork", ("bureau",), "{number} 的电话访问将于 {due} 截止：{title}"),
        Tell("overdue:fieldwork", ("bureau",), "{number} 的电话访问已经截止，还没有结束这一轮：{title}"),
        Tell("warning:visiting", ("bureau",), "{number} 的明察暗访将于 {due} 截止：{title}"),
        Tell("overdue:visiting", ("bureau",), "{number} 的明察暗访已经截止，还没有结束这一轮：{title}"),
    ),
    files=("bureau",),
    sees=("bureau",),
    title="title",
    columns=("agency", "since", "until", "frame", "answered"),
    clause=CLAUSE,
    series="PG",
    kept=(
        Field("frame", "回访抽样框人数", "whole", required=False),
        Field("frame_digest", "抽样框校验", required=False),
        Field("visit_frame", "暗访抽样框家数", "whole", required=False),
        Field("answered", "有效答卷", "whole", required=False),
        Field("response", "回收率（0 至 1）", "number", required=False),
        Field("seed", "抽样种子", required=False),
        Field("visit_seed", "暗访抽样种子", required=False),
    ),
)  # fmt: skip

LAYER: Final = Kind(
    STRATUM,
    "分层",
    "抽样时的各层：总数和抽取数，权数由此得出。",
    Form((
        TITLE,
        Field("way", "方式", "choice", choices=WAYS),
        Field("label", "层"),
        Field("stratum", "层的编码"),
        Field("population", "总数", "whole", least=1),
        Field("drawn", "首次抽取", "whole", least=0),
    )),
    (State("counted", "已抽样", ended=True),),
    acts=(
        Act("correct", "更正总数", ("bureau",), ("counted",), "", Form((
            Field("population", "总数", "whole", least=1),
            Field("correct_reason", "理由", "text", most=300),
        )), reads=draws.READS, check=rules.may_correct, help="例如抽样后发现有人归错了层。各层合计必须等于抽样框。"),
    ),
    sees=("bureau",),
    title="title",
    columns=("label", "way", "population", "drawn"),
    parent=SURVEY,
    clause=CLAUSE,
    series="FC",
)  # fmt: skip

CALL: Final = Kind(
    INTERVIEW,
    "电话回访",
    "给抽中的人打电话，逐项问满意度。",
    Form((
        TITLE,
        Field("item", "办的事项", "item", required=False),
        Field("unit", "办理单位", "institution", required=False),
        Field("served", "评价日期", "day", required=False),
        ASKED,
        WHO_ASKS,
        FINISH,
        Field("person", "称呼", "person", required=False),
        Field("phone", "电话", "phone", required=False),
    )),
    (
        State("waiting", "待访"),
        State("answered", "已完成", ended=True),
        State("refused", "拒访", ended=True),
        State("unreachable", "无法联系", ended=True),
        State("unfit", "不符合条件", ended=True),
    ),
    acts=(
        Act("answer", "记录答卷", ("named",), ("waiting",), "answered", Form((
            Field("consent", "对方同意接受访问，并知道只用于统计", "flag"),
            *GRADES,
            Field("comment", "对方的意见和建议", "text", required=False, help="不要写对方的姓名和电话"),
            *FOUND,
        )), check=rules.may_answer, makes=rules.found),
        Act("attempt", "没有接通", ("named",), ("waiting",), "", Form((
            Field("attempt", "这次的情况", "choice", choices=NO_CONTACT),
            Field("again_at", "约定再访", "time", required=False),
        ))),
        Act("refuse", "拒访", ("named",), ("waiting",), "refused"),
        Act("unreachable", "无法联系", ("named",), ("waiting",), "unreachable", Form((
            Field("tries", "联系了几次", "whole", least=1, most=99),
        )), check=rules.tried_enough),
        Act("unfit", "不符合条件", ("named",), ("waiting",), "unfit", Form((
            Field("unfit", "原因", "choice", choices=UNFIT),
        ))),
        Act("pass_on", "改派", ("bureau",), ("waiting",), "", Form((WHO_ASKS,)), reads=(SURVEYOR,),
            check=rules.may_pass_on),
    ),
    timers=(Timer("ask", "访问", until="finish", warn=CLOSE_WARN),),
    tells=(
        Tell("pass_on", ("named",), "有改派给您的电话回访：{title}（{number}）"),
        Tell("warning:ask", ("named",), "电话回访 {number} 将于 {due} 截止：{title}"),
    ),
    sees=("bureau", "named"),
    title="title",
    columns=("item", "unit", "interviewer", "attempt"),
    names="interviewer",
    parent=SURVEY,
    clause=CLAUSE,
    series="HF",
    kept=KEPT,
)  # fmt: skip

VISIT: Final = Kind(
    COVERT,
    "明察暗访",
    "以办事人身份到抽中的单位走一遍，逐项记录。",
    Form((
        TITLE,
        Field("unit", "暗访单位", "institution"),
        ASKED,
        WHO_ASKS,
        FINISH,
    )),
    (
        State("waiting", "待暗访"),
        State("answered", "已完成", ended=True),
        State("unreachable", "无法暗访", ended=True),
    ),
    acts=(
        Act("answer", "记录暗访", ("named",), ("waiting",), "answered", Form((
            Field("visited", "哪天去的", "day"),
            *GRADES,
            Field("report", "看到的情况", "text"),
            Field("photos", "照片", "files", required=False, help="有问题的，随问题交给责任单位；不要拍到自己和群众"),
            *FOUND,
        )), check=rules.whole_problem, makes=rules.found),
        Act("unreachable", "无法暗访", ("named",), ("waiting",), "unreachable", Form((
            Field("why_not", "原因", "text", help="例：窗口已经撤并"),
        ))),
        Act("pass_on", "改派", ("bureau",), ("waiting",), "", Form((WHO_ASKS,)), reads=(SURVEYOR,),
            check=rules.may_pass_on),
    ),
    timers=(Timer("ask", "暗访", until="finish", warn=CLOSE_WARN),),
    tells=(
        Tell("pass_on", ("named",), "有改派给您的暗访：{title}（{number}）"),
        Tell("warning:ask", ("named",), "暗访 {number} 将于 {due} 截止：{title}"),
    ),
    sees=("bureau", "named"),
    title="title",
    columns=("unit", "interviewer", "visited"),
    names="interviewer",
    day="visited",
    parent=SURVEY,
    clause=CLAUSE,
    series="AF",
    kept=KEPT,
)  # fmt: skip

ASKER: Final = Kind(
    SURVEYOR,
    "调查员",
    "遴选大学生、记者等担任调查员，只看得到派给自己的访问。",
    Form((
        Field("person", "姓名", "person"),
        Field("phone", "手机号", "phone"),
        Field("source", "身份", "choice", choices=SOURCES),
        Field("employer", "学校或单位", most=60, help="被评价单位的工作人员不能担任"),
        Field("pledge", "本人同意登记以上信息，并已签保密承诺", "flag"),
    )),
    (
        State("applied", "待上岗"),
        State("serving", "在岗"),
        State("left", "已离岗", ended=True),
        State("refused", "未录用", ended=True),
    ),
    acts=(
        Act("engage", "上岗", ("bureau",), ("applied",), "serving", Form((
            WHO_ASKS,
            Field("trained", "培训日期", "day"),
        )), reads=(SURVEYOR,), check=rules.may_serve),
        Act("refuse", "不录用", ("bureau",), ("applied",), "refused", Form((Field("refusal", "理由", "text"),))),
        Act("leave", "离岗", ("bureau",), ("serving",), "left", Form((Field("leaving", "原因", "text", most=200),)),
            reads=(INTERVIEW, COVERT), check=rules.may_leave),
    ),
    tells=(Tell("engage", ("named",), "您已上岗为调查员，访问任务在“我的待办”里（{number}）"),),
    files=("bureau",),
    sees=("bureau",),
    title="employer",
    columns=("source", "employer", "interviewer", "trained"),
    names="interviewer",
    invites=True,
    clause=CLAUSE,
    series="DC",
)  # fmt: skip

READ: Final = (*draws.READS, PROBLEM)
THIRD_PARTY_SURVEY: Final = Extra(
    "third_party_survey",
    "第三方评估",
    "按季度确定对象和内容，按层随机抽样，电话回访和明察暗访，统计满意度，突出问题跟踪到底。",
    keys.third_party_survey,
    CLAUSE,
    settings=(
        keys.third_party_survey_topics, keys.third_party_survey_every, SHARE, TRIES, CLOSE_WARN, PROBLEM_WITHIN,
        PROBLEM_WARN,
    ),
    kinds=(ROUND, LAYER, CALL, VISIT, ASKER, problems(PROBLEM, "DW", CLAUSE, SURVEY)),
    pages=(
        Page("rounds", "评估轮次", "list", SURVEY, ("bureau",)),
        Page("calls", "电话回访", "list", INTERVIEW, ("bureau", "named")),
        Page("visits", "明察暗访", "list", COVERT, ("bureau", "named")),
        Page("results", "调查结果", "tables", SURVEY, ("bureau",), READ, figures.results),
        Page("problems", "问题清单", "board", PROBLEM, ("bureau", "handler")),
        Page("strata", "分层", "list", STRATUM, ("bureau",)),
        Page("surveyors", "调查员", "list", SURVEYOR, ("bureau",)),
    ),
    duties=(Duty("round", "新一轮第三方评估", "month", rules.due),),
    metrics=(
        Metric("satisfied", "第三方评估满意率", "institution", draws.READS, figures.of_institutions,
               "最近一轮已结束的评估中，满意的回答 ÷ 全部回答（均按层加权）"),
    ),
    demo=survey_shown,
)  # fmt: skip
