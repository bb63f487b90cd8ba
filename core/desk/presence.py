"""Whoever has a ticket open to act on it is known to the others for three minutes, so that two do not do it twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import db

Q = db.Queries(Path(__file__).with_name("presence.sql"))
LASTS = timedelta(minutes=3)
TOLD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Present:
    name: str
    verb: str
    since: datetime


async def come(unit: db.Unit, member_id: UUID, ticket_id: UUID, verb: str, now: datetime) -> None:
    """Written at most once a minute; who was away begins anew."""
    await unit.execute(Q.come, unit.tenant, ticket_id, member_id, verb, now, now - LASTS, now - TOLD_EVERY)


async def others(unit: db.Unit, member_id: UUID, ticket_id: UUID, now: datetime) -> tuple[Present, ...]:
    rows = await unit.fetch(Q.others, unit.tenant, ticket_id, member_id, now - LASTS)
    return tuple(Present(row["name"], row["verb"], row["since"]) for row in rows)


async def leave(unit: db.Unit, member_id: UUID, ticket_id: UUID) -> None:
    await unit.execute(Q.leave, unit.tenant, ticket_id, member_id)


async def sweep(unit: db.Unit, now: datetime) -> int:
    """How many had gone without a word."""
    return await unit.execute(Q.forget, unit.tenant, now - LASTS)
