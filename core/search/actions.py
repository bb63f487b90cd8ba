"""What was typed becomes words of the index; which tickets of these may be seen is for their own list."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from core import db
from core.search.decide import sounding, typed

Q = db.queries(__file__)


@dataclass(frozen=True, slots=True)
class Sought:
    """Tickets under any of ``ranges`` or ``words``, or under all of ``pairs``, the rarest first."""

    ranges: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    pairs: tuple[str, ...]
    text: str
    phone: str


async def sought(unit: db.Unit, said: str, *, knows_case: bool) -> Sought:
    """``knows_case`` whether whoever looks may know the case, who is behind it, and what was said."""
    what = typed(said, knows_case=knows_case)
    names = {row["code"]: row["name"] for row in await unit.fetch(Q.names, unit.tenant)}
    # How a thousand names sound is found out once, beside what others wait for.
    items = await asyncio.to_thread(lambda: list(sounding(what.text, names)))
    pairs = await unit.fetch(Q.pairs, unit.tenant, what.text) if knows_case else []
    found = tuple(row["word"] for row in pairs)
    # A pair that stands nowhere: the text is said nowhere.
    said_somewhere = bool(pairs) and pairs[0]["many"] > 0
    words = tuple(f"i:{code}" for code in items)
    return Sought(what.ranges, words, found if said_somewhere else (), what.text, what.phone)


async def many(unit: db.Unit, words: Sequence[str], most: int) -> bool:
    """Whether one of these words stands in so many tickets."""
    return bool(words) and await unit.fetchval(Q.many, unit.tenant, list(words), most)
