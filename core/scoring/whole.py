"""A place's own figures are those of all its regions together, whatever its rules make of one region."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core import db
from core.places import actions as places
from core.places.model import Region
from core.policy import keys
from core.policy.policy import Policy
from core.scoring import actions as scoring
from core.scoring.decide import GRADES, Count, Metric, Score, formula_of, ratio

MOST_REGIONS = 500


def usual(policy: Policy) -> str:
    """The dimension a place is spoken of by; "" is the formula of a region.

    Where that speaks of what nobody is asked, the first dimension stands in.
    """
    dimensions = {each.code: each.label for each in policy[keys.dimensions] or ()}
    weights = formula_of("region", None, policy).weights
    return "" if set(weights) <= set(dimensions) else next(iter(dimensions), "")


async def regions_of(unit: db.Unit) -> tuple[Region, ...]:
    found = await places.listing(unit, "region", limit=MOST_REGIONS)
    return tuple(each for each in found if isinstance(each, Region))


def top_of(regions: Sequence[Region]) -> Region:
    return next((each for each in regions if each.parent is None), Region("", ""))


def whole(scores: Mapping[str, Score], top: str, policy: Policy) -> Score | None:
    """The place's figure: its first region's, or all of them as one where each keeps its figures to itself."""
    return scores.get(top) if policy[keys.region_includes_below] else together(list(scores.values()), policy)


def together(scores: Sequence[Score], policy: Policy) -> Score | None:
    """All regions as one, where the policy keeps each region's figures to itself."""
    if not scores:
        return None
    counted: Counter[int] = Counter()
    for each in scores:
        counted.update(each.distribution)
    return of_counts(counted, sum(each.active_n for each in scores), scores[0], policy)


def of_counts(counted: Counter[int], active: int, like: Score, policy: Policy) -> Score:
    """A figure of these counts, with a mean where one dimension's ratings are all it rests on."""
    total = counted.total()
    points: dict[int, float] = dict(zip(GRADES, policy[keys.scores] or (), strict=False))
    worth = sum(Decimal(str(points[grade])) * n for grade, n in counted.items()) / total if points and total else None
    return replace(
        like, n=total, distribution=dict(counted), active_n=active, active_mean=None,
        mean=worth if len(like.dimensions) == 1 and like.over == "ratings" else None,
    )  # fmt: skip


def good(score: Score, policy: Policy) -> Metric:
    grades = frozenset(policy[keys.good_grades] or ())
    return ratio("good", sum(n for grade, n in score.distribution.items() if grade in grades), score.n)


async def counts_of(unit: db.Unit, top: str, dimensions: Sequence[str], start: date, end: date) -> tuple[Count, ...]:
    """Every count under the place's first region between two inclusive days, of whatever origin."""
    rows = await unit.fetch(scoring.Q.counts, unit.tenant, "area", top, list(dimensions), start, end, False)
    return tuple(Count(row["dimension"], row["origin"], row["grade"], row["member"], row["n"]) for row in rows)
