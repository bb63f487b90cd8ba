"""Many tickets at once are looked through, held for ten seconds, done one by one, and each says what came of it."""

import re
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from core import db, duties
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town

LATER = timedelta(seconds=11)
CONTACTS = "SELECT count(*) FROM ticket_act WHERE tenant_id = $1 AND act = 'contact'"
work = duties.JOBS["held"]


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


async def three(place: Tenant, now: datetime) -> list[str]:
    return [await rated(place, now - timedelta(hours=9 - n), case=f"B{n}") for n in range(3)]


async def tick(member: Seat, verb: str, *numbers: str, query: str = "tab=all", **more: Any) -> httpx.Response:
    return await member.post(
        f"/admin/tickets/bulk?{query}", {"list": "tickets", "verb": verb, "n": list(numbers), **more}
    )


def lot_of(answer: httpx.Response) -> str:
    found = re.search(r"(?:lots/|lot=)([0-9a-f-]{36})", answer.headers["location"])
    assert found is not None, answer.headers
    return found[1]


async def facts(place: Tenant) -> Mapping[str, int]:
    async with db.as_tenant(place.id) as unit:
        return {
            "acts": await unit.fetchval("SELECT count(*) FROM ticket_act WHERE tenant_id = $1", place.id),
            "contacts": await unit.fetchval(CONTACTS, place.id),
        }


