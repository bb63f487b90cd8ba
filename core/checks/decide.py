"""Which tickets the lot falls on: whoever has the seed, the population and the rule draws the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from typing import Literal

from core.errors import Invalid

Method = Literal["proportional", "equal", "simple"]
METHODS: Mapping[Method, str] = {
    "proportional": "按单位办结数的比例分配", "equal": "每个单位尽量抽同样多", "simple": "不分单位，一起抽",
}  # fmt: skip
# What one draw asks people to read: more than this nobody checks with care, and a second draw can be made.
MOST = 500
# Kept with the draw, so that it can be drawn again in ten years: a period with more is drawn in parts.
MOST_POPULATION = 200_000
ALL = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that may be drawn, and the stratum it stands in."""

    number: str
    handler: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many there were of one institution's, and how many of them were drawn."""

    handler: str
    size: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    strata: tuple[Stratum, ...]
    population: tuple[str, ...]
    drawn: tuple[str, ...]


def draw(candidates: Sequence[Candidate], wanted: int, method: Method, seed: str) -> Sample:
    """Refuses more than there are; the order in which candidates come is of no account."""
    if wanted > len(candidates):
        raise Invalid(f"这段时间只有 {len(candidates)} 张可以抽，请把份数改到 {len(candidates)} 以内。", field="wanted")
    ordered = sorted(candidates, key=lambda each: (each.handler, each.number))
    sizes = {code: len(list(own)) for code, own in groupby(ordered, key=lambda each: each.handler)}
    numbers = tuple(each.number for each in ordered)
    if method == "simple":
        drawn = first(numbers, wanted, seed)
        chosen = {each.number: each.handler for each in ordered if each.number in set(drawn)}
        got = {code: sum(handler == code for handler in chosen.values()) for code in sizes}
        strata = tuple(Stratum(code, size, got[code]) for code, size in sizes.items())
        return Sample(strata, numbers, drawn)
    quota = quotas(sizes, wanted, method, seed)
    strata = tuple(Stratum(code, size, quota[code]) for code, size in sizes.items())
    return Sample(strata, numbers, again(strata, numbers, method, wanted, seed))


def again(
    strata: Sequence[Stratum], population: Sequence[str], method: Method, wanted: int, seed: str
) -> tuple[str, ...]:
    """The lot once more, from what was kept; the population stands in the order of its strata."""
    if method == "simple":
        return first(population, wanted, seed)
    drawn: list[str] = []
    begin = 0
    for each in strata:
        drawn += first(population[begin : begin + each.size], each.drawn, seed)
        begin += each.size
    return tuple(drawn)


def first(numbers: Sequence[str], wanted: int, seed: str) -> tuple[str, ...]:
    """Every ticket draws its own lot; the lowest are taken."""
    return tuple(sorted(numbers, key=lambda number: lot(seed, number))[:wanted])


def lot(seed: str, name: str) -> str:
    """SHA-256 of the seed and the number with a colon between: any computer finds the same."""
    return sha256(f"{seed}:{name}".encode()).hexdigest()


def quotas(sizes: Mapping[str, int], wanted: int, method: Method, seed: str) -> Mapping[str, int]:
    """How many of each stratum; where it does not come out even, the lot decides who gives one more."""
    if method == "equal":
        return _in_turn(sizes, wanted, seed)
    whole = sum(sizes.values())
    exact = {code: Fraction(wanted * size, whole) for code, size in sizes.items()}
    given = {code: int(part) for code, part in exact.items()}
    left = wanted - sum(given.values())
    nearest = sorted(sizes, key=lambda code: (given[code] - exact[code], lot(seed, code)))
    for code in nearest[:left]:
        given[code] += 1
    return given


def _in_turn(sizes: Mapping[str, int], wanted: int, seed: str) -> Mapping[str, int]:
    given = dict.fromkeys(sizes, 0)
    order = sorted(sizes, key=lambda code: lot(seed, code))
    left = wanted
    while left:
        for code in [each for each in order if given[each] < sizes[each]][:left]:
            given[code] += 1
            left -= 1
    return given
