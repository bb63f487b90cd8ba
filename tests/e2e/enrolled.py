"""A roster that was brought and tried and not taken in, with a row that must be mended first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core import db, people
from core.audit.model import Actor
from core.tenants import Tenant
from tests.core.test_rosters import BODIES, REGIONS, STAFF, book, brought, saved

SHEETS: dict[str, Sequence[Sequence[Any]]] = {
    "区域": REGIONS,
    "机构": BODIES,
    "工作人员": [*STAFF, ["003", "=A1", "B1"]],
}


async def enrolled(place: Tenant, now: datetime) -> dict[str, str]:
    async with db.as_tenant(place.id) as unit:
        operator = next(each for each in await people.members(unit) if each.username == "operator")
    found = await brought(place, saved(book(SHEETS)), Actor("member", operator.username, operator.id), now)
    assert found.broken_rows == 1, found
    return {"roster": str(found.id)}
