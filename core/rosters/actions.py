"""A spreadsheet is brought, its columns are named, it is tried, and only then taken in; each step is in the log."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Conflict, Invalid, NotFound, TooMany
from core.outbox import tasks
from core.rosters import mapping
from core.rosters.mapping import Plan
from core.rosters.model import BrokenRow, Roster, Tally
from core.rosters.workbook import Grid, read

Q = db.queries(__file__)
JOB: Final = "roster"
KEPT: Final = timedelta(days=7)
SHOWN: Final = 100
LISTED: Final = 20
MOST_KEPT: Final = 5
OVERTAKEN: Final = "这次导入在您打开之后已经变化，请看过现在的样子再办。"


async def receive(tenant_id: int, name: str, data: bytes, *, by: Actor, now: datetime) -> UUID:
    """Kept to be mapped. A file that is no spreadsheet is refused whole, and nothing of it is kept."""
    grids = await asyncio.to_thread(read, data, name)
    plan = mapping.guess(grids)
    made = ids.new()
    async with db.as_tenant(tenant_id, patience=60) as unit:
        await unit.execute(Q.forget, tenant_id, now - KEPT)
        if await unit.fetchval(Q.kept, tenant_id) >= MOST_KEPT:
            raise TooMany(f"已有 {MOST_KEPT} 个文件等着导入，请先导入或放弃其中一个。", field="file")
        stored = (by.member, db.clean_text(name)[-120:], len(data), sha256(data).digest(), data, mapping.plain(plan))
        await unit.execute(Q.add, tenant_id, made, *stored, str(by), now)
        told = {"name": name, "size": len(data), "digest": sha256(data).hexdigest()}
        await audit.write(unit, by, "roster.bring", "roster", made, None, told, now)
    return made


async def listing(unit: db.Unit) -> tuple[Roster, ...]:
    return tuple(_roster(row) for row in await unit.fetch(Q.listing, unit.tenant, None, LISTED))


async def one(unit: db.Unit, roster_id: UUID) -> Roster:
    rows = await unit.fetch(Q.listing, unit.tenant, roster_id, 1)
    if not rows:
        raise NotFound("没有这次导入。")
    return _roster(rows[0])


async def grids(tenant_id: int, found: Roster) -> tuple[Grid, ...]:
    """The file's sheets, while it is kept; nothing waits in the database while they are read."""
    async with db.as_tenant(tenant_id, patience=60) as unit:
        content = await unit.fetchval(Q.content, tenant_id, found.id)
    if content is None:
        raise NotFound("文件已经不再保留，请重新选择文件导入。")
    return await asyncio.to_thread(read, content, found.name)


async def map_columns(
    unit: db.Unit, found: Roster, sheets: tuple[Grid, ...], plan: Plan, *, version: int, by: Actor, now: datetime
) -> None:
    """The columns are as ``plan`` says; the rows are tried in the background, nothing is stored."""
    mapping.checked(sheets, plan)
    if not await unit.execute(Q.map, unit.tenant, found.id, version, mapping.plain(plan)):
        raise Conflict(OVERTAKEN)
    await audit.write(unit, by, "roster.map", "roster", found.id, None, {"plan": mapping.plain(plan)}, now)
    await tasks.wake(unit, JOB, now, str(found.id))


async def start(unit: db.Unit, found: Roster, *, partial: bool, version: int, by: Actor, now: datetime) -> None:
    """Takes it in, whole; ``partial`` leaves out the rows that were refused, and must be said."""
    if found.state == "checked" and found.broken_rows and not partial:
        raise Invalid(
            f"有 {found.broken_rows} 行有问题。请改好后重新导入，或勾选“先导入没有问题的行”。", field="partial"
        )
    if not await unit.execute(Q.start, unit.tenant, found.id, version, partial):
        raise Conflict(OVERTAKEN)
    await audit.write(unit, by, "roster.start", "roster", found.id, None, {"partial": partial}, now)
    await tasks.wake(unit, JOB, now, str(found.id))


async def drop(unit: db.Unit, roster_id: UUID, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.drop, unit.tenant, roster_id, now):
        raise Conflict(OVERTAKEN)
    await audit.write(unit, by, "roster.drop", "roster", roster_id, None, None, now)


async def to_mend(unit: db.Unit, roster_id: UUID) -> bytes:
    content = await unit.fetchval(Q.mend, unit.tenant, roster_id)
    if content is None:
        raise NotFound("没有需要改的行，或者文件已不再保留。")
    return content


def outcome_of(found: Mapping[str, Tally]) -> dict[str, Any]:
    return {kind: asdict(tally) for kind, tally in found.items()}


def _roster(row: db.Row) -> Roster:
    told: dict[str, Any] = dict(row)
    told["plan"] = mapping.parse(told["plan"])
    told["outcome"] = {kind: Tally(**each) for kind, each in told["outcome"].items()}
    told["broken"] = tuple(
        BrokenRow(each["sheet"], each["line"], each["detail"], tuple(each["cells"])) for each in told["broken"]
    )
    return Roster(**told)
