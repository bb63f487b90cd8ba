"""What is drawn in a round and by what right: frames made strata, samples handed to those who ask, reasons not to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from core.api import Draft, Entry, Fault, Place, Scene, Unit, vocab
from plugins.taian import sampling
from plugins.taian.survey_words import COVERT, INTERVIEW, SHARE, STRATUM, SURVEY, SURVEYOR

# More in one draw are asked for in two rounds.
LARGEST: Final = 2000
NAMED: Final = 8
ALL: Final = "all"
UNKNOWN: Final = "unknown"
Strata = Mapping[str, Sequence[Unit]]


@dataclass(frozen=True, slots=True)
class Plan:
    """One draw: every stratum with its units, how many of each, and who asks them."""

    strata: Strata
    sizes: Mapping[str, int]
    seed: str
    askers: tuple[str, ...]

    def drawn(self) -> Sequence[tuple[str, str]]:
        """Stratum and unit, in the order in which they were drawn."""
        return [
            (code, ref)
            for code, size in self.sizes.items()
            for ref in sampling.order((each.ref for each in self.strata[code]), self.seed, code)[:size]
        ]


def may_draw(scene: Scene) -> tuple[Fault, ...]:
    return (*_once(scene, INTERVIEW, "draw", "补抽"), *_over(scene), *_faults(scene, "phone", "strata", "size"))


def may_visit(scene: Scene) -> tuple[Fault, ...]:
    return (*_once(scene, COVERT, "visits", "补抽暗访单位"), *_faults(scene, "covert", "visit_strata", "visits"))


def _once(scene: Scene, kind: str, act: str, instead: str) -> tuple[Fault, ...]:
    if not any(each.parent == scene.record.id for each in scene.of(kind)) and act not in scene.record.done:
        return ()
    return (Fault("", f"这一轮已经抽过，样本不能重抽。要增加样本，请用“{instead}”。"),)


def _over(scene: Scene) -> tuple[Fault, ...]:
    """While people still rate, nobody knows yet from among whom is drawn."""
    until = scene.record.fields["until"]
    if until < scene.today:
        return ()
    return (Fault("", f"办事时间到 {until} 才结束，抽样框还不完整；请等到第二天，或先把截止日期提前。"),)


def _faults(scene: Scene, way: str, by: str, size: str) -> tuple[Fault, ...]:
    if way not in scene.record.fields.get("ways", ()):
        return (Fault("", "这一轮的方式里没有这一项，请先在“确定对象和内容”里选上。"),)
    strata = strata_of(scene, by)
    count = sum(map(len, strata.values()))
    if not count:
        return (Fault("", "这个范围和时间里没有可以抽取的对象，请放宽起止日期、地区或事项。"),)
    return (
        *_empty(scene, strata, by), *_sized(scene, strata, count, size), *_staffed(scene),
    )  # fmt: skip


def _empty(scene: Scene, strata: Strata, by: str) -> tuple[Fault, ...]:
    """A stratum that should be asked and holds nobody."""
    if scene.given.get("left_out"):
        return ()
    missing = sorted(set(_expected(scene, _by(scene, by))) - strata.keys())
    if not missing:
        return ()
    names = "、".join(name_of(scene, _by(scene, by), each) for each in missing[:NAMED])
    more = f"等 {len(missing)} 层" if len(missing) > NAMED else ""
    return (
        Fault(
            "left_out",
            f"“{names}”{more}没有可以抽取的对象，结果代表不了。请放宽起止日期或换一种分层；"
            "确定不调查的，勾选“没有对象的层不调查”。",
        ),
    )


def _expected(scene: Scene, by: str) -> Sequence[str]:
    """The strata that there should be: where institutions are, as far as the round goes."""
    if by not in ("region", "level", "line", "institution"):
        return ()
    places = [each for each in scene.institutions.values() if _within(scene, each.region)]
    return [code for each in places if (code := _of_place(each, by))]


def _of_place(place: Place, by: str) -> str:
    return {"region": place.region, "level": place.level, "line": place.line}.get(by, place.code)


def _sized(scene: Scene, strata: Strata, count: int, size: str) -> tuple[Fault, ...]:
    wanted = _wanted(scene, count, size)
    if wanted is None:
        return (
            Fault(size, "请填写抽取多少；规则没有规定抽取比例。"),
            *((Fault(f"rule:{SHARE.name}", f"规则没有规定“{SHARE.label}”。"),) if size == "size" else ()),
        )
    if wanted > count:
        return (Fault(size, f"可以抽取的只有 {count} 个，不能抽 {wanted} 个。"),)
    if wanted > LARGEST:
        return (Fault(size, f"一次最多抽 {LARGEST} 个，现在是 {wanted} 个，请缩小范围分几轮调查。"),)
    sizes = {code: len(units) for code, units in strata.items()}
    none = [code for code, number in sampling.allocate(sizes, wanted).items() if not number]
    if not none:
        return ()
    names = "、".join(name_of(scene, _by(scene, "strata" if size == "size" else "visit_strata"), each) for each in none)
    least = min(count, sampling.enough(sizes))
    return (Fault(size, f"抽 {wanted} 个时“{names}”一个也分不到，这一层会是空的。请至少抽 {least} 个，或换一种分层。"),)


def _staffed(scene: Scene) -> tuple[Fault, ...]:
    return () if askers(scene) else (Fault("", "还没有在岗的调查员，请先在“调查员”里登记并上岗，再抽样。"),)


def askers(scene: Scene) -> tuple[str, ...]:
    """Accounts of those who serve, in the order in which they were written down."""
    serving = sorted((each.number, each.named) for each in scene.of(SURVEYOR) if each.state == "serving" and each.named)
    return tuple(dict.fromkeys(name for _, name in serving))


def _wanted(scene: Scene, count: int, size: str) -> int | None:
    said = scene.given.get(size)
    share = scene.policy[SHARE] if size == "size" else None
    if said is not None:
        return int(said)
    return None if share is None else min(count, max(1, ceil(share * count)))


def strata_of(scene: Scene, by: str) -> Strata:
    """The units of the frame that the round is about, by stratum; what says nothing is a stratum of its own."""
    found: dict[str, list[Unit]] = defaultdict(list)
    item = scene.record.fields.get("item")
    for each in scene.frame:
        if _within(scene, each.about.get("region", "")) and (not item or each.about.get("item", item) == item):
            found[stratum_of(each, _by(scene, by))].append(each)
    return dict(sorted(found.items()))


def _by(scene: Scene, field: str) -> str:
    return str(scene.record.fields.get(field) or "none")


def stratum_of(unit: Unit, by: str) -> str:
    return ALL if by == "none" else unit.about.get(by) or UNKNOWN


def _within(scene: Scene, region: str) -> bool:
    """Whether a region is the round's or lies below it."""
    top = scene.record.fields.get("region")
    seen: set[str] = set()
    while top and region != top and region in scene.regions and region not in seen:
        seen.add(region)
        region = scene.regions[region].parent
    return not top or region == top


