"""A composite ranking (综合排名) is the sum of its weighted factors; it and every mean is worked out by steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import Formula, IndexFactor
from core.scoring import decide
from core.scoring.decide import CENT, GRADES, Count, Score

HUNDRED = Decimal(100)
# Six equal parts of one, written with four decimals, come to 1.0002.
ROUNDED = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Step:
    """One factor: ``value`` is a share of one, ``points`` what it adds to a hundred; None where nothing is known."""

    metric: str
    weight: Decimal
    value: Decimal | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Worked:
    """``total`` is None while a factor is missing: nothing is taken for granted."""

    steps: tuple[Step, ...]
    total: Decimal | None

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(each.metric for each in self.steps if each.value is None)


def worked(rows: Iterable[IndexFactor], group: str, values: Mapping[str, Decimal | None]) -> Worked:
    steps = tuple(_step(row, values.get(row.metric)) for row in rows if row.group == group)
    points = [each.points for each in steps]
    known = [each for each in points if each is not None]
    whole = bool(steps) and len(known) == len(points)
    return Worked(steps, sum(known, Decimal(0)).quantize(CENT, ROUND_HALF_UP) if whole else None)


def _step(row: IndexFactor, value: Decimal | None) -> Step:
    weight = Decimal(str(row.weight))
    return Step(row.metric, weight, value, None if value is None else weight * value * HUNDRED)


def sums(rows: Iterable[IndexFactor]) -> Mapping[str, Decimal]:
    """What the weights of each group come to."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.group] = found.get(row.group, Decimal(0)) + Decimal(str(row.weight))
    return found


def balanced(total: Decimal) -> bool:
    """Whether weights make a whole."""
    return abs(total - 1) <= ROUNDED


@dataclass(frozen=True, slots=True)
class Part:
    """One member's or everybody's mean: each grade with its score and its weighted number, and what they come to."""

    member: str
    lines: tuple[tuple[str, int, Decimal, int, Decimal], ...]
    total: Decimal
    weight: Decimal
    mean: Decimal | None


def explained(counts: Iterable[Count], formula: Formula, policy: Policy) -> tuple[Score, tuple[Part, ...]]:
    """The figure by the code that figures are made by, and the way there."""
    every = tuple(counts)
    rests_on = decide.considered(every, None, policy)
    members = dict.fromkeys(each.member for each in rests_on) if formula.over == "staff-means" else {"": None}
    parts = tuple(
        _part(member, [each for each in rests_on if not member or each.member == member], formula, policy)
        for member in members
    )
    return decide.score(formula.subject, "", every, formula, None, policy), parts


def _part(member: str, counts: Iterable[Count], formula: Formula, policy: Policy) -> Part:
    scores = policy[keys.scores]
    value = dict(zip(GRADES, (Decimal(str(each)) for each in scores), strict=True)) if scores else {}
    lines: list[tuple[str, int, Decimal, int, Decimal]] = []
    for each in counts:
        weight = Decimal(str(formula.weights.get(each.dimension, 0)))
        if each.n and weight and value:
            lines.append((each.dimension, each.grade, value[each.grade], each.n, weight))
    total = sum((score * n * weight for _, _, score, n, weight in lines), Decimal(0))
    weight = sum((n * each for _, _, _, n, each in lines), Decimal(0))
    mean = (total / weight).quantize(CENT, ROUND_HALF_UP) if weight else None
    return Part(member, tuple(lines), total, weight, mean)
