"""What is begun in one place is finished in that place or not at all: lots, claims and exports alike."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from core import db, duties, people, stack
from core.audit.model import SYSTEM
from core.desk import claims, exports, lots
from core.evidence import files
from core.people import NewMember
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import RULES, colleague
from tests.web.office import PHONE, Seat, rated, seat, town
from tests.web.test_admin_acting import HERE, given, member, send
from tests.web.test_admin_bulk import LATER, lot_of
from tests.web.test_admin_exports import ordered
from web.admin.sight import eyes_of

ROWS = "SELECT state, said FROM held_act WHERE tenant_id = $1 AND lot_id = $2 ORDER BY nth"
DOWNLOADS = "SELECT count(*) FROM audit WHERE tenant_id = $1 AND act = 'export.take'"
LAID = "SELECT m.username FROM ticket t JOIN member m ON m.id = t.assignee WHERE t.tenant_id = $1 AND t.number = $2"
PLACES = "SELECT member, acting_for FROM audit WHERE tenant_id = $1 AND act = $2"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with town(now, "footing", *RULES) as found:
        for name, institution in (("zhou", "tax-east"), ("qian", "tax-west")):
            new = NewMember(name, f"{name}某", "handler", "A long pass phrase 1", institution=institution)
            await people.add_member(found.id, new, by=SYSTEM, now=now)
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


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


async def test_no_byte_leaves_unnoted(address: str, place: Tenant, now: datetime, times: Times) -> None:
    await rated(place, now - timedelta(days=2))

    async def noted() -> int:
        async with db.as_tenant(place.id) as unit:
            return await unit.fetchval(DOWNLOADS, place.id)

    async with seat(address, place, "supervisor", now) as boss:
        export = await ordered(boss, "tickets", "tab=all", "csv", "number", "item")
        await duties.JOBS["export"](place, export, now)
        path = f"/admin/downloads/{export}"
        beyond = await boss.get(path, Range="bytes=999999999-")
        at_first = await noted()
        tail = await boss.get(path, Range="bytes=1-")
        once = await noted()
        await boss.get(path, Range="bytes=2-")
        same = await noted()
        times.now = now + timedelta(minutes=11)
        await boss.get(path, Range="bytes=2-")
        later = await noted()
        await boss.get(path)
        await boss.get(path)

    assert beyond.status_code == 416 and beyond.content == b"" and at_first == 0
    assert re.fullmatch(r"bytes \*/\d+", beyond.headers["content-range"])
    assert tail.status_code == 206 and (once, same, later, await noted()) == (1, 1, 2, 4)


@pytest.mark.parametrize("when", ["before it is made", "once it is made"])
async def test_a_file_ordered_in_anothers_place_is_not_had_once_the_place_is_lost(
    handler: Seat, qian: Seat, place: Tenant, now: datetime, when: str
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    answer = await sent(qian, "/admin/exports/tickets?tab=all", HERE, cols="number", format="csv")
    assert answer.status_code == 303
    async with db.as_tenant(place.id) as unit:
        export = str(await unit.fetchval("SELECT id FROM export WHERE tenant_id = $1", place.id))
    if when == "once it is made":
        await duties.JOBS["export"](place, export, now)
        assert number in (await qian.get(f"/admin/downloads/{export}")).text
    assert await send(handler, f"{HERE}/{delegation}/revoke") == 303
    await duties.JOBS["export"](place, export, now)
    page, file = await qian.get("/admin/downloads"), await qian.get(f"/admin/downloads/{export}")

    assert number not in file.text and "您代handler某办理的委托已经结束" in file.text
    assert file.status_code == 403
    assert when == "once it is made" or ("没有生成" in page.text and "委托已经结束" in page.text)


async def test_whoever_was_moved_does_not_take_the_former_places_list_along(
    handler: Seat, address: str, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    export = await ordered(handler, "tickets", "tab=all", "csv", "number")
    await duties.JOBS["export"](place, export, now)
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE member SET institution = 'tax-west' WHERE tenant_id = $1 AND username = 'handler'",
                           place.id)  # fmt: skip
    refused = await handler.get(f"/admin/downloads/{export}")

    assert refused.status_code == 403 and number not in refused.text
    assert "角色或所属单位已经变动" in refused.text and "重新导出" in refused.text


async def test_a_file_whose_worker_died_at_the_last_moment_is_made_by_the_next(
    handler: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await rated(place, now - timedelta(days=2))
    export = await ordered(handler, "tickets", "tab=all", "csv", "number")

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(exports.notify, "tell", dies)
        with pytest.raises(RuntimeError):
            await duties.JOBS["export"](place, export, now)
    await duties.JOBS["export"](place, export, now)

    assert (await handler.get(f"/admin/downloads/{export}")).text.count(number) == 1
    assert "导出的文件可以下载" in (await handler.get("/admin/notifications")).text


async def test_the_phone_that_was_searched_for_stands_in_no_log(handler: Seat, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(days=2))
    await ordered(handler, "tickets", f"tab=all&q={PHONE}", "csv", "number")
    async with db.as_tenant(place.id) as unit:
        after = await unit.fetchval("SELECT after FROM audit WHERE tenant_id = $1 AND act = 'export.order'", place.id)

    assert after["searched"] is True and PHONE not in str(after)
