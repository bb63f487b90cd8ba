"""A trial is ordered, watched, given up or read; what it has found is kept with the proposal and never written over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound, TooMany, WrongState
from core.outbox import tasks
from core.proposals import actions as proposals
from core.tenants import states
from core.whatif import decide, reading
from core.whatif.model import Period, Run, Turn
from core.whatif.reading import Q
from core.whatif.report import headlines

__all__ = ["JOB", "cancel", "headlines", "latest", "of_proposal", "one", "order", "singles", "table"]

JOB = "whatif"
SHOWN = 20
MOST_AT_ONCE = 2


async def order(unit: db.Unit, proposal_id: UUID, period: Period, *, by: Actor, now: datetime) -> UUID:
    """Asks for a trial of the proposal as it is now; refuses one without changes, and days without ratings."""
    known = await proposals.by_id(unit, proposal_id)
    if not known.undecided:
        raise WrongState("这份草案已经有了结果，不能再试算；以前的试算仍可查看。")
    if not known.changes and not known.baseline:
        raise Invalid("草案里还没有任何修改，先改一项再试算。", field="from")
    if not await unit.fetchval(Q.any_made, unit.tenant, *reading.instants(period)):
        raise Invalid("这段时间没有服务和评价数据，请换一段期间。", field="from")
    if await unit.fetchval(Q.under_way, unit.tenant) >= MOST_AT_ONCE:
        raise TooMany("已有试算正在进行，请等它完成或取消后再开始。", field="from")
    run_id = ids.new()
    await unit.execute(Q.add, unit.tenant, run_id, proposal_id, known.version, period.start, period.end, str(by), now)
    told = {"proposal": proposal_id, "version": known.version, "from": period.start, "to": period.end}
    await audit.write(unit, by, "whatif.order", "whatif", run_id, None, told, now)
    await tasks.wake(unit, JOB, now, str(run_id))
    return run_id


async def cancel(unit: db.Unit, proposal_id: UUID, run_id: UUID, *, by: Actor, now: datetime) -> None:
    found = await one(unit, proposal_id, run_id)
    if not await unit.execute(Q.cancel, unit.tenant, run_id, now):
        raise WrongState("这次试算已经结束，不能取消。")
    await audit.write(unit, by, "whatif.cancel", "whatif", run_id, found.state, "cancelled", now)


async def one(unit: db.Unit, proposal_id: UUID, run_id: UUID) -> Run:
    row = await unit.fetchrow(Q.one, unit.tenant, run_id)
    if row is None or row["proposal_id"] != proposal_id:
        raise NotFound("没有这次试算。")
    return Run(**row)


async def of_proposal(unit: db.Unit, proposal_id: UUID) -> tuple[Run, ...]:
    """Newest first."""
    return tuple(Run(**row) for row in await unit.fetch(Q.of_proposal, unit.tenant, proposal_id, SHOWN))


async def latest(unit: db.Unit, proposal_id: UUID) -> Run | None:
    """The newest trial that came to its end: its ``version`` says of which state of the proposal it speaks."""
    return next((each for each in await of_proposal(unit, proposal_id) if each.state == "done"), None)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a table; ``after`` is where the next one begins, None at the end."""

    rows: Sequence[Mapping[str, Any]]
    after: str | None


async def table(unit: db.Unit, run_id: UUID, section: str, after: int, limit: int) -> Slice:
    rows = await unit.fetch(Q.rows, unit.tenant, run_id, section, after, limit + 1)
    more = str(rows[limit - 1]["place"]) if len(rows) > limit else None
    return Slice([row["data"] for row in rows[:limit]], more)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invitations are looked at: by what became of them, and by what would have."""

    was: str = ""
    becomes: str = ""
    after: str = ""


async def singles(unit: db.Unit, run: Run, wanted: Wanted, limit: int) -> Slice:
    """Single invitations whose end would have been another, read again as the report saw them."""
    row = await unit.fetchrow(Q.turns, unit.tenant, run.id)
    if row is None or not row["turns"]:
        return Slice((), None)
    turns = [_turn(each) for each in row["turns"]]
    as_of = datetime.fromisoformat(row["as_of"])
    pauses = await states.pauses(unit, as_of)
    at, last = _place(wanted.after)
    rows: list[db.Row] = []
    # Day by day: a page needs the first few of what may be millions.
    for day in sorted({turn.day for turn in turns if at is None or turn.day >= at.astimezone(SHANGHAI).date()}):
        own = [turn for turn in turns if turn.day == day]
        rows += await unit.fetch(
            reading.fated(Q.late_rows, own, pauses), unit.tenant, *reading.turned(own), *reading.instants(run.period),
            as_of, *reading.instants(Period(day, day)), wanted.was, wanted.becomes,
            at, last, limit + 1 - len(rows),
        )  # fmt: skip
        if len(rows) > limit:
            break
    end = rows[limit - 1] if len(rows) > limit else None
    return Slice(rows[:limit], f"{end['opens'].isoformat()}~{end['id']}" if end else None)


def _place(text: str) -> tuple[datetime | None, UUID | None]:
    """Where a page begins; anything else than what we wrote ourselves begins at the beginning."""
    at, _, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(last)) if moment.tzinfo else (None, None)
    except ValueError:
        return None, None


def _turn(told: Mapping[str, Any]) -> Turn:
    ends = datetime.fromisoformat(told["ends"]) if told["ends"] else None
    return Turn(told["occasion"], date.fromisoformat(told["day"]), ends, told["lasts"], told["grade"])


def period(start: date | None, end: date | None, now: datetime) -> Period:
    return decide.period(start, end, now.astimezone(SHANGHAI).date())
