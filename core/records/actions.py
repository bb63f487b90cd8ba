"""Filing a record and acting on it are each one transaction: record, history, timers, notices and log, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from core import db, errors, tokens
from core.audit import actions as audit
from core.audit.model import Actor
from core.handling import patiently
from core.people import actions as people
from core.places import actions as places
from core.places.model import KINDS
from core.policy.extras import Act, Draft, Extra, Fault, Form, Kind, Scene, Who
from core.policy.shapes import nearest
from core.records import bearing, broken, contained, decide, effects, guests, keeping, offered, reach, stored, telling
from core.records import scene as scenes
from core.records.bearing import Desk
from core.records.model import CHANNELS, FieldsWrong, Filed, Followed, Handed, Look, OtherwiseFiled, Reach, Record
from core.records.stored import FILED, Q
from core.tenants.model import Tenant

RATER = Actor("rater")
IN_PUBLIC = frozenset({"citizen", "filer"})


async def file(
    tenant: Tenant, extra: str, kind: str, given: Mapping[str, Any], *, who: Who, by: Actor | None, channel: str,
    now: datetime, once: str = "", files: Sequence[Handed] = (), parent: UUID | None = None,
) -> Filed:  # fmt: skip
    """Files a record as ``who``; the same ``once`` again gives the same answer."""
    found, what = offered.kind_of(extra, kind)
    _refuse_closed(tenant, who)
    if channel not in CHANNELS:
        raise errors.UnknownCode(f"没有“{channel}”这种来源。{nearest(channel, CHANNELS)}", field="channel")
    if who not in what.files:
        raise errors.NotEntitled(f"“{what.label}”不由您登记。")
    if not offered.is_offered(tenant, found, bearing.day_of(now)):
        raise errors.NotOffered(f"{errors.quoted(found.label)}没有开通或者已经停用，不再登记新的记录。")
    work = partial(_file, tenant, found, what, given, who, by or RATER, channel, now, once, files, parent)
    return await broken.watched(tenant, found, now, partial(patiently, work))


def _refuse_closed(tenant: Tenant, who: Who) -> None:
    """A place that takes nothing in says so to the public; one that was put away is only read."""
    if tenant.read_only:
        raise errors.ReadOnly
    if who in IN_PUBLIC and not tenant.takes_in:
        if tenant.state == "suspended":
            raise errors.Paused("现在暂停受理，请过些时候再来。")
        raise errors.NotOpen("这里还没有开通，请稍后再来。")


async def _file(
    tenant: Tenant, extra: Extra, kind: Kind, given: Mapping[str, Any], who: Who, by: Actor, channel: str,
    now: datetime, once: str, files: Sequence[Handed], parent: UUID | None,
) -> Filed:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        desk = bearing.desk_of(unit, tenant, extra, kind, bearing.day_of(now), now, by)
        key = f"filed:{kind.code}:{once}" if once else None
        if key is not None:
            await unit.execute(Q.one_at_a_time, tenant.id, key)
            known = await unit.fetchrow(Q.by_once, tenant.id, key)
            if known is not None:
                await _refuse_other(unit, kind, known, given)
                return Filed(known["id"], known["number"], known["receipt"] or "", True, known["repeat_of"])
        values = await _read(desk, kind.form, FILED, given, files)
        await _check_own(desk, who, values)
        blank = bearing.blank(desk, values, channel, parent)
        if parent is not None:
            above = await _parent(unit, kind, parent, now)
            # What is filed below another record is with the same office, unless it says with which.
            blank = replace(blank, institution=blank.institution or above.institution)
        if kind.check is not None:
            await _check(desk, f"{kind.code}.check", kind.check, blank, values, kind.reads)
        record = await bearing.bear(desk, blank, values, key)
        await keeping.keep(unit, record.id, files, by, now)
        await telling.tell(unit, kind, record, FILED, now)
        await bearing.log(desk, record, "extra.file", None)
        return Filed(record.id, record.number, record.receipt, repeat_of=record.repeat_of)


async def _check_own(desk: Desk, who: Who, values: Mapping[str, Any]) -> None:
    """Whoever files for an office works there."""
    field = desk.kind.own
    if not field or who not in ("handler", "clerk"):
        return
    if values.get(field) not in (await reach.of_actor(desk.unit, desk.by)).institutions:
        raise FieldsWrong((Fault(field, "这里只能选您所在的单位；替别的单位登记，请由主管部门办理。"),))


async def _refuse_other(unit: db.Unit, kind: Kind, filed: db.Row, given: Mapping[str, Any]) -> None:
    """A form that was sent, gone back to and sent with other words is another one: nothing of it is lost in silence."""
    told, _ = decide.read_form(kind.form, given, ())
    (first, *_) = await stored.deeds(unit, kind, filed["id"])
    hidden = {each.code for each in kind.form.fields if each.hidden}
    known = {code: value for code, value in first.given.items() if code in kind.form.codes}
    same = {code: value for code, value in told.items() if code not in hidden} == known
    for code in hidden:
        now = "" if told.get(code) is None else str(decide.plain(told[code]))
        same = same and await stored.recall(unit, filed["id"], code) in (now, people.ERASED)
    if not same:
        raise OtherwiseFiled(filed["number"])


async def _parent(unit: db.Unit, kind: Kind, parent: UUID, now: datetime) -> Record:
    found = await stored.load(unit, parent, now)
    if found.kind != kind.parent:
        raise errors.Invalid(f"“{kind.label}”不能登记在这条记录下。")
    if found.ended_at is not None:
        raise errors.WrongState(f"“{found.number}”已经办结，不能再在它下面登记。")
    return found


async def _read(
    desk: Desk, form: Form, since: str, given: Mapping[str, Any], files: Sequence[Handed]
) -> dict[str, Any]:  # fmt: skip
    """What was told, or all that is wrong with it at once."""
    values, faults = decide.read_form(form, given, [each.field for each in files])
    over = decide.already_over(desk.kind, since, form, values, bearing.day_of(desk.now))
    faults = (*faults, *await _unknown(desk.unit, form, values), *over)
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


async def _check(
    desk: Desk, what: str, check: Any, record: Record, given: Mapping[str, Any], reads: Collection[str],
    frame: str = "",
) -> Scene:  # fmt: skip
    """Asks the extra whether this may be; what it has against it stands at the fields.

    Two that look through the same records do so one after the other: of the last free place only one is taken.
    """
    for each in sorted(reads):
        await desk.unit.execute(Q.one_at_a_time, desk.unit.tenant, f"reads:{each}")
    entry = await scenes.as_entry(desk.unit, record)
    hidden = {code for code, each in desk.kind.fields().items() if each.hidden}
    told = {code: value for code, value in given.items() if code not in hidden}
    found = await scenes.scene(
        desk.unit, desk.tenant, desk.now, record=entry, given=told, reads=reads, frame=frame, policy=desk.policy
    )
    if check is not None:
        faults = await contained.call(desk.extra.code, what, check, found, Fault, tenant=desk.tenant.id)
        if faults:
            raise FieldsWrong(tuple(faults))
    return found


async def act(
    tenant: Tenant, record_id: UUID, act: str, given: Mapping[str, Any], *, who: Reach, by: Actor | None, now: datetime,
    version: int | None = None, files: Sequence[Handed] = (),
) -> Record:  # fmt: skip
    """One act with all that follows from it; an extra that was switched off still finishes what it began."""
    if tenant.read_only:
        raise errors.ReadOnly
    work = partial(_act, tenant, record_id, act, given, who, by or RATER, now, version, files)
    try:
        return await broken.watched(tenant, None, now, partial(patiently, work))
    except errors.Refused as refusal:
        await _note_refusal(tenant, record_id, act, refusal, by or RATER, now)
        raise


async def _note_refusal(
    tenant: Tenant, record_id: UUID, act: str, refusal: errors.Refused, by: Actor, now: datetime
) -> None:
    """Who tried what they may not do stays written; what was filled in wrong, or is nobody's here, does not."""
    if not isinstance(refusal, errors.NotEntitled | errors.WrongState):
        return
    async with db.as_tenant(tenant.id) as unit:
        told = {"act": act, "code": refusal.code}
        await audit.write(unit, by, "extra.act.refused", "extra", record_id, None, told, now)


