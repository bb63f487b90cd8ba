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


@pytest.mark.parametrize(
    "subject", ["staff/li", "institution/tax-east", "item/invoice", "region/east", "channel/window"]
)
async def test_no_figure_a_clerk_can_open_moves_on_the_day_of_a_rating(
    clerk: Seat, place: Tenant, now: datetime, subject: str
) -> None:
    await rated(place, now - timedelta(days=1), 5, case="A1", text="")
    today = f"from={now:%Y-%m-%d}&to={now:%Y-%m-%d}"

    async def shown() -> tuple[str, str, str]:
        kind = subject.partition("/")[0]
        pages = (f"scores/{subject}", f"scores?subject={kind}", f"scores/{subject}?{today}")
        first, listed, narrow = [(await clerk.get(f"/admin/{each}")).text for each in pages]
        return first, listed, narrow

    before = await shown()
    await rated(place, now - timedelta(minutes=20), 1, case="A2")
    after = await shown()

    assert before == after
    assert "1 条评价" in before[0]


async def test_the_day_after_a_rating_is_part_of_a_clerks_figures(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    await rated(place, now - timedelta(minutes=20), 1, case="A2")
    times.now = later = now + timedelta(days=1)
    async with seat(address, place, "clerk", later) as clerk:
        shown = await clerk.get("/admin/scores/staff/li")

    assert "1 条评价" in shown.text and "统计到 2026-03-09" in shown.text


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
