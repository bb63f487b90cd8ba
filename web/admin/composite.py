"""The composite ranking (综合排名) as the rules weigh it, each factor with both of its counts."""

from collections.abc import Mapping
from datetime import datetime

from litestar import get

from core import db
from core.places import actions as places
from core.policy import keys, vocab
from core.records import figures
from core.scoring import composite as ranking
from core.scoring.composite import COUNTED, SUBJECTS
from core.scoring.decide import Metric
from core.tenants import Tenant
from web.admin.builders.index import GROUPS
from web.admin.chips import asked
from web.admin.scores import Period, last_day, period_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest


@get("/t/{slug:str}/admin/scores/composite", opt={"perm": "scores.read"})
async def show(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    rows = policy[keys.index] or ()
    groups = {code: word for code, word in GROUPS.items() if any(row.group == code for row in rows)}
    group = asked(request, "group") if asked(request, "group") in groups else next(iter(groups), "")
    period = period_of(request, last_day(member, now))
    found: tuple[ranking.Place, ...] = ()
    names: dict[str, str] = {}
    if group:
        async with db.as_tenant(tenant.id) as unit:
            brought = await _brought(unit, tenant, group, now, period)
            found = await ranking.composite(unit, tenant, policy, group, now, period.start, period.end, brought)
            kind = "institution" if SUBJECTS[group] == "institution" else "region"
            names |= await places.names(unit, kind, [each.code for each in found])
    factors = [row for row in rows if row.group == group]
    return page(
        "admin/scores/composite.html", tenant=tenant, policy=policy, group=group, groups=groups, period=period,
        rows=[each for each in found if each.code in names], names=names, factors=factors, called=called,
        uncounted=[called(row.metric) for row in factors if row.metric not in COUNTED and ":" not in row.metric],
        least=policy[keys.min_sample], why=policy.why(keys.index),
    )  # fmt: skip


def called(metric: str) -> str:
    """The name of a metric; one whose extra is no longer installed is called by its code."""
    return vocab.METRICS.get(metric, metric)


async def _brought(
    unit: db.Unit, tenant: Tenant, group: str, now: datetime, period: Period
) -> Mapping[str, Mapping[str, Metric]]:
    """What the extras that are on count of this group."""
    found = await figures.every(unit, tenant, SUBJECTS[group], now, period.start, period.end)
    return {subject: {code: each.metric for code, each in own.items()} for subject, own in found.items()}
