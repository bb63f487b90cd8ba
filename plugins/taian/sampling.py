"""Random samples by strata that anybody draws again from the seed, and what an estimate from them is worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, sqrt
from random import Random
from statistics import NormalDist, mean, variance
from typing import Final

CONFIDENCE: Final = 0.95
Z: Final = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def allocate(sizes: Mapping[str, int], size: int) -> Mapping[str, int]:
    """So many of each stratum, in proportion; what is left over goes to the largest remainders, then by code."""
    total = sum(sizes.values())
    if not total:
        return dict.fromkeys(sizes, 0)
    shares = {code: divmod(size * count, total) for code, count in sizes.items()}
    left = size - sum(whole for whole, _ in shares.values())
    first = sorted(shares, key=lambda code: (-shares[code][1], code))[:left]
    return {code: whole + (code in first) for code, (whole, _) in sorted(shares.items())}


def enough(sizes: Mapping[str, int]) -> int:
    """A size that gives every stratum at least one."""
    return ceil(sum(sizes.values()) / min(sizes.values()))


def order(refs: Iterable[str], seed: str, stratum: str) -> Sequence[str]:
    """A stratum in the order in which it is drawn.

    Every unit of the sorted frame is given the next number of the generator; the lowest number is drawn first. A longer
    sample therefore begins with the shorter one.
    """
    numbers = Random(f"{seed}/{stratum}")  # noqa: S311 - it must be drawn again by anybody
    numbered = [(numbers.random(), ref) for ref in sorted(refs)]
    return [ref for _, ref in sorted(numbered)]


def digest(refs: Iterable[str]) -> str:
    """By which it is seen that a frame is the one that was drawn from."""
    return sha256("\n".join(sorted(refs)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or a share with its bounds; without bounds where too few answered to say how sure it is."""

    value: float
    low: float | None
    high: float | None
    answers: int


def estimate(
    answers: Mapping[str, Sequence[float]], sizes: Mapping[str, int], bounds: tuple[float, float]
) -> Estimate | None:
    """The stratified estimate with finite population correction; None where a stratum has no answer.

    Each answer of a stratum weighs as many as the stratum has, divided by how many of it answered.
    """
    drawn = {code: count for code, count in sizes.items() if count}
    total = sum(drawn.values())
    if not total or any(not answers.get(code) for code in drawn):
        return None
    value = sum(count / total * mean(answers[code]) for code, count in drawn.items())
    number = sum(len(answers[code]) for code in drawn)
    parts = [_variance(answers[code], count, count / total) for code, count in drawn.items()]
    known = [each for each in parts if each is not None]
    if len(known) < len(parts):
        return Estimate(value, None, None, number)
    reach = Z * sqrt(sum(known))
    least, most = bounds
    return Estimate(value, max(least, value - reach), min(most, value + reach), number)


def _variance(values: Sequence[float], count: int, share: float) -> float | None:
    """What one stratum adds: nothing if all of it answered, unknown with one answer of several."""
    number = len(values)
    if number >= count:
        return 0.0
    return None if number == 1 else share**2 * (1 - number / count) * variance(values) / number
