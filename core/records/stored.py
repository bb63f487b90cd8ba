"""Records become rows and rows records; what a record hides is written and read here and nowhere else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core import db, ids
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import NotFound
from core.people import actions as people
from core.policy.calendar import Calendar
from core.policy.extras import Kind, Timer
from core.policy.policy import Policy
from core.records import decide, offered
from core.records.model import Deed, PluginGone, Record, Running
from core.tickets.clocks import strip

Q = db.queries(__file__)
FILED = "filed"
BEGAN: Final = {"rater": "提交", "system": "自动产生"}
RECOUNT = "recount"


@dataclass(frozen=True, slots=True)
class Birth:
    """What a record is filed with beside what it says; ``once`` and ``same`` find it again."""

    person_id: UUID | None = None
    policy: str = ""
    same: bytes | None = None
    once: str | None = None


async def add(unit: db.Unit, kind: Kind, record: Record, birth: Birth) -> None:
    await unit.execute(
        Q.add_record, unit.tenant, record.id, record.extra, record.kind, record.number, record.state, record.title,
        _plain(record.fields), record.institution, record.region, record.named, record.parent, record.case,
        record.repeat_of, record.filed_at, record.filed_by, record.filer_id, birth.person_id, record.channel,
        record.receipt or None, record.ended_at, decide.calendar_day(kind, record.fields), birth.policy,
        record.policy_day, birth.same, birth.once, record.perhaps_of,
    )  # fmt: skip


async def save(unit: db.Unit, kind: Kind, record: Record) -> None:
    await unit.execute(
        Q.save_record, unit.tenant, record.id, record.state, record.version, record.title, _plain(record.fields),
        record.institution, record.region, record.named, record.case, record.ended_at,
        decide.calendar_day(kind, record.fields),
    )  # fmt: skip


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {code: decide.plain(value) for code, value in fields.items()}


async def load(unit: db.Unit, record_id: UUID, now: datetime, *, lock: bool = False) -> Record:
    """With its timers as they stand ``now``."""
    row = await unit.fetchrow(Q.record_locked if lock else Q.record, unit.tenant, record_id)
    if row is None:
        raise NotFound("没有找到这条记录。")
    (found,) = await with_timers(unit, [record_of(row)], now)
    return found


def record_of(row: db.Row) -> Record:
    """Refused as not there where what describes it has been removed."""
    if not offered.is_known(row):
        raise PluginGone
    _, kind = offered.kind_of(row["extra"], row["kind"])
    return Record(
        id=row["id"], extra=row["extra"], kind=row["kind"], number=row["number"], state=row["state"],
        version=row["version"], title=row["title"], fields=decide.revived(kind, row["fields"]),
        hidden=tuple(row.get("hidden", ())), institution=row["institution"], region=row["region"], named=row["named"],
        parent=row["parent"], case=row["case_code"], repeat_of=row["repeat_of"], filed_at=row["filed_at"],
        filed_by=row["filed_by"], channel=row["channel"], ended_at=row["ended_at"], policy_day=row["policy_day"],
        receipt=row["receipt"] or "", filer_id=row["filer_id"], person_id=row["person_id"],
        perhaps_of=row["perhaps_of"],
    )  # fmt: skip


async def with_timers(unit: db.Unit, records: Sequence[Record], now: datetime) -> tuple[Record, ...]:
    rows = await unit.fetch(Q.timers, unit.tenant, [each.id for each in records])
    of: dict[UUID, list[db.Row]] = {}
    for row in rows:
        of.setdefault(row["record_id"], []).append(row)
    return tuple(
        replace(each, timers=tuple(running_of(each, row, now) for row in of.get(each.id, ()))) for each in records
    )


def running_of(record: Record, row: db.Row, now: datetime) -> Running:
    _, kind = offered.kind_of(record.extra, record.kind)
    label = next((each.label for each in kind.timers if each.code == row["code"]), row["code"])
    return Running(
        code=row["code"], label=label, started_at=row["started_at"], due_at=row["due_at"], warn_at=row["warn_at"],
        clause=row["clause"], document=row["document"], state=row["state"],
        overdue=row["due_at"] <= (row["stopped_at"] or now), days=tuple(row["days"]), provisional=row["provisional"],
        stopped_at=row["stopped_at"], id=row["id"],
    )  # fmt: skip


async def note(
    unit: db.Unit, record_id: UUID, act: str, by: Actor, given: Mapping[str, Any], states: tuple[str, str],
    now: datetime,
) -> None:  # fmt: skip
    """Writes a deed into the record's history; nothing private is given to it."""
    await unit.execute(
        Q.add_deed, unit.tenant, ids.new(), record_id, now, act, str(by), by.member, _plain(given), *states
    )


