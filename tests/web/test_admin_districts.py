"""Each level supervises its own region: a district's bureau sees and decides for the district, the city's for all."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core import db, flow
from core.audit.model import Actor
from core.errors import NotEntitled
from core.policy.model import Override
from core.tenants import Tenant
from core.tickets import jobs
from core.tickets.model import Act
from tests.web.api_world import Times
from tests.web.office import AUDITED, MEMBERS, Seat, rated, seat, town

BUREAUS = """
INSERT INTO institution (tenant_id, code, name, region, duty) VALUES
  ($1, 'bureau-east', '东区政务服务管理局', 'east', 'bureau'),
  ($1, 'bureau-west', '西区政务服务管理局', 'west', 'bureau');
"""


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "districts", AUDITED) as found:
        async with db.as_tenant(found.id) as unit:
            await unit.execute(BUREAUS.replace("$1", str(found.id)))
        yield found


@pytest.fixture
async def eastern(address: str, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Seat]:
    monkeypatch.setitem(MEMBERS, "eastern", ("supervisor", "bureau-east", None))
    async with seat(address, place, "eastern", now) as found:
        yield found


async def ticket_id(place: Tenant, number: str) -> UUID:
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2", place.id, number)


@pytest.mark.covers("SZ-2b", "JL-5b", "GX-3b")
async def test_a_districts_supervisor_sees_the_district_and_nothing_beside_it(
    eastern: Seat, place: Tenant, now: datetime
):
    own = await rated(place, now - timedelta(hours=3), case="A1")
    other = await rated(place, now - timedelta(hours=2), case="B1", item="refund", staff="sun", window=None)

    listed = await eastern.get("/admin/tickets?tab=all")
    hidden = await eastern.get(f"/admin/tickets/{other}")
    ratings = await eastern.get("/admin/ratings")

    assert own in listed.text and other not in listed.text
    assert hidden.status_code == 404
    assert "发票领用" in ratings.text and "退税" not in ratings.text


@pytest.mark.covers("SZ-2b", "GX-3b")
async def test_a_district_acts_for_itself_and_the_city_above_it_for_every_district(place: Tenant, now: datetime):
    number = await rated(place, now - timedelta(hours=3))
    ticket = await ticket_id(place, number)
    audit = Act("audit", {"accept": True})

    with pytest.raises(NotEntitled):
        await flow.act(place, ticket, audit, by=Actor("institution", "bureau-west"), now=now)
    accepted = await flow.act(place, ticket, audit, by=Actor("institution", "bureau-east"), now=now)
    urged = await flow.act(place, ticket, Act("urge", {"note": "请抓紧"}), by=Actor("institution", "bureau"), now=now)

    assert (accepted.state, urged.state) == ("open", "open")


async def test_what_is_late_is_said_to_the_handler_its_superior_and_each_supervisor_above_once(
    pool: object, now: datetime
):
    clocks = Override("clocks", [{"clock": "close", "from": "dispatched", "within": "1h"}], "第三条")
    async with town(now, "tree", clocks) as place:
        async with db.as_tenant(place.id) as unit:
            await unit.execute(BUREAUS.replace("$1", str(place.id)))
            await unit.execute(
                f"UPDATE institution SET parent = 'tax-west' WHERE tenant_id = {place.id} AND code = 'tax-east'"
            )
        await rated(place, now - timedelta(hours=3))
        for _ in range(2):
            async with db.as_tenant(place.id) as unit:
                await jobs.take_due(unit, place, now)
        async with db.as_tenant(place.id) as unit:
            rows = await unit.fetch("SELECT addressee FROM notice WHERE tenant_id = $1 AND about = 'overdue'", place.id)

    told = sorted(row["addressee"].removeprefix("institution:") for row in rows)
    assert told == ["bureau", "bureau-east", "tax-east", "tax-west"]


async def test_an_appeal_to_the_supervisor_is_read_by_the_districts_own_and_by_no_other_district(
    address: str, pool: object, now: datetime, times: Times, monkeypatch: pytest.MonkeyPatch
):
    times.now = now
    async with town(now, "appealed") as place:
        async with db.as_tenant(place.id) as unit:
            await unit.execute(BUREAUS.replace("$1", str(place.id)))
        number = await rated(place, now - timedelta(hours=30))
        ticket = await ticket_id(place, number)
        filed = Act("appeal", {"reason": "录像可证", "evidence": ["录像"]})
        await flow.act(place, ticket, Act("notify"), by=None, now=now - timedelta(hours=2))
        await flow.act(place, ticket, filed, by=Actor("staff", "li"), now=now - timedelta(hours=1))
        seen: dict[str, tuple[int, bool]] = {}
        for name in ("bureau-east", "bureau-west"):
            monkeypatch.setitem(MEMBERS, name, ("supervisor", name, None))
            async with seat(address, place, name, now) as supervisor:
                page = await supervisor.get(f"/admin/tickets/{number}")
                register = await supervisor.get("/admin/appeals?tab=all")
            seen[name] = page.status_code, "录像可证" in register.text

    assert seen == {"bureau-east": (200, True), "bureau-west": (404, False)}
