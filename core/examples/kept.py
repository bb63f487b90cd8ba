"""What became of the examples when they were last run: approval and go-live ask here, and take nobody's word for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db
from core.examples.actions import Q
from core.examples.model import Outcome, Run
from core.readiness import Missing

SHOWN_RUNS = 20
ALL_SCOPES = ("one", "own", "all")


@dataclass(frozen=True, slots=True)
class Last:
    """What last became of one example; ``fresh`` where neither it nor the rules have changed since."""

    outcome: Outcome
    at: datetime
    fresh: bool


async def latest_run(unit: db.Unit, proposal_id: UUID | None, *, version: int | None = None) -> Run | None:
    """The last finished run of all examples by the rules in force, or by a proposal (in its ``version``, if given).

    ``passed``, ``failed`` and ``at`` are of that run; ``failed`` leaves out departures acknowledged with a basis.
    ``holds`` is what an approval and a go-live want: fresh, and nothing fails.
    """
    rows = await unit.fetch(Q.runs, unit.tenant, None, proposal_id, True, ["own", "all"], True, 1)
    return await _run(unit, rows[0], version) if rows else None


async def ready(unit: db.Unit) -> tuple[Missing, ...]:
    """What go-live still wants of the examples: one at least, and all of them holding by the rules as they are."""
    if not await unit.fetchval(Q.count, unit.tenant):
        return (Missing("还没有例子：请从规则里写三个例子，运行看到它们成立。", "/examples"),)
    last = await latest_run(unit, None)
    if last is None or not last.fresh:
        return (Missing("例子还没有按现在的规则运行过，请全部运行一次。", "/examples"),)
    if last.failed:
        return (Missing(f"有 {last.failed} 个例子不成立，请改规则或改例子。", f"/examples/runs/{last.id}"),)
    return ()


async def runs(unit: db.Unit, proposal_id: UUID | None, scopes: Sequence[str] = ALL_SCOPES) -> tuple[Run, ...]:
    """The latest, newest first, those under way among them."""
    rows = await unit.fetch(Q.runs, unit.tenant, None, proposal_id, True, list(scopes), False, SHOWN_RUNS)
    return tuple([await _run(unit, row) for row in rows])


async def run(unit: db.Unit, run_id: UUID) -> Run | None:
    rows = await unit.fetch(Q.runs, unit.tenant, run_id, None, False, list(ALL_SCOPES), False, 1)
    return await _run(unit, rows[0]) if rows else None


async def results(unit: db.Unit, run_id: UUID) -> tuple[Outcome, ...]:
    return tuple(_outcome(row) for row in await unit.fetch(Q.results, unit.tenant, run_id))


async def newest(unit: db.Unit, proposal_id: UUID | None = None, example_id: UUID | None = None) -> Mapping[UUID, Last]:
    """What last became of each example that was ever run; the version it was run in stands in the outcome."""
    revision = str(await unit.fetchval(Q.revision, unit.tenant))
    rows = await unit.fetch(Q.newest, unit.tenant, proposal_id, example_id)
    return {
        row["example_id"]: Last(_outcome(row), row["at"], row["rules"].partition("/")[0] == revision) for row in rows
    }


async def standing(unit: db.Unit, example_id: UUID | None = None) -> str:
    """What the examples are now; another version of one of them is another text."""
    return await unit.fetchval(Q.digest, unit.tenant, example_id)


def rules_of(revision: int, version: int | None) -> str:
    """By which rules a run was: the tenant's revision, and the proposal's version on top of it."""
    return str(revision) if version is None else f"{revision}/{version}"


async def _run(unit: db.Unit, row: db.Row, version: int | None = None) -> Run:
    values: dict[str, Any] = dict(row)
    revision, _, of_proposal = values["rules"].partition("/")
    same = values.pop("examples") == await standing(unit, values["example_id"])
    ruled = int(revision) == await unit.fetchval(Q.revision, unit.tenant)
    fresh = same and ruled and (version is None or of_proposal == str(version))
    return Run(**values, fresh=fresh)


def _outcome(row: db.Row) -> Outcome:
    values: dict[str, Any] = {each.name: row[each.name] for each in fields(Outcome)}
    values["covers"] = tuple(row["covers"])
    return Outcome(**values)
