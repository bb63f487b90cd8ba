"""A trial is held in a copy of the place with its own rules, calendar and bodies; nothing of it is left."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from core import db
from core.audit.model import SYSTEM
from core.places import actions as places
from core.places.model import Institution, Item, KindName, Place, Region, Staff, Window
from core.policy import keys
from core.tenants import directory
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

Q = db.queries(__file__)
DEEPEST = 30
LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is served: a window or terminal with an item, and whoever serves there."""

    window: str
    item: str
    staff: str
    kiosk: bool
    said: str


@dataclass(frozen=True, slots=True)
class Twin:
    """``window`` or ``kiosk`` is None where the place has none that serves anything."""

    tenant: Tenant
    window: Spot | None
    kiosk: Spot | None


@asynccontextmanager
async def twin(tenant: Tenant, now: datetime) -> AsyncGenerator[Twin]:
    spots, found = await _taken(tenant)
    founding = Founding(
        f"trial-{tenant.slug}", tenant.name, tenant.stack, short=tenant.short, demo=tenant.demo,
        timeless=tenant.timeless, answers=tenant.answers, overrides=keys.heard(tenant.overrides),
        division=tenant.division,
    )  # fmt: skip
    async with throwaway(founding, now=now, lasts=LASTS) as copy:
        async with db.as_tenant(copy.id, patience=30) as unit:
            await places.save(unit, found, by=SYSTEM, now=now, source="trial")
        # What a tenant has beside its rules is lent to the copy in this process, where alone it is asked.
        lent = replace(
            copy, baseline=tenant.baseline, dated=tenant.dated, papers=tenant.papers, asks=tenant.asks,
            calendar=tenant.calendar,
        )  # fmt: skip
        directory.lend(lent)
        first = {each.kiosk: each for each in reversed(spots)}
        yield Twin(lent, first.get(False), first.get(True))


async def _taken(tenant: Tenant) -> tuple[tuple[Spot, ...], list[Place]]:
    """A window and a terminal with what belongs to them, and the bodies that rules send things to."""
    async with db.as_tenant(tenant.id, patience=30) as unit:
        spots = tuple(Spot(**row) for row in await unit.fetch(Q.spots, unit.tenant))
        codes: dict[KindName, set[str]] = {
            "window": {each.window for each in spots if each.window}, "item": {each.item for each in spots},
            "staff": {each.staff for each in spots if each.staff},
        }  # fmt: skip
        served: list[Place] = [
            place for kind, wanted in codes.items() for place in (await places.among(unit, kind, wanted)).values()
        ]
        bodies = await _bodies(unit, served)
        lines = {each.line for each in bodies.values() if each.line}
        regions = await _above(unit, "region", {each.region for each in bodies.values()})
        known = [*(await places.among(unit, "line", lines)).values(), *_parents_first(regions.values())]
    return spots, [*known, *_parents_first(bodies.values()), *served]


async def _bodies(unit: db.Unit, served: Iterable[Place]) -> Mapping[str, Institution]:
    wanted = {row["code"] for row in await unit.fetch(Q.bodies_with_duty, unit.tenant)}
    for each in served:
        if isinstance(each, Window | Staff | Item):
            wanted.add(each.institution)
        if isinstance(each, Item) and each.systems:
            wanted.add(each.systems)
    return cast("Mapping[str, Institution]", await _above(unit, "institution", wanted))


async def _above(unit: db.Unit, kind: KindName, codes: set[str]) -> dict[str, Place]:
    """These and all above them."""
    found: dict[str, Place] = {}
    wanted = set(codes)
    for _ in range(DEEPEST):
        fresh = await places.among(unit, kind, wanted - found.keys())
        if not fresh:
            break
        found |= fresh
        wanted = {above for each in fresh.values() if (above := getattr(each, "parent", None))}
    return found


def _parents_first(found: Iterable[Place]) -> list[Place]:
    known = {each.code: each for each in found}

    def depth(code: str | None, left: int = DEEPEST) -> int:
        each = known.get(code or "")
        above = each.parent if isinstance(each, Region | Institution) else None
        return 0 if above is None or not left else 1 + depth(above, left - 1)

    return sorted(known.values(), key=lambda each: depth(each.code))
