"""Whatever dies between us and a partner, each ticket of an acknowledged rating reaches it, once and in its order."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from core import clock
from core.embedded.processes import comes_true
from tests.faults.conftest import Say
from tests.faults.history import History, read
from tests.faults.house import House, Place
from tests.faults.load import Hall
from tests.order_system import Running, running

CASES, CLIENTS, ROUNDS = 150, 4, 3
DELIVERED_WITHIN = 150
TICKETS = """
SELECT c.code AS case, t.number FROM ticket t JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
WHERE t.tenant_id = {id}
"""
WAITING = "SELECT count(*) FROM outbox WHERE tenant_id = {id} AND line IS NOT NULL AND state <> 'sent';"
HURRY = "UPDATE task SET run_after = now() WHERE tenant = {id} AND kind = 'outbox' AND state = 'waiting';"
DISPATCHED = """
SELECT t.number, count(*) AS n FROM ticket_act a JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
WHERE a.tenant_id = {id} AND a.act = 'dispatch' GROUP BY t.number
"""
FORGET = """
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.line IS NOT NULL AND random() < 0.3 THEN NEW.state := 'sent'; END IF; RETURN NEW; END $$;
CREATE TRIGGER forget BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION forget();
"""
REMEMBER = "DROP TRIGGER forget ON outbox; DROP FUNCTION forget();"

pytestmark = pytest.mark.faults


async def test_what_is_killed_between_us_and_a_partner_loses_no_order(house: House, say: Say):
    async with running() as partner:
        place = await asyncio.to_thread(house.found, "f40", partner.url)
        hall = Hall(house, place, house.history(place))
        kills = await _under_fire(house, hall, partner)
        assert await _delivered(house, place)
        acked, lost, doubled = _judged(house, place, hall.history, partner.inside.orders)
        copies = partner.inside.copies

    say(f"F40 kills={kills} acked={len(acked)} lost={len(lost)} orders_dup={doubled} copies_known={copies}")
    assert acked and (lost, doubled) == (set(), 0)


async def test_an_event_of_the_partners_is_done_once_whatever_dies(house: House, say: Say):
    async with running() as partner:
        place = await asyncio.to_thread(house.found, "f41", partner.url)
        hall = Hall(house, place, house.history(place))
        await hall.do(CASES, CLIENTS)
        hall.history.close()
        async with _orders(house, place) as orders:
            told = asyncio.gather(*(_dispatch(house, place, each["number"]) for each in orders))
            for name in ("serve-0", "serve-1"):
                await asyncio.sleep(0.5)
                house.kill_program(name)
            acked = sum(await told)
    done = house.facts(DISPATCHED.format(id=place.id))

    say(f"F41 acked={acked} lost={acked - len(done)} acts_dup={sum(each['n'] > 1 for each in done)}")
    assert acked == len(orders) == len(done) > 0
    assert all(each["n"] == 1 for each in done)


async def test_a_message_that_is_forgotten_is_noticed(house: House, say: Say):
    house.sql(FORGET)
    try:
        async with running() as partner:
            place = await asyncio.to_thread(house.found, "f40c", partner.url)
            hall = Hall(house, place, house.history(place))
            await hall.do(CASES, CLIENTS)
            assert await _delivered(house, place)
            acked, lost, _ = _judged(house, place, hall.history, partner.inside.orders)
    finally:
        house.sql(REMEMBER)

    say(f"control e (a messenger that forgets): acked={len(acked)} lost={len(lost)}")
    assert lost


async def _under_fire(house: House, hall: Hall, partner: Running) -> int:
    """Workers and web processes are killed while the partner refuses, or forgets to say that it has taken something."""
    load, kills = asyncio.create_task(hall.do(CASES, CLIENTS)), 0
    for _ in range(ROUNDS):
        for name in ("worker-0", "serve-0", "worker-1", "serve-1"):
            partner.inside.refuse_next, partner.inside.lose_next = 1, 2
            await asyncio.sleep(0.7)
            kills += len(house.kill_program(name))
    partner.inside.refuse_next = 0
    await load
    return kills


async def _delivered(house: House, place: Place) -> bool:
    """What waits for its next try is not waited for: it is due now."""

    def nothing_waits() -> bool:
        house.sql(
            f"UPDATE task SET run_after = now() WHERE tenant = {place.id} AND kind = 'outbox' AND state = 'waiting';"
        )
        return int(house.sql(WAITING.format(id=place.id))) == 0

    return await asyncio.to_thread(comes_true, nothing_waits, DELIVERED_WITHIN)


def _judged(
    house: House, place: Place, history: History, orders: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[set[str], set[str], int]:
    """Bad ratings that were acknowledged, those that the partner knows nothing of, and tickets with two orders."""
    history.close()
    acked = {each.case for each in read(history.file) if each.outcome == "ok" and each.grade == 1}
    numbers = {each["case"]: each["number"] for each in house.facts(TICKETS.format(id=place.id))}
    arrived = [events[0]["ticket"] for events in orders.values() if events[0]["event"] == "opened"]
    lost = {case for case in acked if numbers.get(case) not in arrived}
    return acked, lost, len(arrived) - len(set(arrived))


@asynccontextmanager
async def _orders(house: House, place: Place) -> AsyncIterator[list[dict[str, Any]]]:
    head = {"Authorization": f"Bearer {place.key}"}
    async with httpx.AsyncClient(base_url=house.addresses[0], headers=head) as client:
        yield (await client.get("/api/v1/orders", params={"limit": 200})).json()["rows"]


async def _dispatch(house: House, place: Place, number: str) -> bool:
    """The same event to both processes, again and again, until each of them has answered it."""
    head, at = {"Authorization": f"Bearer {place.key}"}, clock.now().isoformat()
    event = {"id": f"E-{number}", "status": "dispatched", "at": at, "to": "tax-east"}

    async def told(address: str) -> bool:
        async with httpx.AsyncClient(base_url=address, headers=head, timeout=15) as client:
            for _ in range(300):
                with suppress(httpx.HTTPError):
                    answer = await client.post(f"/api/v1/orders/{number}/events", json=event)
                    if answer.status_code in {200, 201}:
                        return True
                await asyncio.sleep(0.1)
        return False

    return all(await asyncio.gather(*(told(address) for address in house.addresses)))
