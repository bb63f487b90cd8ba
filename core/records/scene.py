"""What a function of an extra may know is gathered here: places, its own records, never a name or a private field."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from core import db, errors, stack
from core.clock import SHANGHAI
from core.policy.extras import Entry, Extra, Kind, Scene
from core.policy.policy import Policy
from core.policy.scenery import Place
from core.records import decide, frames, offered
from core.records.model import Record
from core.records.stored import Q
from core.tenants.model import Tenant

T = TypeVar("T")
# More are never looked through for one answer.
MOST = 200_000


async def scene(
    unit: db.Unit, tenant: Tenant, now: datetime, *, record: Entry | None = None,
    given: Mapping[str, Any] | None = None, reads: Collection[str] = (), frame: str = "", policy: Policy | None = None,
) -> Scene:  # fmt: skip
    """``reads`` are the kinds whose records are looked through; without a record it is about none."""
    others = await entries(unit, reads, now)
    rows = await unit.fetch(Q.places, unit.tenant)
    regions = await unit.fetch(Q.regions, unit.tenant)
    levels = {row["code"]: row["level"] for row in regions}
    return Scene(
        now=now.astimezone(SHANGHAI),
        policy=policy or stack.policy(tenant, now.astimezone(SHANGHAI).date()),
        calendar=tenant.calendar,
        record=record or Entry("", "", "", "", {}, now),
        given=_sealed(given or {}),
        others=tuple(each for each in others if record is None or each.id != record.id),
        regions=_sealed({row["code"]: Place(row["code"], row["name"], row["parent"], row["level"]) for row in regions}),
        institutions=_sealed({
            row["code"]: Place(row["code"], row["name"], row["parent"], levels.get(row["region"], ""), row["region"],
                               row["line"])
            for row in rows
        }),
        staff=_sealed({row["code"]: row["name"] for row in await unit.fetch(Q.staff, unit.tenant)}),
        items=await _items(unit, (*others, *([record] if record else ()))),
        members=_sealed({row["username"]: row["role"] for row in await unit.fetch(Q.members, unit.tenant)}),
        frame=await frames.of(unit, frame, record) if frame else (),
    )  # fmt: skip


def _sealed(known: Mapping[str, T]) -> Mapping[str, T]:
    """What is only to be read, and by one function after another, cannot be written into by mistake."""
    return MappingProxyType(dict(known))


async def _items(unit: db.Unit, entries_: Sequence[Entry]) -> Mapping[str, str]:
    known = {each.kind: offered.find_kind(each.kind) for each in entries_}
    fields = {
        code: [one.code for one in found[1].fields().values() if one.kind == "item"]
        for code, found in known.items() if found is not None
    }  # fmt: skip
    codes = {str(each.fields[code]) for each in entries_ for code in fields.get(each.kind, ()) if each.fields.get(code)}
    rows = await unit.fetch(Q.items_named, unit.tenant, sorted(codes)) if codes else []
    return {row["code"]: row["name"] for row in rows}


def entry_of(record: Record, done: Mapping[str, datetime] | None = None) -> Entry:
    return Entry(
        id=str(record.id), kind=record.kind, number=record.number, state=record.state,
        fields=_sealed(record.fields),
        filed_at=record.filed_at, ended_at=record.ended_at, institution=record.institution, region=record.region,
        named=record.named, parent=str(record.parent or ""), overdue=record.overdue(),
        repeat_of=str(record.repeat_of or ""), done=done or {},
    )  # fmt: skip


async def entries(unit: db.Unit, kinds: Collection[str], now: datetime) -> tuple[Entry, ...]:
    """All records of these kinds, oldest first."""
    if not kinds:
        return ()
    rows = await unit.fetch(Q.entries, unit.tenant, list(kinds), MOST + 1)
    if len(rows) > MOST:
        raise errors.TooLarge(f"要统计的记录超过 {MOST} 条，请联系系统管理员。")
    ids = [row["id"] for row in rows]
    done = _by(await unit.fetch(Q.done, unit.tenant, ids), "act", "at")
    late = _by(await unit.fetch(Q.late, unit.tenant, ids, now), "code", "code")
    cases = sorted({row["case_code"] for row in rows if row["case_code"]})
    graded = await unit.fetch(Q.grades, unit.tenant, cases) if cases else []
    grades = {row["code"]: row["grade"] for row in graded}
    known = {code: offered.find_kind(code) for code in kinds}
    return tuple(
        _entry(row, known[row["kind"]], done.get(row["id"], {}), late.get(row["id"], ()), grades.get(row["case_code"]))
        for row in rows
    )


async def as_they_stood(unit: db.Unit, found: Sequence[Entry], at: datetime) -> tuple[Entry, ...]:
    """Those that there were at that moment, each in the state that it had then."""
    rows = await unit.fetch(Q.stood, unit.tenant, [UUID(each.id) for each in found], at)
    states = {str(row["record_id"]): str(row["after"]) for row in rows}
    return tuple(
        replace(
            each, state=states[each.id], ended_at=each.ended_at if each.ended_at and each.ended_at <= at else None,
            done={act: done for act, done in each.done.items() if done <= at},
        )
        for each in found if each.id in states
    )  # fmt: skip


def _by(rows: Sequence[db.Row], key: str, value: str) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["record_id"], {})[row[key]] = row[value]
    return found


def _entry(
    row: db.Row, known: tuple[Extra, Kind] | None, done: Mapping[str, datetime], late: Iterable[str], grade: int | None
) -> Entry:  # fmt: skip
    fields = decide.revived(known[1], row["fields"]) if known else row["fields"]
    return Entry(
        id=str(row["id"]), kind=row["kind"], number=row["number"], state=row["state"],
        fields=_sealed(fields),
        filed_at=row["filed_at"], ended_at=row["ended_at"], institution=row["institution"], region=row["region"],
        named=row["named"], parent=str(row["parent"] or ""), overdue=tuple(sorted(late)),
        repeat_of=str(row["repeat_of"] or ""), done=done, grade=grade,
    )  # fmt: skip


async def as_entry(unit: db.Unit, record: Record) -> Entry:
    done = _by(await unit.fetch(Q.done, unit.tenant, [record.id]), "act", "at")
    return entry_of(record, done.get(record.id))
