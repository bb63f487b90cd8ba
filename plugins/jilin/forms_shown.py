"""What a place that only shows the program has lived through with sheets of paper, and with what people wish for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from core.api import Scene, Step, Story, Unit

SHEET: Final = "paper_sheet"
STATIONS: Final = (("北岗村便民服务站", 30, 6), ("红旗社区服务站", 4, 4))
GRADES: Final = (5, 5, 4, 5, 3, 2)
REASON: Final = "来了两趟，第一趟没有人值班。"
VOID: Final = {"void_reason": "表上没有勾选等级，看不出评价，原件照样保存。"}
WISHES: Final = (
    ("papers", "同一份证明办两件事交了两次。", "improved", "两件事共用材料，系统自动带出，不再重复提交。"),
    ("guide", "指南里没有写要不要带原件。", "improved", "指南逐项写明原件、复印件和份数。"),
    ("screens", "手机上看不清下拉框，选错了不能退回。", "sent", ""),
    ("steps", "希望不用再去窗口领纸质证照。", "explained", "证照须核验原件后发放，已经可以选择邮寄。"),
    ("other", "希望能预约到具体的时间段。", "listed", ""),
)  # fmt: skip


def papers_shown(scene: Scene) -> tuple[Story, ...]:
    """One batch is counted to its end, another waits for the second pair of eyes."""
    served = [each for each in scene.frame if each.about.get("institution") in scene.institutions]
    return tuple(_batch(scene, served[nth * 3 % len(served)], nth) for nth in range(len(STATIONS))) if served else ()


def _batch(scene: Scene, item: Unit, nth: int) -> Story:
    place, ago, many = STATIONS[nth]
    unit = item.about["institution"]
    given = {"unit": unit, "place": place, "collected": (scene.now - timedelta(days=ago)).date(), "sheets": many}
    done = (Step(60, "finish"),) if nth == 0 else ()
    sheets = tuple(_sheet(scene, item, f"BG-{nth + 1}{number:03}", ago, number) for number in range(1, many + 1))
    return Story("paper_batch", given, ago, "clerk", done, sheets)


def _sheet(scene: Scene, item: Unit, number: str, ago: int, nth: int) -> Story:
    """Written in the days before it was collected, and entered an hour after."""
    written = scene.now - timedelta(days=ago + 1, hours=nth)
    grade = GRADES[nth % len(GRADES)]
    given: dict[str, Any] = {"sheet": number, "item": item.ref, "written_at": written, "grade": grade}
    if grade == min(GRADES):
        given["reason"] = REASON
    checked = Step(20 + nth / 10, "void", VOID) if nth == len(GRADES) else Step(20 + nth / 10, "verify")
    entered = ago - (1 + nth / 10) / 24
    late = ago == STATIONS[-1][1] and nth > len(STATIONS)
    return Story(SHEET, given, entered, "clerk", () if late else (checked,))


def wishes_shown(scene: Scene) -> tuple[Story, ...]:
    """Some were done, one says why not, one is on its way and one waits."""
    served = [each for each in scene.frame if each.about.get("institution") in scene.institutions]
    return tuple(_wishes(scene, served)) if served else ()


def _wishes(scene: Scene, served: list[Unit]) -> Iterator[Story]:
    for nth, (about, said, ends, result) in enumerate(WISHES):
        item, ago = served[nth * 4 % len(served)], 40 - 8 * nth
        day = (scene.now - timedelta(days=ago + 1)).date()
        given = {"about": about, "item": item.ref, "since": day - timedelta(days=30), "until": day, "said": said}
        due = (scene.now + timedelta(days=6 - nth)).date()
        sent = Step(20, "send", {"unit": item.about["institution"], "by_day": due})
        done = {
            "improved": Step(120, "improve", {"result": result}),
            "explained": Step(120, "explain", {"result": result}),
        }
        more = (sent, *([done[ends]] if ends in done else [])) if ends != "listed" else ()
        yield Story("form_advice", given, ago, "bureau", more)
