"""Two read a past period side by side and see one and the same moment of it."""

import asyncio
from contextvars import Context
from datetime import UTC, date, datetime, timedelta

import pytest

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound
from core.tenants import Tenant
from core.whatif import decide
from core.whatif.hands import hands
from core.whatif.model import Period, Turn

SEEN = "SELECT count(*) FROM region WHERE tenant_id = $1"
ADD = "INSERT INTO region (tenant_id, code, name) VALUES ($1, $2, $2)"


async def _grows(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(ADD, unit.tenant, "new")


async def test_both_see_the_moment_at_which_the_first_began(tenant: Tenant):
    readers: set[int] = set()

    async def seen(unit: db.Unit) -> int:
        readers.add(id(unit))
        await unit.fetchval("SELECT pg_sleep(0.05)")
        return await unit.fetchval(SEEN, unit.tenant)

    async with hands(tenant.id) as both:
        first = await seen(both.unit)
        await asyncio.create_task(_grows(tenant), context=Context())
        found = await both.all([seen] * 6)

    assert found == [first] * 6
    assert len(readers) == 2


async def test_what_one_cannot_read_neither_hides(tenant: Tenant):
    async def refuses(unit: db.Unit) -> int:
        raise NotFound

    async with hands(tenant.id) as both:
        with pytest.raises(NotFound):
            await both.all([refuses] * 4)


@pytest.mark.parametrize("days", [1, 2, 3, 31, 731])
def test_each_day_is_read_once(days: int):
    start = date(2026, 3, 2)
    period = Period(start, start + timedelta(days=days - 1))

    parts = decide.parts(period)

    every = [part.start + timedelta(days=nth) for part in parts for nth in range(part.days)]
    assert every == [start + timedelta(days=nth) for nth in range(days)]


def test_a_window_is_as_short_as_for_whom_was_served_last_on_its_day():
    day = date(2026, 3, 2)
    midnight = datetime(2026, 3, 4, tzinfo=SHANGHAI).astimezone(UTC)
    lasting = Turn("closed", day, None, 7_200.0, 5)
    ending = Turn("closed", day, midnight, None, 5)
    never = Turn("closed", day, None, None, 5)

    assert decide.shortest([lasting, ending, never]) == 7_200.0
    assert decide.shortest([ending, never]) == pytest.approx(86_400.0)
    assert decide.shortest([never]) == float("inf")
