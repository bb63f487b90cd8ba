"""A province and its two towns before the real application, with what they have published delivered."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from core import duties
from core.policy.model import Override
from tests.core.province import Land, land, tell
from tests.core.town import rated


@asynccontextmanager
async def told(now: datetime, *more: Override) -> AsyncGenerator[Land]:
    """Ratings of two months in the east, of one in the west, and everything said and arrived."""
    async with land(now, *more) as place:
        for nth, grade in enumerate((5, 5, 4, 1, 5)):
            await rated(place.east, f"A{nth}", now - timedelta(days=20 + nth), {"overall": grade})
        for nth, grade in enumerate((5, 2)):
            await rated(place.west, f"B{nth}", now - timedelta(days=20 + nth), {"overall": grade})
        await rated(place.east, "N1", now - timedelta(hours=3), {"overall": 5})
        for each in (place.east, place.west):
            await duties.fold(each, "", now)
            await tell(each, now)
        yield place
