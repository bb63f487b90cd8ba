"""Who owes a day in the other's place each quarter, whether it was one, and who has not had theirs yet."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from core.api import Draft, Entry, Fault, Ratio, Scene, Table, keys, shapes
from plugins.taian.centres import tier

CENTRES: Final = keys.Key(
    "role_swap_centres", "各中心每季度换位体验次数", keys.EXTRAS, shapes.Whole(1, 12), "次",
    help="每个县市区、功能区政务服务中心每季度至少组织几次换位体验活动。", example="1",
)  # fmt: skip
DEPUTIES: Final = keys.Key(
    "role_swap_deputies", "分管领导每季度现场体验次数", keys.EXTRAS, shapes.Whole(1, 12), "次",
    help="各进驻部门分管领导每季度至少几次到政务大厅现场体验。", example="1",
)  # fmt: skip
CHIEFS: Final = keys.Key(
    "role_swap_chiefs", "业务科长、首席服务官每季度坐班次数", keys.EXTRAS, shapes.Whole(1, 12), "次",
    help="业务科长、首席服务官每季度至少几次到窗口坐班办理业务。", example="1",
)  # fmt: skip
WARN: Final = keys.Key(
    "role_swap_warn", "换位体验季度提醒", keys.EXTRAS, shapes.Period(), stricter="longer",
    help="季度结束之前多久提醒还没有完成的。", example="15 个自然日",
)  # fmt: skip
TIMES: Final[Mapping[str, keys.Key[int]]] = {"deputy": DEPUTIES, "chief": CHIEFS, "service": CHIEFS}
POSTS: Final = (("deputy", "进驻部门分管领导"), ("chief", "业务科长"), ("service", "首席服务官"))
ROLES: Final = (("centre", "政务服务中心"), *POSTS)
AT_WINDOW: Final = frozenset({"chief", "service"})
WAYS: Final = (("walk", "走流程"), ("window", "坐窗口"), ("serve", "优服务"))
OWED: Final = ("owed", "planned")
KEPT: Final = ("arrived", "done")
PER_CENT: Final = 100


def last_day(day: date) -> date:
    """The last day of its quarter."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return (first + timedelta(days=93)).replace(day=1) - timedelta(days=1)


