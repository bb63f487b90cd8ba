"""What must hold before a round is set, a surveyor begins, an answer counts and a round ends, and what comes of it."""

from collections.abc import Mapping
from typing import Any, Final

from core.api import Draft, Entry, Fault, Scene, keys
from plugins.taian.outsiders import insider, rated_employer
from plugins.taian.periods import just_over
from plugins.taian.survey_figures import KINDS, Half, halves, weighs
from plugins.taian.survey_words import LABELS, PROBLEM, SURVEY, SURVEYOR, TRIES

NAMED: Final = 5


def may_plan(scene: Scene) -> tuple[Fault, ...]:
    given = scene.given
    return (*_period(given), *_topics(scene, given), *_ways(given))


def _period(given: Mapping[str, Any]) -> tuple[Fault, ...]:
    since, until, finish = given["since"], given["until"], given.get("finish")
    if until < since:
        return (Fault("until", "截止日期早于开始日期，请核对。"),)
    if finish is not None and finish < until:
        return (Fault("finish", "访问截止早于办事时间的截止，请改到之后。"),)
    return ()


def _topics(scene: Scene, given: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What the document asks after is asked."""
    wanted = scene.policy[keys.third_party_survey_topics] or ()
    missing = [LABELS[each] for each in wanted if each not in given["topics"]]
    if not missing:
        return ()
    why = scene.policy.why(keys.third_party_survey_topics)
    clause = f"（{why.clause}）" if why and why.clause else ""
    return (Fault("topics", f"规则{clause}要求调查{'、'.join(missing)}，请选上。"),)


def _ways(given: Mapping[str, Any]) -> tuple[Fault, ...]:
    wanted = {"phone": ("strata", "电话回访"), "covert": ("visit_strata", "明察暗访")}
    return tuple(
        Fault(field, f"选了{label}，请选择它怎样分层；不分层的选“不分层”。")
        for way, (field, label) in wanted.items()
        if way in given["ways"] and not given.get(field)
    )


def may_serve(scene: Scene) -> tuple[Fault, ...]:
    """With their word to keep silent, from no office that is itself rated, under an account of their own."""
    fields = scene.record.fields
    faults: list[Fault] = []
    if not fields.get("pledge"):
        faults.append(Fault("", "本人还没有签保密承诺，请先补签，再上岗。"))
    rated = rated_employer(fields.get("employer"), scene)
    if rated is not None:
        faults.append(Fault("", f"“{rated.name}”是被评价的单位，其工作人员不能担任调查员。"))
    name = scene.given["interviewer"]
    faults += insider("interviewer", name, "调查员", scene)
    if any(each.state == "serving" and each.named == name for each in scene.of(SURVEYOR)):
        faults.append(Fault("interviewer", "这个账号已经是在岗的调查员，请换一个。"))
    return tuple(faults)


def may_pass_on(scene: Scene) -> tuple[Fault, ...]:
    serving = [each.named for each in scene.of(SURVEYOR) if each.state == "serving"]
    if scene.given["interviewer"] in serving:
        return ()
    return (Fault("interviewer", f"这位不是在岗的调查员，请从在岗的里选：{'、'.join(sorted(serving)) or '还没有'}。"),)


def may_leave(scene: Scene) -> tuple[Fault, ...]:
    """Whoever goes leaves nothing behind that nobody asks."""
    left = [each for each in scene.others if each.state == "waiting" and each.named == scene.record.named]
    if not left:
        return ()
    numbers = "、".join(each.number for each in left[:NAMED])
    return (Fault("", f"还有 {len(left)} 份没有访问（{numbers}…），请先改派给别人。"),)


def may_answer(scene: Scene) -> tuple[Fault, ...]:
    consent = () if scene.given["consent"] else (Fault("consent", "对方没有同意的，请取消，选“拒访”。"),)
    return (*consent, *whole_problem(scene))


def whole_problem(scene: Scene) -> tuple[Fault, ...]:
    """A problem is told with how serious it is and whose it is, or not at all."""
    given = scene.given
    words = {
        "severity": "发现了问题，请选择程度。",
        "problem_unit": "发现了问题，请选择责任单位。",
        "problem": "请用一句话写下问题，不要写对方的姓名和电话。",
    }  # fmt: skip
    if given.get("problem"):
        known = {"problem_unit": scene.record.fields.get("unit"), **given}
        return tuple(Fault(name, words[name]) for name in ("severity", "problem_unit") if not known.get(name))
    return (Fault("problem", words["problem"]),) if given.get("severity") else ()


def found(scene: Scene) -> tuple[Draft, ...]:
    """What a visit or a call brings to light goes on the list of the round."""
    given = scene.given
    if not given.get("problem"):
        return ()
    unit = str(given.get("problem_unit") or scene.record.fields["unit"])
    said: dict[str, Any] = {
        "title": given["problem"], "severity": given["severity"], "unit": unit,
        "item": scene.record.fields.get("item"), "detail": given.get("comment") or given.get("report"),
    }  # fmt: skip
    fields = {name: value for name, value in said.items() if value}
    return (Draft(PROBLEM, fields, once=f"found:{scene.record.id}", institution=unit, files=True),)


def tried_enough(scene: Scene) -> tuple[Fault, ...]:
    least, tries = scene.policy[TRIES], scene.given["tries"]
    if least is None or tries >= least:
        return ()
    return (Fault("tries", f"规则要求至少联系 {least} 次，现在是 {tries} 次，请继续联系。"),)


def may_correct(scene: Scene) -> tuple[Fault, ...]:
    """A stratum holds at least who was drawn from it, and once the round has ended its figures stand."""
    record = scene.record
    survey = _round(scene, record.parent)
    if survey is not None and survey.state != "running":
        return (Fault("", "这一轮已经结束，分层的总数不能再改。"),)
    drawn = scene.of(KINDS[str(record.fields["way"])])
    least = sum(each.parent == record.parent and each.fields["stratum"] == record.fields["stratum"] for each in drawn)
    if scene.given["population"] >= least:
        return ()
    return (Fault("population", f"已经从这一层抽了 {least} 个，总数不能比它少。"),)


def may_close(scene: Scene) -> tuple[Fault, ...]:
    """Nothing is left to ask, no stratum is silent, and the weights are as many as were drawn from."""
    found = halves(scene, scene.record.id)
    if not found:
        return (Fault("", "还没有抽样，没有可以结束的访问；不再开展的请选“不开展”。"),)
    return tuple(fault for half in found for fault in _half(scene, half))


def _half(scene: Scene, half: Half) -> tuple[Fault, ...]:
    if waiting := _waiting(half):
        return waiting
    silent = "、".join(each.label for each in half.strata if not each.answered)
    if silent:
        act = "补抽" if half.way == "phone" else "补抽暗访单位"
        todo = f"请用“{act}”补这一层再访问；补不了的，中止这一轮，另开一轮。"
        return (Fault("", f"{half.label}的“{silent}”没有一份有效答卷，这一层是空的，算不出权数。{todo}"),)
    frame = int(scene.record.fields["frame" if half.way == "phone" else "visit_frame"])
    total = round(weighs(half))
    if total == frame:
        return ()
    said = f"{half.label}各层加权合计 {total}，抽样框是 {frame}，相差 {abs(total - frame)}。"
    return (Fault("", f"{said}请在“分层”里把总数改对（一层多了，另一层就少），再结束。"),)


def _waiting(half: Half) -> tuple[Fault, ...]:
    waiting = sum(each.waiting for each in half.strata)
    if not waiting:
        return ()
    return (Fault("", f"{half.label}还有 {waiting} 份没有访问结果，请先访问完，或记为拒访、无法联系。"),)


def may_stop(scene: Scene) -> tuple[Fault, ...]:
    """A round that cannot stand for the whole may be given up, and nobody is still sent out for it."""
    return tuple(fault for half in halves(scene, scene.record.id) for fault in _waiting(half))


def closed(scene: Scene) -> Mapping[str, Any]:
    every = [each for half in halves(scene, scene.record.id) for each in half.strata]
    asked = sum(each.drawn - each.unfit for each in every)
    answered = sum(each.answered for each in every)
    return {"answered": answered, "response": round(answered / asked, 4) if asked else None}


def _round(scene: Scene, id: str) -> Entry | None:
    return next((each for each in scene.of(SURVEY) if each.id == id), None)


def due(scene: Scene) -> tuple[Draft, ...]:
    """At the beginning of each period the round about the one before waits to be set."""
    every = scene.policy[keys.third_party_survey_every]
    past = just_over(every, scene.today)
    if past is None:
        return ()
    fields: dict[str, Any] = {"title": f"{past.name}第三方评估", "since": past.since, "until": past.until}
    if topics := scene.policy[keys.third_party_survey_topics]:
        fields["topics"] = list(topics)
    return (Draft(SURVEY, fields, once=f"{every}:{past.since}"),)
