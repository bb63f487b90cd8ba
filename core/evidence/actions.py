"""A row never names a file that is not there: the file is safe on disk before its row is."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives import hashes

from core import db, ids
from core.audit.model import Actor
from core.errors import NotFound, TooLong
from core.evidence import decide, files
from core.evidence.decide import Kind

Q = db.queries(__file__)
# No unit of work lives as long: an older file without a row will never get one.
ORPHANED_AFTER = timedelta(days=1)
MOST_OF_A_TICKET = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    id: UUID
    ticket_id: UUID
    name: str
    kind: Kind
    size: int
    digest: bytes
    uploaded_by: str
    at: datetime


async def keep(unit: db.Unit, ticket_id: UUID, name: str, content: bytes, by: Actor, now: datetime) -> Evidence:
    """Refuses what is no evidence, and what belongs to no ticket of this tenant."""
    kind, digest = await asyncio.to_thread(_examined, name, content)
    evidence = Evidence(ids.new(), ticket_id, decide.clean_name(name), kind, len(content), digest, str(by), now)
    given = (evidence.id, ticket_id, evidence.name, kind.code, evidence.size, digest, evidence.uploaded_by, now)
    if not await unit.execute(Q.insert, unit.tenant, *given):
        raise NotFound
    await asyncio.to_thread(files.write, unit.tenant, evidence.id, content)
    return evidence


async def keep_all(
    unit: db.Unit, ticket_id: UUID, handed: Sequence[tuple[str, bytes]], by: Actor, now: datetime
) -> tuple[Evidence, ...]:
    """All of them, each with its name, or none."""
    if handed and len(handed) + len(await listing(unit, ticket_id)) > MOST_OF_A_TICKET:
        raise TooLong(f"一张工单最多 {MOST_OF_A_TICKET} 份材料，请合并后上传。", field=decide.FIELD)
    return tuple([await keep(unit, ticket_id, name, content, by, now) for name, content in handed])


async def take_back(unit: db.Unit, file_ids: Collection[UUID]) -> int:
    """Files whose act did not come about are nobody's evidence; one that an act names stays."""
    return await unit.execute(Q.take_back, unit.tenant, list(file_ids))


async def listing(unit: db.Unit, ticket_id: UUID) -> tuple[Evidence, ...]:
    return tuple(_evidence(row) for row in await unit.fetch(Q.of_ticket, unit.tenant, ticket_id))


async def read(unit: db.Unit, evidence_id: UUID) -> tuple[Evidence, bytes]:
    """With its content, byte for byte what was handed in, or ``files.FileLost``."""
    row = await unit.fetchrow(Q.one, unit.tenant, evidence_id)
    if row is None:
        raise NotFound
    content = await asyncio.to_thread(files.read, unit.tenant, evidence_id)
    if await asyncio.to_thread(_digest, content) != row["digest"]:
        raise files.FileLost
    return _evidence(row), content


async def sweep(unit: db.Unit, now: datetime) -> int:
    """How many files it removed that no row names: what was written and never committed."""
    old = await asyncio.to_thread(files.older_than, unit.tenant, now - ORPHANED_AFTER)
    rows = await unit.fetch(Q.known, unit.tenant, [file_id for file_id in old.values() if file_id])
    known = {row["id"] for row in rows}
    orphans = [path for path, file_id in old.items() if file_id not in known]
    await asyncio.to_thread(files.remove, orphans)
    return len(orphans)


def _examined(name: str, content: bytes) -> tuple[Kind, bytes]:
    return decide.kind_of(name, content), _digest(content)


def _digest(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def _evidence(row: db.Row) -> Evidence:
    return Evidence(
        row["id"], row["ticket_id"], row["name"], decide.KINDS[row["kind"]], row["size"], row["digest"],
        row["uploaded_by"], row["at"],
    )  # fmt: skip
