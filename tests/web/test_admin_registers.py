"""Beside the tickets: who must do what by when, what repeats itself, what was moved: each as its reader may see it."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import db
from core.alerts import listing as alerts
from core.assignments import listing as tasks
from core.tenants import Tenant
from core.tickets import registers
from core.tickets.listing import Eyes
from tests.web.api_world import Times
from tests.web.office import MEMBERS, NAME, WORDS, rated, seat
from tests.web.registers import BUREAU, LI, TAX, act, strict, verified


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with strict(now) as found:
        yield found


def links(text: str, path: str) -> list[str]:
    return re.findall(rf'/admin/{path}/([0-9a-z-]+)"', text)


async def test_a_task_is_reported_done_by_whom_it_was_given_to_and_not_without_words(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await verified(place, now - timedelta(days=3), "A1")
    async with seat(address, place, "clerk", now) as clerk, seat(address, place, "supervisor", now) as supervisor:
        given = await clerk.get("/admin/tasks")
        task = re.findall(r"do=([0-9a-f-]{36})", given.text)[0]
        opened = await clerk.get(f"/admin/tasks?do={task}")
        silent = await clerk.post(f"/admin/tasks/{task}", {"note": "  "})
        not_hers = await supervisor.post(f"/admin/tasks/{task}", {"note": "代办"})
        done = await clerk.post(f"/admin/tasks/{task}", {"note": "已向同事致歉并学习规范"})
        after = await clerk.get("/admin/tasks")
        whole = await supervisor.get("/admin/tasks?tab=all")

    assert "<b>限期改正</b>" in given.text and "李四" in given.text and "<b>约谈</b>" not in given.text
    assert 'name="note"' in opened.text and 'name="note"' not in given.text
    assert silent.status_code == 422 and "请写明完成情况" in silent.text and 'id="e-note"' in silent.text
    assert not_hers.status_code == 403
    assert done.status_code == 303 and "已完成" in after.text and "报告完成</a>" not in after.text
    assert "<b>约谈</b>" in whole.text and "已向同事致歉" in whole.text and f"/admin/tickets/{number}" in whole.text


async def test_the_rated_learn_from_tasks_and_notices_nothing_of_the_rater(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await verified(place, now - timedelta(days=3), "CASE-77")
    await act(place, number, "notify", now - timedelta(days=2), TAX, to="staff:li")
    today = await verified(place, now - timedelta(hours=5), "CASE-78")
    await act(place, today, "notify", now - timedelta(hours=1), TAX, to="staff:li")
    async with seat(address, place, "clerk", now) as clerk:
        pages = {path: (await clerk.get(f"/admin/{path}")).text for path in ("tasks", "notices", "appeals")}

    told = pages["notices"]
    assert "有一条与您有关的差评" in told and "发票领用，2026年3月6日的评价" in told
    assert "2026年3月9日" not in told and pages["tasks"].count("<b>限期改正</b>") == 1
    assert re.findall(r"<td>[^<]*\d\d:\d\d", told) == []
    for text in pages.values():
        assert not any(secret in text for secret in (NAME, WORDS, "CASE-7", "1397777"))


async def test_an_alert_lists_what_it_counted_and_ends_with_words(address: str, place: Tenant, now: datetime) -> None:
    numbers = [await verified(place, now - timedelta(days=days), f"A{days}") for days in (9, 3)]
    async with seat(address, place, "supervisor", now) as supervisor, seat(address, place, "operator", now) as operator:
        listed = await supervisor.get("/admin/alerts?state=open")
        alert = links(listed.text, "alerts")[0]
        shown = await supervisor.get(f"/admin/alerts/{alert}")
        silent = await supervisor.post(f"/admin/alerts/{alert}", {"note": ""})
        read_only = await operator.get(f"/admin/alerts/{alert}")
        refused = await operator.post(f"/admin/alerts/{alert}", {"note": "看过"})
        done = await supervisor.post(f"/admin/alerts/{alert}", {"note": "已约谈，加强培训"})
        ended = await supervisor.get(f"/admin/alerts/{alert}")
        none = await supervisor.get("/admin/alerts?state=open")

    assert "一年内多次差评" in listed.text and "李四" in listed.text and "达到次数 2" in listed.text
    assert all(f"/admin/tickets/{number}" in shown.text for number in numbers)
    assert "核查预警" in shown.text and "第十条" in shown.text and "政务服务管理局" in shown.text
    assert silent.status_code == 422 and "请写明核查情况" in silent.text
    assert read_only.status_code == 200 and 'name="note"' not in read_only.text and refused.status_code == 403
    assert done.status_code == 303 and "已约谈，加强培训" in ended.text and "没有符合条件的预警" in none.text


async def test_an_alert_about_a_rater_names_nobody(address: str, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(days=3), case="CASE-9")
    await act(place, number, "verdict", now - timedelta(days=2), TAX, **{"is": "malicious", "note": "威胁"})
    async with seat(address, place, "supervisor", now) as supervisor:
        listed = await supervisor.get("/admin/alerts")
        shown = await supervisor.get(f"/admin/alerts/{links(listed.text, 'alerts')[0]}")

    for text in (listed.text, shown.text):
        assert "某评价人" in text and "CASE-9" not in text and NAME not in text
    assert "rater:" not in listed.text + shown.text


async def test_the_ledger_says_what_was_due_what_is_due_and_the_last_day(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await verified(place, now - timedelta(days=3), "A1", complexity="complex")
    await act(place, number, "extend", now - timedelta(days=1), TAX, until="2026-10-20", reason="=须升级系统",
              clock="complex")  # fmt: skip
    await verified(place, now - timedelta(days=2), "A2", complexity="simple")
    async with seat(address, place, "supervisor", now) as supervisor, seat(address, place, "west", now) as west:
        listed = await supervisor.get("/admin/ledger")
        file = await supervisor.get("/admin/ledger.csv")
        narrowed = await supervisor.get("/admin/ledger?state=rectifying")
        elsewhere = await west.get("/admin/ledger")

    assert listed.text.count("data-row") == 1 and number in listed.text
    assert "复杂问题，已延期" in listed.text and "10-20 24:00" in listed.text and "=须升级系统" in listed.text
    assert file.content.startswith(b"\xef\xbb\xbf") and "'=须升级系统" in file.text and number in file.text
    assert "2026-10-20 24:00" in file.text
    assert "没有符合条件的工单" in narrowed.text and number not in elsewhere.text


async def test_appeals_wait_for_who_must_decide_and_the_rate_shows_both_counts(
    address: str, place: Tenant, now: datetime
) -> None:
    numbers = [await verified(place, now - timedelta(days=4, hours=-nth), f"A{nth}") for nth in (1, 2)]
    for number in numbers:
        await act(place, number, "notify", now - timedelta(days=3), TAX, to="staff:li")
        await act(place, number, "appeal", now - timedelta(days=2), LI, reason="当时系统故障")
    async with seat(address, place, "supervisor", now) as supervisor, seat(address, place, "clerk", now) as clerk:
        waiting = await supervisor.get("/admin/appeals")
        await act(place, numbers[0], "decide", now - timedelta(days=1), BUREAU, upheld=True, finding="objective",
                  note="故障属实")  # fmt: skip
        after = await supervisor.get("/admin/appeals?tab=all")
        upheld = await supervisor.get("/admin/appeals?tab=all&state=upheld")
        own = await clerk.get("/admin/appeals")
    async with seat(address, place, "west", now) as west:
        elsewhere = await west.get("/admin/appeals")

    assert '待我决定<span class="n num">2</span>' in waiting.text and "李四" in waiting.text and "剩 " in waiting.text
    assert "成立 1 / 已决定 1（100.0%）" in after.text and "系统或客观原因" in after.text
    assert numbers[0] in upheld.text and numbers[1] not in upheld.text
    assert (
        "待我决定" not in own.text
        and own.text.count('<span class="tag') >= 2
        and "10:" not in own.text.partition("<main")[2]
    )
    assert "李四" not in elsewhere.text


@pytest.mark.parametrize("path", ["tasks", "alerts", "ledger", "moved", "appeals", "notices"])
async def test_an_empty_register_says_what_comes_next(address: str, place: Tenant, now: datetime, path: str) -> None:
    async with seat(address, place, "supervisor", now) as supervisor:
        page = await supervisor.get(f"/admin/{path}")

    assert page.status_code == 200
    assert re.search(r'class="empty"><p>[^<]+<a href="/t/', page.text)


@pytest.mark.parametrize(
    ("username", "closed"),
    [
        ("clerk", ("alerts", "ledger", "ledger.csv", "moved")), ("handler", ("alerts", "moved")),
        ("auditor", ("tasks", "alerts", "appeals", "notices")), ("admin", ("tasks", "alerts", "appeals", "notices")),
    ],
)  # fmt: skip
async def test_what_is_about_others_is_closed_to_those_it_does_not_concern(
    address: str, place: Tenant, now: datetime, username: str, closed: tuple[str, ...]
) -> None:
    async with seat(address, place, username, now) as member:
        answers = {path: (await member.get(f"/admin/{path}")).status_code for path in closed}

    assert set(answers.values()) == {403}


async def test_another_citys_tasks_and_alerts_do_not_exist(address: str, place: Tenant, now: datetime) -> None:
    async with strict(now, "other") as other:
        for days in (9, 3):
            await verified(other, now - timedelta(days=days), f"B{days}")
        async with seat(address, other, "supervisor", now) as theirs:
            alert = links((await theirs.get("/admin/alerts")).text, "alerts")[0]
            task = re.findall(r"do=([0-9a-f-]{36})", (await theirs.get("/admin/tasks")).text)[0]
        async with seat(address, place, "supervisor", now) as ours:
            answers = [
                await ours.get(f"/admin/alerts/{alert}"), await ours.post(f"/admin/alerts/{alert}", {"note": "x"}),
                await ours.post(f"/admin/tasks/{task}", {"note": "x"}),
            ]  # fmt: skip

    assert [each.status_code for each in answers] == [404, 404, 404]


EASTERN = """
INSERT INTO institution (tenant_id, code, name, region, duty) VALUES
  ({0}, 'bureau-east', '东区政务服务管理局', 'east', 'bureau'),
  ({0}, 'bureau-west', '西区政务服务管理局', 'west', 'bureau')
