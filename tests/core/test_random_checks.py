"""The lot is nobody's choice: all have the same chance, the seed is kept, and nothing later changes what was drawn."""

from collections import Counter
from random import Random

import pytest

from core.checks.decide import METHODS, Candidate, Method, again, draw, quotas
from core.errors import Invalid

# The 99.9th percentile of chi-square with 59 degrees of freedom.
CHI_SQUARE_59 = 98.3


def many(count: int, *handlers: str) -> list[Candidate]:
    return [Candidate(f"2603-{n:05}", handlers[n % len(handlers)]) for n in range(count)]


@pytest.mark.parametrize("method", METHODS)
def test_every_ticket_has_the_same_chance(method: Method):
    population = many(60, "a", "b", "c")
    dice = Random(20260309)  # noqa: S311 - seeds of a test
    drawn: Counter[str] = Counter()
    rounds, size = 3000, 12

    for _ in range(rounds):
        drawn.update(draw(population, size, method, f"{dice.getrandbits(128):032x}").drawn)

    expected = rounds * size / len(population)
    spread = sum((drawn[each.number] - expected) ** 2 / expected for each in population)
    assert spread < CHI_SQUARE_59


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_draws_the_same_whatever_the_order_and_from_what_was_kept(method: Method):
    population = many(200, "a", "b", "b", "c", "c", "c")
    shuffled = population.copy()
    Random(1).shuffle(shuffled)  # noqa: S311 - a test

    one, other = draw(population, 30, method, "5eed"), draw(shuffled, 30, method, "5eed")

    assert one == other
    assert again(one.strata, one.population, method, 30, "5eed") == one.drawn
    assert set(draw(population, 30, method, "5eee").drawn) != set(one.drawn)
    assert len(set(one.drawn)) == 30 == sum(each.drawn for each in one.strata)


def test_a_proportional_draw_gives_each_unit_its_share_within_one():
    dice = Random(7)  # noqa: S311 - a test
    for _ in range(200):
        sizes = {f"u{n}": dice.randint(1, 90) for n in range(dice.randint(1, 9))}
        wanted = dice.randint(1, sum(sizes.values()))
        given = quotas(sizes, wanted, "proportional", str(dice.random()))
        assert sum(given.values()) == wanted
        assert all(abs(given[code] - wanted * size / sum(sizes.values())) < 1 for code, size in sizes.items())
        assert all(given[code] <= size for code, size in sizes.items())


def test_an_equal_draw_gives_every_unit_as_many_as_it_has_and_no_more_than_one_apart():
    given = quotas({"a": 2, "b": 50, "c": 50}, 21, "equal", "seed")

    assert given["a"] == 2 and sorted([given["b"], given["c"]]) == [9, 10]


def test_more_than_there_are_is_refused_at_its_field():
    with pytest.raises(Invalid) as refused:
        draw(many(5, "a"), 6, "simple", "seed")

    assert refused.value.field == "wanted" and "只有 5 张" in refused.value.detail
