"""政务服务“体验官” (二（八）): recruited within quotas, without interests of their own, sent, heard, and acted upon."""

from collections.abc import Mapping
from typing import Final

from core.api import (
    Act,
    Extra,
    Field,
    Form,
    Kind,
    Metric,
    Page,
    Paper,
    Ratio,
    Scene,
    State,
    Tell,
    Timer,
    keys,
)
from plugins.taian.officers_decide import (
    CITY_QUOTA,
    COUNTY_QUOTA,
    TERM,
    TERM_WARN,
    declared,
    first_declared,
    found,
    found_more,
    may_apply,
    may_gather,
    may_go_on,
    may_report,
    may_serve,
    may_visit,
    progress,
    sent_together,
    unbroken,
)
from plugins.taian.officers_shown import officers_shown
from plugins.taian.problems import PROBLEM_WARN, PROBLEM_WITHIN, SEVERITY, problems

CLAUSE: Final = "二（八）"
SOURCES: Final = (
    ("enterprise", "企业代表"), ("citizen", "群众代表"), ("deputy", "人大代表、政协委员"), ("expert", "专家学者"),
    ("media", "媒体记者"), ("agent", "中介和代办人员"),
)  # fmt: skip
TERMS: Final = (Field("from", "聘期自", "day"), Field("until", "聘期至", "day", help="到这一天 24:00"))

PHOTOS: Final = Field(
    "photos", "照片", "files", required=False, help="有问题的，随问题交给责任单位；不要拍到自己和群众"
)

LETTER: Final = """{person}：
经本人同意，现聘请您担任{centre}政务服务“体验官”，聘期自 {from} 起至 {until} 止。
请您以办事人的身份走流程、看服务，如实写下发现的问题；与您有利害关系的单位，请申请回避。
聘书编号：{letter}

{bureau}
{today}"""

OFFICER: Final = Kind(
    "officer",
    "体验官",
    "以办事人身份体验政务服务、提出问题。自愿报名，按名额聘任；在被评价单位工作或者有利害关系的不聘。",
    Form((
        Field("person", "姓名", "person"),
        Field("phone", "手机号", "phone"),
        Field("source", "身份", "choice", choices=SOURCES),
        Field("employer", "工作单位", required=False, help="被评价单位的工作人员不能担任"),
        Field("centre", "申请担任哪个政务服务中心的体验官", "region"),
        Field("interest", "有利害关系的单位", "institution", required=False, help="如亲属任职；不会派往该单位"),
        Field("why", "自荐或推荐理由", "text", required=False, most=500),
        Field("consent", "本人书面同意担任，并同意登记以上信息", "flag"),
        Field("agreement", "书面同意的照片或扫描件", "files", required=False),
    )),
    (
        State("applied", "待审核"),
        State("serving", "在聘"),
        State("refused", "未聘", ended=True),
        State("withdrawn", "已撤回", ended=True),
        State("ended", "已解聘", ended=True),
    ),
    acts=(
        Act("appoint", "聘任", ("bureau",), ("applied",), "serving", Form((
            Field("officer", "登录账号", "member", role="partner", help="先在这条记录上邀请登录，再选在这里"),
            *TERMS,
            Field("letter", "聘书编号", most=40),
        )), reads=("officer",), check=may_serve, makes=first_declared, help="聘任后可以打印聘书。"),
        Act("refuse", "不聘", ("bureau",), ("applied",), "refused", Form((
            Field("refusal", "理由", "text", told=True),
        ))),
        Act("withdraw", "撤回申请", ("filer",), ("applied",), "withdrawn"),
        Act("renew", "续聘", ("bureau",), ("serving",), "", Form(TERMS), stops=("term",), reads=("officer",),
            check=may_go_on, writes=unbroken),
        Act("declare", "申报利害关系", ("named", "bureau"), ("serving",), "", Form((
            Field("interest", "有利害关系的单位", "institution"),
        )), makes=declared, help="申报之后不再派往该单位；已经派出的任务请申请回避。"),
        Act("end", "解聘", ("bureau", "named"), ("serving",), "ended", Form((Field("ending", "原因", "text"),))),
    ),
    timers=(
        Timer("term", "聘期", "appoint", until="until", warn=TERM_WARN),
        Timer("renewed", "续聘期", "renew", until="until", warn=TERM_WARN),
    ),
    tells=(
        Tell("filed", ("bureau",), "有人申请担任体验官：{number}（{title}），请审核"),
        Tell("appoint", ("named", "filer"), "体验官聘任已通过：{number}，聘期至 {due}"),
        Tell("refuse", ("filer",), "体验官申请 {number} 没有通过，理由请查看回执"),
        Tell("renew", ("named",), "您已续聘为体验官，聘期至 {due}"),
        Tell("declare", ("bureau",), "{number} 申报了利害关系，请核对已经派出的任务"),
        Tell("end", ("bureau", "named"), "{number} 已解聘"),
        *(Tell(f"warning:{code}", ("bureau", "named"), "{number} 的聘期将于 {due} 届满，请续聘或解聘")
          for code in ("term", "renewed")),
        *(Tell(f"overdue:{code}", ("bureau",), "{number} 的聘期已满，请续聘或解聘") for code in ("term", "renewed")),
    ),
    files=("bureau", "citizen"),
    sees=("bureau", "named"),
    title="source",
    columns=("centre", "from", "until", "letter"),
    same=("phone",),
    repeats="refuse",
    names="officer",
    invites=True,
    serves_until="until",
    check=may_apply,
    clause=CLAUSE,
    series="TY",
    kept=(Field("served_from", "连续聘任自", "day", required=False),),
    papers=(Paper("letter", "聘书", ("serving",), LETTER),),
)  # fmt: skip

