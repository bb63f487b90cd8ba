"""The rated learn what was said of them when it is a day old, so that nobody is recognised at the counter."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db, people, stack
from core.desk.lists import KINDS
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town
from web.admin.lists.work import Looking, counted
from web.admin.sight import eyes_of


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


async def test_no_condition_order_or_tab_of_their_list_is_finer_than_the_day(
    clerk: Seat, handler: Seat, place: Tenant, now: datetime
) -> None:
    noon = now - timedelta(days=20)
    later = await rated(place, noon, case="A1")
    await rated(place, noon - timedelta(hours=2), case="A2")
    earlier = f"{later[:-1]}2"
    newest = await rated(place, now - timedelta(days=2), 2, case="A3")
    for number in (later, earlier, newest):
        assert (await handler.do(number, "notify", checked="yes")).status_code == 303

    async def listed(query: str) -> tuple[list[str], str]:
        text = (await clerk.get(f"/admin/tickets?{query}")).text
        return re.findall(r"data-row href=[^>]*>(\d{4}-\d{5})<", text), text

    every, plain = await listed("tab=all")
    asked = ["days=7", "tab=today", "tab=over", "tab=audit", "tab=callback", "sort=newest", "sort=oldest", "sort=due",
             "sort=grade", "sort=handler"]  # fmt: skip
    others = [(await listed(each if "tab" in each else f"tab=all&{each}"))[0] for each in asked]
    _, offered = await listed("tab=all&menu=add")
    below = (await listed(f"tab=all&after={newest}"))[0]

    assert every == [newest, *sorted((later, earlier), reverse=True)]
    assert others == [every] * len(asked) and below == every[1:]
    assert "今日到期" not in plain and "已超期" not in plain and "sort=" not in plain
    assert 'name="state"' in offered and 'name="days"' not in offered
    assert "今日到期" in (await handler.get("/admin/tickets?tab=all")).text


async def test_a_kept_condition_that_is_finer_than_the_day_counts_nothing(
    clerk: Seat, handler: Seat, place: Tenant, now: datetime
) -> None:
    await handler.do(await rated(place, now - timedelta(days=20), case="A1"), "notify", checked="yes")
    async with db.as_tenant(place.id) as unit:
        member = next(each for each in await people.members(unit) if each.username == "clerk")
        policy = stack.policy(place, now.date())
        looking = Looking(place, member, await eyes_of(unit, member, policy), policy, KINDS["tickets"], now)
        said = [await counted(unit, looking, query) for query in ("days=7", "tab=today", "tab=over", "sort=newest")]

    assert said == ["1"] * 4
