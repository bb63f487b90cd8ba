"""Filing a record and acting on it are each one transaction: record, history, timers, notices and log, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from core import crypto, db, errors, ids, people, stack, tokens
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.clock import SHANGHAI
from core.handling import patiently
from core.outbox import tasks
from core.people.model import Person
from core.places import actions as places
from core.places.model import KINDS, Institution
from core.policy.extras import Act, Draft, Extra, Fault, Form, Kind, Scene, Who
from core.policy.policy import Policy
from core.records import contained, decide, effects, keeping, offered, stored, telling
from core.records import scene as scenes
from core.records.model import ExtraFailed, FieldsWrong, Filed, Followed, Handed, Reach, Record, Repeated
from core.records.stored import FILED, Birth, Q
from core.tenants import states
from core.tenants.model import Tenant

JOB = "extras"
RATER = Actor("rater")
IN_PUBLIC = frozenset({"citizen", "filer"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What one transaction on a record shares."""

    unit: db.Unit
    tenant: Tenant
    extra: Extra
    kind: Kind
    policy: Policy
    now: datetime
    by: Actor
    hints: tasks.Hints


def _desk(unit: db.Unit, tenant: Tenant, extra: Extra, kind: Kind, policy_day: date, now: datetime, by: Actor) -> Desk:
    hints = tasks.Hints(tenant.id)
    unit.after_commit(hints.give)
    return Desk(unit, tenant, extra, kind, stack.policy(tenant, policy_day), now, by, hints)


async def file(
    tenant: Tenant, extra: str, kind: str, given: Mapping[str, Any], *, who: Who, by: Actor | None, channel: str,
    now: datetime, once: str = "", files: Sequence[Handed] = (), parent: UUID | None = None,
) -> Filed:  # fmt: skip
    """Files a record as ``who``; the same ``once`` again gives the same answer."""
    found, what = offered.kind_of(extra, kind)
    if who in IN_PUBLIC:
        states.refuse_closed(tenant)
    if tenant.read_only:
        raise errors.ReadOnly
    if who not in what.files:
        raise errors.NotEntitled(f"“{what.label}”不由您登记。")
    if not offered.is_offered(tenant, found, _day(now)):
        raise errors.NotOffered(f"“{found.label}”没有开通或者已经停用，不再登记新的记录。")
    return await patiently(partial(_file, tenant, found, what, given, by or RATER, channel, now, once, files, parent))


async def _file(
    tenant: Tenant, extra: Extra, kind: Kind, given: Mapping[str, Any], by: Actor, channel: str, now: datetime,
    once: str, files: Sequence[Handed], parent: UUID | None,
) -> Filed:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        desk = _desk(unit, tenant, extra, kind, _day(now), now, by)
        key = f"filed:{kind.code}:{once}" if once else None
        if key is not None:
            await unit.execute(Q.one_at_a_time, tenant.id, key)
            known = await unit.fetchrow(Q.by_once, tenant.id, key)
            if known is not None:
                return Filed(known["id"], known["number"], known["receipt"] or "", True, known["repeat_of"])
        values = await _read(unit, kind.form, given, files)
        blank = _blank(desk, values, channel, parent)
        if kind.check is not None:
            await _check(desk, f"{kind.code}.check", kind.check, blank, values, kind.reads)
        record = await _bear(desk, blank, values, key)
        await keeping.keep(unit, record.id, files, by, now)
        await telling.tell(unit, kind, record, FILED, now)
        await _log(desk, record, "extra.file", None)
        return Filed(record.id, record.number, record.receipt, repeat_of=record.repeat_of)


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


async def _read(unit: db.Unit, form: Form, given: Mapping[str, Any], files: Sequence[Handed]) -> dict[str, Any]:
    """What was told, or all that is wrong with it at once."""
    values, faults = decide.read_form(form, given, [each.field for each in files])
    faults = (*faults, *await _unknown(unit, form, values))
    if faults:
        raise FieldsWrong(faults)
    return values


