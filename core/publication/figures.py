"""What a city counts in a period, with the formula and the rules it was counted by, and nothing of any one rating."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core import db, stack
from core.clock import SHANGHAI
from core.intake.model import ACTIVE
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.publication.decide import month_of
from core.publication.model import RATES, Content, Entry, Period
from core.scoring import actions as scoring
from core.scoring.decide import GRADES, SILENT, Count, Score, formula_of
from core.scoring.whole import counts_of, good, regions_of, top_of, usual, whole
from core.tenants.model import Tenant

Q = db.queries(__file__)
ONE_DAY = timedelta(days=1)
# What says when something was counted, and not what.
PASSING = ("as_of", "revision")


async def month(unit: db.Unit, tenant: Tenant, subject: str, now: datetime) -> Entry:
    """``subject`` is a month, 2026-10; what is said of it once it is over is final, until it is corrected."""
    period = month_of(subject)
    content = await measured(unit, tenant, period, now)
    same = {name: value for name, value in content.items() if name not in PASSING}
    return Entry("figures", subject, content, period.until < now.astimezone(SHANGHAI).date(), same)


async def measured(unit: db.Unit, tenant: Tenant, period: Period, now: datetime) -> Content:
    """The city as a whole between two inclusive days, by the rules of the last of them that has come."""
    today = now.astimezone(SHANGHAI).date()
    policy = stack.policy(tenant, min(period.until, today))
    dimension = usual(policy) or None
    formula = formula_of("region", dimension, policy)
    top = top_of(await regions_of(unit)).code
    scores = await scoring.scores(
        unit, tenant, policy, "region", dimension, start=period.since, end=period.until
    )  # fmt: skip
    score = whole({each.code: each for each in scores}, top, policy)
    counts = await counts_of(unit, top, list(formula.weights), period.since, period.until)
    every = [each for each in counts if each.origin != "probe"]
    n, least = sum(each.n for each in every), policy[keys.public_min] or 0
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    content: dict[str, Any] = {
        "since": period.since.isoformat(), "until": period.until.isoformat(),
        "as_of": min(period.until, today).isoformat(),
        "revision": policy.revision, "dimension": "、".join(labels.get(code, code) for code in formula.weights),
        "least": least, "n": n, "active_n": _sum(every, ACTIVE), "enough": n >= max(least, 1),
    }  # fmt: skip
    if not content["enough"] or score is None:
        # Too few to be spoken of: not even the province is told more than how few they are.
        return {**content, "enough": False, "grades": [], "rates": {}, "mean": None, "active_mean": None}
    rates = await _rates(unit, policy, score, every, period, now)
    return {**content, **_scored(score, every, policy), "rates": rates}


def _scored(score: Score, counts: Sequence[Count], policy: Policy) -> Content:
    labels = policy[keys.grade_labels] or tuple(vocab.GRADES[grade] for grade in GRADES)
    return {
        "formula": score.formula, "clause": score.clause, "scored": score.scored, "counted": score.n,
        "mean": _text(score.mean), "active_mean": _text(score.active_mean),
        "defaults_count": bool(policy[keys.defaults_count]),
        "grades": [
            {"grade": grade, "label": label, "n": _graded(counts, grade, None),
             "active": _graded(counts, grade, ACTIVE)}
            for grade, label in zip(GRADES, labels, strict=True)
        ],
    }  # fmt: skip


async def _rates(
    unit: db.Unit, policy: Policy, score: Score, counts: Sequence[Count], period: Period, now: datetime
) -> Mapping[str, Any]:
    """Each rate with both of its counts, how it is said, and the clause that makes it so."""
    n = sum(each.n for each in counts)
    tickets = await unit.fetchrow(Q.tickets, unit.tenant, *_moments(period), now, *_rectified_by(policy)) or {}
    liked = good(score, policy)
    counted = {
        "active": (_sum(counts, ACTIVE), n, ""),
        "default": (_sum(counts, SILENT), n, _clause(policy, keys.after_window)),
        "good": (liked.count, liked.over, _clause(policy, keys.good_grades)),
        "rectified": (tickets["done"], tickets["every"], _clause(policy, keys.rectified_of)),
        "overdue": (tickets["late"], tickets["timed"], _clause(policy, keys.clocks)),
    }  # fmt: skip
    return {
        code: {"label": RATES[code].label, "said": RATES[code].said, "count": count, "over": over, "clause": clause}
        for code, (count, over, clause) in counted.items()
    }


def _rectified_by(policy: Policy) -> tuple[list[str] | None, bool]:
    """Which dimensions' tickets are spoken of, and whether an explanation counts as putting right."""
    items = [each.code for each in policy[keys.dimensions] or () if each.of == "item"]
    rule = policy[keys.explained]
    return items if policy[keys.rectified_of] == "item" else None, rule is None or rule.counts_as_rectified


def _moments(period: Period) -> tuple[datetime, datetime]:
    first, last = (datetime.combine(day, time(), SHANGHAI) for day in (period.since, period.until + ONE_DAY))
    return first, last


def _clause(policy: Policy, key: keys.Key[Any]) -> str:
    return "、".join(dict.fromkeys(policy.why(key).clauses))


def _sum(counts: Sequence[Count], origins: Sequence[str]) -> int:
    return sum(each.n for each in counts if each.origin in origins)


def _graded(counts: Sequence[Count], grade: int, origins: Sequence[str] | None) -> int:
    return sum(each.n for each in counts if each.grade == grade and (origins is None or each.origin in origins))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
