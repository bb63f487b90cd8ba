"""What a place that only shows the program has lived through with a survey: drawn, asked, closed, put right."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from core.api import Scene, Step, Story, keys
from plugins.taian.survey_words import COVERT, INTERVIEW, PROBLEM, SURVEY, SURVEYOR

BEGUN, SINCE, UNTIL, FINISH, ENGAGED = 40, 88, 41, 18, 46
CALLS, VISITS, A_DAY = 24, 6, 3
FOUR: Final = ("efficiency", "attitude", "discipline", "integrity")
REFUSED, UNREACHED, UNFIT = (4, 15), (9, 20), (12,)
GRADES: Final = ((5, 5, 5, 5), (4, 5, 5, 5), (5, 4, 4, 5), (3, 4, 5, 5), (5, 5, 4, 5), (2, 3, 4, 5), (4, 4, 5, 4))
SAID: Final = {
    1: "材料能不能一次说清。", 6: "比去年快多了。", 11: "希望周末也有窗口。", 14: "工作人员很耐心。",
    22: "网上看不到办到哪一步。",
}  # fmt: skip
FOUND: Final = {
    2: ("退回材料没有写明理由", "serious"), 17: ("自助机经常没有纸", "common"), 22: ("网上查不到办理进度", "common"),
}  # fmt: skip
WALKED: Final = (
    ("取号十分钟内受理，引导台有人。", None), ("同一件事两个窗口说法不一样。", ("窗口口径不一致", "serious")),
    ("工作纪律良好，没有闲聊和空岗。", None), ("午间没有人值班，也没有告示。", ("午间无人值守", "common")),
    ("一次性告知书写得清楚。", None), ("意见簿放在柜台里面，群众拿不到。", ("意见簿拿不到", "advice")),
)  # fmt: skip
MENDED: Final = ("已经改好，窗口和网上同步更新。", "现场复核一致。")


def survey_shown(scene: Scene) -> tuple[Story, ...]:
    """One round from its plan to its end; the quarter's own waits to be set."""
    askers = sorted(name for name, role in scene.members.items() if role == "partner")
    if not askers:
        return ()
    person = {"person": "周文博", "phone": "13900004001", "source": "student", "employer": "驻地大学", "pledge": True}
    engaged = Step(24, "engage", {"interviewer": askers[-1], "trained": _day(scene, ENGAGED - 1)})
    waiting = {**person, "person": "林晓", "phone": "13900004002", "source": "journalist", "employer": "市融媒体中心"}
    return (
        Story(SURVEYOR, person, ENGAGED, "bureau", (engaged,)), Story(SURVEYOR, waiting, 2, "bureau"), _round(scene),
    )  # fmt: skip


def _day(scene: Scene, ago: int) -> date:
    return (scene.now - timedelta(days=ago)).date()


def _topics(scene: Scene) -> tuple[str, ...]:
    """What the place's own document asks after."""
    return tuple(scene.policy[keys.third_party_survey_topics] or FOUR)


def _round(scene: Scene) -> Story:
    since, until = _day(scene, SINCE), _day(scene, UNTIL)
    period = {"since": since, "until": until}
    plan = {
        **period, "agency": "驻地大学调查中心", "topics": _topics(scene), "ways": ("phone", "covert"), "about": "all",
        "strata": "level", "visit_strata": "level", "finish": _day(scene, FINISH),
    }  # fmt: skip
    seed, many = f"{until:%Y%m%d}", min(VISITS, len(scene.institutions))
    steps = (
        Step(2, "plan", plan),
        Step(24, "draw", {"size": CALLS, "seed": seed, "left_out": True}),
        Step(25, "visits", {"visits": many, "visit_seed": seed, "left_out": True}),
        *_calls(_topics(scene)), *_visits(scene), Step(24 * (BEGUN - FINISH), "close"), *_problems(),
    )  # fmt: skip
    return Story(SURVEY, {"title": f"{since.month}至{until.month}月窗口服务评估", **period}, BEGUN, "bureau", steps)


def _calls(topics: tuple[str, ...]) -> Iterator[Step]:
    """A few a day; most answer."""
    for nth in range(CALLS):
        hours = 24 * (2 + nth // A_DAY) + 1.5 * (nth % A_DAY)
        if nth in REFUSED:
            yield Step(hours, "refuse", of=INTERVIEW, nth=nth)
        elif nth in UNREACHED:
            yield Step(hours, "attempt", {"attempt": "no-answer"}, INTERVIEW, nth)
            yield Step(hours + 72, "unreachable", {"tries": 3}, INTERVIEW, nth)
        elif nth in UNFIT:
            yield Step(hours, "unfit", {"unfit": "wrong-number"}, INTERVIEW, nth)
        else:
            yield Step(hours, "answer", _answer(nth, topics), INTERVIEW, nth)


def _graded(nth: int, topics: tuple[str, ...]) -> dict[str, Any]:
    row = GRADES[nth % len(GRADES)]
    return {topic: row[place % len(row)] for place, topic in enumerate(topics)}


def _answer(nth: int, topics: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {"consent": True, **_graded(nth, topics)}
    if nth in SAID:
        told["comment"] = SAID[nth]
    return {**told, **_problem(FOUND.get(nth))}


def _problem(found: tuple[str, str] | None) -> dict[str, str]:
    return {"problem": found[0], "severity": found[1]} if found else {}


def _visits(scene: Scene) -> Iterator[Step]:
    for nth, (report, found) in enumerate(WALKED):
        told = {
            "visited": _day(scene, BEGUN - 3 - nth),
            **_graded(nth, _topics(scene)),
            "report": report,
            **_problem(found),
        }
        yield Step(24 * (3 + nth) + 2, "answer", told, COVERT, nth)


def _problems() -> Iterator[Step]:
    """Put right and checked, said to be put right, or still owed."""
    begin, (measures, checked) = 24.0 * (BEGUN - FINISH) + 20, MENDED
    for nth in range(5):
        yield Step(begin, "send", {"order": "请在十天内整改，并附上照片。"}, PROBLEM, nth)
    for nth in range(3):
        yield Step(begin + 24 * (5 + nth), "mend", {"measures": measures}, PROBLEM, nth)
    for nth in range(2):
        yield Step(begin + 24 * (9 + nth), "accept", {"checked": checked}, PROBLEM, nth)
