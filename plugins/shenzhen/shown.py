"""What a place that only shows the program has lived through with data asked for, and where people got stuck."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from core.api import Scene, Step, Story, Unit

TERMS: Final = "只用于本单位改进服务，不得向第三方提供，三个月内销毁。"
SAFETY: Final = "存放在单位内网，专人保管，三个月内销毁。"
# Purpose, what was asked, what was granted, days ago, how it ended.
ASKED: Final = (
    ("分析办事指南里常被差评的环节，修订指南。", ("grades", "reasons"), ("grades", "reasons"), 55, "destroyed"),
    ("窗口服务质量月度分析。", ("grades", "reasons", "words"), ("grades", "reasons"), 16, "shared"),
    ("课题研究。", ("grades", "words"), (), 30, "refused"),
    ("优化网上申报页面的提示。", ("grades", "reasons"), (), 1, "asked"),
)  # fmt: skip
REFUSAL: Final = {"refusal": "课题研究不属于本单位改进服务，请按政务数据共享的程序另行申请。"}
# Step, difficulty, suggestion, days ago, what was done, and whether it was put right.
STUCK: Final = (
    ("upload", "照片超过两兆就传不上去。", "请写明大小。", 60, "已写明大小和格式，超过的自动压缩。", "fix"),
    ("sign_in", "人脸识别试了五次。", "", 48, "识别失败两次后可以改用短信验证。", "fix"),
    ("fill", "地址只能选到街道，填不了门牌。", "", 41, "已增加门牌一栏。", "fix"),
    ("book", "预约显示满号，到现场却没有人。", "放出取消的号。", 33, "取消的号十分钟后放回。", "fix"),
    ("correct", "补正通知没有写补哪一页。", "", 25, "补正通知须逐页写明。", "fix"),
    ("pay", "付款后一直转圈。", "", 17, "银行每小时对账，页面已写明，不必重复付款。", "explain"),
    ("upload", "上传后不能预览。", "", 9, "", ""),
    ("follow", "查不到办到哪一步。", "想要短信提醒。", 3, "", ""),
    ("find", "搜“落户”出来的都是新闻。", "", 0.2, "", ""),
)  # fmt: skip


def shares_shown(scene: Scene) -> tuple[Story, ...]:
    units = sorted({each.about["institution"] for each in scene.frame} & scene.institutions.keys())
    return tuple(_share(scene, units[nth % len(units)], nth) for nth in range(len(ASKED))) if units else ()


def _share(scene: Scene, unit: str, nth: int) -> Story:
    purpose, wanted, granted, ago, ends = ASKED[nth]
    since, until = _day(scene, ago + 30), _day(scene, ago + 1)
    given: dict[str, Any] = {
        "unit": unit, "purpose": purpose, "since": since, "until": until, "wanted": wanted, "keeper": "何敏",
        "phone": f"1390000600{nth}", "safety": SAFETY,
    }  # fmt: skip
    scope = {"granted_since": since, "granted_until": until, "granted": granted, "terms": TERMS}
    if ends in ("refused", "asked"):
        steps = (Step(30, "refuse", REFUSAL),) if ends == "refused" else ()
        return Story("share_request", given, ago, "handler", steps)
    destroyed = Step(24 * 30, "destroy", {"destroyed_on": _day(scene, ago - 30)})
    steps = (Step(26, "grant", scope), Step(30, "share"), *((destroyed,) if ends == "destroyed" else ()))
    return Story("share_request", given, ago, "handler", steps)


def _day(scene: Scene, ago: int) -> date:
    return (scene.now - timedelta(days=ago)).date()


def steps_shown(scene: Scene) -> tuple[Story, ...]:
    served = [each for each in scene.frame if each.about.get("institution") in scene.institutions]
    return tuple(_stuck(served)) if served else ()


def _stuck(served: list[Unit]) -> Iterator[Story]:
    for nth, (step, difficulty, suggestion, ago, result, act) in enumerate(STUCK):
        item = served[nth * 5 % len(served)]
        given: dict[str, Any] = {"step": step, "item": item.ref, "difficulty": difficulty}
        if suggestion:
            given["suggestion"] = suggestion
        sent = Step(4, "send", {"unit": item.about["institution"]})
        done = (Step(60 + nth, act, {"result": result}),) if act else ()
        yield Story("step_feedback", given, ago, steps=(sent, *done) if ago > 1 else ())
