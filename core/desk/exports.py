"""What a list shows leaves as a file made in the background, kept a week for whoever asked, and noted in the log."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec

from core import db, ids
from core.audit import actions as audit
from core.clock import SHANGHAI
from core.desk import papers
from core.desk.cells import Asked
from core.desk.known import kind_of, read_of
from core.desk.lists import Kind
from core.desk.papers import Paper
from core.errors import Invalid, NotEntitled, NotFound, Refused, TooMany, Unavailable, WrongState
from core.notify import actions as notify
from core.outbox import tasks
from core.people import Member, footing
from core.search.decide import names_phone, plain
from core.tenants.model import Tenant

Q = db.queries(__file__)
JOB = "export"
KEPT = timedelta(days=7)
MOST_ROWS = 100_000
MOST_AT_ONCE = 3
CHUNK = 500
# What is read on within this time after a download was noted belongs to it.
ONE_DOWNLOAD = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(minutes=5)
GIVEN_UP = "多次尝试仍没有生成，请重新导出；再次失败请联系系统管理员。"
# Shorter than a job may run: what is left is handed on to the next turn.
TURN_SECONDS = 20.0
Format = Literal["csv", "xlsx"]
FORMATS: dict[str, str] = {"xlsx": "Excel 工作簿（.xlsx）", "csv": "CSV 文本（.csv，UTF-8）"}
TYPES: dict[str, str] = {
    "zip": "application/zip", "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """``said`` are the conditions in words; ``taken`` is how often it was downloaded, last noted at ``noted_at``.

    ``stood`` is the place it was ordered in; ``refusal`` says why there is no file.
    """

    id: UUID
    list: str
    name: str
    format: str
    said: str
    state: str
    total: int
    done: int
    size: int
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    taken: int
    stood: Mapping[str, Any]
    noted_at: datetime | None
    refusal: str

    @property
    def file_name(self) -> str:
        return f"{self.name}.{self.format}"

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody ticked in the form of an export; ``q`` is searched for, and may be a phone that no log keeps."""

    kind: Kind
    format: str
    shown: Sequence[str]
    asked: Asked
    said: str
    total: int
    q: str = ""

    @property
    def told(self) -> str:
        """For whoever ordered it, on their own page."""
        asked = f"电话（{len(plain(self.q))} 位）" if names_phone(self.q) else f"搜索“{self.q}”"
        return f"{asked}，{self.said}" if self.q else self.said


async def order(unit: db.Unit, tenant: Tenant, member: Member, wanted: Order, now: datetime) -> UUID:
    shown = [code for code in wanted.kind.taken if code in wanted.shown]
    if not shown:
        raise Invalid("请至少选择一列。", field="cols")
    if wanted.format not in FORMATS:
        raise Invalid("请选择文件格式。", field="format")
    if await unit.fetchval(Q.exports_under_way, unit.tenant, member.id) >= MOST_AT_ONCE:
        raise TooMany(f"您已有 {MOST_AT_ONCE} 个导出正在进行，请等其中一个完成。", field="format")
    export_id = ids.new()
    stamp = now.astimezone(SHANGHAI).strftime("%Y%m%d-%H%M")
    name = f"{tenant.short or tenant.name}{wanted.kind.label}-{stamp}"
    await unit.execute(
        Q.add_export, unit.tenant, export_id, member.id, wanted.kind.code, name, wanted.format, shown,
        msgspec.to_builtins(asdict(wanted.asked)), wanted.told, min(wanted.total, MOST_ROWS), now, now + KEPT,
        footing.told(member),
    )  # fmt: skip
    told = {"list": wanted.kind.code, "format": wanted.format, "columns": shown, "conditions": wanted.said,
            "searched": bool(wanted.q)}  # fmt: skip
    await audit.write(unit, member.actor, "export.order", "export", export_id, None, told, now)
    await tasks.wake(unit, JOB, now, str(export_id))
    return export_id


async def of_member(unit: db.Unit, member: Member, now: datetime) -> tuple[Export, ...]:
    """One's own that have not run out, newest first."""
    return tuple(Export(**row) for row in await unit.fetch(Q.exports, unit.tenant, member.id, now))


async def one(unit: db.Unit, member: Member, export_id: UUID, now: datetime) -> Export:
    found = next((each for each in await of_member(unit, member, now) if each.id == export_id), None)
    if found is None:
        raise NotFound("没有找到这个文件，可能已过期或已删除。")
    return found


async def take(unit: db.Unit, member: Member, export_id: UUID, now: datetime, start: int) -> tuple[Export, Paper]:
    """The file, for whoever still is who ordered it; only the rest of what was noted just now is not noted again."""
    found = await one(unit, member, export_id, now)
    if found.is_under_way:
        raise WrongState("文件还没有生成完，请稍候。")
    refusal = found.refusal or await _refusal(unit, member.id, found.stood, now)
    if refusal:
        raise NotEntitled(f"{refusal}这份文件不能再下载，请在列表重新导出。")
    paper = await asyncio.to_thread(papers.paper, unit.tenant, export_id)
    continued = start > 0 and found.noted_at is not None and now < found.noted_at + ONE_DOWNLOAD
    if start < found.size and not continued:
        await unit.execute(Q.export_taken, unit.tenant, export_id, now)
        told = {"list": found.list, "format": found.format, "size": found.size, "rows": found.done}
        await audit.write(unit, member.actor, "export.take", "export", export_id, None, told, now)
    return found, paper


