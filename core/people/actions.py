"""The same person is one row, found by a keyed hash, however often they come and however they are typed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from core import clock, db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import NotFound, ReasonMissing
from core.people.model import Masked, Person, masked, normal

Q = db.queries(__file__)

ERASED = "已删除"
TAIL = 4


async def remember(unit: db.Unit, person: Person) -> UUID:
    """The person's id, known already or new: by document if one is given, else by phone, else by name."""
    tenant, known = unit.tenant, normal(person)
    lookup = _lookup(tenant, known)
    found = await unit.fetchval(Q.find, tenant, lookup)
    if found is None:
        person_id = ids.new()
        if await unit.execute(Q.insert, tenant, *_row(tenant, person_id, known), clock.now()):
            return person_id
        # Somebody else remembered them in the same moment.
        found = await unit.fetchval(Q.find, tenant, lookup)
    return found


async def same(unit: db.Unit, person_id: UUID, person: Person) -> bool:
    """Whether this person is that one: by document where both give one, else by phone, else by name."""
    stored = await _read(unit, person_id)
    given = normal(person)
    for one, other in ((stored.id_number, given.id_number), (stored.phone, given.phone)):
        if one and other:
            return one == other and (not given.name or given.name == stored.name)
    return bool(given.name) and given.name == stored.name


async def view(unit: db.Unit, person_ids: Iterable[UUID]) -> Mapping[UUID, Masked]:
    """Masked, all that a page may show without a reason."""
    rows = await unit.fetch(Q.read_all, unit.tenant, list(person_ids))
    return {row["id"]: masked(row["id"], _decrypted(unit, row)) for row in rows}


async def known(unit: db.Unit, person_ids: Iterable[UUID]) -> tuple[str, ...]:
    """Names and numbers to be struck out of a text; they never leave for a page or a message."""
    rows = await unit.fetch(Q.read_all, unit.tenant, list(person_ids))
    persons = [_decrypted(unit, row) for row in rows]
    return tuple(word for each in persons for word in (each.name, each.phone, each.id_number) if word)


async def by_phone(unit: db.Unit, phone: str) -> tuple[UUID, ...]:
    plain = normal(Person("", phone=phone)).phone
    digest = provider().lookup(unit.tenant, "phone", plain)
    return tuple(row["id"] for row in await unit.fetch(Q.by_phone, unit.tenant, digest))


async def by_phone_tail(unit: db.Unit, digits: str) -> tuple[UUID, ...]:
    """Whose number ends with these digits, four at least: the last four lead to few, whose numbers are looked at."""
    rows = await unit.fetch(Q.by_phone_tail, unit.tenant, _tail(unit.tenant, digits))
    return tuple(row["id"] for row in rows if _phone(unit, row).endswith(digits))


async def add_tails(unit: db.Unit, most: int) -> int:
    """Lets people who were known before be found by the end of their number; how many it did."""
    rows = await unit.fetch(Q.without_tail, unit.tenant, most)
    tails = [(unit.tenant, row["id"], _tail(unit.tenant, _phone(unit, row))) for row in rows]
    await unit.executemany(Q.add_tail, tails)
    return len(rows)


async def unmask(unit: db.Unit, person_id: UUID, reason: str, *, by: Actor, now: datetime) -> Person:
    """The person in clear. Without a reason nobody reads anybody, and who read whom stays written."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    person = await _read(unit, person_id)
    await audit.write(unit, by, "person.unmask", "person", person_id, None, {"reason": reason}, now)
    return person


async def in_clear(unit: db.Unit, person_id: UUID) -> Person:
    """For a copy of all that there is: whoever ordered it gave a reason, which stands in the log once for everybody."""
    return await _read(unit, person_id)


async def address(unit: db.Unit, person_id: UUID) -> str:
    """Where a message to this person goes; for the delivery alone, and nothing else is read."""
    row = await unit.fetchrow(Q.read, unit.tenant, person_id)
    return "" if row is None or row["phone_enc"] is None else _phone(unit, row)


async def erase(unit: db.Unit, person_id: UUID, reason: str, *, by: Actor, now: datetime) -> None:
    """Their ratings stay counted; who they were is gone."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    name = provider().encrypt(ERASED, Place(unit.tenant, "person", "name", person_id))
    if not await unit.execute(Q.erase, unit.tenant, person_id, person_id.bytes, name):
        raise NotFound
    await unit.execute(Q.erase_told, unit.tenant, person_id)
    await audit.write(unit, by, "person.erase", "person", person_id, None, {"reason": reason}, now)


async def _read(unit: db.Unit, person_id: UUID) -> Person:
    row = await unit.fetchrow(Q.read, unit.tenant, person_id)
    if row is None:
        raise NotFound
    return _decrypted(unit, row)


def _lookup(tenant: int, person: Person) -> bytes:
    if person.id_number:
        return provider().lookup(tenant, "document", f"{person.id_type}|{person.id_number}")
    if person.phone:
        return provider().lookup(tenant, "person phone", f"{person.phone}|{person.name}")
    return provider().lookup(tenant, "name", person.name)


def _phone(unit: db.Unit, row: db.Row) -> str:
    return provider().decrypt(row["phone_enc"], Place(unit.tenant, "person", "phone", row["id"]))


def _tail(tenant: int, phone: str) -> bytes:
    # A hash of so few digits hides them only from those who have no key, as all of them are.
    return provider().lookup(tenant, "phone tail", phone[-TAIL:])


def _row(tenant: int, person_id: UUID, person: Person) -> tuple[object, ...]:
    def sealed(column: str, text: str) -> bytes | None:
        return provider().encrypt(text, Place(tenant, "person", column, person_id)) if text else None

    phone_hash = provider().lookup(tenant, "phone", person.phone) if person.phone else None
    tail = _tail(tenant, person.phone) if person.phone else None
    name = sealed("name", person.name) or b""
    number, phone = sealed("id", person.id_number), sealed("phone", person.phone)
    return person_id, _lookup(tenant, person), phone_hash, tail, name, person.id_type, number, phone


def _decrypted(unit: db.Unit, row: db.Row) -> Person:
    def opened(column: str) -> str:
        data = row[f"{column}_enc"]
        return provider().decrypt(data, Place(unit.tenant, "person", column, row["id"])) if data else ""

    return Person(opened("name"), row["id_type"], opened("id"), opened("phone"))