async def _act(
    tenant: Tenant, record_id: UUID, code: str, given: Mapping[str, Any], who: Reach, by: Actor, now: datetime,
    version: int | None, files: Sequence[Handed],
) -> Record:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        record = await stored.load(unit, record_id, now, lock=True)
        extra, kind = offered.kind_of(record.extra, record.kind)
        if not decide.may_see(who, kind, record):
            raise errors.NotFound("没有找到这条记录。")
        act = decide.check_act(who, kind, record, code)
        await _check_other(unit, kind, record, act, by)
        if version is not None and version != record.version:
            raise errors.Conflict("记录已被他人修改，请核对最新内容后再办理。")
        desk = bearing.desk_of(unit, tenant, extra, kind, record.policy_day, now, by)
        values = await _read(desk, act.form, act.code, given, files)
        drafts, written = await _asked(desk, record, act, values)
        await do(desk, record, act, {**values, **written}, files)
        await bearing.make(replace(desk, files=tuple(files)), drafts, record.id, "act", act.code)
        if act.effect is not None:
            after = await stored.load(unit, record_id, now)
            await effects.work(unit, tenant, act.effect, after, values, by, now)
        return await stored.load(unit, record_id, now)


async def _check_other(unit: db.Unit, kind: Kind, record: Record, act: Act, by: Actor) -> None:
    """What needs a second pair of eyes is refused to the first."""
    if not act.not_by:
        return
    for each in await stored.deeds(unit, kind, record.id):
        own = each.member in (by.member, by.behalf) if each.member and by.member else each.by == str(by)
        if each.act in act.not_by and own:
            raise errors.NotEntitled(f"“{each.label}”是您自己办的，“{act.label}”须由另一位办理。")


