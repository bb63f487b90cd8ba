"""The log is searched by act, day, and who or what it concerns."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from core import clock, db
from core.audit.actions import Entry

Q = db.Queries(Path(__file__).with_name("listing.sql"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """``q`` is an actor's or an object's code; ``after`` the last entry of the page before."""

    act: str = ""
    day: date | None = None
    q: str = ""
    after: UUID | None = None
    limit: int = 50


async def page(unit: db.Unit, wanted: Wanted) -> tuple[tuple[Entry, ...], bool]:
    """Newest first, and whether there are more."""
    start = datetime.combine(wanted.day, time(), clock.SHANGHAI) if wanted.day else None
    end = start + timedelta(days=1) if start else None
    rows = await unit.fetch(Q.page, unit.tenant, wanted.act, start, end, wanted.q, wanted.after, wanted.limit + 1)
    return tuple(Entry(**row) for row in rows[: wanted.limit]), len(rows) > wanted.limit


async def acts(unit: db.Unit) -> tuple[str, ...]:
    """Every act that has happened here."""
    return tuple(row["act"] for row in await unit.fetch(Q.acts, unit.tenant))
