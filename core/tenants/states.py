"""A place goes from state to state by one door: each change has a reason, an author, an entry, and its own way back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Closed, NotFound, NotOpen, Paused, WrongState
from core.tenants.directory import forget
from core.tenants.model import STATES, Pause, State, Tenant

Q = db.queries(__file__)

WAYS: Mapping[State, tuple[State, ...]] = {
    "founding": ("live", "archived"),
    "live": ("suspended",),
    "suspended": ("live", "archived"),
    "archived": ("suspended", "founding", "leaving"),
    "leaving": ("archived",),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of state as it is read again."""

    state: State
    was: State
    reason: str
    moved: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """``name`` is who decided it, as it is shown; ``leaves_at`` is for who leaves alone."""

    to: State
    reason: str
    name: str
    by: Actor
    leaves_at: datetime | None = None
    moved: int = 0


def refuse_closed(tenant: Tenant) -> None:
    """What comes in is taken in, or whoever brings it is told why not; nobody's chance to rate is lost by it."""
    if tenant.takes_in:
        return
    if tenant.state == "suspended":
        raise Paused
    raise NotOpen if tenant.state == "founding" else Closed


async def locked(unit: db.Unit) -> State:
    """The state, which nobody else changes until this unit is done."""
    row = await unit.fetchrow(Q.state_of, unit.tenant)
    if row is None:
        raise NotFound
    return row["state"]


async def move(unit: db.Unit, wanted: Move, now: datetime) -> None:
    was = await locked(unit)
    if wanted.to not in WAYS[was]:
        raise WrongState(f"现在是“{STATES[was]}”，不能直接改为“{STATES[wanted.to]}”。请刷新页面查看现在的状态。")
    await unit.execute(Q.move, unit.tenant, wanted.to, wanted.leaves_at, now)
    told = (wanted.to, was, wanted.reason, wanted.moved, wanted.name)
    await unit.execute(Q.add_state, unit.tenant, db.ids.new(), *told, now)
    after = {"state": wanted.to, "reason": wanted.reason, "moved": wanted.moved or None}
    await audit.write(unit, wanted.by, "tenant.state", "tenant", unit.tenant, {"state": was}, after, now)
    unit.after_commit(_forgotten(unit.tenant))


async def go_live(tenant_id: int, live: bool, *, by: Actor, now: datetime) -> None:
    """In service or out of it, without being asked what is missing: for programs that know."""
    async with db.as_tenant(tenant_id) as unit:
        await move(unit, Move("live" if live else "suspended", "", by.code or by.kind, by), now)


async def history(unit: db.Unit) -> Sequence[Change]:
    """Newest first."""
    return [Change(**row) for row in await unit.fetch(Q.states, unit.tenant)]


async def pauses(unit: db.Unit, now: datetime) -> Sequence[Pause]:
    """Each time in which nothing was taken in; an archive in between belongs to its pause."""
    return [Pause(**row) for row in await unit.fetch(Q.pauses, unit.tenant, now)]


async def set_testing(unit: db.Unit, testing: bool, *, by: Actor, now: datetime) -> None:
    """测试数据：whether a place that is being founded takes practice in."""
    if await locked(unit) != "founding":
        raise WrongState("只有筹备中的地区可以使用测试数据。")
    await unit.execute(Q.set_testing, unit.tenant, testing)
    await audit.write(unit, by, "tenant.testing", "tenant", unit.tenant, not testing, testing, now)
    unit.after_commit(_forgotten(unit.tenant))


def _forgotten(tenant_id: int) -> Callable[[], Awaitable[None]]:
    async def told() -> None:
        forget(tenant_id)

    return told
