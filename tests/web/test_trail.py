"""Every object tells its own history to those who may read it, and the auditor finds who did what, from where."""

import csv
import io
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core import db, people, tenants
from core.audit import actions as audit
from core.audit import seal
from core.audit.model import Actor
from core.people import NewMember
from core.policy.model import Override
from core.tenants import Tenant
from core.tickets.machine import RULES
from tests.web.api_world import Times
from tests.web.desk import colleague
from tests.web.office import PHONE, Seat, rated, seat, town
from web.admin.audit import TRAILS
from web.admin.trail import OBJECTS

WHO, OWN = "handler某", f"工单：{RULES['appeal'].label}"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def number(place: Tenant, now: datetime) -> str:
    return await rated(place, now - timedelta(days=2))


@pytest.fixture
async def auditor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "auditor", now) as found:
        yield found


async def last(place: Tenant) -> dict[str, Any]:
    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow("SELECT * FROM audit WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1", place.id)
    assert row is not None
    return dict(row)


async def test_a_tickets_history_says_who_when_what_before_and_after_and_from_where(
    handler: Seat, auditor: Seat, number: str
) -> None:
    assert (await handler.do(number, "notify", checked="yes")).status_code == 303

    own = (await handler.get(f"/admin/history/ticket/{number}")).text
    audited = (await auditor.get(f"/admin/history/ticket/{number}")).text

    assert "工单：通知被评价人" in own and WHO in own and "东区税务局" in own and "网页" in own
    assert "127.0.0.1" not in own and "127.0.0.1" in audited


async def test_what_an_act_changed_stands_beside_what_it_was(handler: Seat, auditor: Seat, number: str) -> None:
    await handler.do(number, "verdict", is_="valid", note="属实")

    shown = (await auditor.get("/admin/audit?group=ticket")).text

    assert f"工单 {number}" in shown and '<td class="was">待核实</td><td>待整改</td>' in shown


async def test_a_history_is_closed_to_whom_the_thing_is_closed(
    address: str, handler: Seat, clerk: Seat, place: Tenant, number: str, now: datetime
) -> None:
    async with seat(address, place, "west", now) as west, seat(address, place, "admin", now) as admin:
        codes = [
            (await west.get(f"/admin/history/ticket/{number}")).status_code,
            (await admin.get(f"/admin/history/ticket/{number}")).status_code,
            (await clerk.get("/admin/history/institution/tax-east")).status_code,
            (await handler.get("/admin/history/member/clerk")).status_code,
            (await handler.get("/admin/history/person/x")).status_code,
            (await handler.get("/admin/history/nothing/x")).status_code,
            (await handler.get("/admin/history/alert/x")).status_code,
        ]

    assert codes == [404] * 7


async def test_the_rated_read_their_own_acts_and_nobody_elses(handler: Seat, clerk: Seat, number: str) -> None:
    await handler.do(number, "notify", checked="yes")
    await handler.do(number, "contact", note="已联系")
    before = (await clerk.get(f"/admin/history/ticket/{number}")).text
    await clerk.do(number, "appeal", reason="当天我不在岗")
    after = (await clerk.get(f"/admin/history/ticket/{number}")).text

    assert WHO not in before + after and "联系评价人" not in before + after
    assert OWN not in before and OWN in after


async def test_a_rule_changed_by_hand_shows_both_values_in_words(handler: Seat, place: Tenant, now: datetime) -> None:
    by = Actor("member", "operator")
    await tenants.override(place.id, [Override("rating_window", "10d", "第二条之二")], by=by, now=now)

    shown = (await handler.get("/admin/history/rule/rating_window")).text

    assert "operator" in shown and '<td class="was">7 个自然日</td><td>10 个自然日</td>' in shown
    assert '<td class="was">第二条</td><td>第二条之二</td>' in shown


async def test_what_a_member_does_is_kept_with_address_and_request(handler: Seat, place: Tenant, number: str) -> None:
    answer = await handler.do(number, "notify", checked="yes")

    kept = await last(place)

    assert (kept["member"], kept["address"], kept["acting_for"]) == ("handler", "127.0.0.1", "")
    assert kept["trace"] == answer.headers["x-correlation-id"]