async def _unknown(unit: db.Unit, form: Form, values: Mapping[str, Any]) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    for each in form.fields:
        value = values.get(each.code)
        if value is None or each.kind not in decide.PLACES:
            continue
        if each.kind == "member":
            if not await unit.fetchval(Q.known_member, unit.tenant, value):
                faults.append(Fault(each.code, f"没有用户名为“{value}”的账号，或者已经停用。"))
        elif value not in await places.among(unit, each.kind, [value]):
            faults.append(Fault(each.code, f"没有编码为“{value}”的{KINDS[each.kind].label}，请核对。"))
    return tuple(faults)


def _blank(desk: Desk, values: Mapping[str, Any], channel: str, parent: UUID | None) -> Record:
    """The record before it has a number."""
    kind = desk.kind
    hidden = {code for code, each in kind.fields().items() if each.hidden}
    shown = {code: value for code, value in values.items() if code not in hidden}
    return Record(
        id=ids.new(), extra=desk.extra.code, kind=kind.code, number="", state=kind.first, version=1,
        title=decide.title_of(kind, shown), fields=shown, hidden=tuple(sorted(hidden & values.keys())),
        institution=str(shown.get(kind.goes_to) or ""), region=decide.first_of(kind.form, shown, "region"),
        named=str(shown.get(kind.names) or ""), parent=parent, case=str(shown.get(kind.case) or ""), repeat_of=None,
        filed_at=desk.now, filed_by=str(desk.by), channel=channel, ended_at=None, policy_day=_day(desk.now),
        receipt=f"{tokens.base36(desk.tenant.id)}-{tokens.receipt_code()}", filer_id=desk.by.member,
    )  # fmt: skip


async def _check(
    desk: Desk, what: str, check: Any, record: Record, given: Mapping[str, Any], reads: Collection[str],
    frame: str = "",
) -> Scene:  # fmt: skip
    """Asks the extra whether this may be; what it has against it stands at the fields."""
    entry = await scenes.as_entry(desk.unit, record)
    hidden = {code for code, each in desk.kind.fields().items() if each.hidden}
    told = {code: value for code, value in given.items() if code not in hidden}
    found = await scenes.scene(
        desk.unit, desk.tenant, desk.now, record=entry, given=told, reads=reads, frame=frame, policy=desk.policy
    )
    if check is not None:
        faults = await contained.call(desk.extra.code, what, check, found, Fault)
        if faults:
            raise FieldsWrong(tuple(faults))
    return found


async def _bear(desk: Desk, record: Record, values: Mapping[str, Any], once: str | None) -> Record:
    """Numbers and stores it, with what it hides, its first deed and its timers."""
    unit, kind = desk.unit, desk.kind
    same = _same_hash(desk, values)
    repeat_of = await _repeated(desk, same) if same is not None else None
    institution = record.institution
    if institution:
        home = (await places.among(unit, "institution", [institution])).get(institution)
        region = home.region if isinstance(home, Institution) else record.region
    else:
        region = record.region
    state = kind.state(record.state)
    number = await unit.fetchval(Q.next_number, unit.tenant, decide.prefix(kind, desk.now))
    ended = desk.now if state is not None and state.ended else None
    born = replace(record, number=number, region=region, repeat_of=repeat_of, ended_at=ended)
    person_id = await _person(desk, values)
    await stored.add(unit, kind, born, Birth(person_id, desk.policy.revision, same, once))
    await stored.hide(unit, born.id, {code: values[code] for code in born.hidden})
    await stored.note(unit, born.id, FILED, desk.by, born.fields, ("", born.state), desk.now)
    if ended is None:
        await _start(desk, born, FILED)
    return replace(born, person_id=person_id)


async def _start(desk: Desk, record: Record, since: str) -> None:
    begun = [each for each in desk.kind.timers if each.since == since]
    for at in await stored.start_timers(desk.unit, record, begun, desk.policy, desk.tenant.calendar, desk.now):
        desk.hints.add(JOB, at)


async def _person(desk: Desk, values: Mapping[str, Any]) -> UUID | None:
    """Who left a telephone number can be told how it goes on."""
    phone = decide.first_of(desk.kind.form, values, "phone")
    if not phone:
        return None
    return await people.remember(desk.unit, Person(decide.first_of(desk.kind.form, values, "person"), phone=phone))


