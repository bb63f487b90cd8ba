"""A composite ranking weighs what was counted of everybody; who lacks a factor has no total and takes no place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from core import db
from core.policy import keys
from core.policy.policy import Policy
from core.scoring import actions, decide, index
from core.scoring.decide import Metric
from core.scoring.index import Worked
from core.tenants.model import Tenant

Q = db.queries(__file__)
SUBJECTS: Final[Mapping[str, str]] = {"departments": "institution", "districts": "region"}
# What the system counts itself; the other factors a regulation may name are known to people alone.
COUNTED: Final = ("good", "rectified", "on-time", "callback", "active")
NONE_BROUGHT: Final[Mapping[str, Mapping[str, Metric]]] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """``rank`` is None where a factor is missing or too few have rated; equal totals share one."""

    code: str
    n: int
    metrics: Mapping[str, Metric]
    worked: Worked
    rank: int | None = None


async def composite(
    unit: db.Unit, tenant: Tenant, policy: Policy, group: str, now: datetime, start: date, end: date,
    brought: Mapping[str, Mapping[str, Metric]] = NONE_BROUGHT,
) -> tuple[Place, ...]:  # fmt: skip
    """Everybody of a group between two inclusive days, the best first; ``brought`` is what extras count of them."""
    subject, rows = SUBJECTS[group], policy[keys.index] or ()
    rates = await actions.metrics(unit, policy, subject, now, start, end)
    stored = actions.subject_of(subject, policy)
    active = {
        row["code"]: decide.ratio("active", row["count"], row["over"])
        for row in await unit.fetch(Q.every_active, unit.tenant, stored, start, end)
    }
    numbers = {each.code: each.n for each in await actions.standing(unit, tenant, policy, subject, start, end)}
    found: list[Place] = []
    for code in sorted({*rates, *active, *numbers, *brought}):
        own = {"active": active[code]} if code in active else {}
        known = {**rates.get(code, {}), **own, **brought.get(code, {})}
        values = {name: each.value for name, each in known.items()}
        found.append(Place(code, numbers.get(code, 0), known, index.worked(rows, group, values)))
    return ranked(found, max(policy[keys.min_sample] or 0, 1))


def ranked(found: Sequence[Place], least: int) -> tuple[Place, ...]:
    """Those who take a place come first; ``least`` is how many ratings one needs for it."""
    able = [each for each in found if each.worked.total is not None and each.n >= least]
    able.sort(key=lambda each: (-(each.worked.total or Decimal(0)), each.code))
    placed: list[Place] = []
    for nth, each in enumerate(able, 1):
        tied = bool(placed) and placed[-1].worked.total == each.worked.total
        rank = placed[-1].rank if tied else nth
        placed.append(Place(each.code, each.n, each.metrics, each.worked, rank))
    return (*placed, *(each for each in found if each not in able))
