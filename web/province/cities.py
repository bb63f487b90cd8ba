"""The cities of a province by the directory, and of each what it has published; no city's own data is ever opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core import db, tenants
from core.errors import NotFound
from core.publication import actions as publication
from core.publication.model import Content, Publication
from core.tenants import Listed, Tenant

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class City:
    """``standing``, ``health`` and ``figures`` are what the city said last, None where it has said nothing."""

    listed: Listed
    standing: Publication | None = None
    health: Publication | None = None
    figures: Publication | None = None
    received: publication.Received | None = None
    rules: Mapping[str, Content] = field(default_factory=dict[str, Content])

    @property
    def name(self) -> str:
        return self.listed.short or self.listed.name


def number_of(text: str) -> int:
    """The number that an address names; what is none names nothing."""
    try:
        found = int(text)
    except ValueError as error:
        raise NotFound from error
    if found not in db.INT4:
        raise NotFound
    return found


async def cities_of(province: Tenant) -> tuple[Listed, ...]:
    return await tenants.below(province.id)


async def known(province: Tenant, month: str = "") -> tuple[City, ...]:
    """Each city with its standing, health and, of the month, its figures."""
    listed = await cities_of(province)
    async with db.as_tenant(province.id) as unit:
        standing = {each.city: each for each in await publication.current(unit, "standing")}
        health = {each.city: each for each in await publication.current(unit, "health")}
        figures = {each.city: each for each in await publication.current(unit, "figures", month)} if month else {}
        received = await publication.received(unit)
    return tuple(
        City(each, standing.get(each.id), health.get(each.id), figures.get(each.id), received.get(each.id))
        for each in listed
    )


async def months(province: Tenant) -> tuple[str, ...]:
    """The months of which any city has spoken, the newest first."""
    async with db.as_tenant(province.id) as unit:
        return await publication.subjects(unit, "figures")
