"""An entry stands exactly when the change it tells of stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db
from core.audit import origin
from core.audit.model import Actor

Q = db.queries(__file__)


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    at: datetime
    actor: str
    act: str
    object_kind: str
    object_id: str
    before: Any
    after: Any
    source: str
    member: str = ""
    acting_for: str = ""
    address: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    act: str
    object_kind: str
    object_id: str
    before: Any
    after: Any


async def write(
    unit: db.Unit,
    actor: Actor,
    act: str,
    object_kind: str,
    object_id: object,
    before: Any,
    after: Any,
    now: datetime,
    source: str = "",
) -> None:
    """``before`` and ``after`` hold what changed, and never say who rated: no name, phone or number."""
    entry = (db.ids.new(), now, str(actor), act, object_kind, str(object_id), before, after)
    await unit.execute(Q.write, unit.tenant_id, *entry, *_came(source))


async def write_many(unit: db.Unit, actor: Actor, changes: Iterable[Change], now: datetime, source: str = "") -> None:
    """One entry for each of many changes made at once."""
    came = _came(source)
    rows = [
        (unit.tenant_id, db.ids.new(), now, str(actor), c.act, c.object_kind, c.object_id, c.before, c.after, *came)
        for c in changes
    ]
    if rows:
        await unit.executemany(Q.write, rows)


def _came(source: str) -> tuple[str, str, str, str, str]:
    found = origin.here()
    return source or found.via, found.member, found.acting_for, found.address, found.trace


async def of(unit: db.Unit, object_kind: str, object_id: object) -> tuple[Entry, ...]:
    """What happened to one thing, oldest first."""
    rows = await unit.fetch(Q.of_object, unit.tenant_id, object_kind, str(object_id))
    return tuple(Entry(**row) for row in rows)


async def newest(
    unit: db.Unit, *, act: str | None = None, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> tuple[Entry, ...]:
    """A page of the log, newest first; ``before`` is the time and id of the last entry of the page above."""
    at, last = before or (None, None)
    rows = await unit.fetch(Q.newest, unit.tenant_id, act, at, last, limit)
    return tuple(Entry(**row) for row in rows)