async def test_what_is_held_is_done_after_ten_seconds_as_of_the_moment_it_was_pressed(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    numbers = await three(place, now)

    lot = lot_of(await tick(handler, "contact", *numbers))
    preview = (await handler.get(f"/admin/lots/{lot}")).text
    missing = await handler.post(f"/admin/lots/{lot}")
    pressed = await handler.post(f"/admin/lots/{lot}", {"note": "已逐一电话联系"})
    twice = await handler.post(f"/admin/lots/{lot}", {"note": "已逐一电话联系"})
    await work(place, lot, now + timedelta(seconds=5))
    early = await facts(place)
    held = (await handler.get(f"/admin/lots/{lot}")).text
    await work(place, lot, now + LATER)
    await work(place, lot, now + LATER)
    done = (await handler.get(f"/admin/lots/{lot}")).text
    sheet = await handler.get(f"/admin/lots/{lot}/results")
    async with db.as_tenant(place.id) as unit:
        at = await unit.fetch("SELECT DISTINCT at FROM ticket_act WHERE tenant_id = $1 AND act = 'contact'", place.id)

    assert '将对 <b class="num">3</b> 条工单标记已联系' in preview
    assert missing.status_code == 422 and 'id="e-note"' in missing.text
    assert pressed.status_code == twice.status_code == 303
    assert early["contacts"] == 0 and "撤销" in held and 'hx-trigger="every 2s"' in held
    assert "3 条成功" in done and "every 2s" not in done
    assert [row["at"] for row in at] == [now] and (await facts(place))["contacts"] == 3
    assert sheet.content.startswith(b"\xef\xbb\xbf") and sheet.text.count("成功") == 3


async def test_taken_back_in_time_nothing_was_done_and_afterwards_it_is_too_late(
    handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    numbers = await three(place, now)
    before = await facts(place)

    first = lot_of(await tick(handler, "contact", *numbers))
    await handler.post(f"/admin/lots/{first}", {"note": "已联系"})
    back = await handler.post(f"/admin/lots/{first}/undo")
    await work(place, first, now + LATER)
    shown = (await handler.get(f"/admin/lots/{first}")).text
    untouched = await facts(place)
    second = lot_of(await tick(handler, "contact", *numbers))
    await handler.post(f"/admin/lots/{second}", {"note": "已联系"})
    times.now = now + LATER
    late = await handler.post(f"/admin/lots/{second}/undo")

    assert back.status_code == 303 and "已撤销，没有办理任何一条" in shown and untouched == before
    assert late.status_code == 409 and "不能撤销" in late.text


async def test_what_somebody_else_did_meanwhile_is_not_overwritten_and_is_told(
    handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    numbers = await three(place, now)

    lot = lot_of(await tick(handler, "contact", *numbers))
    await handler.do(numbers[1], "contact", note="我刚联系过")
    times.now = now + timedelta(seconds=3)
    await handler.post(f"/admin/lots/{lot}", {"note": "批量联系"})
    await work(place, lot, now + LATER + LATER)
    shown = (await handler.get(f"/admin/lots/{lot}")).text

    assert "2 条成功" in shown and "1 条没有办成" in shown and "已被他人处理" in shown
    assert f"/admin/tickets/{numbers[1]}" in shown


async def test_hidden_tickets_and_those_of_other_places_are_not_found_and_nothing_is_done_to_them(
    address: str, place: Tenant, now: datetime
) -> None:
    theirs = await rated(place, now - timedelta(hours=3), case="E1")
    async with town(now, "abroad") as abroad, seat(address, place, "west", now) as west:
        elsewhere = await rated(abroad, now - timedelta(hours=3), case="F1")
        lot = lot_of(await tick(west, "contact", theirs, elsewhere, "2611-99999"))
        shown = (await west.get(f"/admin/lots/{lot}")).text
        pressed = await west.post(f"/admin/lots/{lot}", {"note": "联系"})
        async with seat(address, place, "handler", now) as other:
            foreign = await other.get(f"/admin/lots/{lot}")

    assert "没有一条可以标记已联系" in shown and shown.count("没有找到这张工单") >= 2
    assert pressed.status_code == 422
    assert foreign.status_code == 404


async def test_acts_that_a_member_may_not_do_are_neither_offered_nor_taken(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    numbers = await three(place, now)

    listed = (await handler.get("/admin/tickets?tab=all")).text
    supervise = await tick(handler, "supervise", *numbers)
    verdict = await tick(handler, "verdict", *numbers)
    async with seat(address, place, "operator", now) as operator:
        bare = (await operator.get("/admin/tickets?tab=all")).text
        refused = await tick(operator, "claim", *numbers)

    assert 'value="contact"' in listed and 'value="supervise"' not in listed and 'name="n"' in listed
    assert supervise.status_code == verdict.status_code == refused.status_code == 403
    assert 'name="n"' not in bare


async def test_claims_are_at_once_shown_filtered_and_put_back(
    address: str, handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    numbers = await three(place, now)

    answer = await tick(handler, "claim", *numbers[:2])
    listed = (await handler.browser.get(answer.headers["location"] + "&cols=assignee")).text
    mine = (await handler.get("/admin/tickets?tab=all&assignee=me")).text
    free = (await handler.get("/admin/tickets?tab=all&assignee=none")).text
    async with seat(address, place, "desk", now) as other:
        taken = lot_of(await tick(other, "claim", *numbers))
        told = (await other.get(f"/admin/lots/{taken}")).text
    back = await handler.post(f"/admin/lots/{lot_of(answer)}/undo")
    again = (await handler.get("/admin/tickets?tab=all&assignee=me")).text

    assert '已认领 <b class="num">2</b> 条' in listed and "撤销" in listed and "handler某" in listed
    assert numbers[0] in mine and numbers[2] not in mine and numbers[2] in free and numbers[0] not in free
    assert told.count("已由handler某认领") == 2 and "1 条成功" in told
    assert back.status_code == 303 and numbers[0] not in again


async def test_a_ticket_is_laid_on_a_colleagues_desk_and_leaves_it_when_it_is_passed_on(
    address: str, place: Tenant, now: datetime
) -> None:
    number = (await three(place, now))[0]
    async with seat(address, place, "supervisor", now) as boss, seat(address, place, "desk", now) as colleague:
        lot = lot_of(await tick(boss, "assign", number))
        form = (await boss.get(f"/admin/lots/{lot}")).text
        to = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>desk某', form)
        assert to is not None
        wrong = await boss.post(f"/admin/lots/{lot}", {"to": "x"})
        done = await boss.post(f"/admin/lots/{lot}", {"to": to[1]})
        mine = (await colleague.get("/admin/tickets?tab=all&assignee=me")).text
        passed = await boss.do(number, "transfer", to="tax-west", reason="事项属于西区")
        left = (await colleague.get("/admin/tickets?tab=all&assignee=me")).text

    assert wrong.status_code == 422 and 'id="e-to"' in wrong.text
    assert done.status_code == 303 and number in mine
    assert passed.status_code == 303 and number not in left


async def test_all_that_a_filter_finds_is_a_second_step_said_in_a_sentence(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    for n in range(27):
        await rated(place, now - timedelta(hours=40 - n), case=f"A{n}")
    await rated(place, now - timedelta(hours=1), 2, case="mild")

    page = (await handler.get("/admin/tickets?tab=all&grade=1")).text
    whole = (await handler.get("/admin/tickets?tab=all&grade=1&all=1")).text
    lot = lot_of(await tick(handler, "contact", query="tab=all&grade=1", whole="1"))
    preview = (await handler.get(f"/admin/lots/{lot}")).text

    assert "选全部 27 条" in page
    assert "已选全部符合条件的 27 条，不只是本页" in whole and 'name="whole" value="1"' in whole
    assert '将对 <b class="num">27</b> 条' in preview
