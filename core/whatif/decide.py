"""What is tried, over which days, and what both sides make of the same counts: values only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core.clock import SHANGHAI
from core.errors import Invalid
from core.intake.decide import closing_time, silent_grade
from core.intake.model import EVENTS
from core.policy import keys
from core.policy.calendar import Calendar
from core.policy.model import DatedAnswer, Override
from core.policy.policy import Policy
from core.proposals.model import Proposal
from core.scoring.decide import Score
from core.tenants.model import Tenant
from core.whatif.model import Figures, Line, Period, Sides, Turn

LONGEST_DAYS = 731
ONE_DAY = timedelta(days=1)
PARTS = 2
LAST_MOMENT = time(23, 59, 59, 999999)
# What each part of a trial looks at; a change of any other key moves no rating, no ticket and no score of the past.
SILENCE = frozenset({"rating_window", "after_window", "rest_day_moves"})
TICKETS = frozenset({
    "ticket_for", "audit", "dispatcher", "ticket_per", "routing", "verified_by", "handler_finds", "returns", "clocks",
    "rest_day_moves", "extension", "verdict_effects", "explained", "feedback_scale", "feedback_bad_reopens",
    "appellants", "appeal_to", "appeal_needs", "appeal_pauses", "objective_grades", "dimensions", "tags",
})  # fmt: skip
SCORES = frozenset({
    "scores", "formulas", "defaults_count", "region_includes_below", "min_sample", "dimensions", "good_grades",
})  # fmt: skip
# They decide whether a rating could have been made at all, and every single case would have to be lived again.
UNTRIED = frozenset({
    "occasions", "closed_when", "identity", "bad_needs", "append", "batch_counts", "theme_fills", "agent_lock",
})  # fmt: skip
# How often a grade counts: reckoned where no other key moves grades, since what those move is counted as it was.
WEIGHTS = frozenset({"batch_counts"})


def period(start: date | None, end: date | None, today: date) -> Period:
    """Refuses days that have not been, more than two years, and an end before its beginning."""
    if start is None or end is None:
        raise Invalid("请填写试算期间的起止日期。", field="from" if start is None else "to")
    if start > end:
        raise Invalid("开始日期晚于结束日期，请对调。", field="to")
    if end >= today:
        raise Invalid("试算只用已经过去的日期，结束日期最晚为昨天。", field="to")
    if (end - start).days >= LONGEST_DAYS:
        raise Invalid("试算期间最长两年，请缩短。", field="from")
    return Period(start, end)


def usual(today: date) -> Mapping[str, tuple[str, Period]]:
    """The periods most often asked for."""
    first = today.replace(day=1)
    month_end = first - ONE_DAY
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    quarter_end = quarter - ONE_DAY
    quarter_start = date(quarter_end.year, quarter_end.month - 2, 1)
    return {
        "month": ("上月", Period(month_end.replace(day=1), month_end)),
        "quarter": ("上季度", Period(quarter_start, quarter_end)),
        "days": ("近 90 天", Period(today - timedelta(days=90), today - ONE_DAY)),
    }


def adopted(own: Sequence[Override], wanted: Iterable[Override], start: date) -> tuple[Override, ...]:
    """The tenant's own rules as if these had been the strongest of them from ``start`` on.

    Where another own rule of the same key came into force later, they are said again on its day.
    """
    added: list[Override] = []
    for each in wanted:
        root = each.key.partition(".")[0]
        later = {other.since for other in own if other.key.partition(".")[0] == root and other.since}
        days = [start, *sorted(day for day in later if day > start)]
        added += [replace(each, since=day, until=None) for day in days]
    return (*own, *sorted(added, key=lambda each: each.since or date.min))


def hypothetical(tenant: Tenant, proposal: Proposal, start: date) -> Tenant:
    """The tenant as if the proposal had been in force from ``start`` on, above all that it had written itself."""
    rules = [each.override(start) for each in proposal.changes if not each.question]
    answers = [each.answer(start) for each in proposal.changes if each.question]
    base = [replace(each, since=start) for each in proposal.baseline
            if each.since is None or each.since <= proposal.since]  # fmt: skip
    told = (proposal.id, proposal.version, tenant.revision, start)
    return replace(
        tenant, overrides=adopted(tenant.overrides, rules, start), dated=_answered(tenant.dated, answers),
        baseline=adopted(tenant.baseline, base, start), revision=-(hash(told) % 2**62) - 1,
    )  # fmt: skip


def _answered(own: Sequence[DatedAnswer], wanted: Sequence[DatedAnswer]) -> tuple[DatedAnswer, ...]:
    """Answers that were given later are given again by the proposal on the same day."""
    again = [
        replace(each, since=other.since)
        for each in wanted for other in own
        if other.question == each.question and other.since > each.since
    ]  # fmt: skip
    return (*own, *wanted, *again)


def parts(period: Period) -> tuple[Period, ...]:
    """The same days in a few runs, which two can read side by side."""
    size = -(-period.days // PARTS)
    starts = range(period.start.toordinal(), period.end.toordinal() + 1, size)
    ends = [*(each - 1 for each in starts[1:]), period.end.toordinal()]
    return tuple(Period(date.fromordinal(one), date.fromordinal(last)) for one, last in zip(starts, ends, strict=True))


def changed(sides: Iterable[Sides]) -> tuple[str, ...]:
    """The keys that any of these days sees differently, in the order of the settings form."""
    found: set[str] = set()
    for each in sides:
        found |= {name for name, key in keys.ALL.items() if each.before[key] != each.after[key]}
    return tuple(name for name in keys.ALL if name in found)


def untried(names: Iterable[str]) -> frozenset[str]:
    """Those of these keys that this trial leaves out, together with what else is tried."""
    asked = frozenset(names)
    return (asked & UNTRIED) - (frozenset() if asked & (SILENCE | TICKETS) else WEIGHTS)


def spares_tickets(names: Iterable[str]) -> bool:
    """Whether these keys can make no ticket, and no life of one, another: they decide silence and figures only."""
    return set(names) <= (SILENCE | SCORES) - TICKETS


def turns(days: Iterable[tuple[date, Sides]], calendar: Calendar) -> Iterator[Turn]:
    """For each occasion and day, what becomes of its invitations, where that is otherwise than it was."""
    for day, sides in days:
        for occasion in EVENTS:
            now = _turn(occasion, day, sides.before, calendar)
            then = _turn(occasion, day, sides.after, calendar)
            if now != then:
                yield then


def _turn(occasion: str, day: date, policy: Policy, calendar: Calendar) -> Turn:
    """The window's end is asked for the first and the last moment of the day: it is one instant, or one time."""
    first, last = (datetime.combine(day, moment, SHANGHAI) for moment in (time(), LAST_MOMENT))
    ends = [closing_time(occasion, at, policy, calendar) for at in (first, last)]
    one, other = (None if end is None else end.at for end in ends)
    grade = silent_grade(policy)
    if one is None or other is None:
        return Turn(occasion, day, None, None, grade)
    if one == other:
        return Turn(occasion, day, one, None, grade)
    return Turn(occasion, day, None, (one - first).total_seconds(), grade)


