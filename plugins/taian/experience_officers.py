"""政务服务“体验官” (二（八）): recruited within quotas, without interests of their own, sent, heard, and acted upon."""

from collections.abc import Mapping
from typing import Final

from core.api import (
    Act,
    Draft,
    Entry,
    Extra,
    Fault,
    Field,
    Form,
    Kind,
    Metric,
    Page,
    Ratio,
    Scene,
    State,
    Tell,
    Timer,
    keys,
    shapes,
)
from plugins.taian.problems import PROBLEM_WARN, PROBLEM_WITHIN, SEVERITY, problems

CITY_QUOTA: Final = keys.Key(
    "experience_officers_city", "市级中心体验官人数", keys.EXTRAS, shapes.Whole(1), "名",
    help="市政务服务中心最多同时聘任多少名体验官。", example="20",
)  # fmt: skip
COUNTY_QUOTA: Final = keys.Key(
    "experience_officers_county", "县区和功能区中心体验官人数", keys.EXTRAS, shapes.Whole(1), "名",
    help="每个县市区、功能区中心最多同时聘任多少名体验官。", example="10",
)  # fmt: skip
TERM: Final = keys.Key(
    "experience_officers_term", "体验官聘期", keys.EXTRAS, shapes.Period(),
    help="聘任一次多长时间，到期自动提醒续聘或解聘。", example="24 个月",
)  # fmt: skip
SERVING: Final = ("serving",)
SOURCES: Final = (
    ("enterprise", "企业代表"), ("citizen", "群众代表"), ("deputy", "人大代表、政协委员"), ("expert", "专家学者"),
    ("media", "媒体记者"), ("agent", "中介和代办人员"),
)  # fmt: skip


def _may_serve(scene: Scene) -> tuple[Fault, ...]:
    """Within the quota of the centre, with consent, and not from an office that is itself rated."""
    fields = {**scene.record.fields, **scene.given}
    return (*_consent(fields), *_conflict(fields, scene), *_quota(fields, scene))


def _consent(fields: Mapping[str, object]) -> tuple[Fault, ...]:
    agreed = bool(fields.get("consent"))
    return () if agreed else (Fault("consent", "本人还没有书面同意，取得同意后再聘任。"),)


def _conflict(fields: Mapping[str, object], scene: Scene) -> tuple[Fault, ...]:
    works_at = str(fields.get("employer") or "").strip()
    rated = next((each for each in scene.institutions.values() if works_at and each.name == works_at), None)
    if rated is None:
        return ()
    return (Fault("employer", f"“{rated.name}”是被评价的单位，其工作人员不能担任体验官。"),)


def _quota(fields: Mapping[str, object], scene: Scene) -> tuple[Fault, ...]:
    centre = scene.regions.get(str(fields.get("centre") or ""))
    if centre is None:
        return (Fault("centre", "请选择所属的政务服务中心。"),)
    key = COUNTY_QUOTA if centre.parent else CITY_QUOTA
    most = scene.policy[key]
    if most is None:
        return (Fault("centre", f"规则没有写明“{key.label}”，请先在规则草案里填写，再聘任。"),)
    serving = sum(
        each.fields.get("centre") == centre.code
        for each in scene.of("officer")
        if each.state in SERVING and each.id != scene.record.id
    )
    if serving < most:
        return ()
    return (Fault("centre", f"{centre.name}已聘任 {serving} 名，名额是 {most} 名；有人聘期届满或解聘后才能再聘。"),)


def _may_visit(scene: Scene) -> tuple[Fault, ...]:
    """Only who serves is sent, and never to where they declared an interest."""
    fields = scene.given
    officer = next((each for each in scene.of("officer") if each.named == fields.get("officer")), None)
    if officer is None or officer.state not in SERVING:
        return (Fault("officer", "这位不是在聘的体验官，请从在聘名单里选择。"),)
    if fields.get("unit") in _interests(officer):
        return (Fault("unit", "这位体验官申报过与该单位有利害关系，请换一个单位或另派一位。"),)
    return ()


def _interests(officer: Entry) -> frozenset[str]:
    declared = officer.fields.get("interest")
    return frozenset({str(declared)} if declared else ())


def _found(scene: Scene) -> tuple[Draft, ...]:
    """What an officer reports as a problem goes on the list, once for each report."""
    if scene.given.get("verdict") != "problem":
        return ()
    fields = {
        "title": scene.given["problem"],
        "severity": scene.given["severity"],
        "unit": scene.record.fields["unit"],
        "item": scene.record.fields.get("item"),
        "detail": scene.given["report"],
    }
    said = {name: value for name, value in fields.items() if value}
    return (Draft("officer-problem", said, once=f"found:{scene.record.id}", institution=str(fields["unit"])),)


def _needs_problem(scene: Scene) -> tuple[Fault, ...]:
    if scene.given.get("verdict") != "problem":
        return ()
    missing = [name for name in ("problem", "severity") if not scene.given.get(name)]
    words = {"problem": "请用一句话写下问题。", "severity": "请选择问题的程度。"}
    return tuple(Fault(name, words[name]) for name in missing)


