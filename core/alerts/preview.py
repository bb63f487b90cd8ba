"""Which alerts a rule would have raised in a past period, by the decisions that raise them; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import db, errors, stack
from core.alerts import decide, jobs
from core.alerts.actions import GRADED, VERDICTS, Scales, concerns_staff, found_by
from core.alerts.model import Fact, Standing
from core.clock import SHANGHAI
from core.policy import keys
from core.policy.calendar import Calendar
from core.policy.values import Alert

Q = db.Queries(Path(__file__).with_name("preview.sql"))
# More than a page could be made of while somebody waits for it.
MOST_FACTS = 20_000
# Where a whole period holds too much, its end is looked at: so many days of it.
SHORTER = (31, 7, 1)


@dataclass(frozen=True, slots=True)
class Would:
    """One alert: about whom, when its number was full, and how many facts it would have gathered by the end."""

    code: str
    at: datetime
    facts: frozenset[UUID]
    months: int = 0


async def at_once(
    scales: Scales, rule: Alert, since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], tuple[Would, ...]]:
    """What the rule would have raised in the longest end of the period that can be looked at now, and which that is."""
    for begin in (since, *(max(since, until - timedelta(days=days)) for days in SHORTER)):
        try:
            return (begin, until), await would(scales, rule, begin, until)
        except errors.TooLarge:
            continue
    raise errors.TooLarge(
        f"要回看的评价超过 {MOST_FACTS:,} 条，只看最后一天也不能当场算完。请把规则的期间写短再看；规则本身不受影响。"
    )


async def would(scales: Scales, rule: Alert, since: datetime, until: datetime) -> tuple[Would, ...]:
    """In the order in which they would have been raised; refuses ``too-large`` where there is too much to look at."""
    if rule.kind == decide.MONTHLY:
        return await _monthly(scales, rule, since, until)
    facts = await _facts(scales, rule, since, until)
    raised = [each for code, own in facts.items() for each in _raised(code, own, rule, since, scales.tenant.calendar)]
    return tuple(sorted(raised, key=lambda each: (each.at, each.code)))


async def _facts(scales: Scales, rule: Alert, since: datetime, until: datetime) -> dict[str, list[Fact]]:
    """By subject, from as far back as a period that reaches into this one may begin."""
    unit, policy = scales.unit, scales.policy
    begin, _ = decide.reach(since, rule, scales.tenant.calendar)
    found: dict[str, list[Fact]] = {}
    if rule.what in VERDICTS:
        rows = await unit.fetch(
            Q.tickets, unit.tenant, rule.of, VERDICTS[rule.what], begin, until, MOST_FACTS + 1
        )  # fmt: skip
        seen: set[tuple[str, UUID]] = set()
        for row in _few(rows):
            concerned = rule.of != "staff" or concerns_staff(row, stack.policy(scales.tenant, row["policy_day"]))
            if concerned and (row["code"], row["rating_id"]) not in seen:
                seen.add((row["code"], row["rating_id"]))
                found.setdefault(row["code"], []).append(Fact(row["rating_id"], row["rated_at"], True, row["case"]))
        good = [grade for grade in range(1, 6) if grade not in (policy[keys.bad_grades] or ())]
        await _add(scales, rule, found, (begin, until), good, every=False, counts=False)
    elif rule.what in GRADED:
        every = rule.share is not None or rule.streak
        await _add(scales, rule, found, (begin, until), GRADED[rule.what](policy), every=every, counts=True)
    return {code: sorted(own, key=lambda each: (each.at, str(each.id))) for code, own in found.items()}


async def _add(
    scales: Scales, rule: Alert, found: dict[str, list[Fact]], span: tuple[datetime, datetime],
    grades: Sequence[int], *, every: bool, counts: bool,
) -> None:  # fmt: skip
    """Ratings by their grades; beside verdicts only the better ones, where a row must be unbroken."""
    if not counts and not rule.streak:
        return
    rows = await scales.unit.fetch(
        Q.ratings, scales.unit.tenant, rule.of, *span, list(grades), every, MOST_FACTS + 1
    )  # fmt: skip
    for row in _few(rows):
        if counts or row["code"] in found:
            fact = Fact(row["id"], row["rated_at"], counts and row["counts"], row["case"])
            found.setdefault(row["code"], []).append(fact)


def _few(rows: list[db.Row]) -> list[db.Row]:
    if len(rows) > MOST_FACTS:
        raise errors.TooLarge(f"这段时间相关的评价超过 {MOST_FACTS:,} 条，不能当场预览。")
    return rows


def _raised(code: str, facts: Sequence[Fact], rule: Alert, since: datetime, calendar: Calendar) -> list[Would]:
    """Facts that join an alert are added to it; only new ones among themselves are another."""
    made: list[Would] = []
    for place, trigger in enumerate(facts):
        if not trigger.counts:
            continue
        begin, _ = decide.reach(trigger.at, rule, calendar)
        known = [each for each in facts[: place + 1] if each.at >= begin]
        graded = rule.what in GRADED
        gathered = found_by(known, rule, trigger, calendar) if graded else decide.gathered(
            known, rule, trigger, calendar
        )  # fmt: skip
        told = frozenset(each.id for each in gathered)
        if not told:
            continue
        joined = next((at for at, each in enumerate(made) if told & each.facts), None)
        if joined is None:
            made.append(Would(code, trigger.at, told))
        else:
            made[joined] = Would(code, made[joined].at, made[joined].facts | told)
    return [each for each in made if each.at >= since]


async def _monthly(scales: Scales, rule: Alert, since: datetime, until: datetime) -> tuple[Would, ...]:
    """Every month is ranked by the tried rule, as many before the period as a row may begin there."""
    if not rule.rank or not rule.months:
        return ()
    month = since.astimezone(SHANGHAI).date().replace(day=1)
    for _ in range(rule.months - 1):
        month = decide.before(month)
    ranked: dict[str, list[tuple[Standing, datetime]]] = {}
    made: dict[tuple[str, datetime], Would] = {}
    running: dict[str, tuple[date, datetime]] = {}
    while decide.midnight(decide.after(month)) <= until:
        end = decide.midnight(decide.after(month))
        for each in decide.ranked(await jobs.figures(scales, rule, month), rule):
            ranked.setdefault(each.code, []).append((each, decide.midnight(month)))
            own = [(standing.low, at.date()) for standing, at in ranked[each.code]]
            found = decide.in_a_row([at for low, at in own if low], [at for _, at in own], month, rule)
            if each.low and found:
                # A month that joins those of an alert is no other alert.
                begun = running.get(each.code, (month, end))[1] if _joins(running, each.code, month) else end
                running[each.code] = (month, begun)
                made[each.code, begun] = Would(each.code, begun, frozenset(), len(found))
        month = decide.after(month)
    return tuple(each for each in made.values() if each.at >= since)


def _joins(running: Mapping[str, tuple[date, datetime]], code: str, month: date) -> bool:
    return code in running and running[code][0] == decide.before(month)
