"""The rated learn what was said of them when it is a day old, so that nobody is recognised at the counter."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


async def test_a_ticket_comes_to_the_rated_when_they_are_told_and_not_on_its_own_day(
    address: str, clerk: Seat, handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    old = await rated(place, now - timedelta(days=1), case="A1")
    new = await rated(place, now - timedelta(hours=1), case="A2")

    async def seen(member: Seat) -> tuple[list[str], list[int]]:
        listed = (await member.get("/admin/tickets?tab=all")).text
        pages = [(await member.get(f"/admin/tickets/{number}")).status_code for number in (old, new)]
        return [number for number in (old, new) if number in listed], pages

    untold = await seen(clerk)
    acted = await clerk.do(old, "appeal", reason="当天我不在岗")
    for number in (old, new):
        assert (await handler.do(number, "notify", checked="yes")).status_code == 303
    told = await seen(clerk)
    times.now = tomorrow = now + timedelta(days=1)
    async with seat(address, place, "clerk", tomorrow) as again:
        next_day = await seen(again)

    assert untold == ([], [404, 404]) and acted.status_code == 404
    assert told == ([old], [200, 404])
    assert next_day == ([old, new], [200, 200])


async def test_who_is_told_of_a_ticket_that_names_nobody_can_read_it(
    address: str, handler: Seat, clerk: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=1), case="A1", staff=None)
    await handler.do(number, "notify", to="li", checked="yes")

    assert (await clerk.get(f"/admin/tickets/{number}")).status_code == 200


async def test_handlers_of_the_same_institution_work_at_once(handler: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(minutes=20), 1, case="A2")

    assert number in (await handler.get("/admin/tickets")).text
    assert "1 条评价" in (await handler.get("/admin/scores/staff/li")).text
