"""The program's side: a throw-away tenant, acts as a scenario's steps do them, and everything that can then be seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import clock, db, duties, stack
from core.errors import Refused
from core.scenarios import sights_rating, sights_ticket
from core.scenarios.digest import changed, digest
from core.scenarios.ground import of_file
from core.scenarios.model import OwnRule, Place, Scenario, Step
from core.scenarios.places import WORLD
from core.scenarios.stage import Moment, Stage
from core.scenarios.verbs import perform
from core.scenarios.world import world
from tests.core.tickets.paper import OUTSIDE
from tests.core.tickets.policies import Law

CASE = "A1"
CLAUSE = "第一条"
AWAY = Place("item", OUTSIDE, institution="tax-east", in_centre=False)
# One job may make another due at the same instant; more than this and none of them gets anything done.
REPEATS = 20
TICKETS = (
    "SELECT nth, state, on_hold, handler, proposed, dispatched_at IS NOT NULL AS dispatched, verdict, complexity,"
    " closed_at, version, (SELECT count(*) FROM ticket_act a WHERE a.tenant_id = t.tenant_id AND a.ticket_id = t.id)"
    " AS acts FROM ticket t WHERE tenant_id = $1 ORDER BY nth"
)
CLOCKS = (
    "SELECT t.nth, k.id, k.name, k.since, k.started_at, k.span, k.due_at, k.state, k.stopped_at, k.extended,"
    " k.provisional FROM clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id"
    " WHERE k.tenant_id = $1"
)
MARKS = "SELECT rated_at, dimension, grade, effective FROM mark WHERE tenant_id = $1 ORDER BY rated_at, dimension"
AUDIT = "SELECT act, count(*) AS n FROM audit WHERE tenant_id = $1 AND act LIKE 'ticket.%' GROUP BY act"
OVERDUE = (
    "SELECT DISTINCT t.nth, n.body->>'clock' AS clock, n.at FROM notice n JOIN ticket t ON t.tenant_id = n.tenant_id"
    " AND t.id = n.ticket_id WHERE n.tenant_id = $1 AND n.about = 'overdue' AND n.body ? 'clock'"
)
TOLD_TWICE = (
    "SELECT addressee, about, at FROM notice WHERE tenant_id = $1"
    " GROUP BY addressee, about, at, ticket_id, body, clause HAVING count(*) > 1"
)
NOT_HIDDEN = (
    "SELECT addressee, about FROM notice WHERE tenant_id = $1 AND addressee <> 'rater' AND NOT 'rater' = ANY(hides)"
)


@dataclass(frozen=True)
class Seen:
    """Everything of one tenant that the model speaks of, and what must hold whatever the model says."""

    tickets: list[dict[str, Any]]
    sights: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    marks: list[tuple[datetime, str, int]]
    effective: Mapping[str, int]
    counted: bool
    traces: Counter[str]
    overdue: set[tuple[int, str, datetime]]
    faults: list[tuple[Any, ...]]
    states: Mapping[UUID, tuple[str, datetime | None]] = field(default_factory=dict[UUID, tuple[str, datetime | None]])


class Hall:
    """One tenant under one regulation. ``steps`` is its story, as a scenario would tell it."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.steps: list[Step] = []
        self._left = AsyncExitStack()
        self.stage: Stage | None = None

    async def open(self, now: datetime) -> None:
        rules = tuple(OwnRule(key, value, CLAUSE) for key, value in self.law.items())
        scenario = Scenario(Path("model"), "模型", (), (), {}, rules, (AWAY,), (), (), WORLD)
        with clock.at(now):
            self.stage = await self._left.enter_async_context(world(scenario, now, of_file(scenario)))
        assert stack.policy(await self.stage.tenant(), now.date()).problems == ()

    async def close(self) -> None:
        await self._left.aclose()

    async def live_until(self, until: datetime) -> None:
        """What falls due by then is done at its own instant."""
        assert self.stage
        last, repeats = None, 0
        while (due := await duties.next_due(await self.stage.tenant())) is not None and due <= until:
            repeats = repeats + 1 if due == last else 0
            assert repeats < REPEATS, f"{due}: never done"
            with clock.at(due):
                await duties.run_due(await self.stage.tenant(), due)
            last = due

    async def does(self, word: str, given: Mapping[str, Any], now: datetime) -> str | None:
        """The code of the refusal, if it was refused."""
        step = Step(len(self.steps) + 1, now, "do", word, {"case": CASE, **given})
        self.steps.append(step)
        try:
            with clock.at(now):
                await perform(await self._moment(now), step)
        except Refused as refusal:
            return refusal.code
        return None

    async def digest(self) -> Mapping[str, str]:
        assert self.stage
        return await digest(self.stage.tenant_id)

    async def changed_since(self, before: Mapping[str, str]) -> list[str]:
        return changed(before, await self.digest())

    async def see(self, now: datetime) -> Seen:
        moment = await self._moment(now)
        sights = await sights_ticket.tickets(moment, {"case": CASE})
        (rating,) = await sights_rating.ratings(moment, {"case": CASE})
        async with db.as_tenant(moment.tenant.id) as unit:
            clocks = [dict(row) for row in await unit.fetch(CLOCKS, unit.tenant)]
            marks = await unit.fetch(MARKS, unit.tenant)
            return Seen(
                [dict(row) for row in await unit.fetch(TICKETS, unit.tenant)],
                [dict(each) for each in sights],
                clocks,
                [(row["rated_at"], row["dimension"], row["grade"]) for row in marks],
                rating["effective"],
                rating["counted"],
                Counter({row["act"]: row["n"] for row in await unit.fetch(AUDIT, unit.tenant)}),
                {(row["nth"], row["clock"], row["at"]) for row in await unit.fetch(OVERDUE, unit.tenant)},
                [
                    tuple(row.values())
                    for query in (TOLD_TWICE, NOT_HIDDEN)
                    for row in await unit.fetch(query, unit.tenant)
                ],
                {each["id"]: (each["state"], each["stopped_at"]) for each in clocks},
            )

    async def _moment(self, now: datetime) -> Moment:
        assert self.stage
        return Moment(self.stage, await self.stage.tenant(), now)

    def story(self, more: Sequence[str] = ()) -> str:
        """As a scenario file, to be run again by hand."""
        head = [
            'says = "模型"',
            "policy = []",
            f'[[item]]\ncode = "{OUTSIDE}"\ninstitution = "tax-east"\nin_centre = false',
        ]
        rules = [f'[[override]]\nkey = "{k}"\nvalue = {_toml(v)}\nclause = "{CLAUSE}"' for k, v in self.law.items()]
        return "\n\n".join([*head, *rules, *(_step(step) for step in self.steps), *more])


def _step(step: Step) -> str:
    given = "\n".join(f"{key} = {_toml(value)}" for key, value in step.given.items())
    return f'[[step]]\nat = {step.at.isoformat()}\ndo = "{step.word}"\n{given}'


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_toml(each) for each in value) + "]"
        case datetime():
            return value.isoformat()
        case str():
            return f'"{value}"'
        case _:
            return str(value)
