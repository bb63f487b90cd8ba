"""Whether facts add up to what a rule calls an alert, decided from values alone; every threshold is the rule's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from uuid import UUID

from core.alerts.model import Fact, Standing
from core.clock import SHANGHAI
from core.policy.calendar import ONE_DAY, Calendar, due, months_after
from core.policy.spans import Span
from core.policy.values import Alert

MONTHLY = "bottom-months"
MONTHS_IN_YEAR = 12
WEEK = 7
FOUR_WEEKS = timedelta(weeks=4)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def gathered(facts: Iterable[Fact], rule: Alert, trigger: Fact, calendar: Calendar) -> tuple[Fact, ...]:
    """The facts about one subject that reach the rule's ``count`` with the trigger among them; empty while too few."""
    ordered = sorted(facts, key=lambda each: (each.at, str(each.id)))
    for group in _groups(ordered, rule, trigger, calendar):
        found = _run(group, trigger) if rule.streak else tuple(each for each in group if each.counts)
        if rule.count is not None and len(found) >= rule.count:
            return found
    return ()


def concentrated(facts: Iterable[Fact], every: int, rule: Alert) -> tuple[Fact, ...]:
    """The counted facts of one period where they are the rule's ``share`` of ``every`` rating in it, and enough."""
    counted = tuple(each for each in facts if each.counts)
    if rule.share is None or not counted or every < (rule.min or 1) or len(counted) < (rule.count or 1):
        return ()
    return counted if Decimal(len(counted)) / every >= Decimal(str(rule.share)) else ()


def _groups(ordered: Sequence[Fact], rule: Alert, trigger: Fact, calendar: Calendar) -> Iterable[Sequence[Fact]]:
    """The stretches of time that hold the trigger, the one that begins first in front."""
    if rule.within is None:
        yield ordered
    elif not rule.rolling:
        since, until = reach(trigger.at, rule, calendar)
        yield [each for each in ordered if since <= each.at < until]
    else:
        for first in ordered:
            end = due(first.at, rule.within, calendar).at
            if first.at <= trigger.at < end:
                yield [each for each in ordered if first.at <= each.at < end]


def reach(at: datetime, rule: Alert, calendar: Calendar) -> tuple[datetime, datetime]:
    """From when until when a fact may share a period of this rule with a fact at ``at``."""
    if rule.within is None:
        return EARLIEST, LATEST
    if rule.rolling:
        return opens(at, rule.within, calendar), due(at, rule.within, calendar).at
    first, last = period_of(at.astimezone(SHANGHAI).date(), rule.within)
    return midnight(first), midnight(last)


def opens(at: datetime, within: Span, calendar: Calendar) -> datetime:
    """The earliest instant from which a period of this length still runs at ``at``."""
    if within.unit == "h":
        return at - timedelta(hours=within.amount)
    day = at.astimezone(SHANGHAI).date()
    while due(midnight(day - ONE_DAY), within, calendar).at > at:
        day -= _stride(day, at, within, calendar)
    return midnight(day)


def _stride(day: date, at: datetime, within: Span, calendar: Calendar) -> timedelta:
    """A month at a time where that is safe: a year need not be walked day by day."""
    return FOUR_WEEKS if due(midnight(day - FOUR_WEEKS), within, calendar).at > at else ONE_DAY


def period_of(day: date, within: Span) -> tuple[date, date]:
    """The calendar year, part of a year, week or day that holds this day, and the first day after it."""
    if within.unit == "m":
        length = min(within.amount, MONTHS_IN_YEAR)
        first = date(day.year, (day.month - 1) // length * length + 1, 1)
        return first, months_after(first, length)
    if within.unit == "d" and within.amount == WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=WEEK)
    length = max(1, within.amount // 24 if within.unit == "h" else within.amount)
    first = date.fromordinal(day.toordinal() // length * length)
    return first, first + timedelta(days=length)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _run(group: Sequence[Fact], trigger: Fact) -> tuple[Fact, ...]:
    """The unbroken run that holds the trigger: a fact of another kind between two ends it."""
    run: list[Fact] = []
    for each in group:
        if each.counts:
            run.append(each)
        elif trigger in run:
            break
        else:
            run = []
    return tuple(run) if trigger in run else ()


def remaining(left: Mapping[str, datetime], rule: Alert, calendar: Calendar) -> frozenset[str]:
    """Of the facts that are left, by id, those that still make the alert among themselves; empty where none do."""
    if rule.count is None:
        return frozenset(left)
    facts = {name: Fact(UUID(name), at, True) for name, at in left.items()}
    held = (gathered(facts.values(), rule, each, calendar) for each in facts.values())
    return frozenset(str(each.id) for group in held for each in group)


def ranked(figures: Iterable[Standing], rule: Alert) -> tuple[Standing, ...]:
    """Places from the best within each group; the last share of them is low, ties at the edge included.

    A group where nobody is better than anybody has no bottom.
    """
    groups: dict[str, list[Standing]] = {}
    for each in figures:
        if each.n >= (rule.min or 1):
            groups.setdefault(each.group, []).append(each)
    return tuple(placed for group in groups.values() for placed in _placed(group, rule))


def _placed(group: list[Standing], rule: Alert) -> list[Standing]:
    ordered = sorted(group, key=lambda each: (-each.figure, each.code))
    figures = [each.figure for each in ordered]
    last = ceil(round(len(ordered) * (rule.rank or 0), 6))
    edge = figures[-last] if last else None
    return [
        replace(
            each, place=1 + figures.index(each.figure), among=len(ordered),
            low=edge is not None and each.figure <= edge and each.figure < figures[0],
        )
        for each in ordered
    ]  # fmt: skip


def in_a_row(low: Iterable[date], ranked_in: Iterable[date], month: date, rule: Alert) -> tuple[date, ...]:
    """The low months up to this one without a better one between, newest first; empty while they are too few.

    A month in which the subject was not ranked ends the row only where the rule wants it unbroken (``streak``).
    """
    wanted, seen = frozenset(low), frozenset(ranked_in)
    found: list[date] = []
    at, oldest = month, min(wanted, default=month)
    while at >= oldest and (rule.rolling or at.year == month.year):
        if at in wanted:
            found.append(at)
        elif at in seen or rule.streak:
            break
        at = before(at)
    return tuple(found) if rule.months is not None and len(found) >= rule.months else ()


def before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % MONTHS_IN_YEAR + 1, 1)


def after(month: date) -> date:
    """The first day of the month after."""
    return months_after(month, 1)
