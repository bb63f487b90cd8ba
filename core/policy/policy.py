"""A policy answers two questions of any key, on one day: what holds, and why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar

from core.policy import decision, keys
from core.policy.keys import Key, Part, record_of
from core.policy.model import Gap, Regulation
from core.policy.questions import Question
from core.policy.spans import Span
from core.policy.values import Extension
from core.policy.vocab import GRADES

T = TypeVar("T")
REVISION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class RowWhy:
    """Where one row of a table comes from."""

    row: Any
    clause: str
    document: str
    layer: str
    since: date | None
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Where a value comes from; ``below`` holds what weaker layers said, nearest first."""

    key: Key[Any]
    value: Any
    layer: str = ""
    clause: str = ""
    clauses: tuple[str, ...] = ()
    document: str = ""
    since: date | None = None
    until: date | None = None
    rows: tuple[RowWhy, ...] = ()
    below: tuple["Why", ...] = ()
    rule_ids: tuple[str, ...] = ()
    author: str = ""
    layers: tuple[str, ...] = ()
    parts: Mapping[str, "Why"] = field(default_factory=dict[str, "Why"])


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """What a tenant's rules come to on one day; ``revision`` names them the same in every process."""

    on: date
    whys: Mapping[str, Why]
    questions: tuple[Question, ...] = ()
    gaps: tuple[Gap, ...] = ()
    problems: tuple[str, ...] = ()
    documents: tuple[Regulation, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    revision: str = ""

    def __getitem__(self, key: Key[T]) -> T | None:
        found = self.whys.get(key.name)
        return None if found is None else found.value

    def or_off(self, key: Key[T]) -> T:
        """The value, or what holds where none is set; only for keys whose silence means something."""
        value = self[key]
        if value is not None:
            return value
        if key.when_unset is None:
            raise LookupError(f"keys.{key.name} has no meaning when unset")
        return key.when_unset

    def why(self, key: Key[Any] | Part) -> Why:
        """Where a value, or one field of it, comes from; ``layer`` is empty where nothing says anything."""
        if isinstance(key, Key):
            return self.whys.get(key.name) or Why(key, None)
        whole = self.why(key.key)
        own = replace(whole, value=part_of(key, whole.value), rows=(), below=(), parts={})
        return whole.parts.get(key.written, own)

    def entries(self) -> Iterator[Why]:
        """Every key there is, in the order of the settings form, set or not."""
        return (self.why(key) for key in keys.ALL.values())

    def on_day(self, day: date) -> "Policy":
        """The same rules, asked for on another day between the same two changes."""
        return self if day == self.on else replace(self, on=day)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """What must be answered before a tenant goes live."""
        return tuple(each for each in self.questions if each.id not in self.answers)

    @property
    def words(self) -> Mapping[str, str]:
        """The tenant's own words for its dimensions and grades; what it does not ask is called as it is below."""
        labels = self[keys.grade_labels] or ()
        grades = {f"grade:{grade}": label for grade, label in zip(GRADES, labels, strict=False)}
        asked = self.why(keys.dimensions)
        return grades | {each.code: each.label for said in (*asked.below[::-1], asked) for each in said.value or ()}

    def chinese(self, key: Key[Any]) -> str:
        return keys.chinese(key, self[key], self.words)

    def window(self, event: str) -> Span | None:
        """How long an invitation of this event may be used; None leaves it open."""
        row = decision.first_match(self[keys.rating_window] or (), event=event)
        return None if row is None else row.within

    @property
    def extension(self) -> Extension | None:
        """The rule by which a due time may be moved; None where moving is not offered."""
        found = self[keys.extension]
        return found if isinstance(found, Extension) else None


def part_of(part: Part, value: Any) -> Any:
    """The field's value; of a table, the one value its rows share, or all of them."""
    name = record_of(part.key).column(part.written, part.key.name).name
    if not part.key.table or value is None:
        return getattr(value, name, None)
    values = [getattr(row, name) for row in value]
    return values[0] if values and all(each == values[0] for each in values) else tuple(values)


def fingerprint(whys: Mapping[str, Why]) -> str:
    """A short name for these values and clauses, equal wherever they are equal."""
    said = [[name, keys.dump(why.key, why.value), *why.clauses] for name, why in sorted(whys.items())]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:REVISION_LENGTH]