async def drop(unit: db.Unit, member: Member, export_id: UUID, now: datetime) -> None:
    found = await one(unit, member, export_id, now)
    await unit.execute(Q.drop_export, unit.tenant, export_id)
    await audit.write(unit, member.actor, "export.drop", "export", export_id, {"state": found.state}, None, now)
    unit.after_commit(lambda: asyncio.to_thread(papers.remove, unit.tenant, export_id))


async def export(tenant: Tenant, ref: str, now: datetime) -> None:
    """Reads on from where the last turn stopped; the last turn puts the file together."""
    until, export_id = time.monotonic() + TURN_SECONDS, UUID(ref)
    while True:
        row = await _turn(tenant, export_id, now)
        if row is None or row["state"] == "ready":
            return
        if time.monotonic() > until:
            async with db.as_tenant(tenant.id) as unit:
                await tasks.wake(unit, JOB, now + timedelta(seconds=1), ref)
            return


async def _turn(tenant: Tenant, export_id: UUID, now: datetime) -> db.Row | None:
    """One chunk in one short transaction; None where there is nothing more to do."""
    async with db.as_tenant(tenant.id, patience=30) as unit:
        row = await unit.fetchrow(Q.export_to_make, unit.tenant, export_id, now)
        if row is None:
            return None
        refusal = await _refusal(unit, row["member_id"], row["stood"], now)
        if refusal:
            await unit.execute(Q.export_refused, unit.tenant, export_id, refusal)
            unit.after_commit(lambda: asyncio.to_thread(papers.remove, unit.tenant, export_id))
            return None
        room = min(CHUNK, MOST_ROWS - row["done"])
        found = await read_of(row["list"])(
            unit, tenant, msgspec.convert(row["asked"], Asked), row["place"], room, row["asked_at"]
        )
        cells = [[each.get(code, "") for code in row["shown"]] for each in found.rows]
        await asyncio.to_thread(papers.keep_part, tenant.id, export_id, row["parts"], cells)
        done, parts = row["done"] + len(cells), row["parts"] + 1
        await unit.execute(Q.export_got_on, unit.tenant, export_id, done, parts, found.place)
    if found.more and done < MOST_ROWS:
        return row
    return await _finish(tenant, row, done, parts, now)


async def _refusal(unit: db.Unit, member_id: UUID, stood: Mapping[str, Any], now: datetime) -> str:
    """Why whoever ordered it may no longer have it; empty where they may."""
    try:
        await footing.restored(unit, member_id, stood, now)
    except Unavailable:
        raise
    except Refused as refusal:
        return refusal.detail
    return ""


async def _finish(tenant: Tenant, row: db.Row, done: int, parts: int, now: datetime) -> db.Row:
    kind = kind_of(row["list"])
    head = [kind.taken[code] for code in row["shown"]]
    content = await asyncio.to_thread(
        papers.assemble, tenant.id, row["id"], row["format"], head, parts, kind.label
    )  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(
            Q.export_ready,
            unit.tenant,
            row["id"],
            done,
            len(content),
            sha256(content).digest(),
            max(now, row["asked_at"]),
        )
        await notify.tell(
            unit, row["member_id"], "export", f"{kind.label} {done:,} 行", "/downloads", now, once=f"export:{row['id']}"
        )
        unit.after_commit(lambda: asyncio.to_thread(papers.drop_parts, tenant.id, row["id"], parts))
    return {**row, "state": "ready"}


async def look_at(tenant: Tenant, now: datetime) -> None:
    """What lost wake-ups forgot is made after all; what was tried to the last has failed, and its orderer is told."""
    async with db.as_tenant(tenant.id) as unit:
        for row in await unit.fetch(Q.exports_given_up, unit.tenant, JOB, now - FORGOTTEN_AFTER):
            await unit.execute(Q.export_refused, unit.tenant, row["id"], GIVEN_UP)
        for row in await unit.fetch(Q.exports_owed, unit.tenant, now - FORGOTTEN_AFTER):
            await tasks.wake(unit, JOB, now, str(row["id"]))


async def sweep(unit: db.Unit, now: datetime) -> None:
    """What ran out goes, row and file; the log keeps who took it."""
    for row in await unit.fetch(Q.exports_run_out, unit.tenant, now):
        await asyncio.to_thread(papers.remove, unit.tenant, row["id"])
        await unit.execute(Q.drop_export, unit.tenant, row["id"])


def eyes_told(eyes: Any) -> dict[str, Any]:
    """Plain values, fit to be kept beside the order: what is seen is what was seen when it was asked for."""
    return msgspec.to_builtins(asdict(eyes))
