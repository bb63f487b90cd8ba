"""What people said of one member of staff is told in groups of at least five of them, so that nobody is recognised.

A week is over, and one more day, before anything of it is told; a week with too few people waits for the next. A rating
belongs to the week it came in, so that what comes late never changes a group that was told: between any two days a
page gains whole groups and nothing else, and no page minus another leaves one person standing alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import db
from core.clock import SHANGHAI

Q = db.Queries(Path(__file__).with_name("groups.sql"))
# Official statistics publish no figure of fewer than five: whoever knows the counter could tell its people apart. At a
# window that many come in a morning, so that a larger number would take more from the rated than it gives the raters.
LEAST = 5
WEEK = timedelta(days=7)
# A tap of Sunday night may become a rating a little later, with Sunday's time on it.
DELAY = timedelta(days=1)
Grades = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Week:
    """``people`` names those who spoke while they are too few to be told, and nobody once they are enough."""

    monday: date
    count: int
    people: frozenset[UUID]
    grades: Grades


@dataclass(frozen=True, slots=True)
class Group:
    """All that is told: which weeks, and how many gave which grade. ``tags`` are reasons that enough people gave."""

    since: date
    until: date
    grades: Grades
    tags: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(slots=True)
class _Gathering:
    """Weeks that wait to become a group; ``bad`` are the grades that nobody may be known to have given."""

    bad: Collection[int]
    weeks: list[Week] = field(default_factory=list[Week])

    @property
    def enough(self) -> bool:
        """Enough people, and in nothing all of one bad opinion: a group that agrees tells what each of it said.

        A dimension left out would tell the same, so that the whole group waits for somebody who says otherwise.
        """
        alone = max((each.count for each in self.weeks), default=0)
        together = len(frozenset[UUID]().union(*(each.people for each in self.weeks)))
        agree = any(counts.keys() <= set(self.bad) for counts in self.grades().values())
        return max(alone, together) >= LEAST and not agree

    def grades(self) -> dict[str, dict[int, int]]:
        grades: dict[str, dict[int, int]] = {}
        for week in self.weeks:
            for dimension, counts in week.grades.items():
                known = grades.setdefault(dimension, {})
                for grade, n in counts.items():
                    known[grade] = known.get(grade, 0) + n
        return grades

    def group(self, since: date) -> Group:
        return Group(since, self.weeks[-1].monday + WEEK - timedelta(days=1), self.grades())


def groups(weeks: Iterable[Week], first: date, today: date, bad: Collection[int]) -> tuple[Group, ...]:
    """The groups that may be told today, oldest first, without a gap: where nobody spoke is not to be seen either.

    The last weeks, where they are too few, are in none of them.
    """
    found: list[Group] = []
    waiting = _Gathering(bad)
    for week in sorted(weeks, key=lambda each: each.monday):
        if today < week.monday + WEEK + DELAY:
            break
        waiting.weeks.append(week)
        if waiting.enough:
            since = found[-1].until + timedelta(days=1) if found else first
            found.append(waiting.group(since))
            waiting = _Gathering(bad)
    return tuple(found)


def year_of(today: date) -> int:
    """The year of weeks that a day belongs to: groups begin anew with each, so that they never move."""
    return today.isocalendar().year


async def told(unit: db.Unit, staff: str, year: int, bad: Collection[int], now: datetime) -> tuple[Group, ...]:
    """The year's groups that may be told by now, newest first."""
    first, last = date.fromisocalendar(year, 1, 1), date.fromisocalendar(year + 1, 1, 1)
    given = (unit.tenant, staff, first, last)
    rows = await unit.fetch(Q.weeks, *given, LEAST)
    grades: dict[date, dict[str, dict[int, int]]] = {}
    for row in await unit.fetch(Q.grades, *given):
        grades.setdefault(row["monday"], {}).setdefault(row["dimension"], {})[row["grade"]] = row["n"]
    weeks = [Week(row["monday"], row["count"], frozenset(row["people"] or ()), grades[row["monday"]]) for row in rows]
    found = groups(weeks, first, now.astimezone(SHANGHAI).date(), bad)
    tags = await _tags(unit, found, given)
    return tuple(Group(each.since, each.until, each.grades, tags.get(each.since, {})) for each in reversed(found))


async def _tags(unit: db.Unit, found: tuple[Group, ...], given: tuple[object, ...]) -> Mapping[date, Mapping[int, int]]:
    if not found:
        return {}
    tags: dict[date, dict[int, int]] = {}
    rows = await unit.fetch(Q.tags, *given, [each.since for each in found], [each.until for each in found], LEAST)
    for row in rows:
        tags.setdefault(row["since"], {})[row["tag"]] = row["n"]
    return tags
