"""What is counted of an extra's records is a ratio like any other figure, each with its part and its whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from core import db, stack
from core.clock import SHANGHAI
from core.errors import TooLarge
from core.policy.extras import Extra, Metric, Ratio, Scene
from core.records import contained, cut, offered
from core.records import scene as scenes
from core.records.model import ExtraFailed
from core.scoring import decide
from core.tenants.model import Tenant

FOUR: Final = Decimal("0.0001")


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
        if not self.whole:
            return None
        return (Decimal(str(self.part)) / Decimal(str(self.whole))).quantize(FOUR, ROUND_HALF_UP)


async def every(
    unit: db.Unit, tenant: Tenant, of: str, now: datetime, start: date | None = None, end: date | None = None
) -> Mapping[str, Mapping[str, Figure]]:
    """By institution or region, the figures of every extra that is on, of what was filed between two inclusive days.

    An extra that fails, or has more to count than can be counted, has no figures, and nobody else loses theirs by it.
    """
    found: dict[str, dict[str, Figure]] = {}
    looked: dict[tuple[str, ...], Scene] = {}
    for extra in offered.offered(tenant, now.astimezone(SHANGHAI).date()):
        for metric in extra.metrics:
            if metric.of != of:
                continue
            try:
                if metric.reads not in looked:
                    looked[metric.reads] = await _scene(unit, tenant, metric, now, start, end)
                counted = await _counted(tenant, extra, metric, looked[metric.reads])
            except (ExtraFailed, TooLarge):
                continue
            for subject, figure in counted.items():
                found.setdefault(subject, {})[figure.code] = figure
    return found


async def one(
    unit: db.Unit, tenant: Tenant, extra: Extra, metric: Metric, now: datetime, start: date | None = None,
    end: date | None = None,
) -> Mapping[str, Figure]:  # fmt: skip
    """One metric of every institution or region."""
    return await _counted(tenant, extra, metric, await _scene(unit, tenant, metric, now, start, end))


async def _scene(
    unit: db.Unit, tenant: Tenant, metric: Metric, now: datetime, start: date | None, end: date | None
) -> Scene:  # fmt: skip
    at, policy = cut.known_at(now, end), stack.policy(tenant, cut.last_day(now, end))
    return cut.to_period(await scenes.scene(unit, tenant, at, reads=metric.reads, policy=policy), start, end)


async def _counted(tenant: Tenant, extra: Extra, metric: Metric, asked: Scene) -> Mapping[str, Figure]:
    counted = await contained.call(extra.code, f"{metric.code}.count", metric.count, asked, Ratio, tenant=tenant.id)
    code = f"{extra.code}:{metric.code}"
    return {
        subject: Figure(code, metric.label, metric.formula, ratio.part, ratio.whole)
        for subject, ratio in counted.items()
    }
