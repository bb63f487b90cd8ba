"""A draw stands with its seed and its tasks in one transaction, and nothing that happens later changes it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import db
from core.assignments import actions as assignments
from core.assignments.decide import INSPECT
from core.assignments.model import Task
from core.audit import actions as audit
from core.audit.model import Actor
from core.checks import decide
from core.checks.decide import MOST, MOST_POPULATION, Candidate, Method, Stratum
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.policy.calendar import midnight_after
from core.tickets import actions as tickets
from core.tickets.stored import prefix

Q = db.queries(__file__)
# As long as nobody could try them all, short enough to be read out.
SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose tickets may be drawn, and whose draws seen: everything, or what these institutions handle.

    ``institution`` is in whose name it is drawn.
    """

    everything: bool
    handlers: tuple[str, ...]
    institution: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was closed from the first day to the last, of one institution or of all."""

    since: date
    until: date
    wanted: int
    method: Method
    handler: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    id: UUID
    number: str
    at: datetime
    by_name: str
    institution: str
    since: date
    until: date
    handler: str
    method: Method
    wanted: int
    seed: str
    strata: tuple[Stratum, ...]
    population: tuple[str, ...]
    drawn: tuple[str, ...]
    done: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ticket of a draw: ``task`` is the state of its task, ``found`` what the check found."""

    id: UUID
    number: str
    state: str
    handler: str
    handler_name: str
    item_name: str | None
    closed_at: datetime | None
    task: str | None
    ended_at: datetime | None
    found_at: datetime | None
    found: str
    found_by: str


async def draw(unit: db.Unit, reach: Reach, wanted: Wanted, by: Actor, name: str, now: datetime) -> Check:
    """Refuses ``invalid`` at the field that is wrong; each ticket drawn is a task to check it (抽查)."""
    _check(wanted, now)
    rows = await unit.fetch(Q.candidates, *_asked(unit, reach, wanted), MOST_POPULATION + 1)
    if not rows:
        raise Invalid("这段时间没有办结的工单，请换一段时间。", field="until")
    if len(rows) > MOST_POPULATION:
        raise Invalid(f"这段时间办结的超过 {MOST_POPULATION:,} 张，请缩短时间，分几次抽。", field="until")
    seed = secrets.token_hex(SEED_BYTES)
    sample = decide.draw([Candidate(row["number"], row["handler"]) for row in rows], wanted.wanted, wanted.method, seed)
    number = await unit.fetchval(tickets.Q.next_number, unit.tenant, f"C{prefix(now)}")
    check = Check(
        db.ids.new(), number, now, name, reach.institution, wanted.since, wanted.until, wanted.handler, wanted.method,
        wanted.wanted, seed, sample.strata, sample.population, sample.drawn, 0,
    )  # fmt: skip
    await _keep(unit, check, by)
    drawn = set(sample.drawn)
    await assignments.hand_out(unit, [_task(check, row, by) for row in rows if row["number"] in drawn], now)
    after = {"number": number, "since": str(wanted.since), "until": str(wanted.until), "handler": wanted.handler,
             "method": wanted.method, "wanted": wanted.wanted, "population": len(sample.population), "seed": seed,
             "drawn": list(sample.drawn)}  # fmt: skip
    await audit.write(unit, by, "check.draw", "check", check.id, None, after, now)
    return check


def _check(wanted: Wanted, now: datetime) -> None:
    if wanted.since > wanted.until:
        raise Invalid("开始日期晚于结束日期，请核对。", field="since")
    if wanted.until > now.astimezone(SHANGHAI).date():
        raise Invalid("结束日期还没有到，请选今天或以前的日期。", field="until")
    if not 1 <= wanted.wanted <= MOST:
        raise Invalid(f"份数请填 1 到 {MOST} 之间的数。", field="wanted")


def _asked(unit: db.Unit, reach: Reach, wanted: Wanted) -> tuple[Any, ...]:
    begins = datetime.combine(wanted.since, datetime.min.time(), SHANGHAI)
    return (
        unit.tenant, reach.everything, list(reach.handlers), begins, midnight_after(wanted.until), wanted.handler
    )  # fmt: skip


def _task(check: Check, row: db.Row, by: Actor) -> Task:
    """No regulation so far gives a check its days: the task has none, and none is made up for it."""
    to = f"institution:{by.code}" if by.code else "bureau"
    once = f"{INSPECT}:{row['id']}:{check.id}"
    return Task(INSPECT, to, f"institution:{row['handler']}", once, ticket_id=row["id"])


async def _keep(unit: db.Unit, check: Check, by: Actor) -> None:
    strata = [{"handler": each.handler, "size": each.size, "drawn": each.drawn} for each in check.strata]
    await unit.execute(
        Q.keep, unit.tenant, check.id, check.number, check.at, str(by), by.member, check.by_name, check.institution,
        check.since, check.until, check.handler, check.method, check.wanted, check.seed, strata,
        list(check.population), list(check.drawn),
    )  # fmt: skip


async def population(unit: db.Unit, reach: Reach, wanted: Wanted) -> int:
    """How many could be drawn now."""
    return await unit.fetchval(Q.how_many, *_asked(unit, reach, wanted))


async def listing(unit: db.Unit, reach: Reach, after: UUID | None = None, limit: int = 50) -> Sequence[Check]:
    rows = await unit.fetch(Q.checks, unit.tenant, reach.everything, list(reach.handlers), after, limit)
    return [_made(row) for row in rows]


async def one(unit: db.Unit, reach: Reach, check_id: UUID) -> Check:
    row = await unit.fetchrow(Q.check, unit.tenant, reach.everything, list(reach.handlers), check_id)
    if row is None:
        raise NotFound("没有找到这次抽查。")
    return _made(row)


async def rows(unit: db.Unit, check: Check) -> tuple[Drawn, ...]:
    found = await unit.fetch(Q.drawn, unit.tenant, list(check.drawn), check.id, check.at)
    return tuple(Drawn(**{each.name: row[each.name] for each in fields(Drawn)}) for row in found)


def drawn_again(check: Check) -> tuple[str, ...]:
    """What the kept seed draws from the kept population."""
    return decide.again(check.strata, check.population, check.method, check.wanted, check.seed)


def _made(row: db.Row) -> Check:
    known: dict[str, Any] = {each.name: row[each.name] for each in fields(Check)}
    known["strata"] = tuple(Stratum(**each) for each in row["strata"])
    known["population"], known["drawn"] = tuple(row["population"]), tuple(row["drawn"])
    return Check(**known)
