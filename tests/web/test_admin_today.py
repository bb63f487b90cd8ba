"""Every number of the day is as long as the list it leads to, in whatever state the tickets are."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from html import unescape
from random import Random

import asyncpg
import pytest

from core import db
from core.embedded.servers import Servers
from core.tenants import Tenant
from core.today import listing
from tests.web.api_world import Times
from tests.web.office import AUDITED, Seat, rated, seat, town
from web.admin import today

LINK = re.compile(r'<a(?: class="bad")? href="[^"]*(/admin/[^"]+)">(?:<b class="num">)?([\d,]+)<')
ROW = re.compile(r'<a data-row href="')
NEXT = re.compile(r'href="[^"]*(/admin/today/rows[^"]*after=[^"]*)">下一页')


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", AUDITED) as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def scatter(place: Tenant, now: datetime, seed: int, count: int) -> None:
    """So many tickets of two units, each duty and each ticket in a state of its own."""
    dice = Random(seed)  # noqa: S311 - a test
    for n in range(count):
        where = {"item": "refund", "staff": "sun", "window": None} if dice.random() < 0.4 else {}
        await rated(place, now - timedelta(days=3, minutes=n), case=f"S{n}", **where)
    async with db.as_tenant(place.id) as unit:
        for row in await unit.fetch("SELECT id FROM ticket WHERE tenant_id = $1", place.id):
            state = dice.choice(["auditing", "open", "verified", "rectifying", "answered", "closed", "rejected"])
            closed = now - timedelta(hours=dice.randint(0, 300)) if state in ("closed", "rejected") else None
            await unit.execute(
                "UPDATE ticket SET state = $3, dispatched_at = $4, opened_at = $5, closed_at = $6, handler = $7"
                " WHERE tenant_id = $1 AND id = $2",
                place.id, row["id"], state, now if dice.random() < 0.5 else None,
                now - timedelta(hours=dice.randint(1, 500)), closed, dice.choice(["tax-east", "tax-east", "tax-west"]),
            )  # fmt: skip
            for name in dice.sample(["audit", "verify", "close", "appeal", "callback", "contact", "decide"], 4):
                due = now.replace(minute=0) + timedelta(hours=dice.choice([-900, -30, -5, 0, 3, 7, 14, 15, 20, 40, 90]))
                state = dice.choice(["running", "running", "running", "stopped", "paused", "dropped"])
                stopped = due + timedelta(minutes=dice.choice([-50, 0, 70])) if state == "stopped" else None
                await unit.execute(
                    "INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause,"
                    " document, policy, calendar, days, state, stopped_at)"
                    " VALUES ($1, $2, $3, $4, 'opened', $5, '2wd', $6, '第三条', '', '', '', '[]', $7, $8)",
                    place.id, db.ids.new(), row["id"], name, now - timedelta(days=60), due, state, stopped,
                )  # fmt: skip


async def run_a_clock(place: Tenant, due: datetime) -> None:
    """Every ticket waits to be verified by then."""
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE ticket SET state = 'open' WHERE tenant_id = $1", place.id)
        await unit.execute(
            "INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause, document,"
            " policy, calendar, days, state) SELECT $1, $2, id, 'verify', 'opened', $3, '2wd', $3, '第三条', '', '',"
            " '', '[]', 'running' FROM ticket WHERE tenant_id = $1",
            place.id, db.ids.new(), due,
        )  # fmt: skip


async def length(member: Seat, path: str) -> int:
    """How many rows the list has that a number leads to, page after page."""
    shown = await member.get(unescape(path))
    assert shown.status_code == 200, path
    if "/today/rows" not in path:
        found = re.search(r'role="status">([\d,]+)|aria-current="page">[^<]*<span class="n num">([\d,]+)', shown.text)
        return int((found[1] or found[2]).replace(",", "")) if found else -1
    rows, onward = len(ROW.findall(shown.text)), NEXT.search(shown.text)
    said = re.search(r'role="status">([\d,]+)', shown.text)
    whole = rows + (await length(member, unescape(onward[1])) if onward else 0)
    if "after=" not in path:
        assert said and int(said[1]) == whole
    return whole


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("who", ["supervisor", "handler", "provincial"])
async def test_every_number_is_as_long_as_the_list_it_leads_to(
    address: str, place: Tenant, now: datetime, seed: int, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "ROWS", 4)
    await scatter(place, now, seed, 14)
    async with seat(address, place, who, now) as member:
        shown = (await member.get("/admin/today")).text
        links = LINK.findall(shown)
        wrong = [
            (path, number, found)
            for path, number in links
            if (found := await length(member, path)) != int(number.replace(",", ""))
        ]

    assert wrong == []
    assert len(links) > 8 and "超时" not in shown


async def test_what_took_too_long_to_count_is_said_to_have_and_the_rest_is_there(
    supervisor: Seat, place: Tenant, now: datetime, pool: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PATIENCE", "200ms")
    await scatter(place, now, 4, 3)
    owner = await asyncpg.connect(pool.owner_url)
    try:
        change = owner.transaction()
        await change.start()
        await owner.execute("LOCK TABLE appeal IN ACCESS EXCLUSIVE MODE")
        shown = await supervisor.get("/admin/today")
        await change.rollback()
    finally:
        await owner.close()

    assert shown.status_code == 200
    assert "待办统计超时，没有算出来。这不表示没有" in shown.text and "两周的比较统计超时" in shown.text
    assert "按单位的数字统计超时" not in shown.text and "东区税务局" in shown.text


async def test_what_ends_while_nobody_is_at_work_is_told_on_friday(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    times.now = friday = now + timedelta(days=4)
    await rated(place, now - timedelta(days=1))
    await run_a_clock(place, friday.replace(hour=14, minute=0) + timedelta(days=1))
    async with seat(address, place, "supervisor", friday) as member:
        shown = (await member.get("/admin/today")).text
        rows = (await member.get("/admin/today/rows?what=away")).text

    assert "休息日里到期" in shown and "3月16日（周一）上班前" in shown
    assert ROW.findall(rows) and "03-14 14:00" in rows


async def test_a_place_sees_its_own_day_only_and_a_district_its_own_units(
    address: str, place: Tenant, now: datetime, supervisor: Seat
) -> None:
    async with town(now, "abroad") as other:
        await scatter(other, now, 5, 6)
        empty = (await supervisor.get("/admin/today")).text
        foreign = (await supervisor.get("/admin/today/rows?what=over")).text
    await scatter(place, now, 6, 8)
    async with seat(address, place, "west", now) as west:
        own = (await west.get("/admin/today")).text
        others = (await west.get("/admin/today/rows?what=open&handler=tax-east")).text

    assert "没有在办的工单" in empty and ROW.findall(foreign) == []
    assert "我的今天" in own and "西区税务局" in own and "东区税务局" not in own
    assert ROW.findall(others) == []


async def test_a_clerk_has_no_supervisors_day(clerk: Seat) -> None:
    assert (await clerk.get("/admin/today")).status_code == 403


@pytest.mark.parametrize("path", ["?what=nothing", "?what=hour&hour=99", "?what=hour", "?what=hour&hour=²"])
async def test_a_list_that_does_not_exist_is_not_found(supervisor: Seat, path: str) -> None:
    assert (await supervisor.get(f"/admin/today/rows{path}")).status_code == 404


async def test_what_is_urged_is_urged_on_the_ticket_itself(supervisor: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(days=20))
    await run_a_clock(place, now - timedelta(days=3))
    rows = (await supervisor.get("/admin/today/rows?what=over")).text
    urged = await supervisor.do(number, "urge", note="请今天办结")

    assert f"/admin/tickets/{number}?act=urge#doing" in rows and f"{number}?act=supervise#doing" in rows
    assert urged.status_code == 303
