"""What the public may see of a place: figures with their counts, never a figure made of too few."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from litestar import get
from litestar.params import FromQuery

from core import db
from core.clock import SHANGHAI
from core.policy import keys
from core.policy.policy import Policy
from core.scoring import actions as scoring
from core.scoring.decide import Metric, Score, ratio
from core.scoring.whole import good, of_counts, regions_of, top_of, usual, whole
from core.tenants import Tenant
from web import charts
from web.auth import PUBLIC
from web.deps import InPolicy, InTenant, Now
from web.page import Page, page
from web.public.sheet import GRADES

Q = db.queries(__file__)

PERIODS = {"30": "近 30 天", "90": "近 90 天", "all": "全部"}
USUAL = "90"
METRICS = {"good": "好评率", "active": "主动评价占比", "rectified": "差评整改率"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the public table; ``shown`` is false where the sample is too small to say anything."""

    name: str
    score: Score
    good: Decimal | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Figures:
    city: Score | None
    regions: tuple[Row, ...]
    modes: tuple[Row, ...]
    metrics: tuple[Metric, ...]
    least: int

    @property
    def enough(self) -> bool:
        return self.city is not None and self.city.n >= max(self.least, 1)


@get("/t/{slug:str}/results", opt={"perm": PUBLIC})
async def show(
    tenant: InTenant, policy: InPolicy, now: Now, period: FromQuery[str] = USUAL, of: FromQuery[str] = ""
) -> Page:
    chosen = period if period in PERIODS else USUAL
    dimensions = {each.code: each.label for each in policy[keys.dimensions] or ()}
    dimension = of if of in dimensions else usual(policy)
    figures = await _figures(tenant, policy, dimension, _start(chosen, now))
    labels = policy[keys.grade_labels] or ()
    return page(
        "public/results.html", tenant=tenant, policy=policy, figures=figures, labels=labels, grades=GRADES,
        periods=PERIODS, period=chosen, dimensions=dimensions, dimension=dimension, metric_names=METRICS,
        picture=_picture(figures, labels), defaults_count=bool(policy[keys.defaults_count]),
        outlived=[(each, end) for each in policy.documents for end in each.endings if end.on and end.on < policy.on],
    )  # fmt: skip


def _start(period: str, now: datetime) -> date | None:
    return None if period == "all" else (now - timedelta(days=int(period))).astimezone(SHANGHAI).date()


async def _figures(tenant: Tenant, policy: Policy, dimension: str, start: date | None) -> Figures:
    of = dimension or None
    async with db.as_tenant(tenant.id) as unit:
        regions = await regions_of(unit)
        scores = {each.code: each for each in await scoring.scores(unit, tenant, policy, "region", of, start=start)}
        modes = await scoring.scores(unit, tenant, policy, "channel", of, start=start)
        top = top_of(regions)
        tickets = await unit.fetchrow(Q.rectified, tenant.id, start) or {"done": 0, "every": 0}
    least = policy[keys.public_min] or 0
    below = [each for each in regions if each.parent == top.code and each.code in scores]
    city = whole(scores, top.code, policy)
    own = _beside(city, [scores[each.code] for each in below], policy) if city is not None else None
    rows = [_row(each.name, scores[each.code], policy, least) for each in below]
    if own is not None and below:
        rows.insert(0, _row(top.name if top.name.endswith("本级") else f"{top.name}本级", own, policy, least))
    return Figures(
        city=city,
        regions=_unguessable(rows),
        modes=tuple(_row(each.code, each, policy, least) for each in modes),
        metrics=_metrics(city, tickets, policy), least=least,
    )  # fmt: skip


def _metrics(city: Score | None, tickets: Mapping[str, int], policy: Policy) -> tuple[Metric, ...]:
    """Ratios that come from counts already made: a page that anybody may ask for reads no single rating."""
    if city is None:
        return ()
    rectified = ratio("rectified", tickets["done"], tickets["every"])
    return good(city, policy), ratio("active", city.active_n, city.n), rectified


def _beside(city: Score, below: Sequence[Score], policy: Policy) -> Score | None:
    """What the city counts beside the regions listed, so that the lines make up the total; None where nothing is."""
    rest = Counter(city.distribution)
    for each in below:
        rest.subtract(each.distribution)
    active = max(city.active_n - sum(each.active_n for each in below), 0)
    # What lies in two regions at once counts in each: then no line of its own would make the sum right.
    return of_counts(+rest, active, city, policy) if +rest and min(rest.values()) >= 0 else None


def _unguessable(rows: Sequence[Row]) -> tuple[Row, ...]:
    """A single line left out would be the total less the others: then the smallest of these is left out too."""
    hidden = [row for row in rows if not row.shown]
    shown = [row for row in rows if row.shown]
    if len(hidden) != 1 or not shown:
        return tuple(rows)
    smallest = min(shown, key=lambda row: row.score.n)
    return tuple(replace(row, shown=False) if row is smallest else row for row in rows)


def _row(name: str, score: Score, policy: Policy, least: int) -> Row:
    return Row(name, score, good(score, policy).value, score.n >= max(least, 1))


def _picture(figures: Figures, labels: tuple[str, ...]) -> str:
    bars = [charts.Bar(row.name, row.score.distribution) for row in figures.regions if row.shown]
    if figures.city is not None and figures.enough:
        bars.insert(0, charts.Bar("合计", figures.city.distribution))
    return charts.distribution(bars, labels, "各地区评价等级分布") if bars else ""
