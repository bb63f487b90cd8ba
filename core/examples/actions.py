"""Every change of an example is a version of its own, by whom and when; a step back is a version too."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Conflict, Invalid, NotFound, TooMany
from core.examples.model import Body, Departure, Example, Version

Q = db.queries(__file__)
Judge = Callable[[Body], str]
MOST = 500
SHOWN_VERSIONS = 30
LONGEST_SAYS = 300
LONGEST_BASIS = 2000
OVERTAKEN = "这个例子刚被别人改过。您填写的内容还在，请对照后再保存。"


async def listing(unit: db.Unit) -> tuple[Example, ...]:
    return tuple(Example(**row) for row in await unit.fetch(Q.listing, unit.tenant, None))


async def one(unit: db.Unit, example_id: UUID) -> Example:
    row = await unit.fetchrow(Q.listing, unit.tenant, example_id)
    if row is None:
        raise NotFound("没有这个例子，可能已经删除。")
    return Example(**row)


async def versions(unit: db.Unit, example_id: UUID) -> tuple[Version, ...]:
    """Newest first."""
    return tuple(Version(**row) for row in await unit.fetch(Q.versions, unit.tenant, example_id, SHOWN_VERSIONS))


async def body_of(unit: db.Unit, example_id: UUID, version: int) -> Body:
    """As it was when a run was asked for, whatever has been written since."""
    return (await _version(unit, example_id, version)).body


async def add(unit: db.Unit, body: Body, problem: str, *, by: Actor, name: str, now: datetime) -> UUID:
    if await unit.fetchval(Q.count, unit.tenant) >= MOST:
        raise TooMany(f"例子最多 {MOST} 个，请先删去不用的。")
    example_id = ids.new()
    await unit.execute(Q.add, unit.tenant, example_id, _says(body), body, problem, name, now)
    await unit.execute(Q.note, unit.tenant, example_id, 1, None, body, str(by), name, now)
    await audit.write(unit, by, "example.add", "example", example_id, None, _told(1, body), now)
    return example_id


async def change(
    unit: db.Unit, example_id: UUID, version: int, body: Body, problem: str, *, by: Actor, name: str, now: datetime
) -> int:
    """The new version. What was read as ``version`` must still be what is there."""
    found = await _locked(unit, example_id, version)
    if body == found.body:
        return found.version
    await _put(unit, found, found.version, body, problem, by=by, name=name, now=now)
    return found.version + 1


async def undo(
    unit: db.Unit, example_id: UUID, version: int, judge: Judge, *, by: Actor, name: str, now: datetime
) -> Version | None:
    """What stood before the last change stands again; None where there is nothing before."""
    found = await _locked(unit, example_id, version)
    here = await _version(unit, example_id, found.version)
    if here.back is None:
        return None
    before = await _version(unit, example_id, here.back)
    await _put(unit, found, before.back, before.body, judge(before.body), by=by, name=name, now=now)
    return before


async def remove(unit: db.Unit, example_id: UUID, *, by: Actor, now: datetime) -> Example:
    found = await one(unit, example_id)
    await unit.execute(Q.remove, unit.tenant, example_id, now)
    told = _told(found.version, found.body)
    await audit.write(unit, by, "example.remove", "example", example_id, told, None, now)
    return found


async def departures(unit: db.Unit) -> tuple[Departure, ...]:
    return tuple(Departure(**row) for row in await unit.fetch(Q.departures, unit.tenant))


async def depart(
    unit: db.Unit, source: str, step: int | None, says: str, basis: str, *, by: Actor, name: str, now: datetime
) -> None:
    """The place rightly differs from this example of the regulation below; another failure of it counts again."""
    if not basis.strip():
        raise Invalid("请写明本地为什么不同，例如本地文件的名称、编号和条款。", field="basis")
    if len(basis) > LONGEST_BASIS:
        raise Invalid(f"依据最多 {LONGEST_BASIS} 个字。", field="basis")
    await unit.execute(Q.withdraw, unit.tenant, source, now)
    await unit.execute(Q.depart, unit.tenant, ids.new(), source, step, says, basis.strip(), str(by), name, now)
    after = {"step": step, "says": says, "basis": basis.strip()}
    await audit.write(unit, by, "example.depart", "example", source, None, after, now)


async def withdraw(unit: db.Unit, source: str, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.withdraw, unit.tenant, source, now):
        raise NotFound
    await audit.write(unit, by, "example.follow", "example", source, None, None, now)


async def _locked(unit: db.Unit, example_id: UUID, version: int) -> Example:
    row = await unit.fetchrow(Q.lock, unit.tenant, example_id)
    if row is None:
        raise NotFound("没有这个例子，可能已经删除。")
    if row["version"] != version:
        raise Conflict(OVERTAKEN, field="version")
    return Example(**row)


async def _version(unit: db.Unit, example_id: UUID, version: int) -> Version:
    row = await unit.fetchrow(Q.version, unit.tenant, example_id, version)
    if row is None:
        raise NotFound
    return Version(**row)


async def _put(
    unit: db.Unit, found: Example, back: int | None, body: Body, problem: str, *, by: Actor, name: str, now: datetime
) -> None:
    fresh = found.version + 1
    await unit.execute(Q.change, unit.tenant, found.id, fresh, _says(body), body, problem, name, now)
    await unit.execute(Q.note, unit.tenant, found.id, fresh, back, body, str(by), name, now)
    before, after = _told(found.version, found.body), _told(fresh, body)
    await audit.write(unit, by, "example.change", "example", found.id, before, after, now)


def _says(body: Body) -> str:
    return str(body.get("says", ""))[:LONGEST_SAYS]


def _told(version: int, body: Body) -> dict[str, object]:
    return {"version": version, "says": _says(body), "steps": len(body.get("step", []))}
