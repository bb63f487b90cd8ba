"""Standing in another's place: named as both, ended by time, handed no further; who only looks changes nothing."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.people import Member, NewMember, acting, delegations
from core.people.accounts import Misfit
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import RULES, colleague
from tests.web.office import NAME, PHONE, Seat, rated, seat, town

TODAY = date(2026, 3, 9)
REASON = "年休假"
HERE = "/admin/delegations"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    """Besides the town's own members 周 works beside the handler, and 钱 for the other district."""
    times.now = now
    async with town(now, "acting", *RULES) as found:
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


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def member(place: Tenant, username: str) -> Member:
    async with db.as_tenant(place.id) as unit:
        return next(each for each in await people.members(unit) if each.username == username)


async def given(giver: Seat, place: Tenant, taker: str, days: int = 0) -> UUID:
    """Through the form of the page; the delegation it made."""
    until = (TODAY + timedelta(days=days)).isoformat()
    one = await member(place, taker)
    form = {"taker": str(one.id), "since": TODAY.isoformat(), "until": until, "reason": REASON}
    answer = await giver.post(HERE, form)
    assert answer.status_code == 303, answer.text
    async with db.as_tenant(place.id) as unit:
        return (await delegations.of_member(unit, one.id))[0].id


async def send(seat: Seat, path: str, page: str = "/admin/delegations", **fields: str) -> int:
    """As a browser does it that stands in another's place: with the token of the page it has open."""
    found = re.search(r'name="_csrf" value="([0-9a-f]+)"', (await seat.get(page)).text)
    assert found
    return (await seat.post(path, {"_csrf": found[1], **fields})).status_code


async def log(place: Tenant, username: str) -> list[tuple[str, str]]:
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT actor, act FROM audit WHERE tenant_id = $1 AND object_kind = 'member' AND object_id = $2"
            " AND act ~ '^(delegation|support)' ORDER BY at, id", place.id, username,
        )  # fmt: skip
    return [(row["actor"], row["act"]) for row in rows]


