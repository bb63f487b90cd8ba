"""The whole trial: silence, tickets, findings and scores of a past period under both sides' rules, in one reading."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core import db, stack
from core.places import actions as places
from core.policy import keys
from core.policy.policy import Policy
from core.scoring import actions as scoring
from core.scoring import decide as scores
from core.scoring.decide import Count
from core.tenants.model import Tenant
from core.whatif import casework, decide, reading
from core.whatif.casework import Casework, Worlds
from core.whatif.decide import Standing
from core.whatif.model import SUBJECTS, Cell, Figures, Line, Period, Sides, Turn
from core.whatif.reading import CHUNK, PATIENCE, Moved, Q, Ratings, Silence, instants

# So often does a long count let others do their work.
BREATH = 200
BARE = frozenset({"line"})
Tell = Callable[[str, int], None]


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
    found = Found(worlds, period, changed, turns)
    moved = Moved()
    async with db.in_stillness(worlds.before.id, patience=PATIENCE) as unit:
        tell("读取评价", 2)
        rows = await unit.fetch(Q.made, unit.tenant, *instants(period))
        found.made = {row["origin"]: row["n"] for row in rows}
        tell("重算评价期限与默认评价", 10)
        found.silence = await reading.silence(unit, turns, period, worlds.until, moved)
        await _tickets(unit, found, days, moved, tell)
        await _scores(unit, found, moved, tell)
        await _named(unit, found)
    return found


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


async def _scores(unit: db.Unit, found: Found, moved: Moved, tell: Tell) -> None:
    sides = [(each, stack.policy(each, found.period.end)) for each in (found.worlds.before, found.worlds.after)]
    for nth, subject in enumerate(SUBJECTS):
        tell("重算得分与排名", 70 + 6 * nth)
        read: dict[Any, dict[str, list[Count]]] = {}
        was = await _standings(unit, found, subject, sides[0], None, read)
        would = await _standings(unit, found, subject, sides[1], moved, read)
        found.lines[subject] = decide.lines(subject, was, would)


async def _standings(
    unit: db.Unit, found: Found, subject: str, side: tuple[Tenant, Policy], moved: Moved | None,
    read: dict[Any, dict[str, list[Count]]],
) -> dict[str, Figures]:  # fmt: skip
    """``read`` keeps the counts that both sides rest on."""
    tenant, policy = side
    formula = scores.ranking(subject, policy)
    stored = scoring.subject_of(subject, policy)
    members = formula.over != "ratings" or stack.is_asked("score", tenant)
    asked = (stored, tuple(formula.weights), members)
    if asked not in read:
        start, end = found.period.start, found.period.end
        read[asked] = await scoring.counted(unit, stored, formula.weights, start, end, members=members)
    counts = read[asked]
    shifts = moved.of(stored) if moved else {}
    standings: list[Standing] = []
    for nth, code in enumerate(sorted({*counts, *shifts})):
        cells = _together(counts.get(code, ()), shifts.get(code), formula.weights, members=members)
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