INTEREST: Final = Kind(
    "officer_interest",
    "利害关系",
    "体验官申报过利害关系的单位，解除之前不派往那里。",
    Form((Field("officer", "体验官", "member", role="partner"), Field("interest", "有利害关系的单位", "institution"))),
    (State("declared", "回避"), State("lifted", "已解除", ended=True)),
    acts=(Act("lift", "解除", ("bureau",), ("declared",), "lifted", Form((Field("lift_reason", "理由", "text"),))),),
    sees=("bureau", "named"),
    columns=("officer", "interest"),
    names="officer",
    parent="officer",
    clause=CLAUSE,
    series="LH",
)

EXPERIENCE: Final = Kind(
    "experience",
    "体验任务",
    "派体验官到单位体验一件事，写下过程、照片和发现的问题。",
    Form((
        Field("officer", "体验官", "member", role="partner"),
        Field("unit", "体验的单位", "institution"),
        Field("item", "体验的事项", "item", required=False),
        Field("day", "约定日期", "day", help="到这一天 24:00"),
        Field("task", "体验什么", "text", most=500, help="例：以办事人身份走一遍开办企业的全流程"),
    )),
    (
        State("sent", "待体验"),
        State("reported", "已报告"),
        State("declined", "已回避", ended=True),
        State("cancelled", "已取消", ended=True),
        State("closed", "已办结", ended=True),
    ),
    acts=(
        Act("report", "提交体验报告", ("named",), ("sent",), "reported", Form((
            Field("visited", "什么时候去体验的", "time"),
            Field("report", "体验过程", "text"),
            Field("grade", "总的感受", "scale", low="很不顺", high="很顺"),
            Field("verdict", "有没有发现问题", "choice", choices=(("fine", "没有"), ("problem", "有"))),
            Field("problem", "什么问题（一句话）", required=False, most=100,
                  help="有问题的须填；有几个的先报一个，提交后再报"),
            Field("severity", "程度", "choice", choices=SEVERITY, required=False, help="有问题的须选"),
            PHOTOS,
        )), stops=("visit",), reads=("officer", "officer_interest"), check=may_report, makes=found,
            help="发现的问题会列入问题清单，交给责任单位整改；清单上不出现您的姓名。"),
        Act("find_more", "再报一个问题", ("named",), ("reported",), "", Form((
            Field("more_problem", "什么问题（一句话）", most=100),
            Field("more_severity", "程度", "choice", choices=SEVERITY),
            Field("more_detail", "具体情况", "text"),
            PHOTOS,
        )), reads=("officer_problem",), makes=found_more,
            help="一次体验发现几个问题的，一个一个报，各自整改、各自销号。"),
        Act("decline", "申请回避", ("named",), ("sent",), "declined", Form((Field("decline_reason", "理由", "text"),))),
        Act("cancel", "取消任务", ("bureau",), ("sent",), "cancelled", Form((Field("cancel_reason", "理由", "text"),))),
        Act("close", "阅存", ("bureau",), ("reported",), "closed", Form((
            Field("remark", "给体验官的答复", "text", required=False),
        ))),
    ),
    timers=(Timer("visit", "体验", until="day"),),
    tells=(
        Tell("filed", ("named",), "您有新的体验任务 {number}：{title}"),
        Tell("report", ("bureau",), "体验报告 {number} 已提交：{title}"),
        Tell("decline", ("bureau",), "{number} 的体验官申请回避，请另派：{title}"),
        Tell("cancel", ("named",), "体验任务 {number} 已取消：{title}"),
        Tell("close", ("named",), "您的体验报告 {number} 已办结：{title}"),
        Tell("overdue:visit", ("named", "bureau"), "体验任务 {number} 已过约定的日子：{title}"),
    ),
    files=("bureau",),
    sees=("bureau", "named"),
    title="task",
    columns=("officer", "unit", "day", "verdict"),
    goes_to="unit",
    names="officer",
    day="day",
    reads=("officer", "officer_interest"),
    check=may_visit,
    clause=CLAUSE,
    series="TR",
)  # fmt: skip


