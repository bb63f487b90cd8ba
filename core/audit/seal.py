"""What was written down and sealed cannot be changed, taken out or slipped in without being found.

Entries are sealed behind those who write them, batch by batch in the order of their ids, so that nobody waits: each
digest is made of the one before and the entry's own words, with a key that lies outside the database. The newest digest
goes to the machine's log as well: kept elsewhere, it also proves that the chain was not cut short.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

import structlog

from core import db
from core.crypto import provider

Q = db.Queries(Path(__file__).with_name("seal.sql"))

JOB = "seal"
AT_ONCE = 500
# Longer than any transaction lasts: what is older has been committed or never will be.
GRACE_SECONDS = 300
NOTHING = UUID(int=0)
ID, DIGEST = 16, 32
MOST_FAULTS = 20
Fate = Literal["changed", "deleted", "inserted", "broken"]
FATES: Mapping[Fate, str] = {
    "changed": "内容被改动", "deleted": "被删除", "inserted": "处有后来插入的记录", "broken": "起封存断开",
}  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """``upto`` entries are sealed; ``head`` is the newest digest, short enough to be compared by eye."""

    number: int
    upto: int
    head: str
    sealed_at: datetime | None
    last_id: UUID = NOTHING


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is the entry's number in the chain, counted from 1."""

    place: int
    fate: Fate
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    checked: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Batch:
    number: int
    upto: int
    last_id: UUID
    ids: tuple[UUID, ...]
    digests: tuple[bytes, ...]

    @property
    def first(self) -> int:
        return self.upto - len(self.ids) + 1


_START = _Batch(0, 0, NOTHING, (), (b"",))


async def state(unit: db.Unit) -> State:
    row = await unit.fetchrow(Q.newest, unit.tenant)
    if row is None:
        return State(0, 0, "", None)
    return State(row["number"], row["upto"], row["head"].hex()[:16], row["sealed_at"], row["last_id"])


async def seal(unit: db.Unit, now: datetime, grace: float = GRACE_SECONDS) -> int:
    """Seals one batch; how many entries it holds. Of two who try at once one finds nothing to do."""
    row = await unit.fetchrow(Q.newest, unit.tenant)
    number, upto, last, head = (
        (row["number"], row["upto"], row["last_id"], row["head"]) if row else (0, 0, NOTHING, b"")
    )
    entries = await unit.fetch(Q.entries, unit.tenant, last, db.ids.made_before(grace), AT_ONCE)
    if not entries:
        return 0
    digests: list[bytes] = []
    for each in entries:
        head = _digest(unit.tenant, head, each)
        digests.append(head)
    ids = b"".join(each["id"].bytes for each in entries)
    added = await unit.execute(
        Q.add, unit.tenant, number + 1, upto + len(entries), entries[-1]["id"], ids, b"".join(digests), now
    )
    if added:
        log.info("audit-sealed", tenant=unit.tenant, upto=upto + len(entries), head=head.hex())
    return len(entries) if added else 0


async def verify(unit: db.Unit, newest: int = 0) -> Verdict:
    """The whole chain, or its ``newest`` batches: what does not stand as it was sealed."""
    top = (await state(unit)).number
    before = max(top - newest, 0) if newest else 0
    last = await _batch(unit, before)
    faults: list[Fault] = [] if last else [Fault(1, "broken")]
    last, checked = last or _START, 0
    while True:
        rows = await unit.fetch(Q.seals, unit.tenant, last.number, 20)
        for batch in map(_read, rows):
            # Where a seal is missing, nothing can be said of what stood between.
            faults += _joint(last, batch) or await _held(unit, last, batch)
            checked, last = checked + len(batch.ids), batch
        if not rows or len(faults) >= MOST_FAULTS:
            return Verdict(checked, tuple(faults[:MOST_FAULTS]))


async def _batch(unit: db.Unit, number: int) -> _Batch | None:
    if not number:
        return _START
    row = await unit.fetchrow(Q.seal, unit.tenant, number)
    return _read(row) if row else None


def _read(row: db.Row) -> _Batch:
    ids, digests = row["ids"], row["digests"]
    return _Batch(
        row["number"], row["upto"], row["last_id"],
        tuple(UUID(bytes=ids[at : at + ID]) for at in range(0, len(ids), ID)),
        tuple(digests[at : at + DIGEST] for at in range(0, len(digests), DIGEST)),
    )  # fmt: skip


def _joint(last: _Batch, batch: _Batch) -> list[Fault]:
    """A seal of its own may be missing, or its numbers may not follow on."""
    follows = batch.number == last.number + 1 and batch.first == last.upto + 1 and batch.last_id == batch.ids[-1]
    return [] if follows else [Fault(last.upto + 1, "broken")]


async def _held(unit: db.Unit, last: _Batch, batch: _Batch) -> list[Fault]:
    """What stands between two seals, beside what was sealed there."""
    most = len(batch.ids) + MOST_FAULTS
    rows = await unit.fetch(Q.entries_through, unit.tenant, last.last_id, batch.last_id, most)
    standing = {row["id"]: row for row in rows}
    sealed = set(batch.ids)
    after = {each: place for place, each in enumerate(batch.ids, batch.first)}
    faults = _compare(unit.tenant, last, batch, standing)
    slipped_in = (each for each in standing if each not in sealed)
    return [*faults, *(Fault(_place_of(each, after, batch), "inserted", each) for each in slipped_in)]


def _compare(tenant_id: int, last: _Batch, batch: _Batch, standing: Mapping[UUID, db.Row]) -> list[Fault]:
    faults: list[Fault] = []
    before = last.digests[-1]
    for place, (entry, digest) in enumerate(zip(batch.ids, batch.digests, strict=True), batch.first):
        row = standing.get(entry)
        if row is None:
            faults.append(Fault(place, "deleted", entry))
        elif _digest(tenant_id, before, row) != digest:
            faults.append(Fault(place, "changed", entry))
        before = digest
    return faults


def _place_of(slipped_in: UUID, after: Mapping[UUID, int], batch: _Batch) -> int:
    return next((place for each, place in after.items() if each > slipped_in), batch.upto)


def _digest(tenant_id: int, before: bytes, row: db.Row) -> bytes:
    return provider().lookup(tenant_id, "audit seal", f"{before.hex()} {_words(row)}")


def _words(row: db.Row) -> str:
    """An entry as one text that is the same whenever it is read."""
    told: Sequence[object] = [
        str(row["id"]), row["at"].astimezone(UTC).isoformat(), row["actor"], row["act"], row["object_kind"],
        row["object_id"], row["before"], row["after"], row["source"], row["member"], row["acting_for"], row["address"],
        row["trace"],
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
