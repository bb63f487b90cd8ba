"""What a member has begun to write is theirs alone, encrypted, and gone when it is sent or after thirty days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import db, ids
from core.crypto import Place, provider

Q = db.Queries(Path(__file__).with_name("drafts.sql"))
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Draft:
    """``version`` is the ticket's when the words were written."""

    words: Mapping[str, str]
    version: int
    saved_at: datetime


async def save(
    unit: db.Unit, member_id: UUID, ticket_id: UUID, verb: str, words: Mapping[str, str], version: int, now: datetime
) -> None:
    """The last words stand; nothing written is no draft."""
    if not any(text.strip() for text in words.values()):
        await discard(unit, member_id, ticket_id, verb)
        return
    draft_id = ids.new()
    sealed = provider().encrypt(json.dumps(dict(words), ensure_ascii=False), _place(unit, draft_id))
    await unit.execute(Q.save, unit.tenant, draft_id, member_id, ticket_id, verb, sealed, version, now)


async def find(unit: db.Unit, member_id: UUID, ticket_id: UUID, verb: str, now: datetime) -> Draft | None:
    row = await unit.fetchrow(Q.find, unit.tenant, member_id, ticket_id, verb, now - KEPT)
    if row is None:
        return None
    words: dict[str, str] = json.loads(provider().decrypt(row["words_enc"], _place(unit, row["id"])))
    return Draft(words, row["version"], row["saved_at"])


async def discard(unit: db.Unit, member_id: UUID, ticket_id: UUID, verb: str) -> None:
    await unit.execute(Q.discard, unit.tenant, member_id, ticket_id, verb)


async def sweep(unit: db.Unit, now: datetime) -> int:
    """How many were too old to be kept."""
    return await unit.execute(Q.expire, unit.tenant, now - KEPT)


def _place(unit: db.Unit, draft_id: UUID) -> Place:
    return Place(unit.tenant, "draft", "words", draft_id)