GATHERING: Final = Kind(
    "experience_gathering",
    "集中体验",
    "请一个中心的体验官同一天到一个单位集中体验；有利害关系的、当天不在聘期内的不派。",
    Form((
        Field("centre", "哪个中心的体验官", "region"),
        Field("unit", "体验的单位", "institution"),
        Field("item", "体验的事项", "item", required=False),
        Field("day", "约定日期", "day", help="到这一天 24:00"),
        Field("task", "体验什么", "text", most=500),
    )),
    (State("planned", "待派出"), State("sent", "体验中"), State("cancelled", "已取消", ended=True),
     State("closed", "已总结", ended=True)),
    acts=(
        Act("send", "派出", ("bureau",), ("planned",), "sent", reads=("officer", "officer_interest"),
            check=may_gather, makes=sent_together, help="每位体验官得到一项体验任务，各自报告看到的情况。"),
        Act("cancel", "取消", ("bureau",), ("planned",), "cancelled", Form((
            Field("cancel_reason", "理由", "text"),
        ))),
        Act("close", "总结", ("bureau",), ("sent",), "closed", Form((Field("summary", "集中体验的情况", "text"),))),
    ),
    timers=(Timer("gathering", "集中体验", until="day"),),
    tells=(Tell("overdue:gathering", ("bureau",), "集中体验 {number} 的日子已过，请总结：{title}"),),
    files=("bureau",),
    sees=("bureau",),
    title="task",
    columns=("centre", "unit", "day"),
    day="day",
    reads=("officer", "officer_interest"),
    check=may_gather,
    clause=CLAUSE,
    series="JT",
)  # fmt: skip


def _mended(scene: Scene) -> Mapping[str, Ratio]:
    """Of the problems that officers found with each institution, those put right."""
    listed = [each for each in scene.of("officer_problem") if each.state not in ("found", "unfounded")]
    return {
        code: Ratio(
            sum(each.state == "closed" for each in listed if each.institution == code),
            sum(each.institution == code for each in listed),
        )
        for code in sorted({each.institution for each in listed if each.institution})
    }


EXPERIENCE_OFFICERS: Final = Extra(
    "experience_officers",
    "政务服务体验官",
    "按名额招募体验官，派他们走一遍流程，报告的问题列入清单，交办、整改、销号。",
    keys.experience_officers,
    CLAUSE,
    settings=(CITY_QUOTA, COUNTY_QUOTA, TERM, TERM_WARN, PROBLEM_WITHIN, PROBLEM_WARN),
    kinds=(OFFICER, EXPERIENCE, GATHERING, problems("officer_problem", "TW", CLAUSE, "experience"), INTEREST),
    pages=(
        Page("officers", "体验官", "list", "officer", ("bureau",)),
        Page("tasks", "体验任务", "list", "experience", ("bureau", "named")),
        Page("gatherings", "集中体验", "list", "experience_gathering", ("bureau",)),
        Page("calendar", "体验日程", "calendar", "experience", ("bureau", "named")),
        Page("problems", "问题清单", "board", "officer_problem", ("bureau", "handler")),
        Page("interests", "利害关系", "list", "officer_interest", ("bureau",)),
        Page("places", "名额与进展", "tables", reads=("officer", "experience", "officer_problem"), tables=progress,
             dated=("experience", "officer_problem")),
    ),
    metrics=(
        Metric("mended", "体验发现问题销号率", "institution", ("officer_problem",), _mended,
               "已销号的问题 ÷ 交办的问题"),
    ),
    demo=officers_shown,
)  # fmt: skip
