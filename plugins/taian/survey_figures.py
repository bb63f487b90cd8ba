"""What a round says: who answered of those drawn, how satisfied all are whom they stand for, and how sure that is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.api import Entry, Ratio, Scene, Table, keys
from plugins.taian import sampling
from plugins.taian.sampling import Estimate
from plugins.taian.survey_words import COVERT, INTERVIEW, LABELS, LEAST, MOST, PROBLEM, STRATUM, SURVEY, WAYS

KINDS: Final[Mapping[str, str]] = {"phone": INTERVIEW, "covert": COVERT}
SHOWN: Final = 8
RETURNED: Final = (
    "层", "总数", "抽取", "完成", "拒访", "无法访问", "不符合条件", "待访", "回收率", "权数",
)  # fmt: skip
SATISFIED: Final = ("内容", "均值", "均值下限", "均值上限", "满意率", "满意率下限", "满意率上限", "答卷")
HOW: Final = (
    "按层加权（权数 = 层的总数 ÷ 完成份数），95% 置信区间，含有限总体修正；回收率 = 完成 ÷（抽取 − 不符合条件）。"
)
UNFINISHED: Final[Mapping[str, str]] = {
    "running": "访问还没有结束，以下是暂时的结果。",
    "stopped": "这一轮已经中止，以下不作为评估结果。",
}


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a round with what became of those who were drawn from it."""

    code: str
    label: str
    population: int
    states: Mapping[str, int]
    entries: Sequence[Entry] = field(default=())

    @property
    def drawn(self) -> int:
        return sum(self.states.values())

    @property
    def answered(self) -> int:
        return self.states.get("answered", 0)

    @property
    def waiting(self) -> int:
        return self.states.get("waiting", 0)

    @property
    def unfit(self) -> int:
        return self.states.get("unfit", 0)

    @property
    def weight(self) -> float | None:
        return self.population / self.answered if self.answered else None

    @property
    def response(self) -> float | None:
        asked = self.drawn - self.unfit
        return self.answered / asked if asked else None


@dataclass(frozen=True, slots=True)
class Half:
    """The calls of a round, or its covert visits."""

    way: str
    label: str
    strata: Sequence[Stratum]

    @property
    def sizes(self) -> Mapping[str, int]:
        return {each.code: each.population for each in self.strata}

    def answers(self, topic: str, value: Callable[[int], float]) -> Mapping[str, Sequence[float]]:
        return {
            each.code: [value(one.fields[topic]) for one in each.entries if topic in one.fields] for each in self.strata
        }


def halves(scene: Scene, survey: str) -> Sequence[Half]:
    """What of a round was drawn."""
    found: list[Half] = []
    for way, label in WAYS:
        strata = [each for each in scene.of(STRATUM) if each.parent == survey and each.fields["way"] == way]
        if strata:
            found.append(Half(way, label, tuple(_stratum(each, _drawn(scene, survey, way)) for each in strata)))
    return tuple(found)


def _drawn(scene: Scene, survey: str, way: str) -> Mapping[str, Sequence[Entry]]:
    of: dict[str, list[Entry]] = defaultdict(list)
    for each in scene.of(KINDS[way]):
        if each.parent == survey:
            of[str(each.fields["stratum"])].append(each)
    return of


def _stratum(record: Entry, drawn: Mapping[str, Sequence[Entry]]) -> Stratum:
    code = str(record.fields["stratum"])
    mine = drawn.get(code, ())
    return Stratum(
        code, str(record.fields["label"]), int(record.fields["population"]), Counter(each.state for each in mine),
        tuple(each for each in mine if each.state == "answered"),
    )  # fmt: skip


def weighs(half: Half) -> float:
    """For how many all answers stand together."""
    return sum((each.weight or 0) * each.answered for each in half.strata)


def estimated(half: Half, topic: str) -> Estimate | None:
    return sampling.estimate(half.answers(topic, float), half.sizes, (LEAST, MOST))


def satisfied(half: Half, topic: str, bad: Sequence[int]) -> Estimate | None:
    """The share of whom the grade is not a bad one."""
    return sampling.estimate(half.answers(topic, lambda grade: float(grade not in bad)), half.sizes, (0, 1))


def rounds(scene: Scene) -> Sequence[Entry]:
    """Newest first, those of which something was drawn."""
    drawn = {each.parent for each in scene.of(STRATUM)}
    return sorted((each for each in scene.of(SURVEY) if each.id in drawn), key=_when, reverse=True)


def _when(survey: Entry) -> tuple[str, str]:
    return str(survey.fields["until"]), survey.number


def results(scene: Scene) -> tuple[Table, ...]:
    every = rounds(scene)
    bad = scene.policy[keys.bad_grades] or ()
    found: list[Table] = [_compared(scene, every)] if every[1:] else []
    for survey in every[:SHOWN]:
        for half in halves(scene, survey.id):
            found += [_returned(survey, half), _satisfaction(survey, half, bad)]
    return (*found, _followed(scene, every))


