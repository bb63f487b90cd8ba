"""What is begun in one place is finished in that place or not at all."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from core import db, duties, people, stack
from core.audit.model import SYSTEM
from core.desk import claims, lots
from core.people import NewMember
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import RULES, colleague
from tests.web.office import Seat, rated, seat, town
from tests.web.test_admin_acting import HERE, given, member, send
from tests.web.test_admin_bulk import LATER, lot_of
from web.admin.sight import eyes_of

ROWS = "SELECT state, said FROM held_act WHERE tenant_id = $1 AND lot_id = $2 ORDER BY nth"
LAID = "SELECT m.username FROM ticket t JOIN member m ON m.id = t.assignee WHERE t.tenant_id = $1 AND t.number = $2"
PLACES = "SELECT member, acting_for FROM audit WHERE tenant_id = $1 AND act = $2"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "footing", *RULES) as found:
        for name, institution in (("zhou", "tax-east"), ("qian", "tax-west")):
            new = NewMember(name, f"{name}某", "handler", "A long pass phrase 1", institution=institution)
            await people.add_member(found.id, new, by=SYSTEM, now=now)
        yield found


@pytest.fixture
async def handler(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "handler", now) as found:
        yield found


@pytest.fixture
async def qian(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with colleague(address, place, "qian", now) as found:
        yield found


async def sent(who: Seat, path: str, page: str, **fields: str) -> httpx.Response:
    """With the token of the page that is open in whosever place one stands."""
    found = re.search(r'name="_csrf" value="([0-9a-f]+)"', (await who.get(page)).text)
    assert found
    return await who.post(path, {"_csrf": found[1], **fields})


async def gathered(who: Seat, verb: str, number: str) -> str:
    path = "/admin/tickets/bulk?tab=all"
    return lot_of(await sent(who, path, "/admin/delegations", list="tickets", verb=verb, n=number))


async def rows(place: Tenant, lot: str) -> list[tuple[str, str]]:
    async with db.as_tenant(place.id) as unit:
        found = await unit.fetch(ROWS, place.id, UUID(lot))
    return [(row["state"], row["said"]) for row in found]


async def laid_on(place: Tenant, number: str) -> str | None:
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval(LAID, place.id, number)


async def test_what_was_ticked_in_anothers_place_is_not_pressed_in_ones_own(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    contact, assign = await gathered(qian, "contact", number), await gathered(qian, "assign", number)
    await send(qian, "/admin/acting/leave")
    own = await member(place, "qian")

    pressed = await sent(qian, f"/admin/lots/{contact}", HERE, note="已联系")
    assigned = await sent(qian, f"/admin/lots/{assign}", HERE, to=str(own.id))
    await duties.JOBS["held"](place, contact, now + LATER)

    assert pressed.status_code == assigned.status_code == 409
    assert "另一身份" in pressed.text and "另一身份" in assigned.text
    assert await rows(place, contact) == [("waiting", "")] and await laid_on(place, number) is None


async def test_what_is_done_for_many_names_both_and_the_person_as_a_single_act_does(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    lot = await gathered(qian, "contact", number)
    pressed = await sent(qian, f"/admin/lots/{lot}", HERE, note="已联系")
    await duties.JOBS["held"](place, lot, now + LATER)

    async with db.as_tenant(place.id) as unit:
        data = await unit.fetchval("SELECT data FROM ticket_act WHERE tenant_id = $1 AND act = 'contact'", place.id)
        entry = await unit.fetchrow(PLACES, place.id, "ticket.contact")
    assert pressed.status_code == 303 and await rows(place, lot) == [("done", "")]
    assert data["member_id"] == str((await member(place, "qian")).id)
    assert data["behalf_id"] == str((await member(place, "handler")).id)
    assert entry and (entry["member"], entry["acting_for"]) == ("qian", "handler")


@pytest.mark.parametrize("lost", ["revoked", "giver-disabled", "giver-moved", "out-of-sight"])
async def test_what_was_pressed_is_not_done_once_the_place_is_lost(
    handler: Seat, qian: Seat, place: Tenant, now: datetime, lost: str
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    lot = await gathered(qian, "contact", number)
    await sent(qian, f"/admin/lots/{lot}", HERE, note="已联系")
    giver = await member(place, "handler")
    if lost == "revoked":
        assert await send(handler, f"{HERE}/{delegation}/revoke") == 303
    async with db.as_tenant(place.id) as unit:
        if lost == "giver-disabled":
            await people.set_disabled(unit, giver.id, True, by=SYSTEM, now=now)
        if lost == "giver-moved":
            await unit.execute("UPDATE member SET institution = 'bureau' WHERE tenant_id = $1 AND id = $2",
                               place.id, giver.id)  # fmt: skip
        if lost == "out-of-sight":
            await unit.execute("DELETE FROM ticket_seat WHERE tenant_id = $1", place.id)
    await duties.JOBS["held"](place, lot, now + LATER)

    ((state, said),) = await rows(place, lot)
    words = {"giver-moved": "已经变动", "out-of-sight": "没有找到"}.get(lost, "委托已经结束")
    assert state == "refused" and words in said


async def test_what_another_units_colleague_has_taken_meanwhile_is_not_assigned_away(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    zhou = await member(place, "zhou")
    lot = lot_of(await handler.post("/admin/tickets/bulk?tab=all", {"list": "tickets", "verb": "assign", "n": number}))
    async with seat(address, place, "desk", now) as other:
        fields = {"list": "tickets", "verb": "claim", "n": number}
        assert (await other.post("/admin/tickets/bulk?tab=all", fields)).status_code == 303
    await handler.post(f"/admin/lots/{lot}", {"to": str(zhou.id)})

    assert await laid_on(place, number) == "desk"
    ((state, said),) = await rows(place, lot)
    assert state == "refused" and "其他单位" in said


async def test_pressed_twice_at_once_each_row_keeps_what_came_of_it(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    """Both presses have read a draft; whoever comes second finds it done."""
    number = await rated(place, now - timedelta(days=2))
    zhou, own = await member(place, "zhou"), await member(place, "handler")
    lot = lot_of(await handler.post("/admin/tickets/bulk?tab=all", {"list": "tickets", "verb": "assign", "n": number}))
    async with db.as_tenant(place.id) as unit:
        read = await lots.lot_of(unit, own, UUID(lot))
        eyes = await eyes_of(unit, own, stack.policy(place, now.date()))
    for _ in range(2):
        async with db.as_tenant(place.id) as unit:
            await claims.perform(unit, read, own, eyes, zhou.id, now)
    laid = await laid_on(place, number)
    undone = await handler.post(f"/admin/lots/{lot}/undo")

    assert laid == "zhou" and undone.status_code == 303 and await laid_on(place, number) is None
    async with db.as_tenant(place.id) as unit:
        assert len(await unit.fetch(PLACES, place.id, "ticket.assign")) == 1
