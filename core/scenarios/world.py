"""Every scenario lives in a throw-away tenant that starts with the same few places, and leaves nothing behind."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from core import db
from core.evidence import files
from core.policy.model import Override
from core.scenarios.ground import Ground
from core.scenarios.model import Place, Scenario
from core.scenarios.places import DUTIES, FIXED, LINES
from core.scenarios.stage import Stage
from core.tenants import actions as tenants
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

Q = db.queries(__file__)
# No example takes as long by far; whose process died is swept up after it.
LASTS = timedelta(hours=1)


@asynccontextmanager
async def world(scenario: Scenario, now: datetime, ground: Ground) -> AsyncIterator[Stage]:
    own = (Override(each.key, each.value, each.clause, each.since, each.until, "场景") for each in scenario.overrides)
    founding = Founding(
        slug="scenario",
        name=scenario.says[:40],
        stack=ground.stack,
        timeless=True,
        answers={**ground.answers, **scenario.answers},
        overrides=(*ground.overrides, *own),
    )
    async with throwaway(founding, now=now, tenant_id=ground.stage, lasts=LASTS) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            await _settle(unit, (*FIXED, *scenario.places), scenario.names.line)
        await _keep_days(tenant, ground, now)
        for day in scenario.days:
            await tenants.set_day(tenant.id, day.date, day.kind, now=now)
        with files.while_it_lasts(tenant.id):
            yield Stage(tenant.id, ground)


async def _keep_days(tenant: Tenant, ground: Ground, now: datetime) -> None:
    """The place counts its days by its own calendar: its notices where they are not everybody's, and its own days."""
    for year, notice in ground.notices.items():
        if tenant.calendar.years.get(year) != notice:
            await tenants.load_notice(tenant.id, year, notice.off, notice.work, now=now)
    for day, kind in ground.days.items():
        await tenants.set_day(tenant.id, day, kind, now=now)


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