def _same_hash(desk: Desk, values: Mapping[str, Any]) -> bytes | None:
    """Nobody can try texts against it without the key."""
    kind = desk.kind
    said = [decide.plain(values.get(code)) for code in kind.same]
    if not kind.repeats or not any(said):
        return None
    text = "\x1f".join("".join(str(each or "").split()).lower() for each in said)
    return crypto.provider().lookup(desk.tenant.id, f"extra {kind.code}", text)


async def _repeated(desk: Desk, same: bytes) -> UUID | None:
    """The record that this one repeats; two at the same moment come one after the other."""
    unit, kind = desk.unit, desk.kind
    await unit.execute(Q.one_at_a_time, unit.tenant, f"{kind.code}:{same.hex()}")
    row = await unit.fetchrow(Q.same, unit.tenant, kind.code, same)
    if row is None:
        return None
    if kind.repeats == "refuse":
        if row["open"]:
            raise Repeated(row["number"], kind.same[0])
        return None
    return row["id"]


async def _log(desk: Desk, record: Record, act: str, before: Any) -> None:
    """In the log stands what was done, never what was told: words can be struck out of a record, never out of it."""
    after = {"number": record.number, "kind": record.kind, "state": record.state, "institution": record.institution}
    await audit.write(desk.unit, desk.by, act, "extra", record.id, before, after, desk.now)


async def act(
    tenant: Tenant, record_id: UUID, act: str, given: Mapping[str, Any], *, who: Reach, by: Actor | None, now: datetime,
    version: int | None = None, files: Sequence[Handed] = (),
) -> Record:  # fmt: skip
    """One act with all that follows from it; an extra that was switched off still finishes what it began."""
    if tenant.read_only:
        raise errors.ReadOnly
    work = partial(_act, tenant, record_id, act, given, who, by or RATER, now, version, files)
    return await patiently(work)


async def _act(
    tenant: Tenant, record_id: UUID, code: str, given: Mapping[str, Any], reach: Reach, by: Actor, now: datetime,
    version: int | None, files: Sequence[Handed],
) -> Record:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        record = await stored.load(unit, record_id, now, lock=True)
        extra, kind = offered.kind_of(record.extra, record.kind)
        if not decide.may_see(reach, kind, record):
            raise errors.NotFound("没有找到这条记录。")
        act = decide.check_act(reach, kind, record, code)
        if version is not None and version != record.version:
            raise errors.Conflict("记录已被他人修改，请核对最新内容后再办理。")
        desk = _desk(unit, tenant, extra, kind, record.policy_day, now, by)
        values = await _read(unit, act.form, given, files)
        found = None
        if act.check is not None or act.makes is not None:
            found = await _check(desk, f"{act.code}.check", act.check, record, values, act.reads, act.frame)
        await _do(desk, record, act, values, files)
        if act.makes is not None and found is not None:
            drafts = await contained.call(extra.code, f"{act.code}.makes", act.makes, found, Draft)
            await make(desk, drafts, record.id, "act", f"{record.id}:{act.code}")
        if act.effect is not None:
            after = await stored.load(unit, record_id, now)
            await effects.work(unit, tenant, act.effect, after, values, by, now)
        return await stored.load(unit, record_id, now)


async def _do(desk: Desk, record: Record, act: Act, values: Mapping[str, Any], files: Sequence[Handed]) -> None:
    unit, kind = desk.unit, desk.kind
    hidden = {each.code for each in act.form.fields if each.hidden}
    shown = {code: value for code, value in values.items() if code not in hidden}
    after = await _placed(unit, decide.after(record, kind, act, shown, desk.now))
    await stored.hide(unit, record.id, {code: values[code] for code in hidden & values.keys()})
    await stored.save(unit, kind, after)
    await stored.note(unit, record.id, act.code, desk.by, shown, (record.state, after.state), desk.now)
    if after.ended_at is not None:
        await stored.stop_timers(unit, record.id, None, desk.now)
    else:
        if act.stops:
            await stored.stop_timers(unit, record.id, act.stops, desk.now)
        await _start(desk, after, act.code)
    await keeping.keep(unit, record.id, files, desk.by, desk.now)
    await telling.tell(unit, kind, await stored.load(unit, record.id, desk.now), act.code, desk.now)
    await _log(desk, after, "extra.act", {"act": act.code, "state": record.state})