"""


@pytest.mark.parametrize(("bureau", "sees"), [("bureau-east", True), ("bureau-west", False)])
async def test_a_district_oversees_its_own_people_only(
    address: str, place: Tenant, now: datetime, bureau: str, sees: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with db.as_tenant(place.id) as unit:
        await unit.execute(EASTERN.format(place.id))
    for days in (9, 3):
        await verified(place, now - timedelta(days=days), f"A{days}")
    async with seat(address, place, "supervisor", now) as city:
        alert = links((await city.get("/admin/alerts")).text, "alerts")[0]
    monkeypatch.setitem(MEMBERS, "district", ("supervisor", bureau, None))
    async with seat(address, place, "district", now) as district:
        texts = [(await district.get(f"/admin/{path}")).text for path in ("tasks?tab=all", "alerts")]
        shown = await district.get(f"/admin/alerts/{alert}")

    assert ["李四" in text for text in texts] == [sees, sees]
    assert shown.status_code == (200 if sees else 404)


async def test_a_page_goes_on_where_the_one_before_ended(place: Tenant, now: datetime) -> None:
    for nth in range(3):
        number = await verified(place, now - timedelta(days=9, hours=-nth), f"A{nth}", complexity="complex")
        await act(place, number, "notify", now - timedelta(days=8), TAX, to="staff:li")
        await act(place, number, "appeal", now - timedelta(days=7, hours=-nth), LI, reason="不属实")
        await act(place, number, "decide", now - timedelta(days=6), BUREAU, upheld=False, note="属实")
    eyes = Eyes(everything=True, is_bureau=True, addresses=("institution:bureau", "bureau"))
    async with db.as_tenant(place.id) as unit:
        walks = {
            "ledger": await walked(lambda last: registers.ledger(unit, eyes, now, after=last or "", limit=1), "number"),
            "appeals": await walked(lambda last: registers.appeals(unit, eyes, now, after=last, limit=1), "id"),
            "tasks": await walked(lambda last: tasks.page(unit, tasks.Wanted(after=last, limit=1)), "id"),
            "alerts": await walked(lambda last: alerts.page(unit, alerts.Wanted(after=last, limit=1)), "id"),
        }
        told, more = await registers.notices(unit, eyes, limit=2)
        rest, _ = await registers.notices(unit, eyes, after=told[-1].id)

    assert {name: (len(seen), len(set(seen))) for name, seen in walks.items()} == {
        "ledger": (3, 3), "appeals": (3, 3), "tasks": (7, 7), "alerts": (1, 1),
    }  # fmt: skip
    assert more and not {each.id for each in told} & {each.id for each in rest}


async def walked(page: Callable[[Any], Awaitable[Any]], key: str) -> list[Any]:
    """Page after page of one row each."""
    seen: list[Any] = []
    while True:
        found = await page(seen[-1] if seen else None)
        seen += [getattr(each, key) for each in found.rows]
        if not found.more:
            assert len(seen) == found.total
            return seen