def name_of(scene: Scene, by: str, code: str) -> str:
    if code in (ALL, UNKNOWN):
        return {ALL: "全部", UNKNOWN: "未归属"}[code]
    places: Mapping[str, Mapping[str, Place]] = {"region": scene.regions, "institution": scene.institutions}
    words: Mapping[str, Mapping[str, str]] = {"level": {**vocab.LEVELS, "district": "区县级"}, "mode": vocab.MODES}
    if code in places.get(by, {}):
        return places[by][code].name
    return words.get(by, {}).get(code, code)


def seed_of(scene: Scene, field: str = "seed") -> str:
    """What was drawn in public, or else what the round got when it was written down and nobody chose."""
    return str(scene.given.get(field) or scene.record.fields.get(field) or scene.record.id)


def plan_of(scene: Scene, by: str, size: str, seed: str = "seed") -> Plan:
    strata = strata_of(scene, by)
    sizes = {code: len(units) for code, units in strata.items()}
    wanted = _wanted(scene, sum(sizes.values()), size) or 0
    return Plan(strata, sampling.allocate(sizes, wanted), seed_of(scene, seed), askers(scene))


def draw(scene: Scene) -> tuple[Draft, ...]:
    plan = plan_of(scene, "strata", "size")
    return (*_counted(scene, plan, "phone", "strata"), *interviews(scene, plan, plan.drawn()))


def drawn(scene: Scene) -> Mapping[str, Any]:
    plan = plan_of(scene, "strata", "size")
    refs = [each.ref for units in plan.strata.values() for each in units]
    return {"seed": plan.seed, "frame": len(refs), "frame_digest": sampling.digest(refs)}


def visits(scene: Scene) -> tuple[Draft, ...]:
    plan = plan_of(scene, "visit_strata", "visits", "visit_seed")
    return (*_counted(scene, plan, "covert", "visit_strata"), *_to_visit(scene, plan, plan.drawn()))


def add_visits(scene: Scene) -> tuple[Draft, ...]:
    strata = strata_of(scene, "visit_strata")
    code = _stratum(scene, strata, "visit_strata") or ""
    have = len(_asked(scene, COVERT, code))
    row = sampling.order((each.ref for each in strata[code]), seed_of(scene, "visit_seed"), code)
    plan = Plan(strata, {}, seed_of(scene, "visit_seed"), askers(scene))
    total = sum(each.parent == scene.record.id for each in scene.of(COVERT))
    return tuple(_to_visit(scene, plan, [(code, ref) for ref in row[have : have + int(scene.given["more"])]], total))


def _to_visit(scene: Scene, plan: Plan, drawn: Sequence[tuple[str, str]], begin: int = 0) -> list[Draft]:
    return [
        Draft(COVERT, {**_shared(scene, plan, begin + nth), "unit": ref, "stratum": code, "ref": ref})
        for nth, (code, ref) in enumerate(drawn)
    ]


def visited(scene: Scene) -> Mapping[str, Any]:
    plan = plan_of(scene, "visit_strata", "visits", "visit_seed")
    return {"visit_seed": plan.seed, "visit_frame": sum(map(len, plan.strata.values()))}


