"""What is counted of the matters that could not be done: causes, places, what comes back, and each office's figures."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from core.api import Draft, Entry, Ratio, Scene, Table, keys, shapes, vocab
from plugins.taian.periods import just_over

SEND_WITHIN: Final = keys.Key(
    "unresolvable_matters_send", "“办不成事”转办期限", keys.EXTRAS, shapes.Period(), stricter="shorter",
    help="登记之后，多久之内要转给承办单位。", example="4 小时",
)  # fmt: skip
RECTIFY_WITHIN: Final = keys.Key(
    "unresolvable_matters_rectify", "“办不成事”整改期限", keys.EXTRAS, shapes.Period(), stricter="shorter",
    help="承办单位收到之后，多久之内要办好并告知反映人。", example="5 个工作日",
)  # fmt: skip
WARN_BEFORE: Final = keys.Key(
    "unresolvable_matters_warn", "“办不成事”超期预警提前量", keys.EXTRAS, shapes.Period(), stricter="longer",
    help="到期之前多久提醒承办单位和主管部门。", example="1 个工作日",
)  # fmt: skip
STUDY_EVERY: Final = keys.Key(
    "unresolvable_matters_study", "“办不成事”多久研判一次", keys.EXTRAS, shapes.Choice(vocab.EVERY),
    help="到时自动列出一份待写的研判，提醒主管部门。没有规定的不自动列出，随时可以登记。", example="每季度",
)  # fmt: skip
CONFIRM_WITHIN: Final = keys.Key(
    "unresolvable_matters_confirm", "“办不成事”待确认提醒", keys.EXTRAS, shapes.Period(),
    help="反馈结果之后多久还没有办结，提醒反映人确认、主管部门联系本人。文件没有写的，不填就不提醒，也不会自动办结。",
    example="5 个工作日",
)  # fmt: skip

CAUSES: Final = (
    ("materials", "材料说不清或反复补"),
    ("policy", "政策不明确或有冲突"),
    ("coordination", "部门之间推来推去"),
    ("system", "系统出错或数据不通"),
    ("attitude", "不受理也不说明理由"),
    ("history", "历史遗留问题"),
    ("other", "其他"),
)
STUCK: Final = (
    ("not-accepted", "不予受理"),
    ("supplement", "一再要求补材料"),
    ("not-issued", "受理后办不下来"),
    ("no-window", "找不到办理窗口"),
    ("online", "网上提交不了"),
    ("other", "其他"),
)
SOLVED: Final = (("yes", "办成了"), ("no", "依法不能办，已说明"))
CONTENT: Final = (("satisfied", "满意"), ("basically", "基本满意"), ("unsatisfied", "不满意"))
HANDED: Final = frozenset({"sent", "backed", "answered", "closed"})
# Terms of those who serve; that nobody has confirmed is no fault of theirs.
OWED: Final = frozenset({"send", "rectify"})
ANSWERED: Final = frozenset({"answered", "closed"})


def studied(scene: Scene) -> tuple[Table, ...]:
    """Why it could not be done, where, and what comes back; a matter that was reported twice counts once."""
    every = scene.of("matter")
    found = tuple(each for each in every if each.state != "withdrawn" and not each.repeat_of)
    repeated = sum(bool(each.repeat_of) for each in every)
    return (
        _quarters(found, repeated), _causes(found), _stuck(found), _places(found, scene), _judged(found, scene),
        _returning(found, scene),
    )  # fmt: skip


def _quarters(found: Iterable[Entry], repeated: int) -> Table:
    grouped: dict[str, list[Entry]] = {}
    for each in found:
        at = each.filed_at
        grouped.setdefault(f"{at.year} 年第 {(at.month + 2) // 3} 季度", []).append(each)
    rows = tuple(
        (quarter, len(mine), sum(each.fields.get("solved") == "yes" for each in mine),
         sum(each.fields.get("solved") == "no" for each in mine), sum(bool(OWED & {*each.overdue}) for each in mine))
        for quarter, mine in sorted(grouped.items(), reverse=True)
    )  # fmt: skip
    note = f"同一件事重复反映的 {repeated} 件没有另计，撤回的不计。" if repeated else "撤回的不计。"
    behind = tuple(tuple(mine) for _, mine in sorted(grouped.items(), reverse=True))
    return Table("各季度", ("季度", "反映", "办成", "依法不能办", "超过期限"), rows, note, behind)


def _causes(found: tuple[Entry, ...]) -> Table:
    known = sum(bool(each.fields.get("cause")) for each in found)
    note = f"已查明原因 {known} 件，共 {len(found)} 件。"
    rows, behind = _shares(found, "cause", CAUSES)
    return Table("办不成的原因", ("原因", "件数", "占已查明的"), rows, note, behind)


def _stuck(found: tuple[Entry, ...]) -> Table:
    rows, behind = _shares(found, "stuck", STUCK)
    return Table("卡在哪里", ("环节", "件数", "占全部"), rows, counted=behind)


def _shares(
    found: Iterable[Entry], field: str, choices: tuple[tuple[str, str], ...]
) -> tuple[tuple[tuple[str, int, str], ...], tuple[tuple[Entry, ...], ...]]:
    """The most frequent first, and the records of each."""
    every = [each for each in found if each.fields.get(field)]
    named = Counter(each.fields[field] for each in every).most_common()
    labels = dict(choices)
    rows = tuple((labels[code], count, f"{count / len(every):.1%}") for code, count in named)
    return rows, tuple(tuple(each for each in every if each.fields[field] == code) for code, _ in named)


def _places(found: tuple[Entry, ...], scene: Scene) -> Table:
    of = [(code, mine) for code, mine in _by_institution(found) if code in scene.institutions]
    rows = tuple(
        (scene.institutions[code].name, len(mine), _answered(mine), _solved(mine), _late(mine)) for code, mine in of
    )
    head = ("承办单位", "收到", "已反馈", "办成", "超过整改期限")
    return Table("各单位", head, rows, counted=tuple(mine for _, mine in of))


def _by_institution(found: Iterable[Entry]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """What is with an institution; what it returned is not."""
    handed = [each for each in found if each.institution and each.state in HANDED]
    for code in sorted({each.institution for each in handed}):
        yield code, tuple(each for each in handed if each.institution == code)


def _answered(mine: Iterable[Entry]) -> int:
    return sum(each.state in ANSWERED for each in mine)


def _solved(mine: Iterable[Entry]) -> int:
    return sum(each.state in ANSWERED and each.fields.get("solved") == "yes" for each in mine)


def _late(mine: Iterable[Entry]) -> int:
    return sum("rectify" in each.overdue for each in mine)


def _judged(found: tuple[Entry, ...], scene: Scene) -> Table:
    """What was said of it: of the answer by whoever reported it, and of the same case when it was rated."""
    bad = scene.policy[keys.bad_grades] or ()
    named = Counter(str(each.fields["content"]) for each in found if each.fields.get("content"))
    closed = sum(each.state == "closed" for each in found)
    rated = [each.grade for each in found if each.grade is not None]
    rows = (
        *((f"办理结果：{label}", named[code]) for code, label in CONTENT),
        ("办理结果：没有表态", closed - named.total()),
        ("同一办件评过价的", len(rated)),
        ("同一办件给了差评的", sum(grade in bad for grade in rated)),
    )
    note = "办理结果由反映人确认办结时自愿填写；同一办件的评价凭办件编号对上，看最低的一项，不含默认评价。"
    return Table("反映人怎么评价", ("评价", "件数"), rows, note)


def owed_study(scene: Scene) -> tuple[Draft, ...]:
    """What was reported in the period that is over waits to be studied, where a rule says how often."""
    every = scene.policy[STUDY_EVERY]
    past = just_over(every, scene.today)
    if past is None:
        return ()
    fields = {"topic": f"{past.name}“办不成事”研判", "since": past.since, "until": past.until}
    return (Draft("matter_study", fields, once=f"{every}:{past.since}", state="owed"),)


def _returning(found: tuple[Entry, ...], scene: Scene) -> Table:
    """The same matter at the same place, of different people: what one answer has not put right."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for each in found:
        if each.fields.get("item") and each.institution in scene.institutions and each.state in HANDED:
            groups.setdefault((str(each.fields["item"]), each.institution), []).append(each)
    often = sorted(((key, mine) for key, mine in groups.items() if mine[1:]), key=lambda one: -len(one[1]))
    rows = tuple(
        (scene.items.get(item, item), scene.institutions[code].name, len(mine)) for (item, code), mine in often
    )
    note = "同一事项在同一单位有两件以上办不成的列在这里，宜作专题研判。"
    return Table("反复出现的", ("事项", "承办单位", "件数"), rows, note, tuple(tuple(mine) for _, mine in often))


def rate_answered(scene: Scene) -> Mapping[str, Ratio]:
    return {code: Ratio(_answered(mine), len(mine)) for code, mine in _by_institution(scene.of("matter"))}


def rate_solved(scene: Scene) -> Mapping[str, Ratio]:
    return {code: Ratio(_solved(mine), _answered(mine)) for code, mine in _by_institution(scene.of("matter"))}


def rate_in_time(scene: Scene) -> Mapping[str, Ratio]:
    """Nobody is in time where no rule says by when."""
    if scene.policy[RECTIFY_WITHIN] is None:
        return {}
    found = _by_institution(scene.of("matter"))
    return {code: Ratio(len(mine) - _late(mine), len(mine)) for code, mine in found}
