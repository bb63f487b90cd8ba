"""Who only looks on as somebody else leaves a trace of all they open, and none in the other's work."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db, notify
from core.notify import actions as notes
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town
from tests.web.test_admin_acting import member, send


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "support") as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def _looks_on(supervisor: Seat, place: Tenant, username: str) -> None:
    one = await member(place, username)
    answer = await supervisor.post("/admin/support", {"member": str(one.id), "reason": "核对"})
    assert answer.status_code == 303


async def _pages(place: Tenant) -> list[str]:
    """What support opened, without the way to the office."""
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT after ->> 'page' AS page FROM audit WHERE tenant_id = $1 AND act = 'support.page' ORDER BY at, id",
            place.id,
        )
    return [row["page"].partition("/admin")[2] for row in rows]


async def test_a_part_of_a_page_that_support_asks_for_leaves_a_trace_once_a_minute(
    supervisor: Seat, handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    number = await rated(place, now - timedelta(days=2))
    await _looks_on(supervisor, place, "handler")
    part = {"HX-Request-Type": "partial"}
    one, beside, lists = f"/tickets/{number}", f"/tickets?id={number}", "/tickets"
    for path in (one, one, beside, beside, lists, lists):
        assert (await supervisor.get(f"/admin{path}", **part)).status_code == 200
    at_once = await _pages(place)
    times.now = now + timedelta(seconds=59)
    await supervisor.get(f"/admin{one}", **part)
    within = await _pages(place)
    times.now = now + timedelta(minutes=1)
    await supervisor.get(f"/admin{one}", **part)
    await supervisor.get(f"/admin{one}")
    await supervisor.get(f"/admin{one}")

    assert sorted(at_once) == sorted([one, beside, lists])
    assert within == at_once
    assert sorted(await _pages(place)) == sorted([*at_once, one, one, one])


async def test_who_only_looks_marks_nothing_read_and_is_not_said_to_be_at_work(
    supervisor: Seat, handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    real = await member(place, "supervisor")
    async with db.as_tenant(place.id) as unit:
        await notify.tell(unit, real.id, "export", "", f"/tickets/{number}", now)
        (note,), _ = await notes.listing(unit, real.id, now)

    async def left_behind(verb: str) -> tuple[int, int]:
        led = await supervisor.get(f"/admin/notifications/{note.id}")
        assert led.status_code == 303
        form = await supervisor.get(f"/admin/tickets/{number}?act={verb}")
        assert form.status_code == 200 and 'name="version"' in form.text
        async with db.as_tenant(place.id) as unit:
            present = await unit.fetchval("SELECT count(*) FROM presence WHERE tenant_id = $1", place.id)
            return await notify.unread(unit, real.id, now), present

    await _looks_on(supervisor, place, "handler")
    looking = await left_behind("contact")
    assert await send(supervisor, "/admin/acting/leave", "/admin/tickets") == 303

    assert looking == (1, 0)
    assert await left_behind("urge") == (0, 1)
