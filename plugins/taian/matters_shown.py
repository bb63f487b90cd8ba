"""What a place that only shows the program has lived through at its window for what could not be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from core.api import Scene, Step, Story, Unit


@dataclass(frozen=True, slots=True)
class Reported:
    """How it was told, how everybody reads it, why it was so, and how it went on."""

    title: str
    stuck: str
    why: str
    shown_as: str
    cause: str
    ends: str

    @property
    def told(self) -> dict[str, Any]:
        return {"title": self.title, "stuck": self.stuck, "why": self.why}


CONTENT, HELPED, AGAIN, WAITING = "content", "helped", "again", "waiting"
REPORTED: Final = (
    Reported("开饭店办不下来证", "supplement", "每次都说还差一张，不说差哪张", "一再要求补材料", "materials", CONTENT),
    Reported("网上提交三次都退回", "online", "只写“不符合要求”", "网上提交被退回，没有写明理由", "system", CONTENT),
    Reported(
        "两个窗口互相推", "no-window", "甲说归乙管，乙说归甲管", "两个窗口都说不归自己办", "coordination", CONTENT
    ),
    Reported("老房子的手续办不了", "not-issued", "说当年的批文找不到了", "早年的批文缺失，办不下来", "history", HELPED),
    Reported("窗口不收件也不出凭证", "not-accepted", "没有给理由", "不收件，也不出不予受理凭证", "attitude", AGAIN),
    Reported("系统里查不到我的信息", "not-issued", "说系统没有同步，让等", "系统之间数据没有同步", "system", WAITING),
)
TIMES, EVERY, APART, FIVE = 2, 11.0, 7, 5
URGED: Final = {"urged": "请尽快联系本人，今天反馈进展。"}
OUTSIDE: Final = {"title": "楼下占道停车没人管", "stuck": "other", "why": "打了几次电话都没有人来"}
DECLINED: Final = {"declined": "占道停车由城市管理部门办理，请拨打 12345。"}


def lived_through(scene: Scene) -> tuple[Story, ...]:
    """Closed, answered, helped to the end, not done at first, reported twice, not ours, and new this morning."""
    served = [each for each in scene.frame if each.about.get("institution") in scene.institutions]
    return (*_past(served), *_lately(served[0])) if served else ()


def _past(served: list[Unit]) -> Iterator[Story]:
    every = REPORTED * TIMES
    for nth, what in enumerate(every):
        item = served[nth % FIVE * APART % len(served)]
        told = {**what.told, "item": item.ref, "phone": f"139000010{nth:02}"}
        yield Story("matter", told, EVERY * (len(every) - nth), steps=(_sent(what, item), *_rest(what, item)))


def _sent(what: Reported, item: Unit) -> Step:
    return Step(3, "send", {"handler": item.about["institution"], "shown_as": what.shown_as})


def _rest(what: Reported, item: Unit) -> tuple[Step, ...]:
    """What was done after it was sent."""
    if what.ends == HELPED:
        plan = "由专人牵头，会同档案部门查找旧批文，一直办到有结果。"
        backed = {"handler": item.about["institution"], "shown_as": what.shown_as, "plan": plan}
        closed = {"closed_why": "agreed", "closed_note": "当面说明，本人没有异议。"}
        return (Step(20, "back", backed), _answer(60, what), Step(90, "close", closed))
    if what.ends == AGAIN:
        still = Step(80, "again", {"still": "还是没有给凭证。"})
        return (_answer(50, what), still, _answer(130, what), Step(150, "confirm", {"content": "basically"}))
    answered = (_answer(52, what),)
    return answered if what.ends == WAITING else (*answered, Step(72, "confirm", {"content": "satisfied"}))


def _answer(hours: float, what: Reported) -> Step:
    refused = what.ends == HELPED
    result = "现在依法不能办，需要补的条件已经说明，并协助申请。" if refused else "已经办好，今天可以到窗口领取。"
    told = {"solved": "no" if refused else "yes", "result": result, "cause": what.cause}
    return Step(hours, "feedback", {**told, "improved": "材料清单贴在窗口，网上同步更新。"})


def _lately(item: Unit) -> Iterator[Story]:
    first, second = REPORTED[:2]
    told = {**first.told, "item": item.ref, "phone": "13900002001"}
    yield Story("matter", told, 2.5, steps=(_sent(first, item), Step(30, "urge", URGED)))
    yield Story("matter", {**told, "title": "还是办不下来证"}, 1.5, who="bureau")
    yield Story("matter", OUTSIDE, 1.2, steps=(Step(1, "decline", DECLINED),))
    yield Story("matter", {**second.told, "item": item.ref}, 0.1)
