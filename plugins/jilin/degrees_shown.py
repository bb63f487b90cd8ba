"""What a place that only shows the program has lived through with the five degrees: measured, disputed, mended."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from core.api import Scene, Step, Story

BEGUN, UNITS, LATER = 70, 5, 40
READING: Final = "five_reading"
# What is counted, of how many, where from; then part and whole of each office.
INDICATORS: Final = (
    (
        "ways", "提供三种以上办理方式的事项占比",
        "能在大厅、网上、自助终端中三处以上办理的事项", "事项库", (18, 21, 12, 25, 9), (22, 24, 20, 28, 10),
    ),
    (
        "cover", "进驻大厅的事项占比",
        "已经进驻政务服务大厅的依申请事项", "事项库", (22, 20, 19, 28, 10), (22, 24, 20, 28, 10),
    ),
    (
        "guides", "办事指南核对无误的事项占比",
        "逐项核对后没有差错的办事指南", "人工核对", (19, 17, 20, 26, 7), (22, 24, 20, 28, 10),
    ),
    (
        "online", "可以全程网办的事项占比",
        "申请、受理、办结、领取都能在网上完成的事项", "网上办事平台", (15, 20, 11, 24, 6), (22, 24, 20, 28, 10),
    ),
    (
        "effect", "网上申请当日受理率",
        "网上申请当日受理的办件", "网上办事平台", (310, 275, 180, 402, 96), (340, 320, 205, 411, 120),
    ),
)  # fmt: skip
OBJECTED: Final = {"objection": "统计日之后有两个事项已经进驻，请核对。"}
UPHELD: Final = {"decision": "按统计截止日的情况计算，之后进驻的计入下一次。"}
TASK: Final = {"task": "核对全部办事指南，错漏当日改正，月底前报结果。"}
MEASURES: Final = {"measures": "逐项核对了办事指南，改正五处，网上和窗口同步更新。"}


def degrees_shown(scene: Scene) -> tuple[Story, ...]:
    units = sorted({each.about["institution"] for each in scene.frame} & scene.institutions.keys())[:UNITS]
    if not units:
        return ()
    written = {**_named(INDICATORS[3]), "name": "移动端可以办理的事项占比", "part_is": "手机上可以申请的事项"}
    return (
        *(Story("five_indicator", _named(each), BEGUN - nth, "bureau", (_adopted(), *_measured(scene, units, nth)))
          for nth, each in enumerate(INDICATORS)),
        Story("five_indicator", written, 1, "bureau"),
    )  # fmt: skip


def _named(row: tuple[Any, ...]) -> dict[str, Any]:
    degree, name, part, source, *_ = row
    return {
        "degree": degree, "name": name, "part_is": part, "whole_is": "本单位同期的全部事项或者办件",
        "basis": f"示范指标；数据来自{source}。",
    }  # fmt: skip


def _adopted() -> Step:
    return Step(20, "adopt", {"opinion": "口径清楚，可以使用。"})


def _measured(scene: Scene, units: list[str], nth: int) -> Iterator[Step]:
    """Measured of each office, and what became of it; the guides are measured again when they were put right."""
    degree, _, _, source, parts, wholes = INDICATORS[nth]
    day = (scene.now - timedelta(days=BEGUN - nth - 1)).date()
    for place, unit in enumerate(units):
        given = {"unit": unit, "day": day, "part": parts[place], "whole": wholes[place], "source": source}
        yield Step(48 + place / 4, "measure", given)
    if degree == "cover":
        yield from _disputed()
    if degree == "guides":
        yield from _urged(scene)
        again = {"unit": units[0], "day": _day(scene, BEGUN - LATER), "part": wholes[0], "whole": wholes[0]}
        yield Step(24 * LATER, "measure", {**again, "source": source})
    yield Step(400, "close", of=READING, nth=2)


def _disputed() -> Iterator[Step]:
    yield Step(72, "object", OBJECTED, READING, 1)
    yield Step(120, "uphold", UPHELD, READING, 1)


def _urged(scene: Scene) -> Iterator[Step]:
    """One was mended and found so, one says that it is, one is late, and one objects still."""
    for place, left in ((0, 30), (1, 10), (4, -5)):
        yield Step(72, "urge", {**TASK, "by_day": _day(scene, left if place else BEGUN - 30)}, READING, place)
    yield Step(300, "mend", MEASURES, READING, 0)
    yield Step(330, "confirm", {"finding": "抽查十份办事指南，没有差错。"}, READING, 0)
    yield Step(24 * (BEGUN - 12), "mend", MEASURES, READING, 1)
    yield Step(24 * (BEGUN - 6), "object", OBJECTED, READING, 3)


def _day(scene: Scene, ago: int) -> date:
    return (scene.now - timedelta(days=ago)).date()