async def _placed(unit: db.Unit, record: Record) -> Record:
    """A record lies where the institution lies that it is with."""
    if not record.institution:
        return record
    home = (await places.among(unit, "institution", [record.institution])).get(record.institution)
    return replace(record, region=home.region) if isinstance(home, Institution) else record


async def make(desk: Desk, drafts: Sequence[Draft], parent: UUID | None, channel: str, scope: str) -> tuple[UUID, ...]:
    """Records that an act or a duty makes, each once; what does not fit its form is the extra's own failure."""
    made: list[UUID] = []
    for draft in drafts:
        kind = desk.extra.kind(draft.kind)
        if kind is None or (draft.state and kind.state(draft.state) is None):
            stack.note(desk.extra.code, "makes", f"没有 {draft.kind}（{draft.state or '初始状态'}）这种记录")
            raise ExtraFailed
        own = replace(desk, kind=kind)
        key = f"made:{kind.code}:{draft.once}" if draft.once else None
        if key is not None:
            await desk.unit.execute(Q.one_at_a_time, desk.unit.tenant, key)
            if await desk.unit.fetchrow(Q.by_once, desk.unit.tenant, key) is not None:
                continue
        values = _drafted(own, draft)
        blank = _blank(own, values, channel, parent)
        blank = replace(
            blank, state=draft.state or blank.state, institution=draft.institution or blank.institution,
            region=draft.region or blank.region, named=draft.named or blank.named, receipt="",
            filed_by=str(desk.by) if channel == "act" else str(SYSTEM),
        )  # fmt: skip
        record = await _bear(own, blank, values, key)
        await telling.tell(own.unit, kind, record, FILED, own.now)
        await _log(own, record, "extra.file", {"made_by": scope})
        made.append(record.id)
    return tuple(made)


def _drafted(desk: Desk, draft: Draft) -> dict[str, Any]:
    known = desk.kind.fields()
    values: dict[str, Any] = {}
    for code, raw in draft.fields.items():
        try:
            value = decide.value_of(known[code], raw) if known[code].kind != "files" else None
        except (KeyError, errors.Invalid) as wrong:
            stack.note(desk.extra.code, "makes", f"{draft.kind}.{code}：{wrong}")
            raise ExtraFailed from wrong
        if value is not None:
            values[code] = value
    return values


async def follow(tenant: Tenant, receipt: str, now: datetime) -> Followed:
    """A record as its filer may see it; refuses ``not-found``."""
    async with db.as_tenant(tenant.id) as unit:
        found = await unit.fetchval(Q.by_receipt, tenant.id, tokens.plain_receipt(receipt))
        if found is None:
            raise errors.NotFound("没有找到这个回执编号，请核对后再输入。")
        record = await stored.load(unit, found, now)
        extra, kind = offered.kind_of(record.extra, record.kind)
        reach = Reach(frozenset({"citizen"}), receipt=record.receipt)
        looks = await unit.fetch(Q.looks, tenant.id, str(record.id))
        return Followed(
            extra, kind, record, await stored.deeds(unit, kind, record.id), decide.open_acts(reach, kind, record),
            await keeping.listing(unit, record.id),
            tuple((row["at"], row["after"]["field"], row["after"]["reason"]) for row in looks),
        )  # fmt: skip


async def unmask(
    tenant: Tenant, record_id: UUID, field: str, reason: str, *, who: Reach, by: Actor, now: datetime
) -> str:
    """What a private field says. Without a reason nobody reads it, and its filer sees who did and what for."""
    if not reason.strip():
        raise errors.ReasonMissing("请写明查看的用途，提出人会看到。", field="reason")
    async with db.as_tenant(tenant.id) as unit:
        record = await stored.load(unit, record_id, now)
        _, kind = offered.kind_of(record.extra, record.kind)
        if not decide.may_see(who, kind, record):
            raise errors.NotFound("没有找到这条记录。")
        value = await stored.reveal(unit, record_id, field)
        told = {"field": field, "reason": reason.strip()}
        await audit.write(unit, by, "extra.unmask", "extra", record_id, None, told, now)
        return value
