"""Tickets that are looked for by something few have: a number, an assignee, a telephone, some words."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.people import actions as people
from core.search import actions as search
from core.search.actions import Sought
from core.tickets.ranges import Q, Range, filled
from core.tickets.seats import Eyes

# Nobody reads further: of more the newest are shown, and that there are more is said.
MOST = 1001
# What so many of the rarest pairs leave is compared with the text itself.
PAIRS = 3


async def found(unit: db.Unit, eyes: Eyes, asked: Range, said: str, now: datetime) -> Sequence[UUID]:
    """The newest tickets of this range that what was typed may mean."""
    knows_case = eyes.everything or bool(eyes.oversees)
    sought = await search.sought(unit, said, knows_case=knows_case)
    persons = await _persons(unit, eyes.by, sought.phone, now) if sought.phone and eyes.by else ()
    words = [_stretch(asked, *each) for each in sought.ranges]
    words += [filled(Q.word, word=asked.value(each)) for each in (*sought.words, *(f"p:{each}" for each in persons))]
    words += [_said(asked, sought)] if sought.pairs else []
    if not words:
        return ()
    in_full = filled(Q.in_full, text=asked.value(sought.text))
    query = filled(
        Q.sought, words=" UNION ALL ".join(words), in_full=in_full, conditions=asked.seen_under(),
        most=asked.value(MOST),
    )  # fmt: skip
    return tuple(dict.fromkeys(row["ticket_id"] for row in await unit.fetch(query, *asked.values)))


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