async def test_of_who_rates_no_address_is_kept(
    address: str, handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    """An address is as good as a name."""
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT actor, address FROM audit WHERE tenant_id = $1", place.id)

    assert {row["address"] for row in rows if not str(row["actor"]).startswith("member")} <= {""}


async def search(auditor: Seat, query: str) -> list[dict[str, str]]:
    """As the file has it that the same search takes away."""
    answer = await auditor.get(f"/admin/audit.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_the_log_is_searched_by_everything_it_says(
    handler: Seat, auditor: Seat, place: Tenant, number: str, now: datetime
) -> None:
    await handler.do(number, "notify", checked="yes")
    found = {
        query: [row["操作"] for row in await search(auditor, query)]
        for query in ("who=handler&group=ticket", f"about={number}", "ip=127.0.0.1&kind=ticket", "q=staff:li",
                      "source=web&kind=ticket", f"since={now:%Y-%m-%d}&group=ticket")
    }  # fmt: skip
    none = [
        await search(auditor, query)
        for query in ("who=nobody", "about=2603-99999", "ip=10.9.9.9", "q=没有这样的字", "since=2030-01-01",
                      "until=2020-01-01", "source=import")
    ]  # fmt: skip

    assert all("工单：通知被评价人" in said for query, said in found.items() if query != "q=staff:li"), found
    assert none == [[]] * 7


async def test_taking_the_log_away_is_written_down_in_it(auditor: Seat, place: Tenant, number: str) -> None:
    rows = await search(auditor, "group=tenant")

    kept = await last(place)

    assert [row["操作"] for row in rows] == ["建立"]
    assert (kept["act"], kept["member"], kept["after"]["rows"]) == ("audit.export", "auditor", 1)
    assert PHONE not in str(kept)


async def test_the_page_says_how_far_the_log_is_sealed_and_when_it_was_touched(
    auditor: Seat, place: Tenant, number: str, now: datetime
) -> None:
    unsealed = (await auditor.get("/admin/audit")).text
    async with db.as_tenant(place.id) as unit:
        count = await seal.seal(unit, now, -1.0)
    sound = [(await auditor.get(path)).text for path in ("/admin/audit", "/admin/audit/seal")]
    async with db.as_tenant(place.id) as unit:
        # Only of a throw-away tenant may the program itself take something out.
        await unit.execute("DELETE FROM audit WHERE tenant_id = $1 AND act = 'tenant.create'", place.id)
    touched = [(await auditor.get(path)).text for path in ("/admin/audit", "/admin/audit/seal")]

    assert "尚未封存" in unsealed
    assert f"已封存 {count} 条" in sound[0] and "校验通过" in sound[1]
    assert "第 1 条被删除" in touched[0] and "校验未通过" in touched[1]


async def test_the_history_of_what_no_longer_has_a_name_is_still_read(
    auditor: Seat, place: Tenant, number: str, now: datetime
) -> None:
    """A plugin that is gone leaves codes behind, not gaps."""
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "INSERT INTO audit (tenant_id, id, at, actor, act, object_kind, object_id, after)"
            " VALUES ($1, $2, $3, 'robot:r2', 'survey.sent', 'survey', 's1', '{\"wave\": 3}')",
            place.id, db.ids.new(), now,
        )  # fmt: skip

    shown = (await auditor.get("/admin/audit")).text

    assert "survey.sent" in shown and "survey s1" in shown and "r2" in shown and "wave" in shown


def test_whatever_the_log_leads_to_has_a_history() -> None:
    assert set(TRAILS.values()) - set(OBJECTS) == set()


async def test_the_acts_upon_a_draft_are_read_by_the_auditor_alone(
    address: str, auditor: Seat, place: Tenant, now: datetime
) -> None:
    draft = uuid4()
    async with db.as_tenant(place.id) as unit:
        await audit.write(unit, Actor("member", "operator"), "proposal.begin", "proposal", draft, None, None, now)
    async with seat(address, place, "supervisor", now) as supervisor:
        closed = await supervisor.get(f"/admin/history/proposal/{draft}")
    shown = await auditor.get(f"/admin/history/proposal/{draft}")

    assert closed.status_code == 404
    assert shown.status_code == 200 and "新建规则草案" in shown.text


async def test_what_is_kept_under_one_word_is_told_to_those_alone_whose_it_is(
    address: str, clerk: Seat, place: Tenant, now: datetime
) -> None:
    """Jobs beside tasks, callers' keys beside rules, and what only those read who see the whole tenant."""
    by, both = Actor("member", "SOMEBODY"), uuid4()
    cut = NewMember("cut", "cut某", "supervisor", "A long pass phrase 1", region="east")
    await people.add_member(place.id, cut, by=by, now=now)
    async with db.as_tenant(place.id) as unit:
        for act, kind in (("task.correct", "task"), ("key.issue", "key"), ("message.resend", "message")):
            await audit.write(unit, by, act, kind, both, None, None, now)
        await audit.write(unit, by, "openid.set", "tenant", place.id, None, None, now)
    async with seat(address, place, "admin", now) as admin, colleague(address, place, "cut", now) as east:
        jobs = await admin.get(f"/admin/history/job/{both}")
        rules = await clerk.get(f"/admin/history/rule/{both}")
        messages = await east.get(f"/admin/history/message/{both}")
        tenant = await clerk.get(f"/admin/history/tenant/{place.id}")
        async with db.as_tenant(place.id) as unit:
            await audit.write(unit, Actor("member", "RETRIER"), "task.retry", "task", both, None, None, now)
        retried = await admin.get(f"/admin/history/job/{both}")

    assert "SOMEBODY" not in jobs.text + rules.text + retried.text and "RETRIER" in retried.text
    assert messages.status_code == tenant.status_code == 404
