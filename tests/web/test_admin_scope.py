"""A region is a border: whoever oversees one sees it and what lies below it on every list, and nothing of another."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.people import NewMember
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import colleague
from tests.web.office import Seat, rated, seat
from tests.web.registers import TAX, WEST, act, strict, verified

LISTS = ("tickets?tab=all", "appeals?tab=all", "alerts", "tasks?tab=all", "ledger", "ledger.csv", "moved",
         "ratings?days=all", "notices", "scores?subject=staff", "appraisal.csv?subject=staff",
         "appraisal.csv?subject=institution", "appraisal.csv?subject=region")  # fmt: skip
# What would tell of the east or of the west, on whichever list.
EAST, WEST_SIDE = ("发票领用", "李四", "东区"), ("退税", "孙七", "西区")
BELOW = """
INSERT INTO region (tenant_id, code, name, parent) VALUES ($1, 'east-1', '东一街道', 'east');
INSERT INTO institution (tenant_id, code, name, region, parent)
  VALUES ($1, 'hall-east-1', '东一便民中心', 'east-1', 'tax-east');
INSERT INTO staff (tenant_id, code, name, institution) VALUES ($1, 'qian', '钱八', 'hall-east-1');
INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'pension', '养老认证', 'hall-east-1');
"""


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    """Both districts have bad ratings found valid, an appeal, tasks, alerts, extended clocks and notices."""
    times.now = now
    async with strict(now, "scope") as found:
        async with db.as_tenant(found.id) as unit:
            for statement in filter(str.strip, BELOW.split(";")):
                await unit.execute(statement, found.id)
        for days in (9, 5):
            at = now - timedelta(days=days)
            east = await verified(found, at, f"E{days}", complexity="complex")
            west = await rated(found, at + timedelta(hours=3), case=f"W{days}", item="refund", staff="sun", window=None,
                               tags=(101,))  # fmt: skip
            await act(found, west, "verdict", at + timedelta(hours=5), WEST,
                      **{"is": "valid", "note": "属实", "complexity": "complex"})  # fmt: skip
        for number, by, staff in ((east, TAX, "li"), (west, WEST, "sun")):
            await act(
                found, number, "extend", now - timedelta(days=3), by, until="2026-10-20", reason="升级", clock="complex"
            )
            await act(found, number, "notify", now - timedelta(days=2), by, to=f"staff:{staff}")
            await act(found, number, "appeal", now - timedelta(days=1), type(by)("staff", staff), reason="另有原因")
        yield found


@asynccontextmanager
async def placed(address: str, place: Tenant, now: datetime, role: str, **where: Any) -> AsyncIterator[Seat]:
    name = f"{role}-{'-'.join(where.values())}"
    new = NewMember(name, "某某", role, "A long pass phrase 1", **where)  # pyright: ignore[reportArgumentType]
    await people.add_member(place.id, new, by=SYSTEM, now=now)
    async with colleague(address, place, name, now) as found:
        yield found


@pytest.mark.parametrize("role", ["supervisor", "operator"])
async def test_who_oversees_a_region_finds_nothing_of_another_on_any_list(
    address: str, place: Tenant, now: datetime, role: str
) -> None:
    async with (
        seat(address, place, "supervisor", now) as city,
        placed(address, place, now, role, region="east") as eastern,
        placed(address, place, now, role, region="west") as western,
    ):
        seats = {"city": city, "east": eastern, "west": western}
        shown = {(name, path): await each.get(f"/admin/{path}") for name, each in seats.items() for path in LISTS}

    told = {at: answer.text.split("<main")[-1] for at, answer in shown.items()}
    has = {at: (any(word in text for word in EAST), any(word in text for word in WEST_SIDE))
           for at, text in told.items()}  # fmt: skip
    assert {answer.status_code for answer in shown.values()} == {200}
    assert [path for path in LISTS if has["city", path] != (True, True)] == ["moved"]
    assert [at for at, (east, west) in has.items() if (at[0] == "east" and west) or (at[0] == "west" and east)] == []
    # What the supervisors in general are told is told to the bureau nearest by, and this district has none of its own.
    assert [path for path in LISTS if not has["east", path][0]] == ["moved", "notices"]


async def test_what_lies_below_a_region_or_an_institution_is_seen_from_above_and_not_the_other_way(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=1), case="P1", item="pension", staff="qian", window=None)
    above = await rated(place, now - timedelta(hours=8), case="P2")
    async with (
        placed(address, place, now, "supervisor", region="east") as eastern,
        placed(address, place, now, "supervisor", region="east-1") as street,
        placed(address, place, now, "supervisor", institution="tax-east") as body,
        seat(address, place, "handler", now) as handler,
        placed(address, place, now, "handler", institution="hall-east-1") as hall,
    ):
        seen = {name: [(await each.get(f"/admin/tickets/{one}")).status_code for one in (number, above)]
                for name, each in (("region", eastern), ("street", street), ("body", body), ("handler", handler),
                                   ("hall", hall))}  # fmt: skip
        acted = await handler.do(number, "contact", note="代下级联系")

    assert seen == {"region": [200, 200], "street": [200, 404], "body": [200, 200], "handler": [200, 200],
                    "hall": [200, 404]}  # fmt: skip
    assert acted.status_code in (403, 409)


async def test_who_oversees_a_region_acts_on_it_and_on_no_other(address: str, place: Tenant, now: datetime) -> None:
    own = await rated(place, now - timedelta(hours=8), case="A1")
    other = await rated(place, now - timedelta(hours=5), case="B1", item="refund", staff="sun", window=None)
    async with placed(address, place, now, "supervisor", region="east") as eastern:
        answers = [(await eastern.do(number, "urge", note="请抓紧")).status_code for number in (own, other)]

    assert answers == [303, 404]


async def test_what_is_the_whole_places_is_not_for_who_oversees_a_part(
    address: str, place: Tenant, now: datetime
) -> None:
    paths = ("/admin/messages", "/admin/questions", "/admin/jobs")
    async with (
        seat(address, place, "operator", now) as city,
        placed(address, place, now, "operator", region="city") as top,
        placed(address, place, now, "operator", region="east") as eastern,
        placed(address, place, now, "operator", institution="tax-east") as body,
    ):
        answers = [[(await each.get(path)).status_code for path in paths] for each in (city, top, eastern, body)]
        doors = (await eastern.get("/admin/ratings")).text

    assert answers == [[200, 200, 200], [200, 200, 200], [403, 403, 403], [403, 403, 403]]
    assert "/admin/messages" not in doors and "/admin/tickets" in doors
