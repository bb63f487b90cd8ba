"""What happens to a ticket reaches the partner: all of it, once, in its order, and naming nobody."""

from datetime import datetime, timedelta
from typing import Any

from core import clock, db, duties, flow, worker
from core.exchange import listing
from core.exchange.model import Order
from core.outbox import tasks
from core.outbox.jobs import Delivery
from core.outbox.sms import NoGateway
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.town import rated
from tests.order_system import Running

BAD = {"overall": 1}


async def delivered(tenant: Tenant, at: datetime) -> None:
    """Rounds of the worker at that time, until there is nothing more to be given."""
    job = Delivery(NoGateway(), "https://hall.example", couriers=duties.COURIERS)
    with clock.at(at):
        while True:
            claimed = await tasks.claim(at, 50, throwaway=True)
            if not claimed.ids:
                return
            for task_id in claimed.ids:
                await worker.run_claimed(task_id, claimed.token, {**duties.JOBS, "outbox": job})


async def orders(tenant: Tenant) -> tuple[Order, ...]:
    async with db.as_tenant(tenant.id) as unit:
        return await listing.page(unit, listing.Sought())


async def did(tenant: Tenant, ticket: Any, verb: str, at: datetime, **data: Any) -> None:
    await flow.act(tenant, ticket, Act(verb, data), by=None, now=at)


async def test_a_bad_rating_is_an_order_there_and_its_life_is_told_in_order(
    place: Tenant, hotline: Running, now: datetime
):
    found = await rated(place, "A-1", now, BAD)
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    await did(place, found.ticket, "verdict", at, **{"is": "valid"})
    await did(place, found.ticket, "rectify", at, note="已加开窗口")
    await did(place, found.ticket, "feedback", at, note="已答复")
    await did(place, found.ticket, "rate-feedback", at, grade=3)
    await delivered(place, at)

    (order,) = await orders(place)
    told = hotline.inside.orders[order.number]
    assert [each["event"] for each in told] == [
        "opened", "dispatch", "verdict", "rectify", "feedback", "rate-feedback", "closed",
    ]  # fmt: skip
    assert (order.state, order.pushed, order.acknowledged, order.theirs) == ("done", 7, 7, f"12345-{order.number}")
    assert hotline.inside.copies == 0
