"""The log is searched by who, what, when, whence and whom it concerns, and by the words of what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from core import clock, db
from core.audit.actions import Entry

Q = db.Queries(Path(__file__).with_name("listing.sql"))

# Words are looked for among so many of the newest entries that fit otherwise: a search of years would hold others up.
WORDS_AMONG = 20_000
UUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Wanted:
    """``who`` is an actor or a member, ``about`` an object's code; ``group`` what an act begins with.

    ``since`` and ``until`` are days, both included; ``after`` is the last entry of the page before.
    """

    act: str = ""
    group: str = ""
    kind: str = ""
    who: str = ""
    about: str = ""
    source: str = ""
    address: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None
    after: UUID | None = None
    limit: int = 50

    @property
    def is_narrowed(self) -> bool:
        return any((self.act, self.group, self.kind, self.who, self.about, self.source, self.address, self.words,
                    self.since, self.until))  # fmt: skip


async def page(unit: db.Unit, wanted: Wanted) -> tuple[tuple[Entry, ...], bool]:
    """Newest first, and whether there are more."""
    sql = Q.page_by_words if wanted.words else Q.page
    more = (WORDS_AMONG, wanted.words) if wanted.words else ()
    rows = await unit.fetch(
        sql, unit.tenant, wanted.act, _start(wanted.since), _start(wanted.until, 1), wanted.who, wanted.about,
        wanted.group, wanted.kind, wanted.source, wanted.address, wanted.after, wanted.limit + 1, *more,
    )  # fmt: skip
    return tuple(Entry(**row) for row in rows[: wanted.limit]), len(rows) > wanted.limit


def _start(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day, time(), clock.SHANGHAI) + timedelta(days=later) if day else None


async def acts(unit: db.Unit) -> tuple[str, ...]:
    """Every act that has happened here."""
    return tuple(row["act"] for row in await unit.fetch(Q.acts, unit.tenant))


async def numbers(unit: db.Unit, entries: Sequence[Entry]) -> Mapping[str, str]:
    """The numbers of the tickets that entries are about, by their ids."""
    ids = {
        UUID(each.object_id) for each in entries if each.object_kind == "ticket" and len(each.object_id) == UUID_LENGTH
    }
    rows = await unit.fetch(Q.numbers, unit.tenant, list(ids)) if ids else []
    return {str(row["id"]): row["number"] for row in rows}


async def ticket_id(unit: db.Unit, number: str) -> str:
    """The log keeps tickets by their ids; people know their numbers."""
    found = await unit.fetchval(Q.ticket, unit.tenant, number)
    return str(found) if found else ""
