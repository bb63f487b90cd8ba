"""The rated read what may be read, answer it with proof, and learn how a colleague decided and why."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core import db
from core.evidence import actions as evidence
from core.policy.model import Override
from core.tenants import Tenant
from tests.core import papers
from tests.web.api_world import Times
from tests.web.desk import appeal, colleague, desks, entries, refusals, state_of, upload
from tests.web.office import NAME, PHONE, Seat, rated, seat

SAID = "我叫王小明，3月8日下午排队两个小时，电话13977776666，工作人员态度冷淡。"
TOLD = "评价人说排队两个小时，态度冷淡。"
WHY = "当天叫号系统故障，责任不在个人。"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path) as found:
        yield found


@pytest.fixture
async def zhou(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    """A colleague of the handler who has had no hand in anything."""
    async with colleague(address, place, "zhou", now) as found:
        yield found


@pytest.fixture
async def number(place: Tenant, handler: Seat, now: datetime) -> str:
    """A ticket of two days ago of which the rated were told."""
    ticket = await rated(place, now - timedelta(days=2), case="CASE-4711", text=SAID)
    assert (await handler.do(ticket, "notify", note=TOLD, checked="yes")).status_code == 303
    return ticket


async def files_of(place: Tenant) -> tuple[evidence.Evidence, ...]:
    async with db.as_tenant(place.id) as unit:
        (ticket,) = await unit.fetch("SELECT id FROM ticket WHERE tenant_id = $1", place.id)
        return await evidence.listing(unit, ticket["id"])


async def test_the_rated_read_the_matter_the_day_and_the_checked_words_and_nothing_of_the_rater(
    clerk: Seat, number: str
) -> None:
    shown = (await clerk.get(f"/admin/tickets/{number}")).text

    assert all(each in shown for each in ("发票领用", "2026年3月7日", TOLD, "只写陈述，不申诉", "提交申诉"))
    hidden = (NAME, PHONE, "王小明", "CASE-4711", "09:37", "网上评价", "非常不满意", "并入其他工单")
    assert [each for each in hidden if each in shown] == []


async def test_the_words_for_the_rated_come_cleaned_and_leave_only_when_somebody_has_read_them(
    address: str, place: Tenant, handler: Seat, now: datetime
) -> None:
    ticket = await rated(place, now - timedelta(days=2), text=SAID)
    offered = (await handler.get(f"/admin/tickets/{ticket}?act=notify")).text
    before = await state_of(place)
    unread = await handler.do(ticket, "notify", note=TOLD)
    unclean = await handler.do(ticket, "notify", note=f"王小明说排队两小时，回电{PHONE}。", checked="yes")
    unchanged = await state_of(place)
    read = await handler.do(ticket, "notify", note=TOLD, checked="yes")

    assert "［已隐去］" in offered and "我叫［已隐去］" in offered and "再读一遍" in offered
    assert unread.status_code == 422 and 'id="e-checked"' in unread.text and TOLD in unread.text
    assert unclean.status_code == 422 and f"“王小明”、“{PHONE}”" in unclean.text and "说排队两小时" in unclean.text
    assert unchanged == before and read.status_code == 303
    assert await refusals(place) == [
        ("ticket.notify.refused", "invalid", "checked"), ("ticket.notify.refused", "invalid", "note"),
    ]  # fmt: skip


async def test_an_appeal_with_files_is_filed_decided_with_reasons_and_followed_by_its_number(
    clerk: Seat, handler: Seat, zhou: Seat, number: str
) -> None:
    await clerk.do(number, "statement", note="我向排队群众作了说明。")
    await handler.do(number, "verdict", is_="valid", note="与王小明核对，情况属实")
    filed = await appeal(clerk, number, ("报修单.pdf", papers.pdf()), reason=WHY, evidence="排班表第 3 页")
    waiting = (await clerk.get(f"/admin/tickets/{number}")).text
    form = (await zhou.get(f"/admin/tickets/{number}?act=decide")).text
    silent = await zhou.do(number, "decide", upheld="no")
    decided = await zhou.do(number, "decide", upheld="no", note=f"已与{NAME}（王小明）核对，系统确有故障但未公示。")
    read = (await clerk.get(f"/admin/tickets/{number}")).text

    assert filed.status_code == 303, filed.text
    assert "S2603-00001" in waiting and "复核中" in waiting and "报修单.pdf" in waiting and "排班表第 3 页" in waiting
    dossier = form.partition("作出复核决定</h3>")[0]
    assert all(each in dossier for each in (WHY, "报修单.pdf", "排班表第 3 页", "我向排队群众作了说明", "情况属实"))
    assert silent.status_code == 422 and 'id="e-note"' in silent.text
    assert decided.status_code == 303, decided.text
    assert "申诉不成立，维持原结果" in read and "系统确有故障但未公示" in read and "［已隐去］" in read
    assert [each for each in (NAME, "王小明", PHONE) if each in read] == []


async def test_whoever_handled_a_ticket_is_not_offered_its_appeal_and_cannot_decide_it(
    clerk: Seat, handler: Seat, place: Tenant, number: str
) -> None:
    await handler.do(number, "verdict", is_="valid", note="属实")
    await appeal(clerk, number, reason=WHY)
    offered = (await handler.get(f"/admin/tickets/{number}")).text
    before = await state_of(place)
    tried = await handler.do(number, "decide", version="4", upheld="no", note="维持")

    assert "作出复核决定" not in offered
    assert tried.status_code == 403 and "请由未经办的人员办理" in tried.text and "维持" in tried.text
    assert await state_of(place) == before
    assert await refusals(place) == [("ticket.decide.refused", "not-entitled", None)]


async def test_a_program_under_another_name_is_refused_at_its_field_and_leaves_nothing(
    clerk: Seat, place: Tenant, number: str
) -> None:
    before = await state_of(place)
    answer = await appeal(clerk, number, ("排班表.pdf", b"MZ\x90\x00" + bytes(200)), reason=WHY, evidence="排班表")

    assert answer.status_code == 422 and 'id="e-files"' in answer.text and "与后缀不符" in answer.text
    assert WHY in answer.text and "排班表" in answer.text and "请重新选择" in answer.text
    assert await state_of(place) == before
    assert await refusals(place) == [("ticket.appeal.refused", "evidence-type", "files")]


async def test_of_several_files_none_stays_when_one_is_refused(clerk: Seat, place: Tenant, number: str) -> None:
    answer = await appeal(clerk, number, ("a.pdf", papers.pdf()), ("b.exe", b"MZ"), reason=WHY)

    assert answer.status_code == 422 and "不支持这种文件" in answer.text
    assert await files_of(place) == ()


async def test_more_files_than_one_may_bring_are_refused_at_their_field(clerk: Seat, number: str) -> None:
    many = [(f"{each}.pdf", papers.pdf()) for each in range(11)]

    answer = await appeal(clerk, number, *many, reason=WHY)

    assert answer.status_code == 422 and 'id="e-files"' in answer.text and "一次最多上传 10 份" in answer.text


async def test_what_is_too_large_is_said_to_be(clerk: Seat, place: Tenant, number: str) -> None:
    large = await appeal(clerk, number, ("a.txt", "证".encode() * (4 * 2**20)), reason=WHY)
    larger = await clerk.post(f"/admin/tickets/{number}/acts/contact", {"note": "x" * 70_000})

    assert large.status_code == 413 and "超过 10 MB" in large.text and WHY in large.text
    assert larger.status_code == 413
    assert await files_of(place) == ()


@pytest.mark.parametrize("version", ["1", "99"])
async def test_files_of_an_act_that_is_refused_are_nobodys_evidence(
    clerk: Seat, place: Tenant, number: str, version: str
) -> None:
    answer = await appeal(clerk, number, ("a.pdf", papers.pdf()), reason=WHY, version=version)

    assert answer.status_code == 409 and WHY in answer.text and "请重新选择" in answer.text
    assert await files_of(place) == ()
    assert await refusals(place) == [("ticket.appeal.refused", "conflict", None)]


async def test_proof_that_the_rules_ask_for_may_be_a_line_or_a_file(
    address: str, place: Tenant, now: datetime, times: Times, tmp_path: Path
) -> None:
    needs = Override("appeal_needs", {"reason": True, "evidence": True}, "第六条")
    async with desks(now, tmp_path, needs, slug="strict") as strict:
        ticket = await rated(strict, now - timedelta(days=2), text=SAID)
        async with seat(address, strict, "handler", now) as handler, seat(address, strict, "clerk", now) as clerk:
            await handler.do(ticket, "notify", note=TOLD, checked="yes")
            bare = await appeal(clerk, ticket, reason=WHY)
            proven = await appeal(clerk, ticket, ("a.pdf", papers.pdf()), reason=WHY)
        told = await refusals(strict)

    assert bare.status_code == 422 and 'id="e-evidence"' in bare.text
    assert proven.status_code == 303, proven.text
    assert told == [("ticket.appeal.refused", "evidence-missing", "evidence")]


async def test_a_file_comes_back_to_those_who_may_see_it_and_runs_nowhere(
    address: str, clerk: Seat, handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    await appeal(clerk, number, ("监控 说明.pdf", papers.pdf()), reason=WHY)
    assert (await upload(handler, number, ("现场.png", papers.png()))).status_code == 303
    theirs, ours = [f"/admin/tickets/{number}/evidence/{each.id}" for each in await files_of(place)]
    own, seen = await clerk.get(theirs), await handler.get(theirs)
    not_theirs = await clerk.get(ours)
    async with seat(address, place, "west", now) as west, colleague(address, place, "zhao", now) as zhao:
        strangers = [(await each.get(theirs)).status_code for each in (west, zhao)]
    page = (await clerk.get(f"/admin/tickets/{number}")).text

    assert own.content == seen.content == papers.pdf() and own.headers["content-type"] == "application/pdf"
    headers = own.headers
    assert headers["content-security-policy"].startswith("sandbox") and headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == (
        "attachment; filename=\"evidence.pdf\"; filename*=UTF-8''%E7%9B%91%E6%8E%A7%20%E8%AF%B4%E6%98%8E.pdf"
    )
    assert not_theirs.status_code == 404 and "现场.png" not in page
    assert strangers == [404, 404]


async def test_a_file_of_another_ticket_is_not_found_under_this_one(
    clerk: Seat, handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    await upload(handler, number, ("现场.png", papers.png()))
    (kept,) = await files_of(place)
    other = await rated(place, now - timedelta(days=1), case="B1")

    assert (await handler.get(f"/admin/tickets/{other}/evidence/{kept.id}")).status_code == 404
    assert (await handler.get(f"/admin/tickets/{number}/evidence/{kept.id}")).status_code == 200


async def test_handlers_lay_files_beside_a_ticket_and_the_rated_do_not(
    clerk: Seat, handler: Seat, place: Tenant, number: str
) -> None:
    empty, program = await upload(handler, number), await upload(handler, number, ("a.pdf", b"MZ\x90\x00"))
    clerks = await upload(clerk, number, ("a.pdf", papers.pdf()))
    count = await entries(place)
    kept = await upload(handler, number, ("整改照片.png", papers.png()))
    shown = (await handler.get(f"/admin/tickets/{number}")).text

    assert (empty.status_code, program.status_code, clerks.status_code) == (422, 422, 403)
    assert all('id="e-files"' in each.text for each in (empty, program))
    assert kept.headers["location"].endswith("#evidence") and await entries(place) == count + 1
    assert "整改照片.png" in shown and "PNG 图片，1 KB" in shown and "<small>东区税务局，<time" in shown
    assert "被评价人员请在申诉时提交证据" in clerks.text


async def test_the_appeal_of_somebody_else_is_refused_and_only_the_log_tells_of_it(
    address: str, handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    before = await state_of(place)
    async with colleague(address, place, "sun", now) as sun:
        hidden = await appeal(sun, number, reason=WHY)
    unentitled = await appeal(handler, number, ("a.pdf", papers.pdf()), reason=WHY, version="2")

    assert (hidden.status_code, unentitled.status_code) == (404, 403)
    assert await state_of(place) == before
    assert await refusals(place) == [
        ("ticket.appeal.refused", "not-found", None), ("ticket.appeal.refused", "not-entitled", None),
    ]  # fmt: skip


async def test_after_the_last_day_an_appeal_is_refused_with_its_reason(
    address: str, place: Tenant, number: str, now: datetime, times: Times
) -> None:
    times.now = late = now + timedelta(days=5)
    async with seat(address, place, "clerk", late) as clerk:
        shown = (await clerk.get(f"/admin/tickets/{number}")).text
        answer = await appeal(clerk, number, reason=WHY, version="2")

    assert "提出申诉" not in shown
    assert answer.status_code == 409 and "申诉期限已过" in answer.text and WHY in answer.text
    assert await refusals(place) == [("ticket.appeal.refused", "too-late", None)]
