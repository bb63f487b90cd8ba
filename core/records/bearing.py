"""A record is born in one way, whoever files it: numbered, held against its repeats, sealed where private, timed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import crypto, db, errors, ids, people, stack, tokens
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.clock import SHANGHAI
from core.outbox import tasks
from core.people.model import Person
from core.places import actions as places
from core.places.model import KINDS, Institution, KindName
from core.policy.extras import Draft, Extra, Field, Kind
from core.policy.policy import Policy
from core.records import decide, frames, keeping, likeness, stored, telling
from core.records.model import ExtraFailed, Handed, Record, Repeated
from core.records.stored import FILED, Birth, Q
from core.tenants.model import Tenant

JOB = "extras"


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
    files: tuple[Handed, ...] = ()


def desk_of(
    unit: db.Unit, tenant: Tenant, extra: Extra, kind: Kind, policy_day: date, now: datetime, by: Actor
) -> Desk:
    hints = tasks.Hints(tenant.id)
    unit.after_commit(hints.give)
    return Desk(unit, tenant, extra, kind, stack.policy(tenant, policy_day), now, by, hints)


def day_of(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def blank(desk: Desk, values: Mapping[str, Any], channel: str, parent: UUID | None) -> Record:
    """The record before it has a number."""
    kind = desk.kind
    hidden = {code for code, each in kind.fields().items() if each.hidden}
    shown = {code: value for code, value in values.items() if code not in hidden}
    return Record(
        id=ids.new(), extra=desk.extra.code, kind=kind.code, number="", state=kind.first, version=1,
        title=decide.title_of(kind, shown), fields=shown, hidden=tuple(sorted(hidden & values.keys())),
        institution=str(shown.get(kind.goes_to) or ""), region=decide.first_of(kind.form, shown, "region"),
        named=str(shown.get(kind.names) or ""), parent=parent, case=str(shown.get(kind.case) or ""), repeat_of=None,
        filed_at=desk.now, filed_by=str(desk.by), channel=channel, ended_at=None, policy_day=day_of(desk.now),
        receipt=f"{tokens.base36(desk.tenant.id)}-{tokens.receipt_code()}", filer_id=desk.by.member,
    )  # fmt: skip


async def bear(
    desk: Desk, record: Record, values: Mapping[str, Any], once: str | None, person_id: UUID | None = None
) -> Record:
    """Numbers and stores it, with what it hides, its first deed and its timers."""
    unit, kind = desk.unit, desk.kind
    same = _same_hash(desk, values)
    repeat_of = await _repeated(desk, same) if same is not None else None
    state = kind.state(record.state)
    number = await unit.fetchval(Q.next_number, unit.tenant, decide.prefix(kind, desk.now))
    ended = desk.now if state is not None and state.ended else None
    born = await placed(unit, replace(record, number=number, repeat_of=repeat_of, ended_at=ended))
    born = await likeness.marked(unit, kind, born, same)
    person_id = person_id or await _person(desk, values)
    await stored.add(unit, kind, born, Birth(person_id, desk.policy.revision, same, once))
    await stored.hide(unit, born.id, {code: values[code] for code in born.hidden})
    await stored.note(unit, born.id, FILED, desk.by, born.fields, ("", born.state), desk.now)
    if ended is None:
        await start(desk, born, FILED)
    return replace(born, person_id=person_id)


async def start(desk: Desk, record: Record, since: str) -> None:
    begun = [each for each in desk.kind.timers if since in each.begins]
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
    if not kind.repeats or said[0] in (None, ""):
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


async def log(desk: Desk, record: Record, act: str, before: Any) -> None:
    """In the log stands what was done, never what was told: words can be struck out of a record, never out of it."""
    after = {"number": record.number, "kind": record.kind, "state": record.state, "institution": record.institution}
    await audit.write(desk.unit, desk.by, act, "extra", record.id, before, after, desk.now)


async def placed(unit: db.Unit, record: Record) -> Record:
    """A record lies where the institution lies that it is with."""
    if not record.institution:
        return record
    home = (await places.among(unit, "institution", [record.institution])).get(record.institution)
    return replace(record, region=home.region) if isinstance(home, Institution) else record


async def make(desk: Desk, drafts: Sequence[Draft], parent: UUID | None, channel: str, scope: str) -> tuple[UUID, ...]:
    """Records that an act or a duty makes, each once; what does not fit its form is the extra's own failure.

    Each is judged by the rules of the day on which it is made. Whoever reads it need not know who made it: that stands
    with the record whose act it was, for those who may see that one.
    """
    kinds = {each.kind: _kind(desk, each) for each in drafts}
    await _places(desk, drafts)
    for code in sorted(kinds):
        await desk.unit.execute(Q.one_at_a_time, desk.unit.tenant, f"made:{code}")
    known = await desk.unit.fetchval(Q.known_once, desk.unit.tenant, [_key(each) for each in drafts if each.once])
    done = set[str](known or ())
    policy = stack.policy(desk.tenant, day_of(desk.now))
    made: list[UUID] = []
    for draft in drafts:
        if draft.once and _key(draft) in done:
            continue
        done.add(_key(draft))
        own = replace(desk, kind=kinds[draft.kind], policy=policy)
        made += await _made(own, draft, parent, channel, scope)
    return tuple(made)


def _key(draft: Draft) -> str:
    return f"made:{draft.kind}:{draft.once}"


def _kind(desk: Desk, draft: Draft) -> Kind:
    kind = desk.extra.kind(draft.kind)
    if kind is None or (draft.state and kind.state(draft.state) is None):
        raise _unfit(desk, "makes", f"没有 {draft.kind}（{draft.state or '初始状态'}）这种记录")
    return kind


def _unfit(desk: Desk, what: str, says: str) -> ExtraFailed:
    stack.note(desk.extra.code, what, says, desk.tenant.id)
    return ExtraFailed(desk.extra.label)


async def _places(desk: Desk, drafts: Sequence[Draft]) -> None:
    """Where they are said to lie there is something."""
    sorts: tuple[KindName, ...] = ("institution", "region")
    for sort in sorts:
        codes = {getattr(each, sort) for each in drafts} - {""}
        for code in sorted(codes - (await places.among(desk.unit, sort, codes)).keys()):
            raise _unfit(desk, "makes", f"没有编码为“{code}”的{KINDS[sort].label}")


async def _made(desk: Desk, draft: Draft, parent: UUID | None, channel: str, scope: str) -> tuple[UUID, ...]:
    """Nothing where the same stands open already and is not to be had twice."""
    kind, values = desk.kind, _drafted(desk, draft)
    known = await frames.rater(desk.unit, draft.rater) if draft.rater else None
    if known is not None:
        values |= _introduced(kind, known[1])
    born = blank(desk, values, channel, parent)
    born = replace(
        born, state=draft.state or born.state, institution=draft.institution or born.institution,
        region=draft.region or born.region, named=draft.named or born.named, receipt="",
        filed_by=str(desk.by) if channel == "act" else str(SYSTEM),
    )  # fmt: skip
    own = replace(desk, by=SYSTEM)
    try:
        record = await bear(own, born, values, _key(draft) if draft.once else None, known[0] if known else None)
    except Repeated:
        return ()
    if draft.files:
        await keeping.keep(own.unit, record.id, desk.files, SYSTEM, own.now)
    await telling.tell(own.unit, kind, record, FILED, own.now)
    await log(own, record, "extra.file", {"made_by": scope})
    return (record.id,)


def _introduced(kind: Kind, person: Person) -> dict[str, Any]:
    """A rater's name and number where the kind has a private place for them."""
    said = {"person": person.name, "phone": person.phone}
    return {each.code: said[each.kind] for each in kind.form.fields if said.get(each.kind)}


def kept(desk: Desk, act: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """What an act writes beside what it was told: what does not fit what the kind keeps is the extra's own failure."""
    return _fitted(desk, {each.code: each for each in desk.kind.kept}, written, f"{act}.writes")


def _drafted(desk: Desk, draft: Draft) -> dict[str, Any]:
    return _fitted(desk, desk.kind.fields(), draft.fields, f"makes：{draft.kind}")


def _fitted(desk: Desk, known: Mapping[str, Field], written: Mapping[str, Any], what: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for code, raw in written.items():
        try:
            value = decide.value_of(known[code], raw) if known[code].kind != "files" else None
        except (KeyError, errors.Invalid) as wrong:
            raise _unfit(desk, what, f"{code} 不符合这一项的要求") from wrong
        if value is not None:
            values[code] = value
    return values
