"""A list is narrowed, put in order, kept under a name and walked page by page, and its address says all of it."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db
from core.demo import desks
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import AUDITED, PHONE, WORDS, Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


def numbers(text: str) -> list[str]:
    return re.findall(r"data-row href=[^>]*>(\d{4}-\d{5})<", text)


async def test_pages_lead_on_and_back_and_each_says_where_it_stands(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    made = [await rated(place, now - timedelta(hours=50 - n), case=f"P{n}") for n in range(30)]

    first = (await handler.get("/admin/tickets?tab=all&sort=oldest")).text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = (await handler.browser.get(onward[1].replace("&amp;", "&"))).text
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    again = (await handler.browser.get(back[1].replace("&amp;", "&"))).text

    assert numbers(first) == made[:25] and "1–25 / 30" in first
    assert numbers(second) == made[25:] and "26–30 / 30" in second
    assert numbers(again) == made[:25]
    assert len(first.encode()) < 40_000


async def test_heads_sort_and_say_how(handler: Seat, place: Tenant, now: datetime) -> None:
    mild = await rated(place, now - timedelta(days=4), 2, case="S1")
    worst = await rated(place, now - timedelta(hours=1), 1, case="S2")

    by_time = (await handler.get("/admin/tickets?tab=all")).text
    by_grade = (await handler.get("/admin/tickets?tab=all&sort=grade")).text

    assert numbers(by_time) == [mild, worst] and 'aria-sort="ascending"><a' in by_time
    assert numbers(by_grade) == [worst, mild] and "评价差的在前" in by_grade


async def test_columns_and_size_are_remembered_for_one_member_alone(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    await rated(place, now - timedelta(hours=1), case="C1")

    saved = await handler.post("/admin/lists/tickets/look?tab=all", {"cols": ["assignee", "x"], "rows": "50"})
    mine = (await handler.get("/admin/tickets?tab=all&menu=look")).text
    shared = (await handler.get("/admin/tickets?tab=all&cols=channel")).text
    async with seat(address, place, "desk", now) as other:
        others = (await other.get("/admin/tickets?tab=all")).text

    assert saved.status_code == 303 and saved.headers["location"].endswith("/admin/tickets?tab=all")
    assert ">经办<" in mine and ">承办单位</th>" not in mine and 'value="50" selected' in mine
    assert "窗口评价器" in shared or "网上评价" in shared
    assert ">承办单位" in others and ">经办<" not in others


async def test_a_view_is_kept_pinned_shared_and_opens_its_list(address: str, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(hours=1), case="V1")
    wish = {"list": "tickets", "name": "非常不满意", "query": "tab=all&grade=1", "pinned": "yes", "shared": "yes"}
    async with (
        seat(address, place, "supervisor", now) as boss, seat(address, place, "desk", now) as colleague,
        seat(address, place, "handler", now) as stranger,
    ):  # fmt: skip
        kept = await boss.post("/admin/views", {**wish, "default": "yes"})
        opened = await boss.get("/admin/tickets")
        twice = await boss.post("/admin/views", wish)
        unknown = await boss.post("/admin/views", {**wish, "name": "乱", "query": "tab=all&phone=139"})
        bar = (await boss.get("/admin/desk")).text
        seen, unseen = (await colleague.get("/admin/views")).text, (await stranger.get("/admin/views")).text
        refused = await stranger.post("/admin/views", {**wish, "shared": "yes"})
        view = re.search(r"/admin/views/([0-9a-f-]{36})/drop", (await boss.get("/admin/views")).text)
        assert view is not None
        not_theirs = await colleague.post(f"/admin/views/{view[1]}/drop")
        dropped = await boss.post(f"/admin/views/{view[1]}/drop")
        plain = await boss.get("/admin/tickets")

    assert kept.status_code == 303 and kept.headers["location"].endswith("/tickets?tab=all&grade=1")
    assert opened.status_code == 303 and opened.headers["location"].endswith("/tickets?tab=all&grade=1")
    assert twice.status_code == 409 and 'id="e-name"' in twice.text and "请换一个名称" in twice.text
    assert unknown.status_code == 422 and 'id="e-query"' in unknown.text and "phone" in unknown.text
    assert 'id="pins-tickets"' in bar and '<span class="n num">1</span>' in bar
    assert "非常不满意" in seen and "supervisor某共享" in seen and "非常不满意" not in unseen
    assert refused.status_code == 403 and 'id="e-shared"' not in unseen
    assert not_theirs.status_code == 403 and dropped.status_code == 303 and plain.status_code == 200


async def test_words_that_wait_to_be_audited_are_a_list_of_their_own(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    async with town(now, "audited", AUDITED) as place, seat(address, place, "supervisor", now) as boss:
        number = await rated(place, now - timedelta(hours=1))
        audits, calls = (await boss.get("/admin/audits")).text, (await boss.get("/admin/callbacks")).text
        bar = (await boss.get("/admin/desk")).text
        async with seat(address, place, "clerk", now) as clerk:
            closed = await clerk.get("/admin/audits")

    assert numbers(audits) == [number] and "审核期限" in audits and WORDS in audits
    assert "没有待回访的工单" in calls
    assert re.search(r'id="n-audits"[^>]*>1<', bar)
    assert closed.status_code == 403


async def test_what_the_rated_see_of_a_list_tells_them_nothing_more(clerk: Seat, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(days=2), case="SECRET-9")

    asked = "/admin/tickets?tab=all&cols=channel,assignee,opened,staff&menu=look"
    shown = (await clerk.get(asked)).text + (await clerk.get("/admin/ratings?cols=case,channel,ticket")).text

    assert "SECRET-9" not in shown and WORDS not in shown and PHONE not in shown and "窗口评价器" not in shown
    assert (await clerk.get("/admin/exports/ratings")).status_code == 403
    assert (await clerk.post("/admin/tickets/bulk", {"list": "tickets", "verb": "claim", "n": "1"})).status_code == 403


async def test_members_of_the_demo_find_views_and_tickets_of_their_own(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1), case="D1")
    async with seat(address, place, "supervisor", now) as boss:
        async with db.as_tenant(place.id) as unit:
            await desks.settle_in(unit, now)
            await desks.settle_in(unit, now)
        views, mine = (await boss.get("/admin/views")).text, (await handler.get("/admin/desk")).text
        opened = (await handler.get("/admin/tickets?tab=all&assignee=me")).text

    assert views.count("/drop") == 3 and "本机构" in views
    assert "我经办的" in mine and numbers(opened) == [number]