async def test_a_colleague_acts_in_the_givers_place_and_both_are_named(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    before = (await qian.get(f"/admin/tickets/{number}")).status_code
    delegation = await given(handler, place, "qian")
    told = (await qian.get("/admin/notifications")).text
    offered = (await qian.get("/admin/tickets")).text
    taken = await send(qian, f"{HERE}/{delegation}/take")
    shown = (await qian.get(f"/admin/tickets/{number}?act=verdict")).text
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    acted = await send(qian, f"/admin/tickets/{number}/acts/verdict", f"/admin/tickets/{number}",
                       version=version[1], note="属实", **{"is": "valid"})  # fmt: skip
    after = (await qian.get(f"/admin/tickets/{number}")).text
    left = await send(qian, "/admin/acting/leave")
    again = (await qian.get(f"/admin/tickets/{number}")).status_code

    assert (before, taken, acted, left, again) == (404, 303, 303, 303, 404)
    assert "有人请您代为办理" in told and REASON in told
    assert "代handler某办理" in offered and "正在代handler某办理" in shown and "qian某（代handler某）" in after
    async with db.as_tenant(place.id) as unit:
        data = await unit.fetchval("SELECT data FROM ticket_act WHERE tenant_id = $1 AND act = 'verdict'", place.id)
        entry = await unit.fetchrow("SELECT * FROM audit WHERE tenant_id = $1 AND act = 'ticket.verdict'", place.id)
    both = {
        each: str((await member(place, name)).id) for each, name in (("member_id", "qian"), ("behalf_id", "handler"))
    }
    assert {name: data[name] for name in both} == both and data["member"] == "qian某（代handler某）"
    assert entry and (entry["member"], entry["acting_for"]) == ("qian", "handler")
    assert await log(place, "handler") == [
        ("member:handler", "delegation.give"), ("member:qian", "delegation.start"), ("member:qian", "delegation.end")
    ]  # fmt: skip


async def test_it_ends_by_itself_in_the_middle_of_an_open_session(
    handler: Seat, qian: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    token = re.search(r'name="_csrf" value="([0-9a-f]+)"', (await qian.get("/admin/tickets")).text)
    assert token
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE session SET acting_until = $2 WHERE tenant_id = $1 AND acting_for IS NOT NULL",
                           place.id, now - timedelta(minutes=1))  # fmt: skip
    posted = await qian.post(
        f"/admin/tickets/{number}/acts/contact", {"_csrf": token[1], "version": "1", "note": "晚了"}
    )
    shown = await qian.get(f"/admin/tickets/{number}")

    assert posted.status_code == 409 and "已经结束" in posted.text
    assert shown.status_code == 404
    assert (await log(place, "handler"))[-1] == ("member:qian", "delegation.end")


async def test_it_ends_when_it_is_taken_back_or_the_giver_is_disabled(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    revoked = await send(handler, f"{HERE}/{delegation}/revoke")
    told = (await qian.get("/admin/tickets")).text
    again = await given(handler, place, "qian")
    assert await send(qian, f"{HERE}/{again}/take") == 303
    one = await member(place, "handler")
    async with db.as_tenant(place.id) as unit:
        await people.set_disabled(unit, one.id, True, by=SYSTEM, now=now)
    gone = (await qian.get("/admin/tickets")).text

    assert revoked == 303 and "代handler某办理已经结束" in told
    assert "代handler某办理已经结束" in gone


async def test_a_form_of_ones_own_page_is_not_sent_in_another_place(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    delegation = await given(handler, place, "qian")
    number = await rated(place, now - timedelta(days=2))
    await send(qian, f"{HERE}/{delegation}/take")

    # The token that the seat sends by itself is that of its own pages, opened before.
    answer = await qian.post(f"/admin/tickets/{number}/acts/contact", {"version": "1", "note": "混在一起"})

    assert answer.status_code == 403 and "页面已失效" in answer.text


async def test_what_was_handed_to_one_is_handed_no_further(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    delegation = await given(handler, place, "qian")
    await send(qian, f"{HERE}/{delegation}/take")
    zhou = await member(place, "zhou")

    chained = await send(qian, HERE, taker=str(zhou.id), since="2026-03-09", until="2026-03-10", reason="转托")
    taken_back = await send(qian, f"{HERE}/{delegation}/revoke")
    accounts = (await qian.get("/admin/members")).status_code

    assert (chained, taken_back, accounts) == (403, 403, 403)
    async with db.as_tenant(place.id) as unit:
        assert await delegations.of_member(unit, zhou.id) == []


async def test_who_handled_a_ticket_decides_its_appeal_neither_in_person_nor_through_another(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    """The persons of both sides count: whoever acts and whoever they act for."""
    number = await rated(place, now - timedelta(days=2))
    await handler.do(number, "verdict", is_="valid", note="属实")
    await handler.do(number, "notify", to="staff:li", checked="yes")
    async with colleague(address, place, "zhou", now) as zhou, seat(address, place, "clerk", now) as clerk:
        filed = await clerk.do(number, "appeal", reason="不属实", evidence="录像")
        async with db.as_tenant(place.id) as unit:
            open_before = await unit.fetchval(
                "SELECT count(*) FROM appeal WHERE tenant_id = $1 AND state = 'open'", place.id
            )
        delegation = await given(handler, place, "zhou")
        await send(zhou, f"{HERE}/{delegation}/take")
        async with db.as_tenant(place.id) as unit:
            version = await unit.fetchval(
                "SELECT version FROM ticket WHERE tenant_id = $1 AND number = $2", place.id, number
            )
        refused = await send(zhou, f"/admin/tickets/{number}/acts/decide", f"/admin/tickets/{number}",
                             version=str(version), upheld="no", note="维持")  # fmt: skip
        await send(zhou, "/admin/acting/leave")
        in_person = await zhou.do(number, "decide", upheld="no", note="维持")

    assert filed.status_code == 303 and open_before == 1
    assert refused == 403
    assert in_person.status_code == 303, in_person.text


async def test_a_supervisor_takes_a_handlers_place_but_no_handler_a_supervisors(
    handler: Seat, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    upward = await given(handler, place, "supervisor")
    taken = await send(supervisor, f"{HERE}/{upward}/take")
    one = await member(place, "handler")
    await send(supervisor, "/admin/acting/leave")
    form = {"taker": str(one.id), "since": "2026-03-09", "until": "2026-03-10", "reason": "培训"}
    downward = await supervisor.post(HERE, form)

    assert (taken, downward.status_code) == (303, 422)
    assert "没有可以代您办理的同事" in downward.text


@pytest.mark.parametrize("username", ["clerk", "admin", "security", "auditor"])
async def test_the_rated_and_the_security_roles_hand_nothing_on(
    address: str, place: Tenant, now: datetime, username: str
) -> None:
    async with seat(address, place, username, now) as one:
        pages = (HERE, "/admin/support")
        answers = [(await ask(path)).status_code for path in pages for ask in (one.get, one.post)]

    assert answers == [403] * 4


@pytest.mark.parametrize(
    ("since", "until", "reason", "field"),
    [("", "2026-03-10", "x", "since"), ("2026-03-09", "", "x", "until"), ("2026-03-01", "2026-03-02", "x", "until"),
     ("2026-03-12", "2026-03-10", "x", "until"), ("2026-03-09", "2026-12-31", "x", "until"),
     ("2026-03-09", "2026-03-10", "", "reason"), ("yesterday", "2026-03-10", "x", "since")],
)  # fmt: skip
async def test_a_time_that_cannot_be_is_refused_at_its_field(
    handler: Seat, place: Tenant, since: str, until: str, reason: str, field: str
) -> None:
    one = await member(place, "zhou")
    answer = await handler.post(HERE, {"taker": str(one.id), "since": since, "until": until, "reason": reason})

    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text and f'value="{until}"' in answer.text


async def test_one_colleague_at_a_time_and_not_before_its_day(
    handler: Seat, qian: Seat, place: Tenant, now: datetime
) -> None:
    one = await member(place, "qian")
    later = {"taker": str(one.id), "since": "2026-03-12", "until": "2026-03-13", "reason": REASON}
    first, second = await handler.post(HERE, later), await handler.post(HERE, later)
    async with db.as_tenant(place.id) as unit:
        (made,) = await delegations.of_member(unit, one.id)
    early = await send(qian, f"{HERE}/{made.id}/take")

    assert (first.status_code, second.status_code, early) == (303, 422, 409)


async def test_a_delegation_of_another_place_or_to_somebody_else_does_not_exist(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    delegation = await given(handler, place, "qian")
    async with (
        colleague(address, place, "zhou", now) as zhou,
        town(now, "abroad") as other,
        seat(address, other, "handler", now) as stranger,
    ):
        answers = [
            await send(each, f"{HERE}/{delegation}/{verb}") for each in (zhou, stranger) for verb in ("take", "revoke")
        ]
        foreign = await member(place, "zhou")
        async with db.as_tenant(other.id) as unit:
            giver = next(each for each in await people.members(unit) if each.username == "handler")
            with pytest.raises(Misfit):
                await delegations.give(unit, giver, foreign.id, now, now + timedelta(days=1), "x", now)

    assert answers == [404] * 4


async def test_support_sees_what_a_colleague_sees_changes_nothing_and_leaves_a_trace(
    handler: Seat, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    one = await member(place, "handler")
    silent = await supervisor.post("/admin/support", {"member": str(one.id), "reason": " "})
    nobody = await supervisor.post("/admin/support", {"reason": "x"})
    started = await supervisor.post("/admin/support", {"member": str(one.id), "reason": "核对看不到工单"})
    page = await supervisor.get(f"/admin/tickets/{number}")
    shown = page.text
    closed = (await supervisor.get("/admin/alerts")).status_code
    writes = [await send(supervisor, path, "/admin/tickets", note="x") for path in
              (f"/admin/tickets/{number}/acts/contact", "/admin/support", HERE)]  # fmt: skip
    refused = await supervisor.post("/admin/questions/Q1", {})
    left = await send(supervisor, "/admin/acting/leave", "/admin/tickets")
    own = (await supervisor.get("/admin/alerts")).status_code
    told = (await handler.get(HERE)).text

    assert (silent.status_code, nobody.status_code, started.status_code) == (422, 404, 303)
    assert 'id="e-reason"' in silent.text and 'id="e-member"' in nobody.text
    assert page.status_code == 200 and "正在以handler某的身份查看" in shown and "核对看不到工单" in shown
    assert (closed, writes, refused.status_code, left, own) == (403, [403] * 3, 403, 303, 200)
    assert "只能看" in refused.text and NAME not in shown and PHONE not in shown
    entries = await log(place, "handler")
    assert entries[0] == ("member:supervisor", "support.start") and entries[-1] == ("member:supervisor", "support.end")
    assert ("member:supervisor", "support.page") in entries
    assert "核对看不到工单" in told and "supervisor" in told


async def test_looking_on_ends_after_a_quarter_of_an_hour(
    supervisor: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    async with db.as_tenant(place.id) as unit:
        real = next(each for each in await people.members(unit) if each.username == "supervisor")
        token = await people.open_session(unit, real.id, now)
        await acting.look_as(unit, token, real, (await _in(unit, "zhou")).id, "核对", None, now)
        within = await acting.standing(unit, token, real, now + timedelta(minutes=14))
        after = await acting.standing(unit, token, real, now + timedelta(minutes=15))
        later = await acting.standing(unit, token, real, now + timedelta(minutes=16))

    assert within.acting is not None and within.acting.only_looks
    assert after.acting is None and after.ended is not None
    assert later.acting is None and later.ended is None


async def _in(unit: db.Unit, username: str) -> Member:
    return next(each for each in await people.members(unit) if each.username == username)


async def test_support_looks_on_nobody_above_beyond_their_reach_or_in_another_place(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    new = NewMember("eastern", "东某", "supervisor", "A long pass phrase 1", region="east")
    await people.add_member(place.id, new, by=SYSTEM, now=now)
    async with (
        colleague(address, place, "eastern", now) as eastern,
        seat(address, place, "operator", now),
        seat(address, place, "admin", now),
        town(now, "abroad") as other,
        seat(address, other, "handler", now),
    ):
        wanted = {name: (await member(place, name)).id for name in ("operator", "admin", "qian", "zhou")}
        wanted["foreign"] = (await member(other, "handler")).id
        form = {name: {"member": str(each), "reason": "核对"} for name, each in wanted.items()}
        by_city = {name: (await supervisor.post("/admin/support", form[name])).status_code
                   for name in ("operator", "admin", "foreign")}  # fmt: skip
        by_region = {name: (await eastern.post("/admin/support", form[name])).status_code for name in ("qian", "zhou")}

    assert by_city == {"operator": 404, "admin": 404, "foreign": 404}
    assert by_region == {"qian": 404, "zhou": 303}


@pytest.mark.parametrize("kept", [False, True])
async def test_who_comes_to_another_place_leaves_nobody_standing_in_it(
    handler: Seat, qian: Seat, supervisor: Seat, place: Tenant, now: datetime, kept: bool
) -> None:
    number = await rated(place, now - timedelta(days=2))
    delegation = await given(handler, place, "qian")
    taken = await send(qian, f"{HERE}/{delegation}/take")
    one = await member(place, "handler")
    looks = await supervisor.post("/admin/support", {"member": str(one.id), "reason": "核对"})
    changed = one if kept else replace(one, institution="bureau")
    async with db.as_tenant(place.id) as unit:
        await people.change_member(unit, changed, by=SYSTEM, now=now)
    found = (await qian.get(f"/admin/tickets/{number}")).status_code
    offered = REASON in (await qian.get(HERE)).text and "代handler某办理" in (await qian.get("/admin/tickets")).text
    looking = "正在以handler某的身份查看" in (await supervisor.get("/admin/tickets")).text

    assert (taken, looks.status_code) == (303, 303)
    assert (found, offered, looking) == ((200, True, True) if kept else (404, False, False))
    assert (
        ("system", "delegation.revoke") in [(who.partition(":")[0], act) for who, act in await log(place, "handler")]
    ) != kept


async def test_support_begins_where_whom_it_looks_on_as_would(
    address: str, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "clerk", now):
        one = await member(place, "clerk")
    assert await send(supervisor, "/admin/support", "/admin/support", member=str(one.id), reason="核对") == 303

    first = await supervisor.browser.get(supervisor.at("/admin"), follow_redirects=True)

    assert (first.status_code, first.url.path) == (200, supervisor.at("/admin/mine"))
