"""Every scenario lives in a throw-away tenant that starts with the same few places, and leaves nothing behind."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import groupby
from typing import Any

from core import db, stack
from core.policy.model import Override
from core.scenarios.model import Place, Scenario
from core.scenarios.places import DUTIES, FIXED, LINES
from core.scenarios.stage import Stage
from core.tenants import actions as tenants
from core.tenants.model import Founding
from core.tenants.throwaway import throwaway

Q = db.queries(__file__)


@asynccontextmanager
async def world(scenario: Scenario, now: datetime) -> AsyncIterator[Stage]:
    founding = Founding(
        slug="scenario",
        name=scenario.says[:40],
        stack=scenario.policy,
        timeless=True,
        answers={**stack.demo_answers(scenario.policy), **scenario.answers},
        overrides=tuple(
            Override(each.key, each.value, each.clause, each.since, each.until, "场景") for each in scenario.overrides
        ),
    )
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            await _settle(unit, (*FIXED, *scenario.places), scenario.names.line)
        for day in scenario.days:
            await tenants.set_day(tenant.id, day.date, day.kind, now=now)
        yield Stage(tenant.id)


async def _settle(unit: db.Unit, places: Iterable[Place], lines: Iterable[str]) -> None:
    """Names are codes, so that what a failure prints is what the file says."""
    await unit.executemany(Q.add_line, [(unit.tenant_id, code, LINES.get(code, code)) for code in lines])
    for kind, found in groupby(places, key=lambda each: each.kind):
        add, row = ADD[kind]
        await unit.executemany(add, [(unit.tenant_id, each.code, *row(each)) for each in found])


ADD: Mapping[str, tuple[str, Callable[[Place], tuple[Any, ...]]]] = {
    "region": (Q.add_region, lambda place: (place.parent,)),
    "institution": (
        Q.add_institution,
        lambda place: (place.region, place.line, place.parent, DUTIES.get(place.code, "service")),
    ),
    "staff": (Q.add_staff, lambda place: (place.institution,)),
    "item": (Q.add_item, lambda place: (place.institution, place.in_centre)),
}
