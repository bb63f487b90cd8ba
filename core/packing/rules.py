"""A place's own rules in the order of their dates and clauses, each as one link of a regulation's chain."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from core.errors import Invalid, Refused
from core.packing.source import WIDTH, Call, expression, key_name, laid, names_in, word
from core.policy import keys
from core.policy.compile import covers
from core.policy.keys import UNSET, Part
from core.policy.model import INHERIT, Override, heading

ONE_DAY: Final = timedelta(days=1)
DIGITS: Final = "零一二三四五六七八九"
UNITS: Final = {"十": 10, "百": 100}
SAID_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the place: ``name`` is what the place's rules call it by, ``issued`` its first day."""

    name: str
    title: str
    number: str
    issued: date


@dataclass(frozen=True, slots=True)
class Statement:
    """What one clause says of one key from ``since`` to ``until``, both inclusive; ``value`` None is unset."""

    paper: str
    clause: str
    key: str
    value: Any
    since: date | None
    until: date | None


def statements(overrides: Sequence[Override]) -> tuple[Statement, ...]:
    """The rules that, standing in a layer of their own, say on every day what the overrides say.

    恢复继承 ends what was said before it: in a layer of its own, what is not said is inherited.
    """
    said: list[Statement] = []
    for own in sorted(overrides, key=lambda each: each.since or date.min):
        if own.value == INHERIT:
            said = list(_ended(said, own))
        else:
            said.append(_statement(own))
    read = sorted(said, key=lambda each: (each.since or date.min, each.paper, _ordinal(each.clause)))
    # Where one day says a thing twice, the later word stands.
    return tuple(read if _by_key(read) == _by_key(said) else said)


def _by_key(said: Iterable[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for each in said:
        found[keys.whole(each.key).name].append(each)
    return found


def _statement(own: Override) -> Statement:
    try:
        clause = heading(own.clause)
    except Refused as refusal:
        raise Invalid(f"{own.key}：{refusal.detail}", field=own.key) from refusal
    value = None if own.value == UNSET else keys.parse(own.key, own.value)
    return Statement(own.document, clause, own.key, value, own.since, own.until)


def _ended(said: Iterable[Statement], own: Override) -> Iterator[Statement]:
    for each in said:
        if covers(own.key, each.key):
            yield from _around(each, own.since or date.min, own.until or date.max)
        else:
            yield each


def _around(each: Statement, first: date, last: date) -> Iterator[Statement]:
    """What is left of a statement before and after these days."""
    since, until = each.since or date.min, each.until or date.max
    if since < first:
        yield replace(each, until=min(until, first - ONE_DAY))
    if until > last:
        yield replace(each, since=max(since, last + ONE_DAY))


def _ordinal(clause: str) -> tuple[int, str]:
    """第十五条 stands before 第二十条."""
    found = re.match(r"第([零一二三四五六七八九十百0-9]+)[条款章]", clause)
    return (_number(found[1]) if found else 0, clause)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for letter in text:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        else:
            total, digit = total + max(digit, 1) * UNITS[letter], 0
    return total + digit


def chains(said: Sequence[Statement], papers: Sequence[Paper], prefix: str, begin: int = 1) -> Iterator[str]:
    """The regulation's statements as source, one for each clause and date, each rule with an id of its own."""
    names = variables(papers)
    first = {each.name: each.issued for each in papers}
    groups = groupby(said, key=lambda each: (each.paper, each.clause, each.since))
    for number, ((paper, clause, since), group) in enumerate(groups, start=begin):
        links = list(group)
        says = "；".join(_said(each) for each in links)[:SAID_LENGTH]
        dated = since if since is not None and since > first[paper] else None
        calls = [
            Call(".rule(", (expression(f"{prefix}-{number}"), expression(says))),
            *(_link(each, dated) for each in links),
        ]
        yield chain(f"{names[paper]}[{expression(clause)}]", calls)


def variables(papers: Sequence[Paper]) -> dict[str, str]:
    return {each.name: "REG" if at == 1 else f"REG_{at}" for at, each in enumerate(papers, start=1)}


def chain(start: str, calls: Sequence[Call]) -> str:
    """On one line where it fits, else one call a line."""
    line = start + "".join(each.line for each in calls)
    if len(line) <= WIDTH:
        return line
    lines = [f"    {laid(each, '    ', used=4)}" for each in calls]
    return "\n".join(("(", f"    {start}", *lines, ")"))


def _link(each: Statement, since: date | None) -> Call:
    target = keys.find(each.key)
    value = _shortened(each)
    given = word(value) if not isinstance(value, bool) else expression(value, "value")
    dates = [expression(day, name) for name, day in (("since", since), ("until", each.until)) if day is not None]
    return Call(".sets(", (key_name(target), given, *dates))


def _shortened(each: Statement) -> Any:
    """A row that bears the clause of the article which writes it need not say so again."""
    target = keys.find(each.key)
    if isinstance(target, Part) or not target.table or each.value is None:
        return each.value
    return tuple(replace(row, clause="") if getattr(row, "clause", None) == each.clause else row for row in each.value)


def _said(each: Statement) -> str:
    target = keys.find(each.key)
    if isinstance(target, Part):
        return f"{target.key.label}（{target.written}）"
    told = keys.chinese(target, each.value).replace("\n", "，")
    return f"{target.label}：{told}"


def imported(said: Sequence[Statement]) -> frozenset[str]:
    """The names of ``core.api`` that the chains use."""
    found = frozenset({"Regulation", "keys"}).union(*(names_in(_shortened(each)) for each in said))
    return found | {"UNSET"} if any(each.value is None for each in said) else found
