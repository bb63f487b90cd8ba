"""A newcomer without a telephone can still follow a message to its link, in the demo and nowhere else."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest

from core import db
from core.tenants import Founding, Tenant, throwaway
from tests.web.api_world import PLACES, Times
from tests.web.house import browser, closed
from tests.web.office import seat


@pytest.fixture(params=[True, False], ids=["demo", "real"])
async def place(request: pytest.FixtureRequest, pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    founding = Founding("told", "短信市", ("national",), demo=request.param, answers={"Q18": False})
    async with throwaway(founding, now=now) as found:
        async with db.as_tenant(found.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, found.id)
        yield found


async def test_a_telephone_that_works_leads_to_a_link_that_can_be_read_in_the_demo_alone(
    address: str, place: Tenant, now: datetime
) -> None:
    token = await closed(place, now)
    path = f"/t/{place.slug}/w/w1"
    async with browser(address) as page, seat(address, place, "operator", now) as operator:
        asked = await page.get(path)
        sent = await page.post(path, data={"phone": "13800000005"})
        listed = await operator.get("/admin/messages")

    assert sent.status_code == 303 and "短信：评价链接" in listed.text
    assert ("13800000005" in asked.text) == place.demo
    assert (f"/r/{token}" in listed.text) == ("138****0005" in listed.text) == place.demo
    assert "13800000005" not in listed.text
