"""A baseline is what a province sets for its cities: a city stands on the version it adopted, from the day it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.policy import keys
from core.policy.model import INHERIT, Override


@dataclass(frozen=True, slots=True)
class Baseline:
    """One version as it was published; ``rules`` have no first day of their own, ``lets`` are the keys left free."""

    version: int
    title: str
    document: str
    rules: tuple[Override, ...]
    lets: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(keys.whole(each.key).name for each in self.rules)


def plain(rule: Override) -> dict[str, Any]:
    """As a version is stored."""
    until = rule.until.isoformat() if rule.until else None
    return {"key": rule.key, "value": rule.value, "clause": rule.clause, "document": rule.document, "until": until}


def stored(row: Any) -> Override:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Override(row["key"], row["value"], row["clause"], None, until, "", row["document"])


def in_force(version: Baseline, since: date, every: Iterable[Baseline]) -> tuple[Override, ...]:
    """What the version says from its day on, and that nothing any other version said holds any longer."""
    others = {name for each in every if each.version != version.version for name in each.keys}
    ended = (Override(name, INHERIT, "", since, document=version.document) for name in sorted(others))
    begun = (
        Override(each.key, each.value, each.clause, since, each.until, "", each.document or version.document)
        for each in version.rules
    )
    return (*ended, *begun)


def adopted(steps: Sequence[tuple[int, date]], every: Iterable[Baseline]) -> tuple[Override, ...]:
    """Each version in the place of the one before, from its day; what held on earlier days stays as it was."""
    known = {each.version: each for each in every}
    return tuple(
        rule for version, since in steps if version in known for rule in in_force(known[version], since, known.values())
    )