OFFICER: Final = Kind(
    "officer",
    "体验官",
    "招募、聘任、续聘和解聘体验官；名额按规则，有利害关系的不聘。",
    Form((
        Field("person", "姓名", "person"),
        Field("phone", "手机号", "phone"),
        Field("source", "身份", "choice", choices=SOURCES),
        Field("employer", "工作单位", required=False, help="被评价单位的工作人员不能担任"),
        Field("centre", "所属政务服务中心", "region"),
        Field("interest", "有利害关系的单位", "institution", required=False, help="亲属任职、正在办理的业务等；不派往该单位"),
        Field("why", "自荐或推荐理由", "text", required=False, most=500),
        Field("consent", "本人书面同意担任，并同意登记以上信息", "flag"),
    )),
    (
        State("applied", "待审核"),
        State("serving", "在聘"),
        State("refused", "未聘", ended=True),
        State("ended", "已解聘", ended=True),
    ),
    acts=(
        Act("appoint", "聘任", ("bureau",), ("applied",), "serving", Form((
            Field("officer", "登录账号", "member", help="先请系统管理员建立“受邀人员”账号，再选在这里"),
            Field("from", "聘期自", "day"),
            Field("number", "聘书编号", most=40),
        )), reads=("officer",), check=_may_serve, help="聘任后可以打印聘书。"),
        Act("refuse", "不聘", ("bureau",), ("applied",), "refused", Form((Field("refusal", "理由", "text"),))),
        Act("renew", "续聘", ("bureau",), ("serving",), "", Form((Field("from", "新的聘期自", "day"),))),
        Act("declare", "申报利害关系", ("named", "bureau"), ("serving",), "", Form((
            Field("interest", "有利害关系的单位", "institution"),
        ))),
        Act("end", "解聘", ("bureau", "named"), ("serving",), "ended", Form((Field("ending", "原因", "text"),)),
            stops=("term",)),
    ),
    timers=(Timer("term", "聘期", "appoint", TERM),),
    tells=(
        Tell("appoint", ("named",), "您已被聘任为体验官，聘书编号见登记（{number}）"),
        Tell("overdue:term", ("bureau",), "{number} 的聘期已满，请续聘或解聘"),
    ),
    files=("bureau", "citizen"),
    sees=("bureau", "named"),
    title="source",
    columns=("source", "centre", "from"),
    names="officer",
    reads=("officer",),
    board="centre",
    clause="二（八）",
    series="TY",
)  # fmt: skip

VISIT: Final = Kind(
    "visit",
    "体验任务",
    "派体验官到单位体验一件事，写下过程、照片和发现的问题。",
    Form((
        Field("officer", "体验官", "member"),
        Field("unit", "体验的单位", "institution"),
        Field("item", "体验的事项", "item", required=False),
        Field("day", "体验日期", "day"),
        Field("task", "体验什么", "text", most=500, help="例：以办事人身份走一遍开办企业的全流程"),
    )),
    (
        State("sent", "待体验"),
        State("reported", "已报告"),
        State("declined", "已回避", ended=True),
        State("closed", "已办结", ended=True),
    ),
    acts=(
        Act("decline", "申请回避", ("named",), ("sent",), "declined", Form((Field("decline_reason", "理由", "text"),)),
            stops=("visit",)),
        Act("report", "提交体验报告", ("named",), ("sent",), "reported", Form((
            Field("report", "体验过程", "text"),
            Field("grade", "总的感受", "scale", low="很不顺", high="很顺"),
            Field("verdict", "有没有发现问题", "choice", choices=(("fine", "没有"), ("problem", "有"))),
            Field("problem", "什么问题（一句话）", required=False, most=100),
            Field("severity", "程度", "choice", choices=SEVERITY, required=False),
            Field("photos", "照片", "files", required=False, help="照片里的拍摄地点会自动去掉"),
        )), stops=("visit",), check=_needs_problem, makes=_found, help="发现的问题会列入问题清单，交给责任单位整改。"),
        Act("close", "阅存", ("bureau",), ("reported",), "closed", Form((Field("remark", "批注", "text", required=False),))),
    ),
    timers=(Timer("visit", "体验", "filed", until="day"),),
    tells=(
        Tell("filed", ("named",), "您有新的体验任务 {number}：{title}"),
        Tell("report", ("bureau",), "体验报告 {number} 已提交：{title}"),
        Tell("decline", ("bureau",), "{number} 的体验官申请回避，请另派：{title}"),
        Tell("overdue:visit", ("named", "bureau"), "体验任务 {number} 已过约定的日子：{title}"),
    ),
    files=("bureau",),
    sees=("bureau", "named"),
    title="task",
    columns=("officer", "unit", "day", "verdict"),
    names="officer",
    day="day",
    reads=("officer",),
    check=_may_visit,
    clause="二（八）",
    series="TR",
)  # fmt: skip


def _mended(scene: Scene) -> Mapping[str, Ratio]:
    """Of the problems that officers found with each institution, those put right."""
    found = [each for each in scene.of("officer-problem") if each.state not in ("found", "unfounded")]
    return {
        code: Ratio(
            sum(each.state == "closed" for each in found if each.institution == code),
            sum(each.institution == code for each in found),
        )
        for code in sorted({each.institution for each in found if each.institution})
    }


EXPERIENCE_OFFICERS: Final = Extra(
    "experience_officers",
    "政务服务体验官",
    "按名额招募体验官，派他们走一遍流程，报告的问题列入清单，交办、整改、销号。",
    keys.experience_officers,
    "二（八）",
    settings=(CITY_QUOTA, COUNTY_QUOTA, TERM, PROBLEM_WITHIN, PROBLEM_WARN),
    kinds=(OFFICER, VISIT, problems("officer-problem", "TW", "二（八）", "visit")),
    pages=(
        Page("officers", "体验官", "list", "officer", ("bureau",)),
        Page("visits", "体验任务", "list", "visit", ("bureau", "named")),
        Page("calendar", "体验日程", "calendar", "visit", ("bureau", "named")),
        Page("problems", "问题清单", "board", "officer-problem", ("bureau", "handler")),
    ),
    metrics=(
        Metric("mended", "体验发现问题销号率", "institution", ("officer-problem",), _mended,
               "已销号的问题 ÷ 交办的问题"),
    ),
)  # fmt: skip
