"""Who may serve as an experience officer, where one may be sent, and what a report leads to, from values alone."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from core.api import Draft, Entry, Fault, Place, Scene, Table, keys, shapes
from plugins.taian.centres import tier
from plugins.taian.outsiders import insider, rated_employer

CITY_QUOTA: Final = keys.Key(
    "experience_officers_city", "市级中心体验官人数", keys.EXTRAS, shapes.Whole(1), "名",
    help="市政务服务中心最多同时聘任多少名体验官。", example="20",
)  # fmt: skip
COUNTY_QUOTA: Final = keys.Key(
    "experience_officers_county", "县区和功能区中心体验官人数", keys.EXTRAS, shapes.Whole(1), "名",
    help="每个县市区、功能区中心最多同时聘任多少名体验官。", example="10",
)  # fmt: skip
TERM: Final = keys.Key(
    "experience_officers_term", "体验官聘期", keys.EXTRAS, shapes.Whole(1), "个月",
    help="聘任一次最长多少个月；没有规定的，由聘任时写明的日期为准。", example="24",
)  # fmt: skip
TERM_WARN: Final = keys.Key(
    "experience_officers_term_warn", "体验官聘期届满提醒", keys.EXTRAS, shapes.Period(), stricter="longer",
    help="聘期届满之前多久提醒续聘或解聘。", example="30 日",
)  # fmt: skip
SERVING: Final = "serving"


def may_apply(scene: Scene) -> tuple[Fault, ...]:
    """Without consent nothing of a person is registered, and nobody watches over their own house."""
    fields = scene.given
    return (*_consent(fields), *_employed(fields, scene), *_centre(fields, scene))


def may_serve(scene: Scene) -> tuple[Fault, ...]:
    fields = {**scene.record.fields, **scene.given}
    asked = (*_consent(fields), *_employed(fields, scene), *_account(fields, scene), *_term(fields, scene))
    return asked or _quota(fields, scene)


def may_go_on(scene: Scene) -> tuple[Fault, ...]:
    fields = {**scene.record.fields, **scene.given}
    return _term(fields, scene) or _quota(fields, scene)


def _consent(fields: Mapping[str, Any]) -> tuple[Fault, ...]:
    agreed = bool(fields.get("consent"))
    return () if agreed else (Fault("consent", "没有本人的书面同意，不能登记和聘任；取得同意后再办。"),)


def _employed(fields: Mapping[str, Any], scene: Scene) -> tuple[Fault, ...]:
    rated = rated_employer(fields.get("employer"), scene)
    if rated is None:
        return ()
    return (Fault("employer", f"“{rated.name}”是被评价的单位，其工作人员不能担任体验官。"),)


def _account(fields: Mapping[str, Any], scene: Scene) -> tuple[Fault, ...]:
    """Officers come in with an account of their own, and never with one that serves an office that is rated."""
    name = str(fields["officer"])
    if wrong := insider("officer", name, "体验官", scene):
        return wrong
    taken = next((each for each in scene.of("officer") if each.named == name and each.state == SERVING), None)
    if taken is None:
        return ()
    return (Fault("officer", f"这个账号已经是在聘体验官（{taken.number}），一人一个账号，请另选。"),)


def _term(fields: Mapping[str, Any], scene: Scene) -> tuple[Fault, ...]:
    begins, ends = fields["from"], fields["until"]
    if ends < begins:
        return (Fault("until", "聘期的最后一天不能早于第一天。"),)
    longest = scene.policy[TERM]
    if longest is None or ends <= _last_day(begins, longest):
        return ()
    last = _last_day(begins, longest)
    return (Fault("until", f"规则规定聘期最长 {longest} 个月，最晚到 {last}。"),)


def _last_day(begins: date, longest: int) -> date:
    years, month = divmod(begins.month - 1 + longest, 12)
    year, month = begins.year + years, month + 1
    return date(year, month, min(begins.day, monthrange(year, month)[1])) - timedelta(days=1)


def _centre(fields: Mapping[str, Any], scene: Scene) -> tuple[Fault, ...]:
    centre = scene.regions.get(str(fields.get("centre") or ""))
    if centre is not None and quota_key(centre, scene) is not None:
        return ()
    return (Fault("centre", "体验官由市和县区、功能区的政务服务中心聘任，请选择市或县区。"),)


def quota_key(centre: Place, scene: Scene) -> keys.Key[int] | None:
    return {"city": CITY_QUOTA, "county": COUNTY_QUOTA}.get(tier(centre, scene))


def _quota(fields: Mapping[str, Any], scene: Scene) -> tuple[Fault, ...]:
    if faults := _centre(fields, scene):
        return faults
    centre = scene.regions[str(fields["centre"])]
    key = quota_key(centre, scene)
    most = scene.policy[key] if key is not None else None
    if key is None or most is None:
        label = key.label if key is not None else ""
        return (Fault(f"rule:{key.name if key else ''}", f"规则没有写明“{label}”，请先在规则里填写，再聘任。"),)
    serving = _most_at_once(of_centre(scene, centre.code), fields["from"], fields["until"])
    if serving < most:
        return ()
    said = f"{centre.name}在这段聘期内已有 {serving} 名体验官，名额是 {most} 名；有人聘期届满或解聘后才能再聘。"
    return (Fault("", said),)


def _most_at_once(serving: Sequence[Entry], begins: date, ends: date) -> int:
    """Of those who serve on any day of a term, as many as serve on its fullest day."""
    terms = [(begun(each), each.fields["until"]) for each in serving]
    days = (begins, *(first for first, _ in terms if begins < first <= ends))
    return max(sum(first <= day <= last for first, last in terms) for day in days)


def begun(officer: Entry) -> date:
    """The first day of a term, and of those that it goes on from without a gap."""
    return officer.fields.get("served_from") or officer.fields["from"]


def unbroken(scene: Scene) -> Mapping[str, Any]:
    """Whoever is appointed anew before their term is over has served all along."""
    known, begins = scene.record, scene.given["from"]
    is_next = begins <= known.fields["until"] + timedelta(days=1)
    return {"served_from": min(begun(known), begins) if is_next else begins}


def of_centre(scene: Scene, centre: str) -> Sequence[Entry]:
    return [each for each in scene.of("officer") if each.state == SERVING and each.fields.get("centre") == centre]


def may_visit(scene: Scene) -> tuple[Fault, ...]:
    """Only who serves on that day is sent, and never to where they declared an interest."""
    fields = scene.given
    officer = _serving(str(fields["officer"]), scene)
    if officer is None:
        return (Fault("officer", "这位不是在聘的体验官，请从在聘名单里选择。"),)
    if not _serves_on(officer, fields["day"]):
        return (Fault("day", f"这一天不在这位体验官的聘期内（{_term_of(officer)}）。"),)
    if _concerned(officer, fields["unit"], scene):
        return (Fault("unit", "这位体验官申报过与该单位有利害关系，请换一个单位或另派一位。"),)
    return ()


def _serving(name: str, scene: Scene) -> Entry | None:
    return next((each for each in scene.of("officer") if each.named == name and each.state == SERVING), None)


def may_gather(scene: Scene) -> tuple[Fault, ...]:
    """Somebody of the centre must serve on that day, and have nothing to do with the institution."""
    fields = {**scene.record.fields, **scene.given}
    return _centre(fields, scene) or (
        ()
        if _gathered(fields, scene)
        else (Fault("", "这个中心没有这一天在聘、又与该单位没有利害关系的体验官，请改日期、单位，或者先聘任。"),)
    )


def sent_together(scene: Scene) -> tuple[Draft, ...]:
    """One task for each of them, so that each reports what they saw themselves."""
    fields = scene.record.fields
    shared = {name: fields[name] for name in ("unit", "item", "day", "task") if fields.get(name)}
    return tuple(
        Draft("experience", {**shared, "officer": each.named}, once=f"{scene.record.id}:{each.id}")
        for each in _gathered(fields, scene)
    )


def _gathered(fields: Mapping[str, Any], scene: Scene) -> Sequence[Entry]:
    return [
        each for each in of_centre(scene, str(fields["centre"]))
        if _serves_on(each, fields["day"]) and not _concerned(each, str(fields["unit"]), scene)
    ]  # fmt: skip


def _serves_on(officer: Entry, day: date) -> bool:
    return begun(officer) <= day <= officer.fields["until"]


def _term_of(officer: Entry) -> str:
    return f"{begun(officer)} 至 {officer.fields['until']}"


def _concerned(officer: Entry, unit: str, scene: Scene) -> bool:
    """Whoever has an interest in an institution has it in what lies below it."""
    said = (each for each in scene.of("officer_interest") if each.state == "declared" and each.parent == officer.id)
    interests = {str(each.fields["interest"]) for each in said}
    above = [unit]
    while (parent := _parent(above[-1], scene)) and parent not in above:
        above.append(parent)
    return not interests.isdisjoint(above)


def _parent(unit: str, scene: Scene) -> str:
    return scene.institutions[unit].parent if unit in scene.institutions else ""


def may_report(scene: Scene) -> tuple[Fault, ...]:
    officer = _serving(scene.record.named, scene)
    if officer is None:
        return (Fault("", "您的聘任已经结束，不能再提交体验报告；请联系主管部门取消这项任务。"),)
    if _concerned(officer, str(scene.record.fields["unit"]), scene):
        return (Fault("", "您申报过与该单位有利害关系，请改为“申请回避”。"),)
    faults: list[Fault] = []
    if scene.given["visited"] > scene.now:
        faults.append(Fault("visited", "体验的时间不能晚于现在。"))
    elif scene.given["visited"].date() < scene.record.filed_at.astimezone(scene.now.tzinfo).date():
        faults.append(Fault("visited", "体验的时间不能早于派出任务的那一天。"))
    elif not _serves_on(officer, scene.given["visited"].date()):
        faults.append(Fault("visited", f"体验的时间不在您的聘期内（{_term_of(officer)}）。"))
    words = {"problem": "请用一句话写下问题。", "severity": "请选择问题的程度。"}
    if scene.given["verdict"] == "problem":
        faults += [Fault(name, says) for name, says in words.items() if not scene.given.get(name)]
    return tuple(faults)


def found(scene: Scene) -> tuple[Draft, ...]:
    """What an officer reports as a problem goes on the list, once for each report, and without their name."""
    if scene.given["verdict"] != "problem":
        return ()
    fields = {
        "title": scene.given["problem"],
        "severity": scene.given["severity"],
        "unit": scene.record.fields["unit"],
        "item": scene.record.fields.get("item"),
        "detail": scene.given["report"],
    }
    said = {name: value for name, value in fields.items() if value}
    return (
        Draft("officer_problem", said, once=f"found:{scene.record.id}", institution=str(fields["unit"]), files=True),
    )


def found_more(scene: Scene) -> tuple[Draft, ...]:
    """One report may tell of several problems, each of which is followed to its own end."""
    given, unit = scene.given, str(scene.record.fields["unit"])
    known = sum(each.parent == scene.record.id for each in scene.of("officer_problem"))
    fields = {
        "title": given["more_problem"], "severity": given["more_severity"], "unit": unit,
        "item": scene.record.fields.get("item"), "detail": given["more_detail"],
    }  # fmt: skip
    said = {name: value for name, value in fields.items() if value}
    return (Draft("officer_problem", said, once=f"found:{scene.record.id}:{known}", institution=unit, files=True),)


def declared(scene: Scene) -> tuple[Draft, ...]:
    """Each interest stands by itself, so that a later one takes nothing away from an earlier one."""
    return _interest(scene, str(scene.record.named), str(scene.given["interest"]))


def first_declared(scene: Scene) -> tuple[Draft, ...]:
    interest = scene.record.fields.get("interest")
    return _interest(scene, str(scene.given["officer"]), str(interest)) if interest else ()


def _interest(scene: Scene, officer: str, interest: str) -> tuple[Draft, ...]:
    fields = {"officer": officer, "interest": interest}
    once = f"{scene.record.id}:{interest}:{scene.now.isoformat()}"
    return (Draft("officer_interest", fields, once=once, region=scene.record.region),)


def progress(scene: Scene) -> tuple[Table, ...]:
    """How many places each centre has, who fills them, and what came of it."""
    asked = [each for each in scene.regions.values() if not each.outside]
    rows = [_row(scene, each) for each in asked if quota_key(each, scene) is not None]
    head = ("政务服务中心", "名额", "在聘", "空缺", "待审核", "体验任务", "已报告", "发现问题", "已销号")
    rows.sort(key=lambda row: str(row[0]))
    return (Table("各中心体验官", head, tuple(rows), "名额为空，表示规则没有写明。"),)


def _row(scene: Scene, centre: Place) -> tuple[str | int | None, ...]:
    key = quota_key(centre, scene)
    most = scene.policy[key] if key is not None else None
    serving = sum(each.fields["until"] >= scene.today for each in of_centre(scene, centre.code))
    waiting = [
        each for each in scene.of("officer") if each.state == "applied" and each.fields.get("centre") == centre.code
    ]
    below = _below(scene, centre)
    tasks = [each for each in scene.of("experience") if each.region in below]
    listed = [each for each in scene.of("officer_problem") if each.region in below and each.state != "unfounded"]
    return (
        centre.name, most, serving, None if most is None else max(most - serving, 0), len(waiting), len(tasks),
        sum("report" in each.done for each in tasks), len(listed), sum(each.state == "closed" for each in listed),
    )  # fmt: skip


def _below(scene: Scene, centre: Place) -> frozenset[str]:
    """A county with its towns; the city itself stands for what lies in none of them."""
    if quota_key(centre, scene) is CITY_QUOTA:
        return frozenset({centre.code})
    found_, grown = {centre.code}, True
    while grown:
        more = {code for code, each in scene.regions.items() if each.parent in found_} - found_
        found_ |= more
        grown = bool(more)
    return frozenset(found_)
