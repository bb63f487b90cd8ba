"""Two worlds live through the same services, ratings and acts: one by its own rules, one with the draft in force."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from core import clock, db, duties, stack
from core.clock import SHANGHAI
from core.errors import Refused
from core.people import Member
from core.proposals.model import Change, Proposal
from core.scenarios.ground import of_file
from core.scenarios.model import OwnRule, Scenario, Step
from core.scenarios.places import WORLD
from core.scenarios.stage import Moment, Stage
from core.scenarios.verbs import perform
from core.scenarios.world import world
from core.scoring import actions as scoring
from core.tenants import states
from core.tenants.model import Tenant
from core.tenure import actions as tenure
from core.tickets import actions as tickets
from core.whatif import casework, decide, reading, trial
from core.whatif.casework import Worlds
from core.whatif.model import SUBJECTS, Figures, Period

CLAUSE = "第一条"
START = date(2026, 3, 2)
END = date(2026, 4, 12)
UNTIL = datetime(2026, 5, 6, 3, 4, 5, tzinfo=SHANGHAI)
REPEATS = 30
PAPERS = (
    "SELECT t.rated_at, t.dimensions FROM ticket t JOIN service_case c ON c.tenant_id = t.tenant_id"
    " AND c.id = t.case_id WHERE t.tenant_id = $1 AND c.code = $2 ORDER BY t.nth"
)
Paper = tuple[datetime, tuple[str, ...]]


@dataclass(frozen=True)
class Event:
    """Something that happens in both worlds, at its instant; ``rating`` names whose tickets an act is done to."""

    at: datetime
    word: str
    given: Mapping[str, Any]


@dataclass
class Town:
    """A throw-away tenant that lives from event to event, doing what falls due at its own instant."""

    rules: Mapping[str, Any]
    draft: Mapping[str, Any] = field(default_factory=dict[str, Any])
    _left: AsyncExitStack = field(default_factory=AsyncExitStack)
    stage: Stage | None = None
    steps: int = 0
    did: dict[int, set[Any]] = field(default_factory=dict[int, set[Any]])

    async def open(self, now: datetime) -> None:
        own = [OwnRule(key, value, CLAUSE) for key, value in self.rules.items()]
        own += [OwnRule(key, value, CLAUSE, START) for key, value in self.draft.items()]
        scenario = Scenario(Path("whatif"), "试算", (), (), {}, tuple(own), (), (), (), WORLD)
        with clock.at(now):
            self.stage = await self._left.enter_async_context(world(scenario, now, of_file(scenario)))
        problems = stack.policy(await self.tenant(), END).problems
        assert problems == (), problems

    async def close(self) -> None:
        await self._left.aclose()

    async def tenant(self) -> Tenant:
        assert self.stage
        return await self.stage.tenant()

    async def live(self, story: Sequence[Event], until: datetime, like: "Town | None" = None) -> None:
        """``like`` another: what nobody did there, because it was refused, is not done here either."""
        for nth, event in enumerate(sorted(story, key=lambda each: each.at)):
            await self._until(event.at)
            await self._does(nth, event, like)
        await self._until(until)

    async def _until(self, until: datetime) -> None:
        last, repeats = None, 0
        while (await self.tenant()).takes_in and (due := await duties.next_due(await self.tenant())) and due <= until:
            repeats = repeats + 1 if due == last else 0
            assert repeats < REPEATS, f"{due}: never done"
            with clock.at(due):
                await duties.run_due(await self.tenant(), due)
            last = due

    async def _does(self, nth: int, event: Event, like: "Town | None") -> None:
        """Whatever this world's rules refuse is simply not done here."""
        if event.word in ("pause", "resume"):
            await self._stand(event)
            return
        given = dict(event.given)
        if not given.pop("every", False):
            if like is None or like.did.get(nth):
                await self._tries(nth, event, given, "said")
            return
        for place, ticket in enumerate(await self.papers(given["case"]), 1):
            counterpart = ticket if like is None else _counterpart(ticket, await like.papers(given["case"]))
            if like is None or counterpart in like.did.get(nth, ()):
                await self._tries(nth, event, {**given, "ticket": place}, ticket)

    async def _stand(self, event: Event) -> None:
        """The place stops taking anything in, or goes on."""
        tenant = await self.tenant()
        keeper = Member(uuid4(), tenant.id, "keeper", "运营", "operator")
        with clock.at(event.at):
            if not tenant.live and event.word == "pause":
                await states.go_live(tenant.id, live=True, by=keeper.actor, now=event.at)
            async with db.as_tenant(tenant.id) as unit:
                await (tenure.suspend if event.word == "pause" else tenure.resume)(unit, keeper, "系统搬迁", event.at)

    async def _tries(self, nth: int, event: Event, given: Mapping[str, Any], whose: Any) -> None:
        assert self.stage
        moment = Moment(self.stage, await self.tenant(), event.at)
        self.steps += 1
        with clock.at(event.at):
            try:
                await perform(moment, Step(self.steps, event.at, "do", event.word, given))
            except Refused:
                return
        self.did.setdefault(nth, set()).add(whose)

    async def papers(self, case: str) -> list[Paper]:
        """The tickets of a case in the order of their numbers, each by its rating's instant and what it is about."""
        async with db.as_tenant((await self.tenant()).id) as unit:
            rows = await unit.fetch(PAPERS, unit.tenant, case)
        return [(row["rated_at"], tuple(row["dimensions"])) for row in rows]


