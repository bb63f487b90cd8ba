"""Photos and papers of a record are looked at like a ticket's evidence, and kept encrypted beside it."""

import asyncio
import struct
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives import hashes

from core import db, errors, ids
from core.audit.model import Actor
from core.evidence import decide, files
from core.evidence.bare import bare
from core.records.model import Attached, Handed

Q = db.queries(__file__)
MOST = 20


async def keep(unit: db.Unit, record_id: UUID, handed: Sequence[Handed], by: Actor, now: datetime) -> tuple[UUID, ...]:
    """All of them, or none with what is wrong said at the field."""
    if not handed:
        return ()
    if len(handed) + len(await listing(unit, record_id)) > MOST:
        raise errors.TooLong(f"一条记录最多 {MOST} 份材料，请合并后上传。", field=handed[0].field)
    return tuple([await _keep(unit, record_id, each, by, now) for each in handed])


async def _keep(unit: db.Unit, record_id: UUID, handed: Handed, by: Actor, now: datetime) -> UUID:
    kind, content = await asyncio.to_thread(_examined, handed)
    file_id = ids.new()
    await unit.execute(
        Q.add_file, unit.tenant, file_id, record_id, handed.field, decide.clean_name(handed.name), kind.code,
        len(content), _digest(content), str(by), now,
    )  # fmt: skip
    await asyncio.to_thread(files.write, unit.tenant, file_id, content)
    return file_id


async def listing(unit: db.Unit, record_id: UUID) -> tuple[Attached, ...]:
    return tuple(Attached(**row) for row in await unit.fetch(Q.files, unit.tenant, record_id))


async def read(unit: db.Unit, record_id: UUID, file_id: UUID) -> tuple[Attached, str, bytes]:
    """With its media type and its content as it was kept, or ``files.FileLost``."""
    row = await unit.fetchrow(Q.file_row, unit.tenant, record_id, file_id)
    if row is None:
        raise errors.NotFound("没有找到这份材料。")
    content = await asyncio.to_thread(files.read, unit.tenant, file_id)
    if _digest(content) != row["digest"]:
        raise files.FileLost
    found = Attached(**{name: row[name] for name in Attached.__dataclass_fields__})
    return found, decide.KINDS[found.kind].media, content


def _examined(handed: Handed) -> tuple[decide.Kind, bytes]:
    """What it is, and the file as it may be kept: a photo says no more where it was taken."""
    try:
        kind = decide.kind_of(handed.name, handed.content)
    except errors.Refused as refusal:
        refusal.field = handed.field
        raise
    try:
        return kind, bare(kind.code, handed.content)
    except (ValueError, struct.error) as broken:
        raise errors.EvidenceType("图片已经损坏，请重新拍摄或另存后再上传。", field=handed.field) from broken


def _digest(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()
