"""Work that is due is a row: done until it is finished, never by two at once, and in sight when it cannot be done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import NotFound

Q = db.queries(__file__)

# A claim that nobody began within this time is claimed anew: what carried it may have been lost.
CLAIMED_FOR = timedelta(seconds=30)
# Longer than a job may run, so that only a dead worker's work is taken over.
RUNNING_FOR = timedelta(seconds=90)
ATTEMPTS_ALLOWED = 10
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    """Ids that are ours to begin, and the token that says so."""

    ids: tuple[UUID, ...]
    token: UUID


@dataclass(frozen=True, slots=True)
class Task:
    """Work that is ours to do. Whoever holds another token has lost it."""

    id: UUID
    token: UUID
    tenant_id: int
    kind: str
    ref: str
    attempts: int
    run_after: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    id: UUID
    kind: str
    ref: str
    run_after: datetime
    state: str
    attempts: int
    last_error: str | None


_lived: ContextVar[datetime | None] = ContextVar("lived", default=None)


@contextmanager
def lived_until(moment: datetime) -> Iterator[None]:
    """A past that is lived through does its own work in its own time: before ``moment`` nobody need be woken."""
    token = _lived.set(moment)
    try:
        yield
    finally:
        _lived.reset(token)


def _is_past(at: datetime) -> bool:
    moment = _lived.get()
    return moment is not None and at <= moment


async def wake(unit: db.Unit, kind: str, at: datetime, ref: str = "") -> None:
    """``kind`` shall be done for this tenant at that time, once, however often it is asked for."""
    if _is_past(at):
        return
    await unit.execute(Q.wake, ids.new(), unit.tenant, kind, ref, at)


class Hints:
    """Wake-ups told after the facts they are for have been committed, so that nobody's facts wait for another's.

    One that is lost with a crash is found by the next round over all tenants: the facts themselves say what is due.
    """

    def __init__(self, tenant_id: int) -> None:
        self._tenant = tenant_id
        self._told: set[tuple[str, datetime]] = set()

    def add(self, kind: str, at: datetime) -> None:
        if not _is_past(at):
            self._told.add((kind, at))

    async def give(self) -> None:
        """Runs after commit. What this process has told before is not told again."""
        fresh = [(kind, at) for kind, at in sorted(self._told) if (self._tenant, kind, at) not in _given]
        if not fresh:
            return
        async with db.as_system() as unit:
            await unit.executemany(Q.wake, [(ids.new(), self._tenant, kind, "", at) for kind, at in fresh])
        if len(_given) > REMEMBERED:
            _given.clear()
        _given.update((self._tenant, kind, at) for kind, at in fresh)


_given: set[tuple[int, str, datetime]] = set()


async def claim(now: datetime, limit: int, *, throwaway: bool = False) -> Claim:
    """What is due. Throw-away tenants run their own jobs, at their own time, unless told otherwise."""
    token = ids.new()
    async with db.as_system() as unit:
        rows = await unit.fetch(Q.claim, now, limit, now + CLAIMED_FOR, throwaway, token)
    return Claim(tuple(row["id"] for row in rows), token)


async def give_back(claimed: Claim) -> None:
    async with db.as_system() as unit:
        await unit.execute(Q.give_back, list(claimed.ids), claimed.token)


async def begin(task_id: UUID, token: UUID, now: datetime) -> Task | None:
    """The task, if the claim still holds; the new token makes a second messenger come too late."""
    fresh = ids.new()
    async with db.as_system() as unit:
        row = await unit.fetchrow(Q.begin, task_id, token, now + RUNNING_FOR, fresh)
    if row is None:
        return None
    return Task(task_id, fresh, row["tenant"], row["kind"], row["ref"], row["attempts"], row["run_after"])


async def renew(task: Task, now: datetime) -> bool:
    """Longer work says that it is still being done; whether it is still ours."""
    async with db.as_system() as unit:
        return bool(await unit.execute(Q.renew, task.id, task.token, now + RUNNING_FOR))


async def finish(task: Task) -> bool:
    """Whether it was still ours to finish."""
    async with db.as_system() as unit:
        return bool(await unit.execute(Q.finish, task.id, task.token))


async def fail(task: Task, error: str, now: datetime) -> None:
    """Again later, ever later, and after the last attempt in sight of a person."""
    state = "waiting" if task.attempts < ATTEMPTS_ALLOWED else "dead"
    pause = min(FIRST_PAUSE * 2 ** (task.attempts - 1), LONGEST_PAUSE)
    async with db.as_system() as unit:
        await unit.execute(Q.fail, task.id, task.token, state, now + pause, error[:200])


async def oldest_due(now: datetime) -> datetime | None:
    """How far behind the workers are: the honest measure of their health."""
    async with db.as_system() as unit:
        return await unit.fetchval(Q.oldest_due, now)


async def listing(unit: db.Unit, *, state: str | None = None, limit: int = 100) -> Sequence[Listed]:
    return [Listed(**row) for row in await unit.fetch(Q.tasks, unit.tenant, state, limit)]


async def retry(unit: db.Unit, task_id: UUID, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.retry, unit.tenant, task_id, now):
        raise NotFound
    await audit.write(unit, by, "task.retry", "task", task_id, "dead", "waiting", now)