async def _asked(
    desk: Desk, record: Record, act: Act, values: Mapping[str, Any]
) -> tuple[tuple[Draft, ...], Mapping[str, Any]]:
    """What the extra has against it, or what it makes of it and writes on it, asked before anything is written."""
    if act.check is None and act.makes is None and act.writes is None:
        return (), {}
    found = await _check(desk, f"{act.code}.check", act.check, record, values, act.reads, act.frame)
    drafts: Sequence[Draft] = ()
    written: Mapping[str, Any] = {}
    code, tenant = desk.extra.code, desk.tenant.id
    if act.makes:
        drafts = await contained.call(code, f"{act.code}.makes", act.makes, found, Draft, tenant=tenant)
    if act.writes:
        written = await contained.call(code, f"{act.code}.writes", act.writes, found, object, tenant=tenant)
    return tuple(drafts), bearing.kept(desk, act.code, written)


async def do(desk: Desk, record: Record, act: Act, values: Mapping[str, Any], files: Sequence[Handed] = ()) -> None:
    """What an act does, its right to be done looked at: the record moves on, and it is written, timed and told."""
    unit, kind = desk.unit, desk.kind
    hidden = {each.code for each in act.form.fields if each.hidden}
    shown = {code: value for code, value in values.items() if code not in hidden}
    after = await bearing.placed(unit, decide.after(record, kind, act, shown, desk.now))
    await stored.hide(unit, record.id, {code: values[code] for code in hidden & values.keys()})
    await stored.save(unit, kind, after)
    await stored.note(unit, record.id, act.code, desk.by, shown, (record.state, after.state), desk.now)
    if after.ended_at is not None:
        await stored.stop_timers(unit, record.id, None, desk.now)
    else:
        if act.stops:
            await stored.stop_timers(unit, record.id, act.stops, desk.now)
        await bearing.start(desk, after, act.code)
    if kind.invites:
        await _serve(desk, after)
    await keeping.keep(unit, record.id, files, desk.by, desk.now)
    await telling.tell(unit, kind, await stored.load(unit, record.id, desk.now), act.code, desk.now)
    await bearing.log(desk, after, "extra.act", {"act": act.code, "state": record.state})


async def _serve(desk: Desk, record: Record) -> None:
    """Whoever serves by the record has their account now, and until the end that it names."""
    await guests.settle(desk.unit, desk.now)
    last = guests.last_day(desk.kind, record.fields)
    if last is not None and record.ended_at is None:
        desk.hints.add(bearing.JOB, guests.midnight_after(last))


async def follow(tenant: Tenant, receipt: str, now: datetime) -> Followed:
    """A record as its filer may see it; refuses ``not-found``."""
    async with db.as_tenant(tenant.id) as unit:
        found = await unit.fetchval(Q.by_receipt, tenant.id, tokens.plain_receipt(receipt))
        if found is None:
            raise errors.NotFound("没有找到这个回执编号，请核对后再输入。")
        record = await stored.load(unit, found, now)
        extra, kind = offered.kind_of(record.extra, record.kind)
        holder = reach.holder(record.receipt)
        looks = await unit.fetch(Q.looks, tenant.id, str(record.id))
        deeds = tuple(decide.told(kind, each) for each in await stored.deeds(unit, kind, record.id))
        return Followed(
            extra, kind, decide.for_filer(kind, record), deeds, decide.open_acts(holder, kind, record),
            await keeping.listing(unit, record.id),
            tuple(Look(row["at"], row["actor"], row["after"]["field"], row["after"]["reason"]) for row in looks),
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
        if field not in decide.for_reader(who, kind, record).hidden:
            raise errors.NotFound("这一项没有填写。")
        value = await stored.reveal(unit, record_id, field)
        told = {"field": field, "reason": reason.strip()}
        await audit.write(unit, by, "extra.unmask", "extra", record_id, None, told, now)
        return value
