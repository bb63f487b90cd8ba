"""A city's word is written in the city, carried by its outbox, and kept by its province as it was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db
from core.outbox import actions as outbox
from core.publication.decide import digest_of, missing, news
from core.publication.model import Entry, Kind, Publication
from core.tenants.model import Tenant

Q = db.queries(__file__)
CARRIED = "publication"
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Edition:
    """What a city made known at one time."""

    edition: int
    at: datetime
    kinds: Sequence[str]
    entries: int


@dataclass(frozen=True, slots=True)
class Received:
    """What of a city has arrived: the last edition, when, and which before it have not."""

    last: int
    at: datetime
    missing: tuple[int, ...]


async def publish(unit: db.Unit, entries: Iterable[Entry], now: datetime) -> int:
    """Writes down what is new and posts it to the province, in one transaction; the edition, 0 where nothing was."""
    province: int | None = await unit.fetchval(Q.lock, unit.tenant)
    if province is None:
        return 0
    said = await unit.fetch(Q.last_said, unit.tenant)
    fresh = news(entries, {(row["kind"], row["subject"]): row["digest"] for row in said})
    if not fresh:
        return 0
    edition = max((row["edition"] for row in said), default=0) + 1
    await unit.executemany(Q.add, [
        (unit.tenant, unit.tenant, each.kind, each.subject, edition, each.content, digest_of(each), each.final, now,
         None)
        for each in fresh
    ])  # fmt: skip
    await outbox.post(unit, CARRIED, {"to": province, "edition": edition}, now)
    return edition


async def carry(city: Tenant, _message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """The outbox worker brings an edition to the province; a second time it changes nothing."""
    async with db.as_tenant(city.id) as unit:
        rows = await unit.fetch(Q.of_edition, city.id, payload["edition"])
    async with db.as_tenant(payload["to"]) as unit:
        await unit.executemany(Q.add, [
            (unit.tenant, row["city"], row["kind"], row["subject"], row["edition"], row["content"], row["digest"],
             row["final"], row["at"], now) for row in rows
        ])  # fmt: skip


async def current(unit: db.Unit, kind: Kind, subject: str | None = None) -> tuple[Publication, ...]:
    """What each city said last of each subject."""
    return tuple(Publication(**row) for row in await unit.fetch(Q.current, unit.tenant, kind, subject))


async def history(unit: db.Unit, city: int, kind: Kind, subject: str | None = None) -> tuple[Publication, ...]:
    """Everything one city said of a subject, the oldest first."""
    return tuple(Publication(**row) for row in await unit.fetch(Q.history, unit.tenant, city, kind, subject))


async def finals(unit: db.Unit) -> Mapping[int, tuple[Publication, ...]]:
    """What each city said of months that were over, the oldest first."""
    found: dict[int, list[Publication]] = {}
    for row in await unit.fetch(Q.finals, unit.tenant):
        found.setdefault(row["city"], []).append(Publication(**row))
    return {city: tuple(every) for city, every in found.items()}


async def subjects(unit: db.Unit, kind: Kind) -> tuple[str, ...]:
    return tuple(row["subject"] for row in await unit.fetch(Q.subjects, unit.tenant, kind))


async def received(unit: db.Unit) -> Mapping[int, Received]:
    """Of each city the last word that arrived, and what was lost on the way."""
    found: dict[int, list[db.Row]] = {}
    for row in await unit.fetch(Q.editions, unit.tenant):
        found.setdefault(row["city"], []).append(row)
    return {
        city: Received(rows[-1]["edition"], rows[-1]["at"], missing(row["edition"] for row in rows))
        for city, rows in found.items()
    }


async def listing(unit: db.Unit) -> tuple[Edition, ...]:
    """What this city itself has made known, newest first."""
    return tuple(Edition(**row) for row in await unit.fetch(Q.listing, unit.tenant, MOST_LISTED))


async def edition(unit: db.Unit, number: int) -> tuple[Publication, ...]:
    rows = await unit.fetch(Q.of_edition, unit.tenant, number)
    return tuple(Publication(**row, received_at=None) for row in rows)
