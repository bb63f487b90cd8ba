"""Counts become figures by the policy's formula; the counts stay beside the figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from core.intake.model import ACTIVE
from core.policy import keys
from core.policy.decision import first_match
from core.policy.facts import Tally
from core.policy.policy import Policy
from core.policy.values import Formula

CENT = Decimal("0.01")
BASIS_POINT = Decimal("0.0001")
SILENT = ("default", "imported-default")
# The dimension of a formula that no regulation gives.
NONE = ""
GRADES: tuple[int, ...] = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Count:
    """So many counted grades of one kind; ``member`` is the staff within an institution, line or region."""

    dimension: str
    origin: str
    grade: int
    member: str
    n: int


@dataclass(frozen=True, slots=True)
class Score:
    """A mean (None where the policy sets no scores, or nothing counted) with everything it was made from."""

    subject: str
    code: str
    mean: Decimal | None
    n: int
    distribution: Mapping[int, int]
    active_n: int
    active_mean: Decimal | None
    dimensions: tuple[str, ...]
    over: str
    formula: str
    clause: str
    scored: bool
    name: str = ""
    before_n: int | None = None
    before_mean: Decimal | None = None
    before_distribution: Mapping[int, int] = field(default_factory=dict[int, int])

    @property
    def moved(self) -> bool:
        """Whether findings (核实、复核) have changed what counts here."""
        return self.before_n is not None


@dataclass(frozen=True, slots=True)
class Metric:
    """A ratio to four decimals with its two counts; None where there is nothing to divide by."""

    name: str
    value: Decimal | None
    count: float
    over: float


def formula_of(subject: str, dimension: str | None, policy: Policy) -> Formula:
    """The policy's formula for this subject, or a plain mean over the dimension asked for."""
    row = first_match(policy[keys.formulas] or (), subject=subject)
    if row is None and dimension is None:
        return Formula(subject, NONE)  # pyright: ignore[reportArgumentType]  # checked at the edge
    if row is not None and (dimension is None or dimension in row.weights):
        return row if dimension is None else Formula(row.subject, dimension, row.over, clause=row.clause)
    over = row.over if row is not None else "ratings"
    return Formula(subject, dimension or "overall", over)  # pyright: ignore[reportArgumentType]  # checked at the edge


def ranking(subject: str, policy: Policy) -> Formula:
    """By what everybody of a kind is ranked: the policy's formula, or all that judges them where it gives none."""
    formula = formula_of(subject, None, policy)
    if any(formula.weights):
        return formula
    own = {each.code: 1.0 for each in policy[keys.dimensions] or () if each.of == subject}
    return replace(formula, dimensions=own) if own else formula


def considered(counts: Iterable[Count], origin: str | None, policy: Policy) -> tuple[Count, ...]:
    """The counts a figure rests on: of one origin where that is asked for, else without what does not count."""
    # What a source says it had filled in by silence is silence here too, though it was imported.
    named = {"active": ACTIVE, "imported": ("imported", "imported-default")}
    wanted = named.get(origin or "", (origin,) if origin else None)
    if wanted is not None:
        return tuple(c for c in counts if c.origin in wanted)
    defaults = bool(policy[keys.defaults_count])
    return tuple(c for c in counts if c.origin != "probe" and (defaults or c.origin not in SILENT))


def score(
    subject: str, code: str, counts: Iterable[Count], formula: Formula, origin: str | None, policy: Policy
) -> Score:
    every = tuple(counts)
    rests_on = considered(every, origin, policy)
    active = considered(every, "active", policy)
    scores = policy[keys.scores]
    return Score(
        subject=subject,
        code=code,
        mean=mean(rests_on, formula, scores),
        n=sum(c.n for c in rests_on),
        distribution=distribution(rests_on),
        active_n=sum(c.n for c in active),
        active_mean=mean(active, formula, scores),
        dimensions=tuple(formula.weights),
        over=formula.over,
        formula=said(formula, policy),
        clause=formula.clause,
        scored=scores is not None,
    )


def before_findings(
    score: Score, counts: Iterable[Count], found: Iterable[Count], formula: Formula, origin: str | None, policy: Policy
) -> Score:
    """The same score with what it was before any finding beside it; ``found`` is what findings have moved."""
    moved = tuple(found)
    if not moved:
        return score
    rests_on = considered((*counts, *moved), origin, policy)
    scores = policy[keys.scores]
    return replace(
        score, before_n=sum(c.n for c in rests_on), before_mean=mean(rests_on, formula, scores),
        before_distribution=distribution(rests_on),
    )  # fmt: skip


def tally(score: Score, counts: Iterable[Count], policy: Policy) -> Tally:
    """The same counts as a city's own formula is told them."""
    every = tuple(counts)
    members = dict.fromkeys(c.member for c in every if c.member)
    return Tally(
        subject=score.subject,  # pyright: ignore[reportArgumentType]  # checked at the edge
        code=score.code,
        dimension=score.dimensions[0],
        counts=score.distribution,
        active=distribution(considered(every, "active", policy)),
        by_staff={name: distribution(c for c in every if c.member == name) for name in members},
    )


def distribution(counts: Iterable[Count]) -> dict[int, int]:
    found: dict[int, int] = dict.fromkeys(GRADES, 0)
    for count in counts:
        found[count.grade] += count.n
    return {grade: n for grade, n in found.items() if n}


def mean(counts: Iterable[Count], formula: Formula, scores: Iterable[float] | None) -> Decimal | None:
    """To two decimals, half up: over all ratings, or over the means of each member of staff."""
    every = tuple(counts)
    if scores is None or not every:
        return None
    value: dict[int, Decimal] = dict(zip(GRADES, (Decimal(str(s)) for s in scores), strict=True))
    if formula.over == "ratings":
        exact = _weighted(every, formula, value)
    else:
        members = dict.fromkeys(c.member for c in every)
        means = [_weighted([c for c in every if c.member == m], formula, value) for m in members]
        known = [m for m in means if m is not None]
        exact = sum(known, Decimal(0)) / len(known) if known else None
    return None if exact is None else exact.quantize(CENT, ROUND_HALF_UP)


def _weighted(counts: Iterable[Count], formula: Formula, value: Mapping[int, Decimal]) -> Decimal | None:
    total = weight = Decimal(0)
    for count in counts:
        each = Decimal(str(formula.weights.get(count.dimension, 0))) * count.n
        total += each * value[count.grade]
        weight += each
    return total / weight if weight > 0 else None


def ratio(name: str, count: int, over: int) -> Metric:
    value = (Decimal(count) / over).quantize(BASIS_POINT, ROUND_HALF_UP) if over else None
    return Metric(name, value, count, over)


# What a formula is about where no rule says so, and no rule names it.
WHOLE: Mapping[str, str] = {"overall": "总体评价"}


def said(formula: Formula, policy: Policy) -> str:
    """The formula in words, as it stands beside its figure."""
    if formula.dimension == NONE and not formula.dimensions:
        return "现行规定没有给出这一对象的计算方法"
    weights = formula.weights
    parts = [
        {**WHOLE, **policy.words}.get(code, code) + ("" if len(weights) == 1 else f"（权重 {weight:g}）")
        for code, weight in weights.items()
    ]
    how = "各评价分值的平均值" if formula.over == "ratings" else "各工作人员平均分的平均值"
    return f"{'、'.join(parts)}：{how}"
