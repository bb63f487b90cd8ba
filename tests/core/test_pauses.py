"""Nobody loses a chance to add to a rating because a place was paused."""

from datetime import datetime, timedelta

import pytest

from core import db, flow, tenants
from core.citizen import actions as citizen
from core.embedded.servers import Servers
from core.errors import AppendClosed, Paused
from core.intake.model import Source, Submission
from core.people import Member
from core.policy.model import Override
from core.tenants import Tenant, states
from core.tenants.states import Move
from core.tenure import actions as tenure
from tests.core.test_tenure import member
from tests.web.office import rated, town

RULE = Override("append", {"max": 1, "within": "5d", "from": "rated", "dimensions": ["overall"]}, "第九条")
DAY = timedelta(days=1)
WEB = Source("web")


async def paused(tenant: Tenant, by: Member, since: datetime, until: datetime | None) -> Tenant:
    """``until`` is None where the pause goes on; what is put away in between belongs to it."""
    async with db.as_tenant(tenant.id) as unit:
        await tenure.suspend(unit, by, "机房搬迁", since)
        if until:
            await tenure.archive(unit, by, "暂不启用", since + timedelta(hours=1))
            await tenure.bring_back(unit, await tenants.read(unit, tenant.id), by, "继续用", since + timedelta(hours=2))
            await tenure.resume(unit, by, "搬完了", until)
    tenants.forget(tenant.id)
    return await tenants.by_id(tenant.id)


async def begun(tenant: Tenant, now: datetime) -> Member:
    """In service, with a rating of this moment."""
    one = await member(tenant, "liang", now)
    async with db.as_tenant(tenant.id) as unit:
        await states.move(unit, Move("live", "上线", one.name, one.actor), now - DAY)
    await rated(await tenants.by_id(tenant.id), now)
    return one


async def sent(tenant: Tenant, receipt: str, at: datetime) -> None:
    token = await citizen.token_of_receipt(tenant, receipt)
    await flow.append(tenant, Submission(token=token, grades={"overall": 4}, text="快多了"), source=WEB, now=at)


async def receipt_of(tenant: Tenant) -> str:
    async with db.as_tenant(tenant.id) as unit:
        return await unit.fetchval("SELECT code FROM receipt WHERE tenant_id = $1", tenant.id)


async def test_a_window_to_append_that_ends_within_a_pause_is_longer_by_what_was_left_of_it(
    pool: Servers, now: datetime
) -> None:
    async with town(now - 30 * DAY, "pausing", RULE) as tenant:
        one = await begun(tenant, now)
        receipt = await receipt_of(tenant)
        before = await citizen.receipt(tenant, receipt, now)
        place = await paused(tenant, one, now + 4 * DAY, now + 14 * DAY)

        shown = await citizen.receipt(place, receipt, now + 14 * DAY)

        assert before.append_until and shown.append_until == before.append_until + 10 * DAY
        with pytest.raises(AppendClosed):
            await sent(place, receipt, shown.append_until)
        await sent(place, receipt, shown.append_until - timedelta(seconds=1))


async def test_a_window_that_was_over_before_the_pause_stays_over(pool: Servers, now: datetime) -> None:
    async with town(now - 30 * DAY, "pausing", RULE) as tenant:
        one = await begun(tenant, now)
        place = await paused(tenant, one, now + 7 * DAY, now + 14 * DAY)

        with pytest.raises(AppendClosed):
            await sent(place, await receipt_of(place), now + 14 * DAY)


async def test_while_the_pause_goes_on_nothing_is_taken_in_and_no_chance_ends(pool: Servers, now: datetime) -> None:
    async with town(now - 30 * DAY, "pausing", RULE) as tenant:
        one = await begun(tenant, now)
        receipt = await receipt_of(tenant)
        place = await paused(tenant, one, now + DAY, None)

        with pytest.raises(Paused):
            await sent(place, receipt, now + 20 * DAY)
        shown = await citizen.receipt(place, receipt, now + 20 * DAY)

        assert shown.append_until is not None and shown.append_until > now + 20 * DAY
        async with db.as_tenant(place.id) as unit:
            (only,) = await states.pauses(unit, now + 20 * DAY)
        assert (only.since, only.until) == (now + DAY, now + 20 * DAY)