def _counted(scene: Scene, plan: Plan, way: str, by: str) -> tuple[Draft, ...]:
    """Each stratum with how many it has and how many were drawn."""
    title = scene.record.fields["title"]
    return tuple(
        Draft(STRATUM, {
            "title": f"{title}：{name_of(scene, _by(scene, by), code)}", "way": way, "stratum": code,
            "label": name_of(scene, _by(scene, by), code), "population": len(plan.strata[code]), "drawn": size,
        })
        for code, size in plan.sizes.items()
    )  # fmt: skip


def interviews(scene: Scene, plan: Plan, drawn: Sequence[tuple[str, str]], begin: int = 0) -> list[Draft]:
    about = {each.ref: each.about for units in plan.strata.values() for each in units}
    return [
        Draft(
            INTERVIEW,
            {
                **_shared(scene, plan, begin + nth), "stratum": code, "ref": ref,
                "item": about[ref].get("item") or None, "unit": about[ref].get("institution") or None,
                "served": about[ref].get("day") or None,
            },
            rater=ref,
        )
        for nth, (code, ref) in enumerate(drawn)
    ]  # fmt: skip


def _shared(scene: Scene, plan: Plan, nth: int) -> dict[str, Any]:
    """Whoever asks has as many as the others."""
    fields = scene.record.fields
    return {
        "title": f"{fields['title']}，第 {nth + 1} 份", "topics": fields["topics"],
        "interviewer": plan.askers[nth % len(plan.askers)],
        **({"finish": finish} if (finish := fields.get("finish")) else {}),
    }  # fmt: skip


def may_add(scene: Scene) -> tuple[Fault, ...]:
    """More of one stratum, from the very same frame."""
    strata = strata_of(scene, "strata")
    refs = [each.ref for units in strata.values() for each in units]
    if "draw" not in scene.record.done:
        return (Fault("", "还没有抽样，请先抽样。"),)
    if sampling.digest(refs) != scene.record.fields.get("frame_digest"):
        said = (
            f"抽样框变了：抽样时 {scene.record.fields.get('frame')} 人，现在 {len(refs)} 人（有人要求删除了个人信息）。"
        )
        return (Fault("", f"{said}不能按原来的顺序补抽，请按已有样本结束，或另开一轮。"),)
    code = _stratum(scene, strata, "strata")
    if code is None:
        return _no_such(scene, strata, "strata")
    left = len(strata[code]) - len(_asked(scene, INTERVIEW, code))
    more = int(scene.given["more"])
    if more > left:
        return (Fault("more", f"这一层只剩 {left} 人没有抽到，不能再抽 {more} 人。"),)
    return _staffed(scene)


def may_add_visits(scene: Scene) -> tuple[Fault, ...]:
    """More offices of one stratum, after those that were drawn first."""
    if "visits" not in scene.record.done:
        return (Fault("", "还没有抽取暗访单位，请先抽取。"),)
    strata = strata_of(scene, "visit_strata")
    code = _stratum(scene, strata, "visit_strata")
    if code is None:
        return _no_such(scene, strata, "visit_strata")
    row = sampling.order((each.ref for each in strata[code]), seed_of(scene, "visit_seed"), code)
    had = {str(each.fields.get("ref")) for each in _asked(scene, COVERT, code)}
    if set(row[: len(had)]) != had:
        return (Fault("", "抽样之后这一层的单位变了，不能按原来的顺序补抽，请按已有样本结束，或中止这一轮另开一轮。"),)
    left, more = len(row) - len(had), int(scene.given["more"])
    if more > left:
        return (Fault("more", f"这一层只剩 {left} 家没有抽到，不能再抽 {more} 家。"),)
    return _staffed(scene)


def _no_such(scene: Scene, strata: Strata, by: str) -> tuple[Fault, ...]:
    names = "、".join(name_of(scene, _by(scene, by), each) for each in strata)
    return (Fault("layer", f"没有这一层，请填写其中一个：{names}。"),)


def _stratum(scene: Scene, strata: Strata, by: str) -> str | None:
    said = str(scene.given.get("layer") or "")
    return next((each for each in strata if said in (each, name_of(scene, _by(scene, by), each))), None)


def _asked(scene: Scene, kind: str, code: str) -> Sequence[Entry]:
    mine = [each for each in scene.of(kind) if each.parent == scene.record.id]
    return [each for each in mine if each.fields.get("stratum") == code]


def add(scene: Scene) -> tuple[Draft, ...]:
    strata = strata_of(scene, "strata")
    code = _stratum(scene, strata, "strata") or ""
    have = len(_asked(scene, INTERVIEW, code))
    row = sampling.order((each.ref for each in strata[code]), seed_of(scene), code)
    plan = Plan(strata, {}, seed_of(scene), askers(scene))
    total = sum(each.parent == scene.record.id for each in scene.of(INTERVIEW))
    more = row[have : have + int(scene.given["more"])]
    return tuple(interviews(scene, plan, [(code, ref) for ref in more], total))


READS: Final = (SURVEY, STRATUM, INTERVIEW, COVERT, SURVEYOR)
