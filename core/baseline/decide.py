"""A three-way merge of rules: what the province said before, what it says now, and what the city says itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from core.policy import keys
from core.policy.compile import standing
from core.policy.keys import Key
from core.policy.model import Override
from core.policy.policy import Policy
from core.publication.atlas import bare

Outcome = Literal["auto", "kept", "agreed", "conflict"]
OUTCOMES: Final[Mapping[str, str]] = {
    "auto": "自动采用", "kept": "保留本市", "agreed": "与本市一致", "conflict": "冲突，要选",
}  # fmt: skip
ADOPT, KEEP = "adopt", "keep"
CHOICES: Final[Mapping[str, str]] = {ADOPT: "采用新基线，本市的不再适用", KEEP: "保留本市的规定"}
WHOLE: Final = ""


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the three says of a key, with its words and clause."""

    value: Any
    said: str
    clause: str
    document: str


@dataclass(frozen=True, slots=True)
class Line:
    """One key on which the three are not all the same; ``worded`` says that only the clause has changed."""

    key: str
    label: str
    group: str
    outcome: Outcome
    before: Side
    after: Side
    own: Side | None
    worded: bool = False


def verdict(before: Any, after: Any, own: Any, *, speaks: bool) -> Outcome | None:
    """What becomes of one value; None where there is nothing to say of it."""
    if not speaks:
        return None if before == after else "auto"
    if before == after:
        return None if own == after else "kept"
    return "agreed" if own == after else "conflict"


def result(outcome: Outcome | None, before: Any, after: Any, own: Any, choice: str) -> Any:
    """What holds afterwards: never anything but what one of the three says."""
    if outcome in ("kept", "agreed") or (outcome == "conflict" and choice == KEEP):
        return own
    return before if outcome is None else after


def spoken(overrides: Sequence[Override], on: date) -> Mapping[str, frozenset[str]]:
    """Which keys the city sets itself on the day, and which parts of them; ``WHOLE`` where it sets all of one."""
    found: dict[str, set[str]] = {}
    for each in standing(overrides, on):
        target = keys.find(each.key)
        part = WHOLE if isinstance(target, Key) else target.written
        found.setdefault(keys.whole(each.key).name, set()).add(part)
    return {name: frozenset(parts) for name, parts in found.items()}


def merged(before: Policy, after: Policy, own: Policy, mine: Mapping[str, frozenset[str]]) -> tuple[Line, ...]:
    """``own`` are the rules of today with the city's, ``before`` and ``after`` those of the province without them."""
    return tuple(_lines(before, after, own, mine))


def _lines(before: Policy, after: Policy, own: Policy, mine: Mapping[str, frozenset[str]]) -> Iterator[Line]:
    for name, key in keys.ALL.items():
        sides = [_side(policy, key) for policy in (before, after, own)]
        parts = mine.get(name, frozenset[str]())
        outcome = _outcome(sides, parts)
        worded = False
        if outcome is None and not parts and sides[0].clause != sides[1].clause:
            outcome, worded = "auto", True
        if outcome is not None:
            yield Line(name, key.label, key.group, outcome, sides[0], sides[1], sides[2] if parts else None, worded)


def _outcome(sides: Sequence[Side], parts: frozenset[str]) -> Outcome | None:
    before, after, own = (bare(each.value) for each in sides)
    if not parts or WHOLE in parts:
        return verdict(before, after, own, speaks=bool(parts))
    if before == after:
        return "kept"
    # Of a value with fields, what the city has not set itself follows the province.
    both = [verdict(_part(before, each), _part(after, each), _part(own, each), speaks=True) for each in parts]
    return "conflict" if "conflict" in both else "auto"


def _part(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list):
        return [row.get(name) if isinstance(row, Mapping) else row for row in value]
    return value


def _side(policy: Policy, key: Key[Any]) -> Side:
    why = policy.why(key)
    return Side(keys.dump(key, why.value), policy.chinese(key), "、".join(why.clauses) or why.clause, why.document)
