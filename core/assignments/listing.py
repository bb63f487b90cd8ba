"""Tasks are looked through page by page, what is due first on top."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core import db
from core.assignments.actions import given_of
from core.assignments.model import Given

Q = db.Queries(Path(__file__).with_name("listing.sql"))
STATES = ("open", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose: these ``addressees``', those of whoever works ``within`` these institutions, or with neither everybody's.

    Of what is the supervisors' in general only that about ``bureau_of`` these institutions; ``after`` is the last task
    of the page before; ``rated_before`` keeps back what is of a rating since.
    """

    addressees: Collection[str] | None = None
    within: Collection[str] | None = None
    state: str = ""
    kind: str = ""
    after: UUID | None = None
    rated_before: datetime | None = None
    bureau_of: Collection[str] | None = None
    limit: int = 50
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Given, ...]
    total: int
    more: bool


async def page(unit: db.Unit, wanted: Wanted) -> Page:
    asked = (wanted.addressees, wanted.within, wanted.bureau_of)
    whose, within, bureau_of = (None if each is None else list(each) for each in asked)
    rows = await unit.fetch(
        Q.page, unit.tenant, whose, within, wanted.state, wanted.kind, wanted.after, wanted.limit + 1,
        wanted.rated_before, bureau_of, wanted.id,
    )  # fmt: skip
    shown = tuple(given_of(row) for row in rows[: wanted.limit])
    return Page(shown, rows[0]["total"] if rows else 0, len(rows) > wanted.limit)
