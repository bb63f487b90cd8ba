"""A province sees which cities are live, what they have still to decide, and the figures each publishes itself."""

from dataclasses import dataclass
from datetime import datetime

from litestar import get

from core import stack, tenants
from core.clock import SHANGHAI
from core.policy.policy import Policy
from core.tenants import Listed
from web.deps import InSettings, Now
from web.page import Page, page
from web.public.results import METRICS, PERIODS, USUAL, Figures, published


@dataclass(frozen=True, slots=True)
class City:
    """``figures`` is None for a place that is not live: it publishes nothing yet."""

    listed: Listed
    policy: Policy
    figures: Figures | None


@get("/t/{slug:str}/admin/province", opt={"perm": "province.read"})
async def show(settings: InSettings, now: Now) -> Page:
    listed = [each for each in await tenants.listing() if not each.province and each.demo == settings.demo]
    return page(
        "province/show.html", cities=[await city_of(each, now) for each in listed], period=PERIODS[USUAL], names=METRICS
    )


async def city_of(listed: Listed, now: datetime) -> City:
    tenant = await tenants.by_id(listed.id)
    policy = stack.policy(tenant, now.astimezone(SHANGHAI).date())
    return City(listed, policy, await published(tenant, policy, now) if listed.live else None)