def first_day(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def called(day: date) -> str:
    return f"{day.year}年第{'一二三四'[(day.month - 1) // 3]}季度"


def owes(scene: Scene) -> tuple[Draft, ...]:
    """At the beginning of a quarter: every centre, and everybody who is registered; without a number nobody."""
    return (*_centres(scene), *(each for post in _active(scene) for each in of_post(scene, post)))


def _active(scene: Scene) -> Sequence[Entry]:
    return [each for each in scene.of("swap_post") if each.state == "active"]


def _centres(scene: Scene) -> Iterator[Draft]:
    times = scene.policy[CENTRES] or 0
    for place in scene.regions.values():
        if tier(place, scene) != "county":
            continue
        for nth in range(1, times + 1):
            fields = _fields(scene, "centre", f"{place.name}政务服务中心", nth, times)
            yield Draft("swap", fields, once=_once(scene, place.code, nth), region=place.code)


def of_post(scene: Scene, post: Entry) -> Iterator[Draft]:
    role, key = str(post.fields["role"]), TIMES[str(post.fields["role"])]
    times = scene.policy[key] or 0
    unit = scene.institutions.get(post.institution)
    for nth in range(1, times + 1):
        who = f"{unit.name if unit else post.institution} {post.fields['title']}"
        fields = {**_fields(scene, role, who, nth, times), "unit": post.institution}
        if post.fields.get("account"):
            fields["account"] = post.fields["account"]
        yield Draft("swap", fields, once=_once(scene, post.id, nth), institution=post.institution)


def from_now_on(scene: Scene) -> tuple[Draft, ...]:
    """A post that is taken up in the middle of a quarter owes it at once only where it was said so."""
    return tuple(of_post(scene, scene.record)) if scene.given["since"] == "this" else ()


def _fields(scene: Scene, role: str, who: str, nth: int, times: int) -> dict[str, Any]:
    said = who if times == 1 else f"{who}（第 {nth} 次）"
    return {"role": role, "who": said, "quarter": called(scene.today), "due": last_day(scene.today)}


def _once(scene: Scene, code: str, nth: int) -> str:
    return f"{last_day(scene.today)}:{code}:{nth}"


def may_plan(scene: Scene) -> tuple[Fault, ...]:
    day, due = scene.given["day"], scene.record.fields["due"]
    within = first_day(due) <= day <= due
    wrong = () if within else (Fault("day", f"这是{scene.record.fields['quarter']}的任务，请约在 {due} 之前。"),)
    return (*wrong, *_at_window(scene))


def _at_window(scene: Scene) -> tuple[Fault, ...]:
    """Who must sit at a window has not done so by walking through."""
    if scene.record.fields["role"] not in AT_WINDOW or "window" in scene.given["ways"]:
        return ()
    return (Fault("ways", "业务科长、首席服务官要到窗口坐班，请勾选“坐窗口”。"),)


def may_arrive(scene: Scene) -> tuple[Fault, ...]:
    due = scene.record.fields["due"]
    if scene.today > due:
        return (Fault("", f"{scene.record.fields['quarter']}已经结束，不能再签到；确实去过的，请主管部门补登。"),)
    return _was_there(scene)


def may_be_added(scene: Scene) -> tuple[Fault, ...]:
    if scene.today <= scene.record.fields["due"]:
        return (Fault("", "本季度还没有结束，请直接签到。"),)
    return _was_there(scene)


def _was_there(scene: Scene) -> tuple[Fault, ...]:
    arrived, due = scene.given["arrived"], scene.record.fields["due"]
    if arrived > scene.now:
        return (Fault("arrived", "到场时间不能晚于现在。"),)
    if not first_day(due) <= arrived.date() <= due:
        return (Fault("arrived", f"到场时间不在{scene.record.fields['quarter']}之内，请核对。"),)
    return ()


def may_finish(scene: Scene) -> tuple[Fault, ...]:
    faults = _at_window(scene)
    if scene.record.fields["role"] in AT_WINDOW and scene.given.get("served") is None:
        return (*faults, Fault("served", "请填写接待办事群众多少人次，没有填 0。"))
    return faults


def may_be_missed(scene: Scene) -> tuple[Fault, ...]:
    """Nobody has failed before the quarter is over."""
    due = scene.record.fields["due"]
    return () if scene.today > due else (Fault("", f"{due} 24:00 之前还可以完成，季度结束之后再认定。"),)


def found(scene: Scene) -> tuple[Draft, ...]:
    """The same problem told twice of the same day stands on the list once."""
    given = scene.given
    fields = {
        "title": given["problem"], "severity": given["severity"], "unit": given["at_unit"],
        "item": given.get("about_item"), "detail": given.get("detail"),
    }  # fmt: skip
    said = {name: value for name, value in fields.items() if value}
    once = f"{scene.record.id}:{given['at_unit']}:{given['problem']}"
    return (Draft("swap_problem", said, once=once, institution=str(given["at_unit"])),)


def of_this_quarter(scene: Scene) -> Sequence[Entry]:
    due = last_day(scene.today)
    return [each for each in scene.of("swap") if each.fields["due"] == due]


def kept(scene: Scene, of: str) -> Mapping[str, Ratio]:
    """Of what each region or institution owed in the quarters counted, what was kept; who is excused owes nothing."""
    owed = [each for each in scene.of("swap") if each.state != "excused"]
    codes = sorted({code for each in owed if (code := str(getattr(each, of)))})
    return {code: _ratio([each for each in owed if getattr(each, of) == code]) for code in codes}


def _ratio(owed: Sequence[Entry]) -> Ratio:
    return Ratio(sum(map(is_kept, owed)), len(owed))


def is_kept(swap: Entry) -> bool:
    """A sitting at the window is kept when it is written down; for the others it is enough to have come."""
    return swap.state == "done" or (swap.state == "arrived" and swap.fields["role"] not in AT_WINDOW)


def _is_open(swap: Entry) -> bool:
    return swap.state not in ("excused", "missed") and not is_kept(swap)


def progress(scene: Scene) -> tuple[Table, ...]:
    now = of_this_quarter(scene)
    due = last_day(scene.today)
    left = (
        f"{called(scene.today)}到 {due} 24:00 为止；截至 {scene.today}，连当天还有 {(due - scene.today).days + 1} 天。"
    )
    waiting = [each for each in _in_order(now) if _is_open(each)]
    over = [each for each in scene.of("swap") if each.fields["due"] < scene.today]
    missed = [each for each in over if each.state == "missed" or _is_open(each)]
    missed.sort(key=lambda each: (each.fields["due"], str(each.fields["who"])), reverse=True)
    return (
        Table("本季度进展", _HEAD, tuple(_row(now, role, label) for role, label in ROLES), left,
              tuple(tuple(each for each in now if each.fields["role"] == role) for role, _ in ROLES)),
        Table("还没有完成的", ("谁", "种类", "状态", "约定日期"), tuple(map(_named, waiting)),
              counted=tuple((each,) for each in waiting)),
        Table("各地区完成情况", ("地区", "应完成", "已完成", "完成率（%）"), tuple(_by_region(scene, now))),
        Table("以前季度没有完成的", ("谁", "季度", "状态"),
              tuple((str(each.fields["who"]), str(each.fields["quarter"]), _STATES[each.state]) for each in missed),
              counted=tuple((each,) for each in missed)),
        Table("还没有登记分管领导的单位", ("单位",), tuple(_without(scene)), "没有进驻政务大厅的单位不用登记。"),
    )  # fmt: skip


_HEAD: Final = ("种类", "应完成", "已完成", "已签到待登记", "已排期", "未排期", "免除")
_STATES: Final = {"owed": "待安排", "planned": "已排期", "arrived": "已签到，没有登记坐班", "missed": "未完成"}


def _row(now: Sequence[Entry], role: str, label: str) -> tuple[str | int, ...]:
    mine = [each for each in now if each.fields["role"] == role]
    count = [each.state if _is_open(each) else "" for each in mine].count
    excused = sum(each.state == "excused" for each in mine)
    done = sum(map(is_kept, mine))
    return (label, len(mine) - excused, done, count("arrived"), count("planned"), count("owed"), excused)


def _in_order(entries: Sequence[Entry]) -> Sequence[Entry]:
    order = [role for role, _ in ROLES]
    return sorted(entries, key=lambda each: (order.index(str(each.fields["role"])), str(each.fields["who"])))


def _named(each: Entry) -> tuple[str | None, ...]:
    day = each.fields.get("day")
    return (
        str(each.fields["who"]),
        dict(ROLES)[str(each.fields["role"])],
        _STATES[each.state],
        str(day) if day else None,
    )


def _by_region(scene: Scene, now: Sequence[Entry]) -> Iterator[tuple[str | int | float | None, ...]]:
    owed = [each for each in now if each.state != "excused" and each.region]
    for code in sorted({each.region for each in owed}):
        place = scene.regions.get(code)
        ratio = _ratio([each for each in owed if each.region == code])
        share = round(PER_CENT * ratio.part / ratio.whole, 1)
        yield (place.name if place else code, int(ratio.whole), int(ratio.part), share)


def _without(scene: Scene) -> Iterator[tuple[str]]:
    led = {each.institution for each in _active(scene) if each.fields["role"] == "deputy"}
    return ((each.name,) for code, each in sorted(scene.institutions.items()) if code not in led)