async def deeds(unit: db.Unit, kind: Kind, record_id: UUID) -> tuple[Deed, ...]:
    rows = await unit.fetch(Q.deeds, unit.tenant, record_id)
    labels: dict[str, str] = {
        RECOUNT: "公布放假安排后重算期限",
        **{each.code: each.label for each in kind.acts},
    }
    return tuple(
        Deed(row["at"], row["actor"], row["act"], labels.get(row["act"]) or _began(row["act"], row["actor"]),
             decide.revived(kind, row["given"]), row["before"], row["after"], row["member_id"])
        for row in rows
    )  # fmt: skip


def _began(act: str, by: str) -> str:
    """How a record came to be: somebody asked, the office wrote it down, or its time had come."""
    return BEGAN.get(by, "登记") if act == FILED else act


async def hide(unit: db.Unit, record_id: UUID, values: Mapping[str, Any]) -> None:
    """Each private value under its own row, readable nowhere else."""
    for field, value in values.items():
        known = await unit.fetchrow(Q.secret, unit.tenant, record_id, field)
        row_id = known["id"] if known else ids.new()
        sealed = provider().encrypt(str(decide.plain(value)), _place(unit.tenant, row_id))
        if known:
            await unit.execute(Q.change_secret, unit.tenant, row_id, sealed)
        else:
            await unit.execute(Q.keep_secret, unit.tenant, row_id, record_id, field, sealed)


async def reveal(unit: db.Unit, record_id: UUID, field: str) -> str:
    said = await recall(unit, record_id, field)
    if not said:
        raise NotFound("这一项没有填写。")
    return said


async def recall(unit: db.Unit, record_id: UUID, field: str) -> str:
    """The same, empty where nothing was told."""
    row = await unit.fetchrow(Q.secret, unit.tenant, record_id, field)
    return "" if row is None else opened(unit, row)


def opened(unit: db.Unit, row: db.Row) -> str:
    if not row["value_enc"]:
        return people.ERASED
    return provider().decrypt(row["value_enc"], _place(unit.tenant, row["id"]))


def _place(tenant_id: int, row_id: UUID) -> Place:
    return Place(tenant_id, "extra_secret", "value", row_id)


async def start_timers(
    unit: db.Unit, record: Record, timers: Iterable[Timer], policy: Policy, calendar: Calendar, now: datetime
) -> tuple[datetime, ...]:
    """Those that a rule or a day gives an end; when somebody must be told of them."""
    instants: list[datetime] = []
    for timer in timers:
        await unit.execute(Q.stop_timers, unit.tenant, record.id, now, [timer.code])
        end = decide.ends(timer, record.fields, now, policy, calendar)
        if end is None:
            continue
        lead = policy[timer.warn] if timer.warn is not None else None
        warn_at = decide.before(end.at, lead, calendar) if lead is not None else None
        span = policy[timer.within] if timer.within is not None and not timer.until else None
        why = policy.why(timer.within) if timer.within is not None else None
        await unit.execute(
            Q.add_timer, unit.tenant, ids.new(), record.id, timer.code, now, str(span or ""), end.at, warn_at,
            why.clause if why else "", why.document if why else "", policy.revision, calendar.version,
            end.provisional, decide.rest_moves(policy), str(lead or ""), list(strip(end)),
        )  # fmt: skip
        instants += [at for at in (warn_at, end.at) if at is not None]
    return tuple(instants)


async def stop_timers(unit: db.Unit, record_id: UUID, codes: Iterable[str] | None, now: datetime) -> None:
    """These, or with None all that run."""
    await unit.execute(Q.stop_timers, unit.tenant, record_id, now, None if codes is None else list(codes))
