"""The whole trial: silence, tickets, findings and scores of a past period under both sides' rules, in one reading."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core import db, stack
from core.places import actions as places
from core.policy import keys
from core.policy.policy import Policy
from core.scoring import actions as scoring
from core.scoring import decide as scores
from core.scoring.decide import Count
from core.tenants import states
from core.tenants.model import Tenant
from core.whatif import casework, decide, reading
from core.whatif.casework import Casework, Worlds
from core.whatif.decide import Standing
from core.whatif.hands import Hands, Reading, hands
from core.whatif.model import SUBJECTS, Cell, Figures, Line, Period, Sides, Turn
from core.whatif.reading import CHUNK, Moved, Q, Ratings, Silence, instants

# So often does a long count let others do their work.
BREATH = 200
Tell = Callable[[str, int], None]
Counts = Mapping[str, Sequence[Count]]


@dataclass(slots=True)
class Found:
    """What a trial has found so far."""

    worlds: Worlds
    period: Period
    changed: tuple[str, ...]
    turns: tuple[Turn, ...]
    made: Mapping[str, int] = field(default_factory=dict[str, int])
    silence: Silence = field(default_factory=Silence)
    work: Casework = field(default_factory=Casework)
    recounted: int = 0
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict[str, tuple[Line, ...]])
    names: dict[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    items: Mapping[str, str] = field(default_factory=dict[str, str])
    bodies: Mapping[str, str] = field(default_factory=dict[str, str])


async def tried(worlds: Worlds, period: Period, tell: Tell) -> Found:
    """Reads and reckons; ``tell`` hears how far it is."""
    days = [(on, Sides(stack.policy(worlds.before, on), stack.policy(worlds.after, on))) for on in _days(period)]
    changed = decide.changed(_different(days))
    turns = tuple(decide.turns(days, worlds.after.calendar)) if decide.SILENCE & set(changed) else ()
    moved = Moved()
    async with hands(worlds.before.id) as both:
        pauses = tuple(await states.pauses(both.unit, worlds.until))
        seen = replace(worlds, alike=decide.spares_tickets(changed), pauses=pauses)
        found = Found(seen, period, changed, turns)
        tell("读取评价", 2)
        found.made = await _made(both, period)
        tell("重算评价期限与默认评价", 10)
        found.silence = await reading.silence(both, turns, period, worlds.until, pauses, moved)
        await _tickets(both.unit, found, days, moved, tell)
        if (decide.WEIGHTS & set(changed)) - decide.untried(changed):
            await reading.weighed(both.unit, dict(days), period, moved)
        await _scores(both, found, moved, tell)
        await _named(both.unit, found)
    return found


async def _made(both: Hands, period: Period) -> Mapping[str, int]:
    """How many ratings came in by each way."""

    def part(of: Period) -> Reading[list[db.Row]]:
        return lambda unit: unit.fetch(Q.made, unit.tenant, *instants(of))

    sums: Counter[str] = Counter()
    for rows in await both.all([part(each) for each in decide.parts(period)]):
        sums.update({row["origin"]: row["n"] for row in rows})
    return dict(sums)


def _days(period: Period) -> Iterable[date]:
    return (period.start + timedelta(days=each) for each in range(period.days))


def _different(days: Sequence[tuple[date, Sides]]) -> list[Sides]:
    """One of each pair of policies: most days are governed alike."""
    return list({(each.before.revision, each.after.revision): each for _, each in days}.values())


async def _tickets(unit: db.Unit, found: Found, days: Sequence[tuple[date, Sides]], moved: Moved, tell: Tell) -> None:
    """All that is bad on either side; where nothing of it is judged otherwise, it is only counted."""
    rules = [policy[keys.ticket_for] for _, sides in days for policy in (sides.before, sides.after)]
    grades = {grade for rule in rules if rule for grade in rule.grades}
    if not grades:
        return
    tell("重办差评工单", 35)
    ratings = Ratings(unit, found.period)
    bad = await ratings.found(grades)
    for begin in range(0, len(bad), CHUNK):
        for nth, (said, row) in enumerate(await ratings.said(bad[begin : begin + CHUNK])):
            casework.weigh(found.worlds, said, row, found.work)
            if nth % BREATH == 0:
                await asyncio.sleep(0)
        tell("重办差评工单", 35 + 35 * (begin + CHUNK) // (len(bad) + CHUNK))
    found.recounted = await casework.recount(unit, found.worlds, found.period, found.work, moved)


@dataclass(frozen=True, slots=True)
class Asked:
    """Counts that a figure rests on: of which kind of subject, over which dimensions, its staff told apart or not."""

    stored: str
    weights: tuple[str, ...]
    members: bool


def _asked(subject: str, tenant: Tenant, policy: Policy) -> Asked:
    formula = scores.ranking(subject, policy)
    members = formula.over != "ratings" or stack.is_asked("score", tenant)
    return Asked(scoring.subject_of(subject, policy), tuple(formula.weights), members)


async def _scores(both: Hands, found: Found, moved: Moved, tell: Tell) -> None:
    """Both sides rest on the same counts wherever they ask for the same."""
    tell("重算得分与排名", 70)
    end = found.period.end
    before, after = ((each, stack.policy(each, end)) for each in (found.worlds.before, found.worlds.after))
    wanted = list(dict.fromkeys(_asked(subject, *side) for subject in SUBJECTS for side in (before, after)))
    read = dict(zip(wanted, await both.all([_counted(each, found.period) for each in wanted]), strict=True))
    for nth, subject in enumerate(SUBJECTS):
        tell("重算得分与排名", 78 + 4 * nth)
        was = await _standings(subject, before, read, None)
        would = await _standings(subject, after, read, moved)
        found.lines[subject] = decide.lines(subject, was, would)


def _counted(asked: Asked, period: Period) -> Reading[Counts]:
    return lambda unit: scoring.counted(
        unit, asked.stored, asked.weights, period.start, period.end, members=asked.members
    )


async def _standings(
    subject: str, side: tuple[Tenant, Policy], read: Mapping[Asked, Counts], moved: Moved | None
) -> dict[str, Figures]:
    tenant, policy = side
    formula, asked = scores.ranking(subject, policy), _asked(subject, tenant, policy)
    counts = read[asked]
    shifts = moved.of(asked.stored) if moved else {}
    standings: list[Standing] = []
    for nth, code in enumerate(sorted({*counts, *shifts})):
        cells = _together(counts.get(code, ()), shifts.get(code), formula.weights, members=asked.members)
        if cells:
            score = scoring.figure(tenant, policy, subject, code, cells, formula, None)
            standings.append(Standing(code, decide.figures(score)))
        if nth % BREATH == 0:
            await asyncio.sleep(0)
    ranks = decide.ranked(standings, policy)
    return {each.code: ranks.get(each.code, each.figures) for each in standings}


def _together(
    counts: Sequence[Count], shift: Mapping[Cell, int] | None, weights: Mapping[str, float], *, members: bool
) -> Sequence[Count]:
    """What was counted with what would be counted otherwise."""
    if not shift:
        return counts
    sums: dict[Cell, int] = {(each.dimension, each.origin, each.grade, each.member): each.n for each in counts}
    for (dimension, origin, grade, member), n in shift.items():
        if dimension in weights:
            cell = (dimension, origin, grade, member if members else "")
            sums[cell] = sums.get(cell, 0) + n
    return [Count(*cell, n) for cell, n in sums.items() if n]


async def _named(unit: db.Unit, found: Found) -> None:
    """A report keeps the names of its day: it is read long after places have been renamed."""
    for subject, lines in found.lines.items():
        found.names[subject] = await places.names(unit, subject, [each.code for each in lines])  # pyright: ignore[reportArgumentType]  # every subject is a kind of place
    rows = found.work.rows
    items = {row["item"] for row in rows if row["item"]}
    bodies = {row[side]["handler"] for row in rows for side in ("before", "after") if row[side]} | set(
        found.work.bodies
    )
    found.items = await places.names(unit, "item", sorted(items))
    found.bodies = await places.names(unit, "institution", sorted(bodies))
