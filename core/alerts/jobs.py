"""When a month is over, everybody who can be ranked is ranked once, and low months in a row are an alert."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import db, stack
from core.alerts import actions, decide
from core.alerts.actions import Q, Scales
from core.alerts.model import Month, Standing
from core.clock import SHANGHAI
from core.policy import columns, keys
from core.policy.calendar import ONE_DAY
from core.policy.policy import Policy
from core.policy.values import Alert
from core.scoring import actions as scoring
from core.scoring.decide import Score
from core.tenants.model import Tenant

SUBJECTS: Mapping[str, str] = {"platform": "channel"}
MONTHS_AHEAD = 120
# Ratings brought in from long ago are ranked as far back as this and no further.
FURTHEST = timedelta(days=3 * 366)


async def next_unweighed(unit: db.Unit) -> datetime | None:
    return await unit.fetchval(Q.next_unweighed, unit.tenant)


async def weigh_one(unit: db.Unit, tenant: Tenant, now: datetime) -> bool:
    """Weighs the oldest rating that waits for it, once; whether there was one."""
    row = await unit.fetchrow(Q.take_unweighed, unit.tenant, now)
    if row is None:
        return False
    policy = stack.policy(tenant, row["at"].astimezone(SHANGHAI).date())
    await actions.weigh_rating(Scales(unit, tenant, policy, row["at"]), row["rating_id"])
    return True


async def next_due(unit: db.Unit, tenant: Tenant) -> datetime | None:
    """The instant at which the first month that is to be ranked is over; None where nothing asks for ranking."""
    month = await _next_month(unit)
    if month is None:
        return None
    for _ in range(MONTHS_AHEAD):
        end = decide.after(month)
        if _rules(stack.policy(tenant, end - ONE_DAY)):
            return decide.midnight(end)
        # A month in which no rule asked for it is passed over.
        month = end
    return None


async def _next_month(unit: db.Unit) -> date | None:
    last: date | None = await unit.fetchval(Q.last_ranked, unit.tenant)
    if last is not None:
        return decide.after(last)
    first: datetime | None = await unit.fetchval(Q.first_rated, unit.tenant)
    return first.astimezone(SHANGHAI).date().replace(day=1) if first else None


def _rules(policy: Policy) -> list[Alert]:
    return [row for row in policy[keys.alerts] or () if row.kind == decide.MONTHLY and row.rank and row.months]


async def take_month(unit: db.Unit, tenant: Tenant, now: datetime) -> bool:
    """Ranks the oldest month that is over and not ranked; whether there was one."""
    due = await next_due(unit, tenant)
    if due is None or due > now:
        return False
    month = decide.before(due.astimezone(SHANGHAI).date())
    if not await unit.execute(Q.ranked, unit.tenant, month, now):
        return True
    if due > now - FURTHEST:
        policy = stack.policy(tenant, decide.after(month) - ONE_DAY)
        scales = Scales(unit, tenant, policy, due)
        for rule in _rules(policy):
            await _rank(scales, rule, month)
    return True


async def _rank(scales: Scales, rule: Alert, month: date) -> None:
    standings = decide.ranked(await figures(scales, rule, month), rule)
    name = _name(rule)
    rows = [
        (scales.unit.tenant, month, name, rule.of, each.code, each.figure, each.n, each.place, each.among, each.low)
        for each in standings
    ]
    if rows:
        await scales.unit.executemany(Q.add_rank, rows)
    for each in standings:
        if each.low:
            await _weigh(scales, rule, name, each, month)


def _name(rule: Alert) -> str:
    """Months are compared only where they were ranked by the same measure."""
    return columns.ALERT.chinese(replace(rule, months=None, clause="", task_within=None))


async def _weigh(scales: Scales, rule: Alert, name: str, standing: Standing, month: date) -> None:
    rows = await scales.unit.fetch(Q.ranks_of, scales.unit.tenant, name, rule.of, standing.code, month)
    low = {row["month"]: row for row in rows if row["low"]}
    found = decide.in_a_row(low, (row["month"] for row in rows), month, rule)
    months = [Month(at, low[at]["figure"], low[at]["n"], low[at]["place"], low[at]["among"]) for at in reversed(found)]
    if months:
        span = decide.midnight(months[0].month), decide.midnight(decide.after(months[-1].month))
        await actions.put(scales, rule, standing.code, [each.plain for each in months], span)


async def figures(scales: Scales, rule: Alert, month: date) -> list[Standing]:
    """Everybody's figure of the month: the mean, or the good rate where the rules give grades no numbers."""
    subject = SUBJECTS.get(rule.of, rule.of)
    if subject not in scoring.SUBJECTS:
        return []
    found = await scoring.standing(
        scales.unit, scales.tenant, scales.policy, subject, month, decide.after(month) - ONE_DAY
    )
    groups = await _groups(scales.unit, subject, rule.among)
    figures = [(each, _figure(each, scales.policy)) for each in found]
    return [
        Standing(each.code, figure, each.n, 0, 0, False, groups.get(each.code, ""))
        for each, figure in figures if figure is not None
    ]  # fmt: skip


def _figure(score: Score, policy: Policy) -> Decimal | None:
    if score.scored or not score.n:
        return score.mean
    good = sum(score.distribution.get(grade, 0) for grade in policy[keys.good_grades] or ())
    return (Decimal(good) / score.n).quantize(Decimal("0.0001"))


async def _groups(unit: db.Unit, subject: str, among: str) -> Mapping[str, str]:
    if not among:
        return {}
    return {row["code"]: row["group"] for row in await unit.fetch(Q.groups, unit.tenant, subject, among)}