def shortest(turns: Iterable[Turn]) -> float:
    """How many seconds any of these windows lasts at least; those that never end are none."""
    ends = (each.lasts if each.ends is None else _from_last_moment(each.day, each.ends) for each in turns)
    return min((each for each in ends if each is not None), default=float("inf"))


def _from_last_moment(day: date, ends: datetime) -> float:
    return (ends - datetime.combine(day, LAST_MOMENT, SHANGHAI)).total_seconds()


def figures(score: Score) -> Figures:
    return Figures(score.mean, score.n, score.active_mean, score.active_n)


@dataclass(frozen=True, slots=True)
class Standing:
    """One subject and its figures, as they are ranked."""

    code: str
    figures: Figures


def ranked(every: Iterable[Standing], policy: Policy) -> dict[str, Figures]:
    """Best first; equal means share a rank, and too few ratings have none."""
    least = max(policy[keys.min_sample] or 0, 1)
    fit = [each for each in every if each.figures.n >= least and each.figures.mean is not None]
    best = sorted(fit, key=lambda each: (-(each.figures.mean or Decimal(0)), -each.figures.n, each.code))
    ranks: dict[str, Figures] = {}
    rank, mean = 0, None
    for place, each in enumerate(best, 1):
        if each.figures.mean != mean:
            rank, mean = place, each.figures.mean
        ranks[each.code] = replace(each.figures, rank=rank)
    return ranks


def lines(subject: str, before: Mapping[str, Figures], after: Mapping[str, Figures]) -> tuple[Line, ...]:
    """Everybody who is counted on either side, in the order of the new ranks."""
    none = Figures(None, 0, None, 0)
    found = [Line(subject, code, before.get(code, none), after.get(code, none)) for code in {**before, **after}]
    last = len(found) + 1
    return tuple(sorted(found, key=lambda each: (each.after.rank or last, each.before.rank or last, each.code)))


def summed(found: Sequence[Line]) -> dict[str, Any]:
    """What a page says of one kind of subject before anybody reads its table."""
    both = [each for each in found if each.before.mean is not None and each.after.mean is not None]
    steps = [(each.after.mean or Decimal(0)) - (each.before.mean or Decimal(0)) for each in both]
    return {
        "count": len(found),
        "differ": sum(each.differs for each in found),
        "ranked": [sum(bool(each.before.rank) for each in found), sum(bool(each.after.rank) for each in found)],
        "moved": sum(each.before.rank != each.after.rank for each in found),
        "up": sum(step > 0 for step in steps),
        "down": sum(step < 0 for step in steps),
        "n": [sum(each.before.n for each in found), sum(each.after.n for each in found)],
        "active": [sum(each.before.active_n for each in found), sum(each.after.active_n for each in found)],
    }  # fmt: skip
