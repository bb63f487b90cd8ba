"""What is counted of an extra's records is a ratio like any other figure, each with its part and its whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Final

from core import db, stack
from core.clock import SHANGHAI
from core.policy.calendar import midnight_after
from core.policy.extras import Entry, Extra, Metric, Ratio, Scene
from core.records import contained, offered
from core.records import scene as scenes
from core.records.model import ExtraFailed
from core.scoring import decide
from core.tenants.model import Tenant

FOUR: Final = Decimal("0.0001")
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """``code`` is written extra:metric; ``value`` is None where there is nothing to divide by."""

    code: str
    label: str
    formula: str
    part: float
    whole: float

    @property
    def metric(self) -> decide.Metric:
        """As a factor of the composite ranking."""
        return decide.Metric(self.code, self.value, self.part, self.whole)

    @property
    def value(self) -> Decimal | None:
        if not self.whole or not isfinite(self.part) or not isfinite(self.whole):
            return None
        return (Decimal(str(self.part)) / Decimal(str(self.whole))).quantize(FOUR, ROUND_HALF_UP)


async def every(
    unit: db.Unit, tenant: Tenant, of: str, now: datetime, start: date | None = None, end: date | None = None
) -> Mapping[str, Mapping[str, Figure]]:
    """By institution or region, the figures of every extra that is on, of what was filed between two inclusive days.

    An extra that fails has no figures, and nobody else loses theirs by it.
    """
    found: dict[str, dict[str, Figure]] = {}
    for extra in offered.offered(tenant, now.astimezone(SHANGHAI).date()):
        for metric in extra.metrics:
            if metric.of != of:
                continue
            try:
                counted = await one(unit, tenant, extra, metric, now, start, end)
            except ExtraFailed:
                continue
            for subject, figure in counted.items():
                found.setdefault(subject, {})[figure.code] = figure
    return found


async def one(
    unit: db.Unit, tenant: Tenant, extra: Extra, metric: Metric, now: datetime, start: date | None = None,
    end: date | None = None,
) -> Mapping[str, Figure]:  # fmt: skip
    """One metric of every institution or region."""
    at = min(now, midnight_after(end)) if end else now
    whole = await scenes.scene(unit, tenant, at, reads=metric.reads, policy=stack.policy(tenant, _day(at, end)))
    counted = await contained.call(extra.code, f"{metric.code}.count", metric.count, _within(whole, start, end), Ratio)
    code = f"{extra.code}:{metric.code}"
    return {
        subject: Figure(code, metric.label, metric.formula, ratio.part, ratio.whole)
        for subject, ratio in counted.items()
    }


def _day(at: datetime, end: date | None) -> date:
    return end or at.astimezone(SHANGHAI).date()


def _within(found: Scene, start: date | None, end: date | None) -> Scene:
    """What was made of a record counts with it; the moment is the last of the period, not the first of the next."""
    begins = datetime.combine(start, time(), SHANGHAI) if start else None
    ends = midnight_after(end) if end else None
    above = {each.id: each for each in found.others}
    kept = tuple(
        each for each in found.others
        for at in [_top(each, above).filed_at]
        if (begins is None or at >= begins) and (ends is None or at < ends)
    )  # fmt: skip
    return replace(found, others=kept, now=min(found.now, ends - INSTANT) if ends else found.now)


def _top(entry: Entry, above: Mapping[str, Entry]) -> Entry:
    while entry.parent in above:
        entry = above[entry.parent]
    return entry
