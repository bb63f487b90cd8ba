"""What a place that only shows the program has lived through with its officers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from core.api import Scene, Step, Story, Unit
from plugins.taian.centres import tier

LONG_AGO, TERM, EVERY, LATER = 100.0, 365, 21.0, 3


@dataclass(frozen=True, slots=True)
class Walked:
    """What somebody was sent to do, how it was, and what was found; without a problem all was well."""

    task: str
    report: str
    grade: int
    problem: str = ""
    severity: str = "common"


WALKED: Final = (
    Walked("以办事人身份走一遍申请全流程", "取号、填表、受理都有人引导，半小时办完。", 5),
    Walked("只带身份证去问要什么材料", "窗口说的比网上多一份。", 2, "材料清单线上线下不一致"),
    Walked("中午十二点去办", "中午没有人，门口没有贴时间。", 2, "午间没有窗口也没有提示", "serious"),
    Walked("陪老人办一次", "工作人员主动代填，字体可以再大一点。", 4, "自助机没有大字版", "advice"),
)
PROBLEM: Final = "officer_problem"
MENDED: Final = (
    Step(20, "send", {"order": "十天内改好，照片附上。"}),
    Step(90, "mend", {"measures": "已经改好，窗口和网上同步更新。"}),
    Step(110, "accept", {"checked": "现场核对一致。"}),
)


def officers_shown(scene: Scene) -> tuple[Story, ...]:
    """One who serves and was sent four times, and others who applied, were refused, or thought better of it."""
    served = [each for each in scene.frame if each.about.get("institution") in scene.institutions]
    names = sorted(name for name, role in scene.members.items() if role == "partner")
    centres = sorted(code for code, place in scene.regions.items() if tier(place, scene) == "county")
    if not (served and names and centres):
        return ()
    own = {served[nth * 7 % len(served)].about["institution"] for nth in range(len(WALKED))}
    apart = next((each.about["institution"] for each in served if each.about["institution"] not in own), "")
    return (
        _serving(scene, names[0], centres[0], apart), *_others(centres), *_sent(scene, names[0], served),
        *_listed(served),
    )  # fmt: skip


def _day(scene: Scene, ago: float) -> date:
    return (scene.now - timedelta(days=ago)).date()


def _person(name: str, nth: int, centre: str, **more: Any) -> dict[str, Any]:
    told = {"person": name, "phone": f"139000020{nth:02}", "centre": centre, "consent": True}
    return {**told, "source": "citizen", **more}


def _serving(scene: Scene, name: str, centre: str, apart: str) -> Story:
    begins = _day(scene, LONG_AGO - 1)
    term = {"officer": name, "from": begins, "until": begins + timedelta(days=TERM), "letter": f"{begins:%Y}年第1号"}
    declared = (Step(24 * 40, "declare", {"interest": apart}),) if apart else ()
    return Story("officer", _person("许文静", 1, centre), LONG_AGO, "bureau", (Step(24, "appoint", term), *declared))


def _others(centres: list[str]) -> Iterator[Story]:
    last = centres[-1]
    refusal = Step(30, "refuse", {"refusal": "本期名额已经用于企业代表，请下期再报名。"})
    yield Story("officer", _person("陈立", 2, last, source="media", why="常年跑政务口"), 2)
    yield Story("officer", _person("高敏", 3, centres[0], source="enterprise"), 1)
    yield Story("officer", _person("郑浩", 4, last, source="expert"), 40, steps=(refusal,))
    yield Story("officer", _person("马丽", 5, last), 30, steps=(Step(5, "withdraw"),))


def _sent(scene: Scene, name: str, served: list[Unit]) -> Iterator[Story]:
    for nth, what in enumerate(WALKED):
        ago = LONG_AGO - 10 - nth * EVERY
        item = served[nth * 7 % len(served)]
        task = {"officer": name, "unit": item.about["institution"], "item": item.ref, "task": what.task}
        day = _day(scene, ago - LATER)
        steps = (Step(24 * LATER, "report", _report(what, scene.now - timedelta(days=ago - LATER, hours=1))),)
        mended = MENDED[: max(0, len(WALKED) - nth)] if what.problem else ()
        done = (
            *steps, Step(24 * LATER + 30, "close", {"remark": "谢谢，已经转给责任单位。"}),
            *(Step(24 * LATER + each.hours, each.act, each.given, PROBLEM) for each in mended),
        )  # fmt: skip
        yield Story("experience", {**task, "day": day}, ago, "bureau", done)
    item = served[0]
    task = {
        "officer": name,
        "unit": item.about["institution"],
        "item": item.ref,
        "task": "电话咨询一件事，再到现场核对",
    }
    yield Story("experience", {**task, "day": _day(scene, -5)}, 1, "bureau")


def _report(what: Walked, at: datetime) -> dict[str, Any]:
    told = {"visited": at, "report": what.report, "grade": what.grade}
    if not what.problem:
        return {**told, "verdict": "fine"}
    return {**told, "verdict": "problem", "problem": what.problem, "severity": what.severity}


def _listed(served: list[Unit]) -> Iterator[Story]:
    """What officers told by telephone was put on the list by the office, and put right."""
    for nth, title in enumerate(("叫号屏看不清", "无障碍通道堆了杂物")):
        unit = served[nth * 5 % len(served)].about["institution"]
        steps = tuple(Step(each.hours, each.act, _with(each, unit)) for each in MENDED)
        told = {"title": title, "severity": "common", "unit": unit}
        yield Story(PROBLEM, told, 50.0 - 30 * nth, "bureau", steps)


def _with(step: Step, unit: str) -> dict[str, Any]:
    return {**step.given, "unit": unit} if step.act == "send" else dict(step.given)
