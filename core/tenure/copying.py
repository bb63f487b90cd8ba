"""All that a place holds leaves as one packed file, table by table; what names a person only with a written reason."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from shutil import disk_usage
from typing import IO, Any, cast
from uuid import UUID

import msgspec

from core import db, ids
from core.audit import actions as audit
from core.clock import SHANGHAI
from core.desk import exports, papers
from core.desk.papers import Sealing
from core.errors import Invalid, Refused, TooMany, Unavailable
from core.evidence import files
from core.notify import actions as notify
from core.outbox import tasks
from core.people import Member, footing
from core.people import actions as people
from core.records import stored as records
from core.tenants.model import Tenant
from core.tenants.throwaway import ordered
from core.tenure import privacy

Q = db.queries(__file__)

JOB = "copy"
LIST = "tenant"
FORMAT = "zip"
SECONDS = 900
AT_ONCE = 2000
# The disk is everybody's: so much of it stays free, and after so many rows it is looked at again.
LEAST_FREE = 2 * 2**30
LOOKED_AT = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    reason: str
    personal: bool


async def order(unit: db.Unit, tenant: Tenant, member: Member, wanted: Wanted, now: datetime) -> UUID:
    """To be fetched from one's own downloads; ``personal`` is for who may read persons and says why."""
    if not wanted.reason:
        raise Invalid("请写明导出的用途，会记入操作记录。", field="reason")
    if await unit.fetchval(Q.copies_under_way, unit.tenant, LIST):
        raise TooMany("已有一份全部数据正在生成，请在下载中心等它完成。", field="reason")
    export_id, tables = ids.new(), await _tables(unit, wanted.personal)
    stamp = now.astimezone(SHANGHAI).strftime("%Y%m%d-%H%M")
    said = f"全部数据，{'含个人信息' if wanted.personal else '不含个人信息'}；用途：{wanted.reason}"
    await unit.execute(
        Q.add_copy, unit.tenant, export_id, member.id, LIST, f"{tenant.short or tenant.name}全部数据-{stamp}", FORMAT,
        msgspec.to_builtins(wanted), said, len(tables), now, now + exports.KEPT, footing.told(member),
    )  # fmt: skip
    told = {"reason": wanted.reason, "personal": wanted.personal}
    await audit.write(unit, member.actor, "tenant.copy", "tenant", unit.tenant, None, told, now)
    await tasks.wake(unit, JOB, now, str(export_id))
    return export_id


async def _tables(unit: db.Unit, personal: bool) -> Sequence[str]:
    return sorted(each for each in await ordered(unit) if privacy.leaves(each, personal=personal))


async def copy(tenant: Tenant, ref: str, now: datetime) -> None:
    """One file of everything, made whole or not at all."""
    export_id = UUID(ref)
    async with db.as_tenant(tenant.id, patience=SECONDS) as unit:
        row = await unit.fetchrow(Q.copy_to_make, unit.tenant, export_id, now)
        if row is None:
            return
        refusal = await _refusal(unit, row, now)
        if refusal:
            await unit.execute(Q.copy_refused, unit.tenant, export_id, refusal)
            return
        try:
            with papers.sealing(tenant.id, export_id) as made:
                rows = await _packed(unit, tenant, made, msgspec.convert(row["asked"], Wanted), now)
        except NoRoom as refusal:
            await unit.execute(Q.copy_refused, unit.tenant, export_id, refusal.detail)
            return
        ready = (rows, made.size, made.digest, max(now, row["asked_at"]))
        await unit.execute(Q.copy_ready, unit.tenant, export_id, *ready)
        await notify.tell(
            unit, row["member_id"], "export", f"全部数据 {rows:,} 行", "/downloads", now, once=f"export:{export_id}"
        )


async def _refusal(unit: db.Unit, row: db.Row, now: datetime) -> str:
    """Why whoever ordered it may no longer have it."""
    try:
        await footing.restored(unit, row["member_id"], row["stood"], now)
    except Unavailable:
        raise
    except Refused as refusal:
        return refusal.detail
    return ""


class NoRoom(Refused):
    """服务器的磁盘空间不够装下全部数据。请系统管理员腾出空间后重新导出，或用数据库备份交付。"""


def _refuse_full_disk() -> None:
    if disk_usage(files.root()).free < LEAST_FREE:
        raise NoRoom


async def _packed(unit: db.Unit, tenant: Tenant, target: Sealing, wanted: Wanted, now: datetime) -> int:
    """How many rows; they go from the database to the disk without ever being together in memory."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(cast("IO[bytes]", target), "w", zipfile.ZIP_DEFLATED) as pack:
        for table in await _tables(unit, wanted.personal):
            _refuse_full_disk()
            counts[table] = await _table(unit, pack, table, wanted)
        if wanted.personal and files.has_folder():
            await _evidence(unit, pack)
        pack.writestr("manifest.json", _manifest(tenant, wanted, counts, now))
    return sum(counts.values())


async def _table(unit: db.Unit, pack: zipfile.ZipFile, table: str, wanted: Wanted) -> int:
    """A CSV as spreadsheets read it; a line that begins like a formula is kept from being one."""
    connection: Any = unit.connection
    hidden = privacy.hidden(table, personal=wanted.personal)
    count = 0
    # The name is the catalogue's own.
    sql = f"SELECT * FROM {table} WHERE tenant_id = $1"  # noqa: S608
    with pack.open(f"{table}.csv", "w", force_zip64=True) as raw:
        out = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        write = csv.writer(out)
        async for row in connection.cursor(sql, unit.tenant, prefetch=AT_ONCE):
            shown = {
                name: value for name, value in row.items() if name not in hidden and not name.endswith(privacy.SECRETS)
            }
            if table == privacy.PEOPLE:
                shown = await _person(unit, row["id"])
            if table == privacy.TOLD and wanted.personal:
                shown["value"] = records.opened(unit, row)
            if not count:
                write.writerow(shown)
            write.writerow([_cell(value) for value in shown.values()])
            count += 1
            if count % LOOKED_AT == 0:
                _refuse_full_disk()
        out.flush()
        out.detach()
    return count


async def _person(unit: db.Unit, person_id: UUID) -> dict[str, Any]:
    found = await people.in_clear(unit, person_id)
    return {"id": person_id, "name": found.name, "id_type": found.id_type, "id_number": found.id_number,
            "phone": found.phone}  # fmt: skip


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


async def _evidence(unit: db.Unit, pack: zipfile.ZipFile) -> None:
    for row in await unit.fetch(Q.evidence, unit.tenant):
        _refuse_full_disk()
        try:
            pack.writestr(f"evidence/{row['id']}-{row['name']}", files.read(unit.tenant, row["id"]))
        except files.FileLost:
            pack.writestr(f"evidence/{row['id']}.lost.txt", "文件已丢失")


def _manifest(tenant: Tenant, wanted: Wanted, counts: Mapping[str, int], now: datetime) -> str:
    told = {
        "tenant": tenant.name, "slug": tenant.slug, "division": tenant.division, "stack": list(tenant.stack),
        "made_at": now.isoformat(), "reason": wanted.reason, "personal": wanted.personal, "rows": dict(counts),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2)


async def look_at(tenant: Tenant, now: datetime) -> None:
    """What lost wake-ups forgot is made after all."""
    async with db.as_tenant(tenant.id) as unit:
        for row in await unit.fetch(Q.copies_owed, unit.tenant, now - exports.FORGOTTEN_AFTER, JOB):
            await tasks.wake(unit, JOB, now, str(row["id"]))
