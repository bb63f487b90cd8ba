"""What is seen is compared as the language says: sets as sets, numbers to half a hundredth, clauses by heading."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.errors import Invalid
from core.policy.model import heading

Compare = Callable[[Any, Any], bool]

NEAR = Decimal("0.005")
_FINER = re.compile(r"(第[一二三四五六七八九十百]+[款项目]|（[一二三四五六七八九十]+）|\d+[.、]?)+")


def equal(expected: Any, found: Any) -> bool:
    return expected == found


def same_set(expected: Any, found: Any) -> bool:
    return set(expected) == set(found)


def in_order(expected: Any, found: Any) -> bool:
    return list(expected) == list(found)


def near(expected: Any, found: Any) -> bool:
    if expected == "unset" or found is None:
        return (expected == "unset") == (found is None)
    return abs(Decimal(str(expected)) - Decimal(str(found))) <= NEAR


def or_unset(expected: Any, found: Any) -> bool:
    return found is None if expected == "unset" else expected == found


def each(compare: Compare) -> Compare:
    """Only the keys given are compared."""

    def holds(expected: Mapping[Any, Any], found: Mapping[Any, Any]) -> bool:
        return all(compare(value, found.get(key)) for key, value in expected.items())

    return holds


def among(compare: Compare) -> Compare:
    def holds(expected: Any, found: Sequence[Any]) -> bool:
        return any(compare(expected, one) for one in found)

    return holds


def clause(expected: Any, found: Any) -> bool:
    """The heading as printed; where one of them names a 款 or 项 below it, that may be missing in the other."""
    if not found:
        return False
    short, long = sorted((_normal(expected), _normal(found)), key=len)
    return long.startswith(short) and (long == short or _FINER.fullmatch(long.removeprefix(short)) is not None)


def _normal(text: str) -> str:
    try:
        return heading(text)
    except Invalid:
        # An operator's own rule may cite anything, a notice's number say.
        return text.strip()
