"""What a place that only shows the program has lived through with its days in the other's place."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from core.api import Scene, Step, Story
from plugins.taian.swap_decide import first_day, last_day

REGISTERED, UNITS, AHEAD = 20, 4, 5
POSTS: Final = (("deputy", "分管副局长", "周明"), ("chief", "业务科科长", "吴岚"), ("service", "首席服务官", "孙涛"))
HALL: Final = "政务服务大厅一楼综合窗口"
DONE: Final = (
    ("以办事人身份走了一遍网上申请和现场领取，用时四十分钟。", "网上和窗口的材料清单不一致", "common"),
    ("在窗口坐班半天，独立受理十二件。", "叫号屏排队时长不准", "advice"),
    ("跟办一件跨科室事项，流转多了一次签字。", "内部流转多一次签字", "serious"),
)  # fmt: skip
CENTRE: Final = "组织窗口负责人互换岗位半天，逐项核对办事指南。"


def swaps_shown(scene: Scene) -> tuple[Story, ...]:
    """Who holds a post had their day, has settled it, or owes it; centres of this quarter and of the one before."""
    units = sorted({each.about["institution"] for each in scene.frame} & scene.institutions.keys())[:UNITS]
    return (*_posts(scene, units), *_centres(scene))


def _posts(scene: Scene, units: list[str]) -> Iterator[Story]:
    for nth, unit in enumerate(units):
        for place, (role, title, name) in enumerate(POSTS):
            given = {"role": role, "unit": unit, "title": title, "person": name}
            confirmed = Step(20, "confirm", {"since": "this"})
            more = _own(scene, unit, nth, place) if place <= nth else ()
            yield Story("swap_post", given, REGISTERED, "bureau", (confirmed, *more))


def _own(scene: Scene, unit: str, nth: int, place: int) -> tuple[Step, ...]:
    """The days of the first posts of each unit: the last unit's are settled and still to come."""
    ways = ("walk", "window")
    if nth == UNITS - 1:
        day = min((scene.now + timedelta(days=AHEAD + place)).date(), last_day(scene.today))
        return (Step(24 * (REGISTERED - 2), "plan", {"day": day, "hall": HALL, "ways": ways}, "swap"),)
    begins = 24.0 * (4 + 3 * nth + place)
    report, problem, severity = DONE[(nth + place) % len(DONE)]
    arrived = scene.now - timedelta(days=REGISTERED) + timedelta(hours=begins)
    found = {"problem": problem, "severity": severity, "at_unit": unit, "detail": report}
    done = {"ways": ways, "served": 12 - nth, "report": report}
    kept = (
        Step(22, "plan", {"day": arrived.date(), "hall": HALL, "ways": ways}, "swap"),
        Step(begins, "arrive", {"arrived": arrived, "hall": HALL}, "swap"),
        Step(begins + 3, "find", found, "swap"), Step(begins + 4, "finish", done, "swap"),
    )  # fmt: skip
    return (*kept, *_mended(begins, whole=nth == 0))


def _mended(begins: float, *, whole: bool) -> tuple[Step, ...]:
    sent = Step(begins + 20, "send", {"order": "请十天内改好。"}, "swap_problem")
    mended = Step(begins + 90, "mend", {"measures": "已经改好，窗口和网上同步更新。"}, "swap_problem")
    return (
        (sent, mended, Step(begins + 120, "accept", {"checked": "现场核对一致。"}, "swap_problem"))
        if whole
        else (sent,)
    )


def _centres(scene: Scene) -> Iterator[Story]:
    """Those that time itself has listed, one after the other; of the quarter before one was never kept."""
    this, last = last_day(scene.today), first_day(scene.today) - timedelta(days=1)
    over = (scene.today - last).days
    for ago in (over + 20, over + 16, over + 12, over + 9, over + 5):
        yield _centre(scene, last, ago)
    for ago in (17, 12, 6):
        yield _centre(scene, this, ago)
    day = min(scene.today + timedelta(days=AHEAD), this)
    planned = Step(1, "plan", {"day": day, "hall": HALL, "ways": ("walk", "serve")})
    yield Story("swap", _listed(this), 3, "bureau", (planned,), found=True)


def _listed(due: date) -> dict[str, Any]:
    return {"role": "centre", "due": due}


def _centre(scene: Scene, due: date, ago: int) -> Story:
    arrived = scene.now - timedelta(days=ago)
    steps = (
        Step(1, "arrive", {"arrived": arrived, "hall": HALL}),
        Step(4, "finish", {"ways": ("walk", "serve"), "report": CENTRE}),
    )  # fmt: skip
    return Story("swap", _listed(due), ago, "bureau", steps, found=True)
