"""A place that is no plugin: its rules as a file says them, entered as an operator enters them, approved by another."""

import tomllib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import db, tenants
from core.audit.model import Actor
from core.examples import actions as examples
from core.examples import kept
from core.examples.model import Outcome, Run
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.scenarios import jobs
from core.scenarios.catalogue import of_tenant
from core.scenarios.jobs import Wanted
from core.scenarios.parcels import opened
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

HERE = Path(__file__).parent
WRITER = Actor("member", "writer", UUID(int=1))
APPROVER = Actor("member", "approver", UUID(int=2))
# What holds from the beginning, where a rule names no day of its own.
FIRST = date(2026, 1, 1)
PAPER = "INSERT INTO paper (tenant_id, id, title, number, issued, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    stack: tuple[str, ...]
    papers: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    rules: tuple[Mapping[str, Any], ...] = ()

    @property
    def examples(self) -> tuple[Path, ...]:
        return tuple(file for file in sorted((HERE / self.code).glob("*.toml")) if file.name != "place.toml")


def read(code: str) -> Place:
    told = tomllib.loads((HERE / code / "place.toml").read_text("utf-8"))
    papers, rules = tuple(told.get("paper", ())), tuple(told.get("rule", ()))
    return Place(code, told["name"], tuple(told["stack"]), papers, told.get("answers", {}), rules)


PLACES = tuple(sorted(file.parent.name for file in HERE.glob("*/place.toml")))


@asynccontextmanager
async def founded(place: Place, now: datetime) -> AsyncIterator[Tenant]:
    async with throwaway(Founding(place.code, place.name, place.stack), now=now) as tenant:
        yield tenant


async def entered(tenant: Tenant, place: Place, now: datetime) -> Tenant:
    """Its papers, its answers and its rules, each day's in a proposal that somebody else approves."""
    cited = await papers(tenant, place, now)
    for since, rules in by_day(place).items():
        tenant = await tenants.by_id(tenant.id)
        proposal = await proposals.begin(tenant, since, by=WRITER, now=now)
        for rule in rules:
            change = change_of(rule, cited)
            proposal = await proposals.put(
                tenant, proposal.id, change, version=proposal.version, by=WRITER, now=now
            )  # fmt: skip
        await proposals.submit(tenant, proposal.id, version=proposal.version, by=WRITER, now=now)
        await proposals.approve(tenant, proposal.id, version=proposal.version, by=APPROVER, now=now)
    return await tenants.by_id(tenant.id)


def by_day(place: Place) -> Mapping[date, list[Mapping[str, Any]]]:
    found: dict[date, list[Mapping[str, Any]]] = defaultdict(list)
    for question, value in place.answers.items():
        found[FIRST].append({"key": f"answer:{question}", "value": value, "basis": "会议纪要 2026 年第 1 号"})
    for rule in place.rules:
        found[rule.get("since", FIRST)].append(rule)
    return dict(sorted(found.items()))


def change_of(rule: Mapping[str, Any], cited: str) -> Change:
    of_rule = "" if rule["key"].startswith("answer:") else cited
    return Change(
        rule["key"], rule["value"], rule.get("clause", ""), of_rule, rule.get("basis", ""), rule.get("until")
    )  # fmt: skip


async def papers(tenant: Tenant, place: Place, now: datetime) -> str:
    """The number or title by which its rules cite the first of its papers."""
    async with db.as_tenant(tenant.id) as unit:
        for each in place.papers:
            paper = (each["title"], each.get("number", ""), each.get("issued"), str(WRITER), now)
            await unit.execute(PAPER, tenant.id, db.ids.new(), *paper)
    tenants.forget(tenant.id)
    return next((each.get("number") or each["title"] for each in place.papers), "")


async def tried(tenant: Tenant, place: Place, now: datetime) -> tuple[Run, tuple[Outcome, ...]]:
    """Its examples, brought in as a parcel would be, and run by the worker's job."""
    async with db.as_tenant(tenant.id) as unit:
        for file in place.examples:
            for body in opened(file.name, file.read_bytes(), of_tenant(tenant), tenant.stack):
                await examples.add(unit, body, "", by=WRITER, name="写规则的人", now=now)
        run_id = await jobs.ask(unit, tenant, Wanted("own"), by=WRITER, name="写规则的人", now=now)
    await jobs.examples_run(tenant, str(run_id), now)
    async with db.as_tenant(tenant.id) as unit:
        run = await kept.latest_run(unit, None)
        assert run is not None
        return run, await kept.results(unit, run.id)