def _returned(survey: Entry, half: Half) -> Table:
    rows = [_row(each.label, each) for each in half.strata]
    total: Counter[str] = Counter()
    for each in half.strata:
        total.update(each.states)
    whole = Stratum("", "合计", sum(half.sizes.values()), total)
    seed = survey.fields.get("seed" if half.way == "phone" else "visit_seed")
    rows.append((*_row("合计", whole)[:-1], None))
    return Table(f"{survey.fields['title']}：{half.label}回收情况", RETURNED, tuple(rows), f"抽样种子 {seed}。{HOW}")


def _row(label: str, each: Stratum) -> tuple[str | float | int | None, ...]:
    states = each.states
    weight = None if each.weight is None else round(each.weight, 4)
    return (
        label, each.population, each.drawn, each.answered, states.get("refused", 0), states.get("unreachable", 0),
        each.unfit, each.waiting, _percent(each.response), weight,
    )  # fmt: skip


def _satisfaction(survey: Entry, half: Half, bad: Sequence[int]) -> Table:
    rows = tuple(
        (LABELS[topic], *_bounds(estimated(half, topic), _mean), *_bounds(satisfied(half, topic, bad), _percent),
         sum(map(len, half.answers(topic, float).values())))
        for topic in survey.fields.get("topics", ())
    )  # fmt: skip
    return Table(f"{survey.fields['title']}：{half.label}满意度", SATISFIED, rows, _caveat(survey, half))


def _caveat(survey: Entry, half: Half) -> str:
    silent = "、".join(each.label for each in half.strata if not each.answered)
    single = "、".join(each.label for each in half.strata if each.answered == 1 < each.population)
    said = UNFINISHED.get(survey.state, "")
    if silent:
        said += f"“{silent}”还没有答卷，总体的结果算不出来。"
    if single and not silent:
        said += f"“{single}”只有一份答卷，算不出区间，请补抽。"
    return f"{said}1 至 5 分，5 分为非常满意；满意率是没有给差评等级的比例。"


def _bounds(
    found: Estimate | None, shown: Callable[[float | None], str | float | None]
) -> tuple[str | float | None, ...]:
    values = (None, None, None) if found is None else (found.value, found.low, found.high)
    return tuple(map(shown, values))


def _mean(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _compared(scene: Scene, every: Sequence[Entry]) -> Table:
    """Round beside round: whether what was put right is felt when it is asked again."""
    topics = [each for each in LABELS if any(each in one.fields.get("topics", ()) for one in every)]
    rows: list[tuple[str | float | int | None, ...]] = []
    for survey in every[:SHOWN]:
        for half in halves(scene, survey.id):
            means = [estimated(half, each) if each in survey.fields.get("topics", ()) else None for each in topics]
            shown = [None if each is None else _mean(each.value) for each in means]
            rows.append((f"{survey.fields['title']}：{half.label}", *shown))
    return Table("各轮比较（均值）", ("轮次", *(LABELS[each] for each in topics)), tuple(rows), "新的在前。")


def _followed(scene: Scene, every: Sequence[Entry]) -> Table:
    """The problems of each round, and how many are put right."""
    of = _problems(scene)
    rows = tuple(
        (str(survey.fields["title"]), len(of[survey.id]), *(
            sum(each.state in states for each in of[survey.id])
            for states in (("found",), ("sent",), ("mended",), ("closed",), ("unfounded",))
        ), sum(bool(each.overdue) for each in of[survey.id]))
        for survey in every[:SHOWN]
    )  # fmt: skip
    head = ("轮次", "发现问题", "待交办", "整改中", "待复核", "已销号", "不属实", "超期")
    return Table("问题清单", head, rows, "问题跟踪到销号为止，不因这一轮结束而停止。")


def _problems(scene: Scene) -> Mapping[str, Sequence[Entry]]:
    """By round, whether told in a call, seen on a visit or written down for the round itself."""
    home = {each.id: each.parent for kind in KINDS.values() for each in scene.of(kind)}
    found: dict[str, list[Entry]] = defaultdict(list)
    for each in scene.of(PROBLEM):
        found[home.get(each.parent, each.parent)].append(each)
    return found


def of_institutions(scene: Scene) -> Mapping[str, Ratio]:
    """In the last round that has ended, what is satisfied of all that was answered about each institution, weighted."""
    last = next((each for each in rounds(scene) if each.state == "closed"), None)
    bad = scene.policy[keys.bad_grades] or ()
    counts: dict[str, Ratio] = {}
    for half in halves(scene, last.id) if last else ():
        for stratum in half.strata:
            for each in stratum.entries:
                unit = str(each.fields.get("unit") or "")
                grades = [each.fields[topic] for topic in LABELS if topic in each.fields]
                before, weight = counts.get(unit, Ratio(0, 0)), stratum.weight or 0
                good = sum(grade not in bad for grade in grades)
                counts[unit] = Ratio(before.part + weight * good, before.whole + weight * len(grades))
    return {code: ratio for code, ratio in sorted(counts.items()) if code in scene.institutions}
