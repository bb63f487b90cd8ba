"""What an operator decides for a tenant has a basis, an author and an entry in the log, and is a new revision."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from core import db
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from core.policy.calendar import YearNotice
from core.policy.model import Override
from core.tenants import directory
from core.tenants.directory import by_host, by_id, by_slug, forget, listing
from core.tenants.model import DIVISION, Founding, Tenant

__all__ = [
    "answer", "by_host", "by_id", "by_slug", "create", "drop_day", "forget", "listing",
    "load_notice", "override", "put_day", "put_notice", "set_day", "set_division", "take_day", "touch", "unanswer",
]  # fmt: skip

Q = db.queries(__file__)


async def create(founding: Founding, *, now: datetime, by: Actor = SYSTEM, tenant_id: int | None = None) -> Tenant:
    """The next free number is its own, unless one is given."""
    if tenant_id is None:
        async with db.as_system() as unit:
            tenant_id = int(await unit.fetchval(Q.next_id))
    async with db.as_tenant(tenant_id) as unit:
        await _found(unit, founding, now)
        for question, value in founding.answers.items():
            await unit.execute(Q.answer, tenant_id, question, value, "", str(by), now)
        for each in founding.overrides:
            await _insert_override(unit, each, now)
        await audit.write(unit, by, "tenant.create", "tenant", tenant_id, None, _told(founding), now)
    directory.forget(tenant_id)
    return await by_id(tenant_id)


async def set_division(tenant: Tenant, division: str, *, by: Actor = SYSTEM, now: datetime) -> None:
    """Its own code says which plugin is its own regulation; once live it stays, since rules were weighed by it."""
    if not DIVISION.fullmatch(division):
        raise Invalid("请填写六位行政区划代码，例如 440300。", field="division")
    async with db.as_tenant(tenant.id) as unit:
        # By what stands now: whoever else writes it is waited for.
        await unit.fetchrow(Q.state_of, tenant.id)
        held = await directory.read(unit, tenant.id)
        if held.division and held.live_since:
            raise Conflict(f"{held.name}已有代码 {held.division}，上线之后不能再改。", field="division")
        other = await unit.fetchval(Q.other_of_division, tenant.id, division)
        if other:
            raise Conflict(f"“{other}”已经使用代码 {division}，请核对。", field="division")
        await unit.execute(Q.set_division, tenant.id, division)
        await audit.write(unit, by, "tenant.division", "tenant", tenant.id, held.division or None, division, now)
    forget(tenant.id)


async def answer(
    tenant_id: int, answers: Mapping[str, Any], *, basis: str = "", by: Actor = SYSTEM, now: datetime
) -> None:
    """Answers to open questions, each replacing the one before it; once a place has been live, a proposal answers."""

    async def change(unit: db.Unit) -> None:
        await _before_history(unit)
        for question, value in answers.items():
            before = await unit.fetchval(Q.answer_now, tenant_id, question)
            await unit.execute(Q.answer, tenant_id, question, value, basis, str(by), now)
            after = {"value": value, "basis": basis}
            await audit.write(unit, by, "question.answer", "question", question, before, after, now)

    await _revise(tenant_id, change)


async def unanswer(tenant_id: int, question: str, *, by: Actor, now: datetime) -> None:
    async def change(unit: db.Unit) -> None:
        await _before_history(unit)
        before = await unit.fetchval(Q.answer_now, tenant_id, question)
        if not await unit.execute(Q.unanswer, tenant_id, question):
            raise NotFound
        await audit.write(unit, by, "question.unanswer", "question", question, before, None, now)

    await _revise(tenant_id, change)


async def override(tenant_id: int, overrides: Iterable[Override], *, by: Actor = SYSTEM, now: datetime) -> None:
    async def change(unit: db.Unit) -> None:
        for each in overrides:
            row = await unit.fetchrow(Q.override_now, tenant_id, each.key)
            before = dict(row) if row else None
            await _insert_override(unit, each, now)
            after = {"value": each.value, "clause": each.clause, "since": each.since, "until": each.until}
            await audit.write(
                unit, by, "policy.override", "key", each.key, dict(before) if before else None, after, now
            )

    await _revise(tenant_id, change)


async def set_day(
    tenant_id: int, day: date, kind: Literal["off", "work"], *, label: str = "", by: Actor = SYSTEM, now: datetime
) -> None:
    await _revise(tenant_id, lambda unit: put_day(unit, day, kind, label, by=by, now=now))


async def put_day(
    unit: db.Unit, day: date, kind: Literal["off", "work"], label: str, *, by: Actor, now: datetime
) -> None:
    """Within a unit that revises the tenant."""
    await unit.execute(Q.set_day, unit.tenant, day, kind, label)
    await audit.write(unit, by, "calendar.set", "day", day, None, {"kind": kind, "label": label}, now)


async def drop_day(tenant_id: int, day: date, *, by: Actor, now: datetime) -> None:
    await _revise(tenant_id, lambda unit: take_day(unit, day, by=by, now=now))


async def take_day(unit: db.Unit, day: date, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.drop_day, unit.tenant, day):
        raise NotFound
    await audit.write(unit, by, "calendar.drop", "day", day, None, None, now)


async def load_notice(
    tenant_id: int, year: int, off: Iterable[date], work: Iterable[date], *, by: Actor = SYSTEM, now: datetime
) -> None:
    """A yearly holiday notice this tenant loads itself; an earlier one of the same year stays readable."""
    notice = YearNotice(frozenset(off), frozenset(work))
    await _revise(tenant_id, lambda unit: put_notice(unit, year, notice, "", by=by, now=now))


async def put_notice(unit: db.Unit, year: int, notice: YearNotice, document: str, *, by: Actor, now: datetime) -> None:
    rest, duty = sorted(notice.off), sorted(notice.work)
    names = {day.isoformat(): name for day, name in notice.names.items()}
    await unit.execute(Q.load_notice, unit.tenant, year, rest, duty, now, names, document)
    after = {"off": rest, "work": duty, "document": document}
    await audit.write(unit, by, "calendar.notice", "year", year, None, after, now)


async def touch(unit: db.Unit) -> int:
    """What follows in this unit is this new revision of its tenant; whoever else revises it waits."""
    revision: int | None = await unit.fetchval(Q.touch, unit.tenant)
    if revision is None:
        raise NotFound
    return revision


async def _before_history(unit: db.Unit) -> None:
    """What has held for citizens is not changed for days that are over."""
    if await unit.fetchval(Q.live_since, unit.tenant_id):
        raise Conflict("已经开通过的地区，对开放问题的回答从某一天起改变，请写进规则草案，经他人批准后生效。")


async def _revise(tenant_id: int, change: Callable[[db.Unit], Awaitable[None]]) -> None:
    async with db.as_tenant(tenant_id) as unit:
        await touch(unit)
        await change(unit)
    forget(tenant_id)


async def _found(unit: db.Unit, founding: Founding, now: datetime) -> None:
    names = (founding.slug, founding.name, founding.short, founding.host, list(founding.stack), founding.parent)
    flags = (founding.province, founding.demo, founding.timeless)
    if founding.parent is not None and not await unit.fetchval(Q.is_province, founding.parent):
        raise Invalid("上级须是已建立的省级平台，请重新选择。", field="parent")
    if founding.parent is not None and founding.province:
        raise Invalid("省级平台不再有上级；规则层级不能绕回自身。", field="parent")
    place = (founding.division, founding.testing)
    try:
        async with unit.attempt():
            await unit.execute(Q.found, unit.tenant_id, *names, *flags, *place, now)
    except Conflict as error:
        raise Conflict(f"代码“{founding.slug}”或域名已被使用，请换一个。", field="slug") from error


async def _insert_override(unit: db.Unit, each: Override, now: datetime) -> None:
    what = (each.key, each.value, each.clause, each.since, each.until, each.author, each.document)
    await unit.execute(Q.override, unit.tenant_id, db.ids.new(), *what, None, now)


def _told(founding: Founding) -> dict[str, Any]:
    told = asdict(founding)
    told["overrides"] = [each.key for each in founding.overrides]
    return told