def _counterpart(ticket: Paper, others: Sequence[Paper]) -> Paper | None:
    alike = [each for each in others if each[0] == ticket[0] and set(each[1]) & set(ticket[1])]
    return next(iter([each for each in alike if each == ticket] or alike), None)


@dataclass(frozen=True)
class Sight:
    """What a report and a town that lived through it must agree on."""

    scores: Mapping[tuple[str, str], tuple[Any, ...]]
    tickets: Counter[tuple[Any, ...]]
    defaults: int
    weeks: Mapping[date, tuple[int, int, int]]
    bodies: Mapping[str, tuple[int, int]]


SCORE = ("mean", "n", "active_mean", "active_n", "rank")
TICKETS = (
    "SELECT t.id, c.code FROM ticket t JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id"
    " WHERE t.tenant_id = $1 AND t.rated_at >= $2 AND t.rated_at < $3"
)
CASES = (
    "SELECT r.id, c.code FROM rating r JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id"
    " WHERE r.tenant_id = $1"
)
DEFAULTS = (
    "SELECT count(*) FROM rating WHERE tenant_id = $1 AND origin = 'default' AND rated_at >= $2 AND rated_at < $3"
)
PERIOD = Period(START, END)


async def seen(town: Town) -> Sight:
    """What its own screens would show, read by the product's own verbs."""
    tenant = await town.tenant()
    policy = stack.policy(tenant, END)
    scores: dict[tuple[str, str], tuple[Any, ...]] = {}
    tickets_: list[tuple[Any, ...]] = []
    work = casework.Casework()
    async with db.as_tenant(tenant.id) as unit:
        for subject in SUBJECTS:
            found = await scoring.standing(unit, tenant, policy, subject, START, END)
            standings = [decide.Standing(each.code, decide.figures(each)) for each in found]
            ranks = decide.ranked(standings, policy)
            for each in standings:
                if each.figures.n or each.figures.active_n:
                    scores[subject, each.code] = _figures(ranks.get(each.code, each.figures))
        start, end = reading.instants(PERIOD)
        defaults = await unit.fetchval(DEFAULTS, unit.tenant, start, end)
        for row in await unit.fetch(TICKETS, unit.tenant, start, end):
            ticket = await tickets.read(unit, row["id"])
            view = casework.view(ticket, UNTIL)
            tickets_.append(_ticket(row["code"], view.told()))
            casework.add(work, [view], ticket.rated_at, after=True)
    return Sight(scores, Counter(tickets_), defaults, _weeks(work, "after"), _bodies(work, "after"))


def _figures(figures: Figures) -> tuple[Any, ...]:
    return tuple(getattr(figures, name) for name in SCORE)


def _ticket(case: str, told: Mapping[str, Any]) -> tuple[Any, ...]:
    due = tuple(sorted(told["due"].items()))
    return (case, tuple(told["dimensions"]), told["handler"], told["state"], due, tuple(told["late"]))


def _weeks(work: casework.Casework, side: str) -> dict[date, tuple[int, int, int]]:
    found = {on: (each.opened, each.due, each.late) for on, each in work.weeks.items()}
    told = {on: tuple(getattr(pair, side) for pair in each) for on, each in found.items()}
    return {on: each for on, each in told.items() if any(each)}  # pyright: ignore[reportReturnType]


def _bodies(work: casework.Casework, side: str) -> dict[str, tuple[int, int]]:
    told = {code: (getattr(each.tickets, side), getattr(each.late, side)) for code, each in work.bodies.items()}
    return {code: each for code, each in told.items() if any(each)}


async def tried(town: Town, draft: Mapping[str, Any]) -> tuple[Sight, Sight, trial.Found]:
    """What the trial of this draft in this town says of both sides."""
    before = await town.tenant()
    changes = tuple(Change(key, value, CLAUSE) for key, value in draft.items())
    proposal = Proposal(uuid4(), "", END + timedelta(days=90), "open", 1, changes)
    after = decide.hypothetical(before, proposal, START)
    found = await trial.tried(Worlds(before, after, UNTIL), PERIOD, lambda _stage, _done: None)
    was = await seen(town)
    async with db.as_tenant(before.id) as unit:
        cases = {str(row["id"]): row["code"] for row in await unit.fetch(CASES, unit.tenant)}
    would = Counter(was.tickets)
    for row in found.work.rows:
        for side, sign in (("before", -1), ("after", 1)):
            if row[side]:
                would[_ticket(cases[row["rating"]], row[side])] += sign
    told = [
        Sight(_lines(found, side), +sheet, _defaults(found, side), _weeks(found.work, side), _bodies(found.work, side))
        for side, sheet in (("before", was.tickets), ("after", would))
    ]
    return told[0], told[1], found


def _lines(found: trial.Found, side: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    every = ((subject, line.code, getattr(line, side)) for subject, lines in found.lines.items() for line in lines)
    return {(subject, code): _figures(each) for subject, code, each in every if each.n or each.active_n}


def _defaults(found: trial.Found, side: str) -> int:
    changes = sum(row["n"] * (row["counts"] - row["counted"]) for row in found.silence.classes)
    return found.made.get("default", 0) + (changes if side == "after" else 0)
