"""Figures leave with the counts they rest on, rules with their clause, and a due time with each day that made it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound, UnknownCode
from core.intake.told import NEWEST, OLDEST
from core.places import actions as places
from core.policy import keys
from core.policy.decision import first_match
from core.policy.policy import Policy, Why
from core.scoring import actions as scoring
from core.scoring.decide import Score
from core.tenants.model import Tenant
from core.tickets import views as tickets
from web.api.answers import answered, id_of
from web.api.body import asked
from web.api.calls import POLICY, SCORES, WHY
from web.api.shapes import (
    DayOut,
    PolicyOut,
    PolicyQuery,
    PolicyRow,
    QuestionRow,
    ScoreQuery,
    ScoreRow,
    ScoresOut,
    WhyOut,
)
from web.deps import InPolicy, InTenant, Now

AnyRequest = Request[Any, Any, Any]


@get("/scores", opt=SCORES.opt)
async def scores(request: AnyRequest, tenant: InTenant, policy: InPolicy) -> Response[Any]:
    query = asked(request.query_params, ScoreQuery)
    _require_order(query.start, query.end)
    async with db.as_tenant(tenant.id) as unit:
        found = await _scores(unit, tenant, policy, query)
        names = await _names(unit, query, [each.code for each in found])
    return answered(ScoresOut([_score(each, names) for each in found]))


async def _scores(unit: db.Unit, tenant: Tenant, policy: Policy, query: ScoreQuery) -> Sequence[Score]:
    found: list[Score] = []
    for dimension in _dimensions(policy, query):
        wanted = (dimension, query.origin, query.start, query.end)
        if query.code is None:
            found += await scoring.scores(unit, tenant, policy, query.subject, *wanted)
        else:
            found.append(await scoring.score(unit, tenant, policy, query.subject, query.code, *wanted))
    return found


def _dimensions(policy: Policy, query: ScoreQuery) -> Sequence[str | None]:
    """The one asked for, else the formula's; without a formula for what is asked here, each stands for itself."""
    offered = [each.code for each in policy[keys.dimensions] or ()]
    if query.dimension is not None:
        if query.dimension not in offered:
            raise UnknownCode(f"本地没有这项评价内容，可用：{'、'.join(offered)}。", field="dimension")
        return [query.dimension]
    formula = first_match(policy[keys.formulas] or (), subject=query.subject)
    return [None] if formula is not None and not formula.weights.keys().isdisjoint(offered) else offered


async def _names(unit: db.Unit, query: ScoreQuery, codes: Sequence[str]) -> Mapping[str, str]:
    """A channel is its own name; of the others, one that does not exist has no score."""
    if query.subject == "channel":
        return {}
    names = await places.names(unit, query.subject, codes)
    if query.code is not None and query.code not in names:
        raise UnknownCode(field="code")
    return names


@get("/policy", opt=POLICY.opt)
async def policy_of(request: AnyRequest, tenant: InTenant, now: Now) -> Response[Any]:
    """``on`` a day: what was, is or will be in force then."""
    day = asked(request.query_params, PolicyQuery).on or now.astimezone(SHANGHAI).date()
    _require_year(day, "on")
    policy = stack.policy(tenant, day)
    return answered(PolicyOut(day, policy.revision, [_rule(why) for why in policy.entries()], _questions(policy)))


@get("/why/{ticket:str}/{clock:str}", opt=WHY.opt)
async def why(ticket: FromPath[str], clock: FromPath[str], tenant: InTenant, now: Now) -> Response[Any]:
    async with db.as_tenant(tenant.id) as unit:
        view = await tickets.view(unit, id_of(ticket), now)
    # A reopened ticket has run the same clock before: the one now running speaks.
    found = [each for each in view.clocks if each.name == clock]
    if not found:
        raise NotFound("这张工单没有这个期限。", field="clock")
    each = max(found, key=lambda one: one.started_at)
    days = [DayOut(day["date"], day["counted"], day["why"]) for day in each.days]
    return answered(
        WhyOut(
            view.id, each.name, each.since, each.started_at.astimezone(SHANGHAI), each.span,
            each.due_at.astimezone(SHANGHAI), each.state, days, each.clause, each.document, each.policy,
            each.calendar, each.provisional,
        )
    )  # fmt: skip


def _score(score: Score, names: Mapping[str, str]) -> ScoreRow:
    return ScoreRow(
        subject=score.subject, code=score.code, name=names.get(score.code, score.code),
        dimensions=score.dimensions, mean=float(score.mean) if score.mean is not None else None, n=score.n,
        distribution={str(grade): n for grade, n in score.distribution.items()}, active_n=score.active_n,
        active_mean=float(score.active_mean) if score.active_mean is not None else None, formula=score.formula,
        before_n=score.before_n, before_mean=float(score.before_mean) if score.before_mean is not None else None,
    )  # fmt: skip


def _rule(why: Why) -> PolicyRow:
    value = keys.dump(why.key, why.value) if why.value is not None else None
    return PolicyRow(why.key.name, why.key.label, value, why.clause, why.document, why.layer, why.since)


def _questions(policy: Policy) -> list[QuestionRow]:
    return [QuestionRow(each.id, list(each.keys), each.clause, each.text) for each in policy.open_questions]


def _require_order(start: date | None, end: date | None) -> None:
    for day, field in ((start, "from"), (end, "to")):
        if day is not None:
            _require_year(day, field)
    if start is not None and end is not None and start > end:
        raise Invalid("起始日期不能晚于截止日期。", field="from")


def _require_year(day: date, field: str) -> None:
    if not OLDEST <= day.year < NEWEST:
        raise Invalid("日期的年份不对，请核对。", field=field)
