"""Tickets that are looked for by something few have: a number, an assignee, a telephone, some words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.people import actions as people
from core.search import actions as search
from core.search.actions import Sought
from core.tickets.ranges import Q, Range, filled
from core.tickets.seats import EVERYTHING, Eyes

# Nobody reads further: of more the newest are shown, and that there are more is said.
MOST = 1001
# What so many of the rarest pairs leave is compared with the text itself.
PAIRS = 3
# From so many on, a word is in tickets everywhere; below so many, tickets are looked at one by one.
MANY, FEW = 3000, 30_000


async def found(unit: db.Unit, eyes: Eyes, asked: Range, said: str, now: datetime) -> Sequence[UUID]:
    """The newest tickets of this range that what was typed may mean."""
    knows_case = eyes.everything or bool(eyes.oversees)
    sought = await search.sought(unit, said, knows_case=knows_case)
    persons = await _persons(unit, eyes.by, sought.phone, now) if sought.phone and eyes.by else ()
    alone = (*sought.words, *(f"p:{each}" for each in persons))
    if not (sought.ranges or alone or sought.pairs):
        return ()
    common = await search.many(unit, (*alone, *sought.pairs[:1]), MANY)
    if common and await _few(unit, asked):
        rows = await _asked(unit, asked, lambda: _by_place(asked, sought, alone))
        words = replace(sought, pairs=())
        rows += await _asked(unit, asked, lambda: _by_word(asked, words, ())) if sought.ranges else []
    else:
        rows = await _asked(unit, asked, lambda: _by_word(asked, sought, alone))
    return tuple(dict.fromkeys(row["ticket_id"] for row in rows))


async def _asked(unit: db.Unit, asked: Range, query: Callable[[], str]) -> list[db.Row]:
    """Each statement has the values that it names, and no other's."""
    kept = list(asked.values)
    rows = await unit.fetch(query(), *asked.values)
    asked.values[:] = kept
    return rows


def _by_word(asked: Range, sought: Sought, alone: Sequence[str]) -> str:
    words = [_stretch(asked, *each) for each in sought.ranges]
    words += [filled(Q.word, word=asked.value(each)) for each in alone]
    words += [_said(asked, sought)] if sought.pairs else []
    in_full = filled(Q.in_full, text=asked.value(sought.text))
    return filled(
        Q.sought, words=" UNION ALL ".join(words), in_full=in_full, conditions=asked.seen_under(),
        most=asked.value(MOST),
    )  # fmt: skip


def _by_place(asked: Range, sought: Sought, alone: Sequence[str]) -> str:
    """Of what stands everywhere the few that may be seen are looked at, each whether it is one of these."""
    ways = [f"(true {filled(Q.beside, word=asked.value(each))})" for each in alone]
    if sought.pairs:
        beside = "".join(filled(Q.beside, word=asked.value(each)) for each in sought.pairs[:PAIRS])
        sure = "" if len(sought.pairs) == 1 else f"AND {filled(Q.in_full, text=asked.value(sought.text))}"
        ways.append(f"(true {beside} {sure})")
    return filled(Q.among_few, few=asked.few(), ways=" OR ".join(ways), most=asked.value(MOST))


async def _few(unit: db.Unit, asked: Range) -> bool:
    """Whether so few tickets may be seen that to look at each is less than to look for them among all."""
    if asked.among == (EVERYTHING,) and not asked.conditions:
        return False
    (row,) = await _asked(unit, asked, lambda: f"SELECT {asked.count(FEW)} AS seen")
    return row["seen"] < FEW


async def _persons(unit: db.Unit, by: Actor, digits: str, now: datetime) -> Sequence[UUID]:
    """Who looked somebody up by telephone stays written, the digits do not."""
    persons = await people.by_phone_tail(unit, digits)
    if persons:
        await audit.write(unit, by, "person.search", "person", "", None, {"digits": len(digits)}, now)
    return persons


def _stretch(asked: Range, first: str, last: str) -> str:
    return filled(Q.stretch, first=asked.value(first), last=asked.value(last))


def _said(asked: Range, sought: Sought) -> str:
    rarest, *others = sought.pairs[:PAIRS]
    beside = "".join(filled(Q.beside, word=asked.value(each)) for each in others)
    return filled(Q.said, word=asked.value(rarest), beside=beside, sure="false" if others else "true")
