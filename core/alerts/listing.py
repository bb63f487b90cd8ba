"""Alerts are looked through page by page, the newest on top, without holding anybody up."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core import db, errors
from core.alerts.actions import raised_of
from core.alerts.model import Raised

Q = db.Queries(Path(__file__).with_name("listing.sql"))
STATES = ("open", "handled", "revoked")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``within``: only what belongs to these institutions; ``after`` is the last alert of the page before."""

    within: Collection[str] | None = None
    state: str = ""
    kind: str = ""
    after: UUID | None = None
    limit: int = 50
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Raised, ...]
    total: int
    more: bool


async def page(unit: db.Unit, wanted: Wanted) -> Page:
    within = None if wanted.within is None else list(wanted.within)
    rows = await unit.fetch(
        Q.page, unit.tenant, within, wanted.state, wanted.kind, wanted.after, wanted.limit + 1, wanted.id
    )
    shown = tuple(raised_of(row) for row in rows[: wanted.limit])
    return Page(shown, rows[0]["total"] if rows else 0, len(rows) > wanted.limit)


async def one(unit: db.Unit, wanted: Wanted) -> Raised:
    """The alert that ``id`` names, if it is among those wanted."""
    found = await page(unit, wanted)
    if not found.rows:
        raise errors.NotFound("没有找到这条预警。")
    return found.rows[0]
