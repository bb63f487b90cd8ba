"""A province sees which cities are live, what they have still to decide, and the figures each publishes itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from litestar import get

from core import db, stack, tenants
from core.clock import SHANGHAI
from core.places import actions as places
from core.places.model import Region
from core.policy import keys
from core.policy.model import Regulation
from core.policy.policy import Policy
from core.scoring import actions as scoring
from core.scoring.decide import Metric, Score
from core.tenants import Listed
from web.deps import InSettings, Now
from web.page import Page, page

PUBLISHED = ("good", "active", "rectified", "on-time")
DAYS = 90
MOST_REGIONS = 500


@dataclass(frozen=True, slots=True)
class City:
    """``score`` is None where the city's own public page shows no figure."""

    listed: Listed
    policy: Policy
    score: Score | None
    metrics: Sequence[Metric]
    least: int

    @property
    def drafts(self) -> Sequence[Regulation]:
        return [each for each in self.policy.documents if each.draft]


@get("/t/{slug:str}/admin/province", opt={"perm": "province.read"})
async def show(settings: InSettings, now: Now) -> Page:
    listed = [each for each in await tenants.listing() if not each.province and each.demo == settings.demo]
    return page("province/show.html", cities=[await _city(each, now) for each in listed], days=DAYS)


async def _city(listed: Listed, now: datetime) -> City:
    tenant = await tenants.by_id(listed.id)
    policy = stack.policy(tenant, now.astimezone(SHANGHAI).date())
    least = max(policy[keys.public_min] or 0, 1)
    start = (now - timedelta(days=DAYS)).astimezone(SHANGHAI).date()
    async with db.as_tenant(tenant.id) as unit:
        regions = await places.listing(unit, "region", limit=MOST_REGIONS)
        top = next((each for each in regions if isinstance(each, Region) and each.parent is None), None)
        if top is None:
            return City(listed, policy, None, (), least)
        dimension = _dimension(policy)
        score = await scoring.score(unit, tenant, policy, "region", top.code, dimension, None, start)
        if score.n < least:
            return City(listed, policy, None, (), least)
        metrics = [await scoring.metric(unit, policy, name, "region", top.code, now, start) for name in PUBLISHED]
    return City(listed, policy, score, metrics, least)


def _dimension(policy: Policy) -> str | None:
    """None is the city's own formula; where it has none, its first dimension stands for itself."""
    known = [each.code for each in policy[keys.dimensions] or ()]
    weights = scoring.decide.formula_of("region", None, policy).weights
    return None if not known or any(code in known for code in weights) else known[0]
