"""One record with everything beside it that this member may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db, stack
from core.clock import SHANGHAI
from core.errors import NotFound
from core.exchange import listing as orders
from core.exchange.model import Order, Pushed, Said
from core.intake import listing as ratings
from core.intake.listing import Row
from core.people import Member, guests, members
from core.people.guests import Guest
from core.policy import keys
from core.policy.extra_papers import Paper
from core.policy.extras import WHO, Act, Extra, Kind, Timer
from core.policy.keys import Key
from core.policy.policy import Policy
from core.records import actions, decide, keeping, likeness, listing, offered, stored, words
from core.records.model import Attached, Deed, Reach, Record
from core.records.words import Names
from core.tenants import Tenant
from web import saying
from web.admin.called import names_of as called
from web.admin.extras.sight import acting, reach_of, seen_pages
from web.admin.sight import eyes_of, is_protected
from web.permissions import may
from web.saying import Line

MOST_RATINGS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One deed in words."""

    deed: Deed
    who: str
    lines: tuple[Line, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What went to and fro with the partner of an order, and why the two sides do not know the same."""

    partner: str
    order: Order
    pushed: tuple[Pushed, ...]
    said: tuple[Said, ...]
    disagrees: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """``acts`` are what this member may do now, ``below`` what they may register beneath the record.

    ``unset`` are timers that no rule gives a length. ``invites``: they may invite whom the record is about; ``guest``
    is who was.
    """

    extra: Extra
    kind: Kind
    record: Record
    lines: tuple[Line, ...]
    deeds: tuple[Told, ...]
    acts: tuple[Act, ...]
    files: tuple[Attached, ...]
    parent: Record | None
    original: Record | None
    perhaps: Record | None
    children: tuple[Record, ...]
    repeats: tuple[Record, ...]
    ratings: tuple[Row, ...]
    names: Names
    is_on: bool
    back: str = ""
    receipt: str = ""
    unset: tuple[tuple[Timer, Key[Any]], ...] = ()
    below: tuple[Kind, ...] = ()
    talk: Talk | None = None
    clause: str = ""
    invites: bool = False
    guest: Guest | None = None

    @property
    def why_perhaps(self) -> str:
        return likeness.reason(self.kind, self.record, self.perhaps) if self.perhaps else ""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Those that can be printed of the record as it stands."""
        return tuple(each for each in self.kind.papers if self.record.state in each.states)

    @property
    def state(self) -> str:
        found = self.kind.state(self.record.state)
        return found.label if found else self.record.state

    def act(self, code: str) -> Act | None:
        return next((each for each in self.acts if each.code == code), None)

    def described(self, code: str) -> Act | None:
        """An act with the questions that this record asks, whether or not it may be done now."""
        found = self.kind.act(code)
        return decide.asking(found, self.record) if found else None

    @property
    def person(self) -> str:
        """Whom the record names."""
        return self.names.get(("member", self.record.named)) or self.named("staff", self.record.named)

    def named(self, sort: str, code: str) -> str:
        return self.names.get((sort, code), code)


async def one(tenant: Tenant, member: Member, policy: Policy, record_id: UUID, now: datetime) -> Dossier:
    """Refuses ``not-found`` for what this member may not see."""
    async with db.as_tenant(tenant.id) as unit:
        return await read(unit, tenant, member, policy, record_id, now)


async def read(
    unit: db.Unit, tenant: Tenant, member: Member, policy: Policy, record_id: UUID, now: datetime
) -> Dossier:
    reach = await reach_of(unit, member)
    extra, kind, record = await listing.one(unit, record_id, reach, now)
    deeds = tuple(decide.deed_for(reach, kind, record, each) for each in await stored.deeds(unit, kind, record.id))
    beside = [await _beside(unit, reach, each, now) for each in (record.parent, record.repeat_of, record.perhaps_of)]
    related = await listing.related(unit, record, reach, now)
    near = [*(each for each in beside if each is not None), *related]
    names = await words.names_of(
        unit, [(kind, record.fields), *((kind, each.given) for each in deeds)], [record, *near]
    )
    who = await _people(unit, policy, deeds)
    today = now.astimezone(SHANGHAI).date()
    may_act, is_on = may(member.role, "extras.act"), offered.is_offered(tenant, extra, today)
    return Dossier(
        extra, kind, record, saying.lines(kind, record, names),
        tuple(_told(kind, each, who, names) for each in deeds),
        decide.open_acts(acting(reach, member), kind, record) if may_act else (),
        await keeping.listing(unit, record.id), beside[0], beside[1], beside[2],
        tuple(each for each in related if each.parent == record.id),
        tuple(each for each in related if each.repeat_of == record.id),
        await _ratings(unit, member, policy, record), names, is_on,
        # Who sees none of its pages came from what names them.
        f"/extras/{extra.code}" if seen_pages(extra, reach) else "/extras",
        # Whoever holds the receipt speaks for the filer: it is shown to no other.
        record.receipt if "filer" in decide.stands_as(reach, kind, record) else "",
        _unset(kind, record, deeds, stack.policy(tenant, record.policy_day)),
        _below(extra, kind, record, reach) if may_act and is_on else (),
        await _talk(unit, extra, kind, record, now), offered.basis(tenant, extra, record.policy_day),
        *await _invited(unit, member, reach, kind, record),
    )  # fmt: skip


async def _talk(unit: db.Unit, extra: Extra, kind: Kind, record: Record, now: datetime) -> Talk | None:
    if extra.exchange is None or extra.exchange.kind != kind.code:
        return None
    order = await orders.one(unit, record.id)
    return Talk(
        extra.exchange.partner, order, await orders.pushed(unit, record.id), await orders.said(unit, extra, record.id),
        order.disagrees(now),
    )  # fmt: skip


async def _invited(
    unit: db.Unit, member: Member, reach: Reach, kind: Kind, record: Record
) -> tuple[bool, Guest | None]:
    oversees = "bureau" in decide.stands_as(reach, kind, record)
    if not kind.invites or not oversees or not may(member.role, "extras.invite"):
        return False, None
    return record.ended_at is None, await guests.of_record(unit, record.id)


async def _beside(unit: db.Unit, reach: Reach, record_id: UUID | None, now: datetime) -> Record | None:
    """A record that this one leads to, where it may be seen as well."""
    if record_id is None:
        return None
    try:
        return (await listing.one(unit, record_id, reach, now))[2]
    except NotFound:
        return None


async def _people(unit: db.Unit, policy: Policy, deeds: tuple[Deed, ...]) -> Mapping[str, str]:
    """Who did it, as the office calls them: the institution, and who sat there."""
    sat = {each.id: each.name for each in await members(unit)}
    bodies = await called(unit, policy, [each.by for each in deeds])
    bodies = {**bodies, str(actions.RATER): WHO["filer"]}
    return {**bodies, **{str(each.member): sat[each.member] for each in deeds if each.member and each.member in sat}}


def _told(kind: Kind, deed: Deed, who: Mapping[str, str], names: Names) -> Told:
    body, sat = who.get(deed.by, deed.by), who.get(str(deed.member), "")
    state = kind.state(deed.after)
    moved = state.label if state is not None and deed.before != deed.after else ""
    said = f"{body} {sat}" if sat and sat != body and not deed.by.startswith("member:") else sat or body
    return Told(deed, said, saying.given(kind, deed.given, names), moved)


async def _ratings(unit: db.Unit, member: Member, policy: Policy, record: Record) -> tuple[Row, ...]:
    """What was said of the same case, to those who may read ratings."""
    if not record.case or is_protected(member) or not may(member.role, "ratings.read"):
        return ()
    eyes = await eyes_of(unit, member, policy)
    wanted = ratings.Wanted(eyes.everything, eyes.oversees, eyes.staff, q=record.case, limit=MOST_RATINGS)
    return tuple(each for each in (await ratings.page(unit, wanted)).rows if each.case == record.case)


def _unset(kind: Kind, record: Record, deeds: tuple[Deed, ...], policy: Policy) -> tuple[tuple[Timer, Key[Any]], ...]:
    """What began and has no end, because no rule says how long it may take."""
    begun = {each.act for each in deeds} | {"filed"}
    known = {each.code for each in record.timers}
    return tuple(
        (each, each.within) for each in kind.timers
        if each.within is not None and not each.until and begun & set(each.begins) and each.code not in known
        and policy[each.within] is None
    )  # fmt: skip


def _below(extra: Extra, kind: Kind, record: Record, reach: Reach) -> tuple[Kind, ...]:
    """What they register beneath this record while it is open, such as the sheets of a batch."""
    if record.ended_at is not None:
        return ()
    as_ = decide.stands_as(reach, kind, record)
    return tuple(each for each in extra.kinds if each.parent == kind.code and as_ & set(each.files))


def label_of(key: Key[Any]) -> str:
    return keys.ALL[key.name].label if key.name in keys.ALL else key.label
