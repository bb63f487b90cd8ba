"""What a place that only shows the program has been told of its service at large, and what it answered."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.api import Scene, Step, Story

EVERY: Final = 7
# What was said, how, by whom, of what; the answer with whether it was taken up, or "" where none was given yet.
SAID: Final = (
    (
        "大厅门口的电动车停不下，建议划出停车线。", "mailbox", "person", "place",
        "已经划出八十个车位，并安排人员引导。", "taken",
    ),
    (
        "建议把跨部门的事项放到一个综合窗口。", "research", "research", "steps",
        "其中十二项已经进综合窗口，其余的按季度推进。", "partly",
    ),
    (
        "网上办事页面字太小，老人看不清。", "phone", "person", "system",
        "页面右上角已有大字版，入口已经移到首屏。", "taken",
    ),
    (
        "中午能不能不休息。", "book", "enterprise", "hours",
        "午间保留三个综合窗口，门口和网上都写明了时间。", "taken",
    ),
    ("建议窗口人员佩戴工牌。", "visit", "society", "manner", "自本月起全部佩戴，编号可以用来评价。", "taken"),
    (
        "希望办一次就永久免交材料。", "platform", "agency", "policy",
        "依法须核验现状的材料不能免交，其他的已经不再重复收取。", "not",
    ),
    ("希望增加少数民族语言引导。", "email", "person", "place", "", ""),
    ("评估意见：各区大厅的指引标识不统一。", "assessment", "agency", "place", "", ""),
)  # fmt: skip
RECEIVED: Final = ("周末窗口少，排队一个多小时。", "自助机打印出来的字看不清，请检修。")
KEPT: Final = {"about": "other", "keep_reason": "来信没有写明地点和事情，无法核实，已经存查。"}


def comments_shown(scene: Scene) -> tuple[Story, ...]:
    units = sorted({each.about["institution"] for each in scene.frame} & scene.institutions.keys())
    return (*_told(units), *_lately()) if units else ()


def _told(units: list[str]) -> Iterator[Story]:
    for nth, (text, way, whom, about, reply, taken) in enumerate(SAID):
        sort = Step(
            5, "sort", {"about": about, "unit": units[nth % len(units)], "hint": "请答复提出人，并报我局备查。"}
        )
        answer = (Step(70 + nth, "answer", {"reply": reply, "taken": taken}),) if reply else ()
        given = {"text": text, **_way(way), "whom": whom}
        yield Story("general_comment", given, EVERY * (len(SAID) - nth) + 2.0, "bureau", (sort, *answer))


def _way(way: str) -> Mapping[str, Any]:
    """A research office comes by letter."""
    return {"way": "mailbox" if way == "research" else way}


def _lately() -> Iterator[Story]:
    yield Story("general_comment", {"text": "办事太麻烦。", "way": "mailbox"}, 12, "bureau", (Step(20, "keep", KEPT),))
    for nth, text in enumerate(RECEIVED):
        given = {"text": text, "way": "page", "whom": "person", "phone": f"1390000500{nth}"}
        yield Story("general_comment", given, 1.1 - nth, steps=())
