"""A supervisor draws closed tickets by lot; who handled one may not check it; the kept seed draws the same again."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.checks.decide import lot
from core.people import NewMember
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import colleague
from tests.web.office import Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def closed(place: Tenant, now: datetime, count: int, first: int = 0) -> list[str]:
    """So many tickets of two units that were closed the day before."""
    numbers: list[str] = []
    for n in range(first, first + count):
        where = {"item": "refund", "staff": "sun", "window": None} if n % 3 == 0 else {}
        numbers.append(await rated(place, now - timedelta(days=3) + timedelta(minutes=n), case=f"K{n}", **where))
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "UPDATE ticket SET state = 'closed', closed_at = $2 WHERE tenant_id = $1 AND number = ANY($3::text[])",
            place.id, now - timedelta(days=1), numbers,
        )  # fmt: skip
    return numbers


def form(now: datetime, **changed: str) -> dict[str, str]:
    usual = {"since": f"{now - timedelta(days=5):%Y-%m-%d}", "until": f"{now:%Y-%m-%d}", "handler": "",
             "method": "proportional", "wanted": "4"}  # fmt: skip
    return usual | changed


async def test_what_is_drawn_is_a_task_each_and_drawn_again_is_the_same_though_more_were_closed_since(
    supervisor: Seat, place: Tenant, now: datetime
) -> None:
    numbers = await closed(place, now, 9)
    answer = await supervisor.post("/admin/checks", form(now))
    path = answer.headers["location"].removeprefix(f"/t/{place.slug}")
    shown = (await supervisor.get(path)).text
    drawn = re.findall(r'<th scope="row" class="num"><a data-row[^>]*>([\d-]+)<', shown)
    seed = re.search(r'class="num seed">([0-9a-f]{32})<', shown)
    await closed(place, now, 3, first=20)
    again = (await supervisor.get(f"{path}?again=1")).text
    tasks = (await supervisor.get("/admin/tasks?tab=mine&kind=inspect")).text
    listed = (await supervisor.get("/admin/checks")).text

    assert answer.status_code == 303 and seed
    assert len(drawn) == 4 and set(drawn) <= set(numbers)
    # What anybody can do with the seed and a list of the numbers.
    west = sorted(numbers[::3], key=lambda number: lot(seed[1], number))
    assert {each for each in drawn if each in west} == set(west[: len([each for each in drawn if each in west])])
    assert "一致" in again and "不一致" not in again and "相差 3 张" in again
    assert tasks.count("无期限") == 4 and "已抽查 0 / 4" in listed and "C2603-00001" in listed


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [({"wanted": "10"}, "wanted", "只有 9 张可以抽"), ({"wanted": "0"}, "wanted", "1 到 500"),
     ({"wanted": "many"}, "wanted", "1 到 500"), ({"since": "2026-03-09", "until": "2026-03-01"}, "since", "晚于"),
     ({"until": "2026-04-01"}, "until", "还没有到"), ({"until": "soon"}, "until", "日期请写成"),
     ({"since": "2026-01-01", "until": "2026-01-02"}, "until", "没有办结的工单"),
     ({"method": "mine"}, "method", "怎样分配"), ({"handler": "nowhere"}, "until", "没有办结的工单")],
)  # fmt: skip
async def test_a_draw_that_cannot_be_is_refused_at_its_field_and_nothing_is_kept(
    supervisor: Seat, place: Tenant, now: datetime, changed: dict[str, str], field: str, said: str
) -> None:
    await closed(place, now, 9)
    answer = await supervisor.post("/admin/checks", form(now, **changed))
    async with db.as_tenant(place.id) as unit:
        kept = await unit.fetchval("SELECT count(*) FROM random_check WHERE tenant_id = $1", place.id)

    assert answer.status_code == 422
    assert re.search(rf'id="e-{field}">.*{said}', answer.text)
    assert next(iter(changed.values())) in answer.text or "handler" in changed or "method" in changed
    assert kept == 0


async def test_who_handled_a_ticket_may_not_check_it_and_what_was_found_stands_with_the_draw(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    await closed(place, now, 1)
    answer = await supervisor.post("/admin/checks", form(now, wanted="1", method="simple"))
    path = answer.headers["location"].removeprefix(f"/t/{place.slug}")
    number = re.findall(r"/admin/tickets/([\d-]+)\?act=inspect#doing", (await supervisor.get(path)).text)[0]
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "INSERT INTO ticket_act (tenant_id, id, ticket_id, at, act, actor, data) SELECT $1, $2, t.id, $3,"
            " 'verdict', 'institution:bureau', jsonb_build_object('member_id', m.id) FROM ticket t, member m"
            " WHERE t.tenant_id = $1 AND m.tenant_id = $1 AND t.number = $4 AND m.username = 'supervisor'",
            place.id, db.ids.new(), now - timedelta(days=1), number,
        )  # fmt: skip
        version = await unit.fetchval(
            "SELECT version FROM ticket WHERE tenant_id = $1 AND number = $2", place.id, number
        )
    refused = await supervisor.do(number, "inspect", note="我自己看过", version=str(version))
    async with seat(address, place, "desk", now) as colleague:
        done = await colleague.do(number, "inspect", note="材料齐全，办理属实")
        task = (await colleague.get("/admin/tasks?state=open&kind=inspect")).text
    after = (await supervisor.get(path)).text

    assert refused.status_code == 403 and "办理过这张工单的人不能" in refused.text
    assert done.status_code == 303 and "任务列表" in task and f">{number}</a>" not in task
    assert "全部抽查" in after and "材料齐全，办理属实" in after and "desk某" in after


async def test_another_place_and_a_role_without_the_right_find_no_draw(
    address: str, supervisor: Seat, handler: Seat, place: Tenant, now: datetime
) -> None:
    await closed(place, now, 3)
    drawn = await supervisor.post("/admin/checks", form(now, wanted="1"))
    path = drawn.headers["location"].removeprefix(f"/t/{place.slug}")
    async with (
        town(now, "abroad") as other, seat(address, other, "supervisor", now) as stranger,
        seat(address, place, "operator", now) as operator,
    ):  # fmt: skip
        foreign = await stranger.get(path)
        listed = (await stranger.get("/admin/checks")).text
        looks = await operator.get(path)
        draws = await operator.post("/admin/checks", form(now))

    assert foreign.status_code == 404 and "C2603" not in listed
    assert (await handler.get("/admin/checks")).status_code == 403
    assert looks.status_code == 200 and draws.status_code == 403


async def test_a_draw_can_neither_be_edited_nor_taken_back(supervisor: Seat, place: Tenant, now: datetime) -> None:
    await closed(place, now, 3)
    await supervisor.post("/admin/checks", form(now, wanted="1"))

    with pytest.raises(Exception, match="permission denied"):
        async with db.as_tenant(place.id) as unit:
            await unit.execute("UPDATE random_check SET seed = '' WHERE tenant_id = $1", place.id)


async def test_a_draw_is_seen_by_those_alone_who_see_all_that_it_was_drawn_from(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    for name in ("east", "west"):
        new = NewMember(f"{name}ern", name, "supervisor", "A long pass phrase 1", region=name)
        await people.add_member(place.id, new, by=SYSTEM, now=now)
    await closed(place, now, 6)
    async with colleague(address, place, "eastern", now) as east, colleague(address, place, "western", now) as west:
        path = (
            (await west.post("/admin/checks", form(now, wanted="1")))
            .headers["location"]
            .removeprefix(f"/t/{place.slug}")
        )
        codes = [(await each.get(path)).status_code for each in (west, supervisor, east)]
        listed = [path in (await each.get("/admin/checks")).text for each in (west, supervisor, east)]

    assert codes == [200, 200, 404] and listed == [True, True, False]
