"""Whatever is said when, no page of a clerk's and no two pages leave fewer than five people to choose from."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest

from core.intake.groups import LEAST, Group, Week, groups

FIRST = date(2026, 1, 5)
BAD = (1, 2)
Said = tuple[date, UUID, int]


def weeks_of(said: list[Said]) -> list[Week]:
    """As the query counts them."""
    by_week: dict[date, list[Said]] = {}
    for each in said:
        by_week.setdefault(each[0] - timedelta(days=each[0].weekday()), []).append(each)
    return [
        Week(
            monday, len({person for _, person, _ in own}),
            frozenset(person for _, person, _ in own) if len({p for _, p, _ in own}) < LEAST else frozenset(),
            {"staff": dict(Counter(grade for _, _, grade in own))},
        )
        for monday, own in by_week.items()
    ]  # fmt: skip


def within(said: list[Said], since: date, until: date) -> list[Said]:
    return [each for each in said if since <= each[0] <= until]


def year(dice: Random) -> list[Said]:
    """Few people, some of whom come again and again."""
    people = [UUID(int=n + 1) for n in range(dice.choice([3, 6, 40]))]
    busy = dice.choice([0.05, 0.4, 3.0])
    days = [FIRST + timedelta(days=n) for n in range(200)]
    return [
        (day, dice.choice(people), dice.choice([1, 2, 5, 5, 5]))
        for day in days for _ in range(int(busy) + (dice.random() < busy % 1))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_no_two_days_of_the_page_leave_fewer_than_five_people(seed: int):
    said = year(Random(seed))  # noqa: S311 - a test
    before: tuple[Group, ...] = ()

    for n in range(215):
        today = FIRST + timedelta(days=n)
        # What the page knows today: later ratings have not been made.
        shown = groups(weeks_of([each for each in said if each[0] <= today]), FIRST, today, BAD)
        assert shown[: len(before)] == before
        for new in shown[len(before) :]:
            behind = within(said, new.since, new.until)
            assert len({person for _, person, _ in behind}) >= LEAST
            assert new.grades == {"staff": Counter(grade for _, _, grade in behind)}
            assert any(grade > 2 for _, _, grade in behind)
            assert today > new.until + timedelta(days=1)
        before = shown


def test_groups_stand_side_by_side_so_that_a_quiet_week_is_not_to_be_seen():
    said = [(FIRST + timedelta(days=21), UUID(int=n), 5) for n in range(5)]

    (only,) = groups(weeks_of(said), FIRST, FIRST + timedelta(days=40), BAD)

    assert (only.since, only.until) == (FIRST, FIRST + timedelta(days=27))


def test_one_person_who_speaks_five_times_is_still_one():
    said = [(FIRST + timedelta(days=n), UUID(int=1), 5) for n in range(5)]

    assert groups(weeks_of(said), FIRST, FIRST + timedelta(days=40), BAD) == ()


def test_five_who_agree_in_their_displeasure_wait_for_somebody_who_does_not():
    said = [(FIRST, UUID(int=n), 1) for n in range(5)]
    later = [*said, (FIRST + timedelta(days=9), UUID(int=9), 5)]

    assert groups(weeks_of(said), FIRST, FIRST + timedelta(days=40), BAD) == ()
    assert [each.grades for each in groups(weeks_of(later), FIRST, FIRST + timedelta(days=40), BAD)] == [
        {"staff": {1: 5, 5: 1}}
    ]


@pytest.mark.parametrize(("days", "told"), [(7, 0), (8, 1)])
def test_a_week_is_told_when_it_is_over_and_one_more_day(days: int, told: int):
    said = [(FIRST, UUID(int=n), 5) for n in range(5)]

    assert len(groups(weeks_of(said), FIRST, FIRST + timedelta(days=days), BAD)) == told


@pytest.mark.parametrize("seed", range(40))
def test_no_group_agrees_in_its_displeasure_about_anything(seed: int):
    dice = Random(seed)  # noqa: S311 - a test
    weeks = [
        Week(
            FIRST + timedelta(weeks=n), LEAST, frozenset(),
            {
                each: dict(Counter(dice.choice([1, 1, 2, 5]) for _ in range(dice.choice([1, LEAST]))))
                for each in ("manner", "speed", "facilities") if dice.random() < 0.8
            },
        )
        for n in range(30)
    ]  # fmt: skip

    told = groups(weeks, FIRST, FIRST + timedelta(weeks=40), BAD)

    assert told
    assert all(any(grade not in BAD for grade in counts) for each in told for counts in each.grades.values())
    within = [each for each in weeks if each.monday <= told[-1].until]
    for dimension in ("manner", "speed", "facilities"):
        said = sum((Counter(each.grades.get(dimension, {})) for each in within), Counter[int]())
        assert sum((Counter(each.grades.get(dimension, {})) for each in told), Counter[int]()) == said


def test_five_who_agree_about_one_thing_only_wait_too():
    week = Week(FIRST, LEAST, frozenset(), {"manner": {1: LEAST}, "speed": {5: LEAST}})
    mixed = Week(FIRST + timedelta(weeks=1), LEAST, frozenset(), {"manner": {5: 1}})

    assert groups([week], FIRST, FIRST + timedelta(days=40), BAD) == ()
    assert [each.grades for each in groups([week, mixed], FIRST, FIRST + timedelta(days=40), BAD)] == [
        {"manner": {1: LEAST, 5: 1}, "speed": {5: LEAST}}
    ]
