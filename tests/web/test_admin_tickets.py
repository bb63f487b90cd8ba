"""Tickets are found by the time that is left, and moved on through forms that keep what was typed."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core.policy.model import Override
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import AUDITED, WORDS, Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


async def test_the_list_shows_what_is_left_and_opens_the_ticket_beside_it(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    first = await rated(place, now - timedelta(days=1), case="A1")
    second = await rated(place, now - timedelta(hours=1), case="A2")

    listed = await handler.get("/admin/tickets")
    beside = await handler.get(f"/admin/tickets?id={second}")
    part = await handler.get(f"/admin/tickets?id={second}", **{"HX-Request-Type": "partial", "HX-Target": "div#work"})

    assert listed.text.index(first) < listed.text.index(second)
    assert "剩 " in listed.text and WORDS in listed.text and '<span class="n num">2</span>' in listed.text
    assert "为什么是这一天" in beside.text and "第三条" in beside.text and "起算日" in beside.text
    assert "<html" not in part.text and 'aria-label="工单 ' in part.text


async def test_a_deadline_that_begins_with_the_dispatch_is_told_before_it_and_never_denied(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    async with town(now, "audited", AUDITED) as place, seat(address, place, "desk", now) as desk:
        number = await rated(place, now - timedelta(hours=1))
        listed = await desk.get("/admin/tickets?tab=all")
        waiting = await desk.get(f"/admin/tickets/{number}")
        await desk.do(number, "audit", accept="yes", note="属实")
        begun = await desk.get(f"/admin/tickets/{number}")

    assert "派单后起算" in listed.text and "无期限" not in listed.text
    assert "没有给这张工单设期限" not in waiting.text
    assert waiting.text.count("派单后起算") == 2 and "10 个工作日" in waiting.text and "第三条" in waiting.text
    assert "派单后起算" not in begun.text and "自派单起 10 个工作日" in begun.text


async def test_where_the_rules_set_no_deadline_at_all_it_says_so(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    async with town(now, "free", Override("clocks", [], "第三条")) as place, seat(address, place, "desk", now) as desk:
        number = await rated(place, now - timedelta(hours=1))
        listed, shown = await desk.get("/admin/tickets?tab=all"), await desk.get(f"/admin/tickets/{number}")

    assert "无期限" in listed.text and "现行规定没有给这张工单设期限" in shown.text


async def test_two_tickets_of_one_rating_say_what_each_is_about(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    asked = [
        {"code": "staff", "label": "工作人员", "of": "staff"},
        {"code": "overall", "label": "总体评价", "of": "case"},
    ]
    occasions = [{"event": "closed", "dimensions": ["staff", "overall"], "required": ["overall"]}]
    rules = {"dimensions": asked, "occasions": occasions, "ticket_per": "split"}
    more = [Override(key, value, "第九条") for key, value in rules.items()]
    async with town(now, "twofold", *more) as place, seat(address, place, "desk", now) as desk:
        await rated(place, now - timedelta(hours=1), staff="sun")
        listed = (await desk.get("/admin/tickets?tab=all")).text

    assert f"工作人员　{WORDS}" in listed and f"总体评价　{WORDS}" in listed


async def test_tabs_filters_and_search_find_and_say_when_there_is_nothing(
    address: str, handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    number = await rated(place, now - timedelta(hours=1), case="CASE-77")

    by_case = await handler.get("/admin/tickets?q=CASE-77")
    none = await handler.get("/admin/tickets?tab=over")
    other_grade = await handler.get("/admin/tickets?tab=all&grade=2")
    nonsense = await handler.get("/admin/tickets?tab=x&grade=9&days=%00&after=zzz&id=")
    times.now = later = now + timedelta(days=30)
    async with seat(address, place, "handler", later) as afterwards:
        late = await afterwards.get("/admin/tickets?tab=over")

    assert number in by_case.text
    assert "没有超期的工单" in none.text and "看全部 1 条" in none.text
    assert number not in other_grade.text and "清空条件" in other_grade.text
    assert nonsense.status_code == 200 and number in nonsense.text
    assert "已超期" in late.text


async def test_a_ticket_goes_from_verdict_to_feedback_through_its_forms(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1))

    steps = [
        await handler.do(number, "contact", note="已电话联系"),
        await handler.do(number, "verdict", is_="valid", note="情况属实"),
        await handler.do(number, "rectify", note="已更换叫号屏"),
        await handler.do(number, "feedback", note="问题已解决"),
    ]
    shown = await handler.get(f"/admin/tickets/{number}")

    assert [each.status_code for each in steps] == [303] * 4, steps[-1].text
    assert "已反馈" in shown.text and "按期完成" in shown.text and "东区税务局 handler某" in shown.text
    assert "已更换叫号屏" in shown.text


async def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1))

    answer = await handler.do(
        number, "extend", reason="需要现场核查", clock="close", back="/t/town/admin/tickets?tab=all"
    )
    bad_date = await handler.do(number, "extend", reason="需要现场核查", clock="close", until="明天")
    too_long = await handler.do(number, "extend", reason="需要现场核查", clock="close", until="2027-03-01")
    unchanged = await handler.get(f"/admin/tickets/{number}")

    assert answer.status_code == 422 and 'id="e-until"' in answer.text and "请填写延长至" in answer.text
    assert "需要现场核查" in answer.text and 'value="/t/town/admin/tickets?tab=all"' in answer.text
    assert bad_date.status_code == 422 and "2026-12-03" in bad_date.text
    assert too_long.status_code == 422 and "最长为 20 个工作日" in too_long.text and "需要现场核查" in too_long.text
    assert "已延期" not in unchanged.text


async def test_two_who_act_at_once_see_both_facts_and_neither_is_overwritten(
    handler: Seat, address: str, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1))
    await handler.do(number, "contact", note="先联系了")

    late = await handler.do(number, "verdict", version="1", is_="malicious", note="我的判断")
    shown = await handler.get(f"/admin/tickets/{number}")

    assert late.status_code == 409
    assert "先联系了" in late.text and "我的判断" in late.text and "在最新情况上继续提交" in late.text
    assert "待核实" in shown.text and "恶意差评" not in shown.text


async def test_an_act_that_the_state_does_not_allow_is_not_offered_and_is_refused(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1))

    shown = await handler.get(f"/admin/tickets/{number}")
    forced = await handler.do(number, "feedback", note="直接结束")
    unknown = await handler.do(number, "explode")

    assert forced.status_code in (404, 409) and unknown.status_code in (404, 409)
    assert "直接结束" in forced.text
    assert "acts/rectify" not in shown.text and ">登记整改<" not in shown.text


async def test_the_bureau_audits_and_a_refused_text_is_hidden_everywhere(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    async with town(now, "audited", AUDITED) as place, seat(address, place, "desk", now) as desk:
        number = await rated(place, now - timedelta(hours=1))

        waiting = await desk.get("/admin/tickets?tab=audit")
        done = await desk.do(number, "audit", accept="no", note="含辱骂")
        shown = await desk.get(f"/admin/tickets/{number}")
        ratings = await desk.get("/admin/ratings")

    assert number in waiting.text and done.status_code == 303
    assert WORDS not in shown.text and "已隐去" in shown.text
    assert WORDS not in ratings.text and "已隐去" in ratings.text


async def test_the_rated_appeal_and_the_bureau_decides(
    address: str, handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=1))
    async with seat(address, place, "clerk", now) as clerk, seat(address, place, "supervisor", now) as bureau:
        await handler.do(number, "notify", checked="yes")
        own = await clerk.get("/admin/tickets")
        appealed = await clerk.do(number, "appeal", reason="当天我不在岗", evidence="排班表 2026-03\n考勤记录第 8 号")
        read = [await each.get(f"/admin/tickets/{number}") for each in (clerk, bureau)]
        incomplete = await bureau.do(number, "decide", upheld="yes")
        decided = await bureau.do(number, "decide", upheld="yes", finding="mistaken", note="排班表显示当天不在岗")
        ratings = await bureau.get("/admin/ratings")

    assert number in own.text and appealed.status_code == 303, appealed.text
    assert all("证据</dt><dd><div>排班表 2026-03</div><div>考勤记录第 8 号</div>" in each.text for each in read)
    assert incomplete.status_code == 422
    assert all(f'id="e-{name}"' in incomplete.text for name in ("finding", "note"))
    assert decided.status_code == 303, decided.text
    assert "计入 非常满意" in ratings.text


async def test_a_ticket_of_others_does_not_exist(
    address: str, handler: Seat, place: Tenant, now: datetime, pool: object
) -> None:
    number = await rated(place, now - timedelta(hours=1))
    async with town(now, "elsewhere") as other, seat(address, other, "supervisor", now) as stranger:
        abroad = [await stranger.get(f"/admin/tickets/{number}"), await stranger.get(f"/admin/tickets?id={number}"),
                  await stranger.do(number, "urge")]  # fmt: skip
        next_door = await stranger.browser.get(f"/t/{place.slug}/admin/tickets")
    async with seat(address, place, "west", now) as neighbour:
        beside = [await neighbour.get(f"/admin/tickets/{number}"), await neighbour.do(number, "contact", note="x")]
        listed = await neighbour.get("/admin/tickets?tab=all")

    assert [each.status_code for each in abroad + beside] == [404] * 5
    assert next_door.status_code == 303 and "sign-in" in next_door.headers["location"]
    assert number not in listed.text


async def test_after_an_act_the_list_goes_on_to_the_next(handler: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(hours=1))
    home = handler.at("/admin/tickets")
    ways = {"back": f"{home}?id={number}", "back_next": f"{home}?id=next"}

    stays = await handler.do(number, "contact", note="已联系", **ways)
    goes = await handler.do(number, "explain", note="已说明", **ways)
    outside = await handler.do(await rated(place, now, case="A9"), "contact", note="x", back="https://evil.example/")

    assert stays.headers["location"].endswith(number)
    assert goes.headers["location"].endswith("id=next")
    assert outside.headers["location"] == home


async def test_a_form_without_its_token_changes_nothing(handler: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(hours=1))

    forged = await handler.browser.post(handler.at(f"/admin/tickets/{number}/acts/contact"), data={"note": "x"})

    assert forged.status_code == 403


@pytest.mark.parametrize(("username", "verb"), [("clerk", "verdict"), ("handler", "appeal"), ("supervisor", "decide")])
async def test_what_is_not_ones_own_to_do_is_refused_and_breaks_nothing(
    address: str, handler: Seat, place: Tenant, now: datetime, username: str, verb: str
) -> None:
    number = await rated(place, now - timedelta(days=1))
    await handler.do(number, "notify", checked="yes")
    async with seat(address, place, username, now) as member:
        answer = await member.do(number, verb, is_="valid", note="说明", reason="理由", upheld="yes")

    assert answer.status_code in (403, 409)


async def test_a_form_sent_twice_is_done_once_and_says_so(handler: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(hours=1))

    first = await handler.do(number, "explain", version="1", note="叫号屏已更换")
    again = await handler.do(number, "explain", version="1", note="叫号屏已更换")

    assert (first.status_code, again.status_code) == (303, 409) and "已被他人办理" in again.text


@pytest.mark.parametrize("verb", ["urge", "supervise"])
async def test_to_urge_or_supervise_takes_words(address: str, place: Tenant, now: datetime, verb: str) -> None:
    number = await rated(place, now - timedelta(hours=1))
    async with seat(address, place, "supervisor", now) as bureau:
        silent = await bureau.do(number, verb, note="  ")
        spoken = await bureau.do(number, verb, note="请在今天内联系评价人")

    assert silent.status_code == 422 and 'id="e-note"' in silent.text
    assert spoken.status_code == 303
