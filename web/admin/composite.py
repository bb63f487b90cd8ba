"""The composite ranking (综合排名) as the rules weigh it, each factor with both of its counts."""

from litestar import get

from core import db
from core.places import actions as places
from core.policy import keys, vocab
from core.scoring import composite as ranking
from core.scoring.composite import COUNTED, SUBJECTS
from web.admin.builders.index import GROUPS
from web.admin.chips import asked
from web.admin.scores import last_day, period_of
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
            found = await ranking.composite(unit, tenant, policy, group, now, period.start, period.end)
            kind = "institution" if SUBJECTS[group] == "institution" else "region"
            names |= await places.names(unit, kind, [each.code for each in found])
    factors = [row for row in rows if row.group == group]
    return page(
        "admin/scores/composite.html", tenant=tenant, policy=policy, group=group, groups=groups, period=period,
        rows=[each for each in found if each.code in names], names=names, factors=factors, metrics=vocab.METRICS,
        uncounted=[vocab.METRICS[row.metric] for row in factors if row.metric not in COUNTED],
        least=policy[keys.min_sample], why=policy.why(keys.index),
    )  # fmt: skip
