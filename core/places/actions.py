"""A place is found by its code, and whatever changes about it is written down with the change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from piccolo.columns.combination import WhereRaw

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import UnknownCode
from core.places.model import KIND_OF, KINDS, Duty, Institution, Kind, KindName, Place, plain

Q = db.queries(__file__)

# PostgreSQL takes 32,767 parameters in one statement; an item has ten.
ROWS_AT_ONCE = 1000


async def get(unit: db.Unit, kind: KindName, code: str) -> Place:
    found = await among(unit, kind, [code])
    if code not in found:
        raise UnknownCode(f"没有编码为“{code}”的{KINDS[kind].label}。")
    return found[code]


async def among(unit: db.Unit, kind: KindName, codes: Iterable[str]) -> Mapping[str, Place]:
    """Those of these codes that exist."""
    what: Any = KINDS[kind].table
    rows = await what.select().where(what.tenant_id == unit.tenant, WhereRaw("code = ANY({})", list(codes)))
    return {row["code"]: KINDS[kind].read(row) for row in rows}


async def names(unit: db.Unit, kind: KindName, codes: Iterable[str]) -> Mapping[str, str]:
    return {code: place.name for code, place in (await among(unit, kind, codes)).items()}


async def institution_names(unit: db.Unit, codes: Iterable[str] | None = None) -> Mapping[str, str]:
    """All of them, or those of these codes."""
    wanted = None if codes is None else list(codes)
    return {row["code"]: row["name"] for row in await unit.fetch(Q.institution_names, unit.tenant, wanted)}


async def listing(
    unit: db.Unit, kind: KindName, *, after: str = "", limit: int = 100, having: str = ""
) -> Sequence[Place]:
    """A page in the order of codes; ``having`` is a part of the code or name."""
    what: Any = KINDS[kind].table
    query = what.select().where(what.tenant_id == unit.tenant, what.code > after)
    if having:
        query = query.where(WhereRaw("(strpos(code, {}) > 0 OR strpos(name, {}) > 0)", having, having))
    return [KINDS[kind].read(row) for row in await query.order_by(what.code).limit(limit)]


async def count(unit: db.Unit) -> Mapping[str, int]:
    """How many there are of each kind."""
    found: dict[str, int] = {}
    for name, kind in KINDS.items():
        what: Any = kind.table
        found[name] = await what.count().where(what.tenant_id == unit.tenant)
    return found


async def by_duty(unit: db.Unit, duty: Duty) -> Sequence[Institution]:
    """The institutions that are the bureau, the hotline, or run the systems."""
    what: Any = KINDS["institution"].table
    rows = await what.select().where(what.tenant_id == unit.tenant, what.duty == duty).order_by(what.code)
    return [Institution(**{name: row[name] for name in Institution.__slots__}) for row in rows]


async def ancestors(unit: db.Unit, region: str) -> tuple[str, ...]:
    """The region itself and every one above it, nearest first."""
    return tuple(row["code"] for row in await unit.fetch(Q.ancestors, unit.tenant, region))


async def institutions_below(unit: db.Unit, region: str) -> tuple[str, ...]:
    """The institutions of a region and of every region below it."""
    return tuple(row["code"] for row in await unit.fetch(Q.institutions_below, unit.tenant, region))


async def bodies_below(unit: db.Unit, institution: str) -> tuple[str, ...]:
    """An institution and every one below it."""
    return tuple(row["code"] for row in await unit.fetch(Q.bodies_below, unit.tenant, institution))


async def is_whole(unit: db.Unit, institution: str | None, region: str | None) -> bool:
    """Whether who belongs to this institution, or else oversees this region, oversees everything there is."""
    return await unit.fetchval(Q.is_whole, unit.tenant, institution or "", region or "")


async def save(unit: db.Unit, places: Iterable[Place], *, by: Actor, now: datetime, source: str = "") -> int:
    """Stores places in the order given, new or changed; how many were either."""
    return sum([
        await _save_kind(unit, KIND_OF[value], list(group), by, now, source)
        for value, group in groupby(places, key=type)
    ])  # fmt: skip


async def _save_kind(unit: db.Unit, kind: Kind, places: list[Place], by: Actor, now: datetime, source: str) -> int:
    known = await among(unit, kind.name, [place.code for place in places])
    fresh = [place for place in places if known.get(place.code) != place]
    for start in range(0, len(fresh), ROWS_AT_ONCE):
        await _put(unit, kind, fresh[start : start + ROWS_AT_ONCE])
    entries = [_entry(kind, known.get(place.code), place) for place in fresh]
    await audit.write_many(unit, by, entries, now, source)
    return len(fresh)


async def _put(unit: db.Unit, kind: Kind, places: Sequence[Place]) -> None:
    what: Any = kind.table
    rows = [what(tenant_id=unit.tenant, **plain(place)) for place in places]
    changing = [getattr(what, column.name) for column in kind.columns if column.name != "code"]
    await what.insert(*rows).on_conflict(target=(what.tenant_id, what.code), action="DO UPDATE", values=changing)


def _entry(kind: Kind, before: Place | None, after: Place) -> audit.Change:
    act = f"{kind.name}.{'change' if before else 'add'}"
    return audit.Change(act, kind.name, after.code, plain(before) if before else None, plain(after))
