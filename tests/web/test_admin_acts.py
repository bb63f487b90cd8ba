"""Every act has its form where its doer expects it, and whatever is refused changes nothing but the log."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from core import db
from core.policy import vocab
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import desks, entries, refusals, state_of
from tests.web.office import MEMBERS, Seat, rated, seat


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path) as found:
        yield found


@pytest.fixture
async def bureau(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


@pytest.fixture
async def number(place: Tenant, now: datetime) -> str:
    return await rated(place, now - timedelta(days=2), case="A1")


async def shown(member: Seat, number: str, query: str = "") -> str:
    return (await member.get(f"/admin/tickets/{number}{query}")).text


def bar(text: str) -> tuple[list[str], list[str]]:
    """What stands as a button, and what is folded away."""
    whole = text.partition('aria-label="可以办理"')[2].partition("</details>")[0]
    first, _, rest = whole.partition("<details")
    return _buttons(first), _buttons(rest)


def _buttons(text: str) -> list[str]:
    links = re.findall(r"<a [^>]*>(.*?)</a>", text.replace("<kbd>", "\t<kbd>"))
    return [re.sub(r"<[^>]+>", "", each).partition("\t")[0] for each in links]


async def test_the_next_step_is_first_and_what_is_seldom_right_is_folded_away(handler: Seat, number: str) -> None:
    first, folded = bar(await shown(handler, number))

    assert first == ["登记核实结果 核实还剩 38 小时，第三条", "联系评价人", "解释说明", "通知被评价人"]
    assert set(folded) == {"延期", "转派", "挂起", "并入其他工单", "移送线索"}


async def test_the_first_button_is_what_the_first_deadline_waits_for(handler: Seat, place: Tenant, number: str) -> None:
    before = bar(await shown(handler, number))[0][0]
    await handler.do(number, "verdict", is_="valid", note="属实")
    after = bar(await shown(handler, number))[0][0]

    assert before.startswith("登记核实结果") and after == "向评价人反馈 办结还剩 11 天，第三条"


async def test_tickets_of_one_matter_are_suggested_joined_handled_once_and_parted(
    handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    second = await rated(place, now - timedelta(days=1), case="A2")
    await rated(place, now - timedelta(days=1), case="A3", item="refund", staff="sun")
    form = await shown(handler, second, "?act=join")
    joined = await handler.do(second, "join", to=number, note="同一件事")
    lead, other = await shown(handler, number, "?act=verdict"), await shown(handler, second)
    await handler.do(number, "verdict", is_="valid", note="属实")
    followed = await shown(handler, second)
    parted = await handler.do(second, "part")
    alone = await shown(handler, second)

    assert f"{number}　发票领用，3月7日，同一评价人" in form and "金丝雀" not in form and "退税" not in form
    assert joined.status_code == 303, joined.text
    assert "并入本单的工单" in lead and f'tickets/{second}">{second}</a>' in lead
    assert f'同时办理并入本单的 <span class="num">{second}</span>' in lead
    assert f'已并入 <a class="num" href="{handler.at(f"/admin/tickets/{number}")}">' in other
    assert f"并入 {number}" in other and f"随 {number} 一并办理" in followed and "差评属实" in followed
    assert parted.status_code == 303 and "已并入" not in alone and "分案" in alone


async def test_a_joined_ticket_that_cannot_follow_is_named(
    handler: Seat, place: Tenant, number: str, now: datetime
) -> None:
    second = await rated(place, now - timedelta(days=1), case="A2")
    await handler.do(number, "verdict", is_="valid", note="属实")
    await handler.do(second, "join", **{"to.other": number})

    form = await shown(handler, number, "?act=rectify")

    assert f'<span class="num">{second}</span>（待核实）现在不能一并办理' in form


@pytest.mark.parametrize(("to", "status", "said"), [("2611-99999", 422, "没有编号为"), ("", 422, "请选择并入工单编号")])
async def test_a_ticket_is_joined_to_one_that_is_there(
    handler: Seat, place: Tenant, number: str, now: datetime, to: str, status: int, said: str
) -> None:
    await rated(place, now - timedelta(days=1), case="A2")
    before = await state_of(place)

    answer = await handler.do(number, "join", **{"to.other": to})

    assert answer.status_code == status and said in answer.text and 'id="e-to"' in answer.text
    assert await state_of(place) == before


async def test_a_fault_gives_tasks_that_are_reported_done_on_the_ticket(
    bureau: Seat, handler: Seat, place: Tenant, number: str
) -> None:
    found = await bureau.do(number, "censure", is_="unsolved", reason="两次催办后仍未解决")
    page = await shown(bureau, number)
    task = re.search(r"/tasks/([0-9a-f-]{36})", page)
    assert found.status_code == 303 and task, page
    not_theirs = await handler.post(f"/admin/tickets/{number}/tasks/{task[1]}", {"note": "完成"})
    silent = await bureau.post(f"/admin/tickets/{number}/tasks/{task[1]}", {"note": "  "})
    done = await bureau.post(f"/admin/tickets/{number}/tasks/{task[1]}", {"note": "已约谈负责人"})
    after = await shown(bureau, number)
    twice = await bureau.post(f"/admin/tickets/{number}/tasks/{task[1]}", {"note": "再报一次"})

    assert "约谈" in page and "第二十条" in page and "交给 政务服务管理局，针对 东区税务局" in page
    assert "应解决而未解决" in page and "两次催办后仍未解决" in page
    assert not_theirs.status_code == 403 and "不是交给您的" in not_theirs.text
    assert silent.status_code == 422 and f'id="te-{task[1]}"' in silent.text and "请写明完成情况" in silent.text
    assert done.status_code == 303 and "已约谈负责人" in after and "已完成" in after and "提交完成情况" not in after
    assert twice.status_code == 409 and "已经结束" in twice.text


async def test_a_task_of_another_ticket_is_not_found_under_this_one(
    bureau: Seat, place: Tenant, number: str, now: datetime
) -> None:
    other = await rated(place, now - timedelta(days=1), case="A2")
    await bureau.do(number, "censure", is_="unsolved", reason="未解决")
    task = re.search(r"/tasks/([0-9a-f-]{36})", await shown(bureau, number))
    assert task

    answers = [
        await bureau.post(f"/admin/tickets/{other}/tasks/{each}", {"note": "完成"}) for each in (task[1], uuid4())
    ]

    assert [each.status_code for each in answers] == [404, 404]


async def test_the_rated_see_and_report_only_their_own_task(
    address: str, handler: Seat, bureau: Seat, place: Tenant, now: datetime, number: str
) -> None:
    await handler.do(number, "notify", note="态度冷淡", checked="yes")
    await bureau.do(number, "censure", is_="unsolved", reason="未解决")
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "INSERT INTO assignment (tenant_id, id, kind, addressee, about, ticket_id, opened_at, once)"
            " SELECT $1, $2, 'self-criticism', 'staff:li', 'staff:li', id, $3, 'x' FROM ticket WHERE tenant_id = $1",
            place.id, db.ids.new(), now,
        )  # fmt: skip
    async with seat(address, place, "clerk", now) as clerk:
        page = await shown(clerk, number)
        task = re.search(r"/tasks/([0-9a-f-]{36})", page)
        assert task
        done = await clerk.post(f"/admin/tickets/{number}/tasks/{task[1]}", {"note": "已提交"})

    assert vocab.TASKS["self-criticism"] in page and "约谈" not in page and done.status_code == 303


async def test_a_supervisor_inspects_what_is_closed_and_refers_what_others_must_look_into(
    bureau: Seat, handler: Seat, number: str
) -> None:
    await handler.do(number, "verdict", is_="mistaken", note="误点")
    steps = [
        await bureau.do(number, "inspect", note="抽查录像，认定无误"),
        await bureau.do(number, "refer", reason="涉嫌代办机构违规收费，移送市场监管部门"),
    ]
    page = await shown(bureau, number)

    assert [each.status_code for each in steps] == [303, 303], steps[-1].text
    assert "抽查录像，认定无误" in page and "移送线索" in page and "代办机构违规收费" in page


async def test_an_extension_shows_both_days_and_its_reason_and_odd_days_are_spelled_out(
    handler: Seat, place: Tenant, now: datetime, times: Times, address: str
) -> None:
    times.now = april = now.replace(month=4, day=1)
    ticket = await rated(place, april - timedelta(hours=1), case="A9")
    async with seat(address, place, "handler", april) as later:
        await later.do(ticket, "extend", clock="close", until="2026-04-24", reason="设备在途")
        page = await shown(later, ticket)

    assert "由 " in page and "04-16 24:00" in page and "04-24 24:00" in page and "理由：设备在途" in page
    assert "4月4日至6日 休（清明节）" in page


REACHED = {"way": "phone", "reached": "yes"}
WRONG = {
    "wrong state": ("handler", "rectify", {"note": "已整改"}, 409, "wrong-state", None),
    "wrong role": ("west", "contact", {"note": "已联系"}, 404, "not-found", None),
    "not a supervisor": ("desk", "supervise", {"note": "请办理"}, 403, "not-entitled", None),
    "a handler who would censure": ("handler", "censure", {"is": "unsolved", "reason": "x"}, 403, "not-entitled", None),
    "no note": ("handler", "contact", REACHED, 422, "reason-missing", "note"),
    "only blanks": ("supervisor", "urge", {"note": "  "}, 422, "reason-missing", "note"),
    "no reason": ("handler", "hold", {}, 422, "reason-missing", "reason"),
    "no fault": ("supervisor", "censure", {"reason": "未解决"}, 422, "invalid", "is"),
    "an unknown finding": ("handler", "verdict", {"is": "perhaps"}, 422, "invalid", "is"),
    "an institution of elsewhere": (
        "handler", "transfer", {"to": "tax-abroad", "reason": "职责不符"}, 422, "unknown-code", "to",
    ),
    "no way": ("handler", "contact", {"reached": "yes", "note": "已联系"}, 422, "invalid", "way"),
    "a call in the future": (
        "handler", "contact", {**REACHED, "note": "已联系", "when": "2026-03-09T09:31"}, 422, "invalid", "when",
    ),
    "a call before the rating": (
        "handler", "contact", {**REACHED, "note": "已联系", "when": "2026-03-01T09:31"}, 422, "invalid", "when",
    ),
    "an old page": ("handler", "contact", {**REACHED, "note": "已联系", "version": "9"}, 409, "conflict", None),
    "an appeal of the untold": ("clerk", "appeal", {"reason": "不在岗"}, 404, "not-found", None),
    "a statement of others": ("handler", "statement", {"note": "我说明"}, 403, "not-entitled", None),
    "words too long": ("handler", "contact", {**REACHED, "note": "长" * 2001}, 422, "too-long", "note"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_refused_changes_nothing_and_leaves_one_entry(
    address: str, place: Tenant, number: str, now: datetime, case: str
) -> None:
    username, verb, fields, status, code, field = WRONG[case]
    before = await state_of(place)
    async with seat(address, place, username, now) as member:
        count = await entries(place)
        answer = await member.post(f"/admin/tickets/{number}/acts/{verb}", {"version": "1", **fields})
        added = await entries(place) - count

    assert answer.status_code == status, answer.text
    assert await refusals(place) == [(f"ticket.{verb}.refused", code, field)]
    assert added == 1 and await state_of(place) == before
    if field:
        assert f'id="e-{field}"' in answer.text


async def test_an_institution_of_another_place_is_no_destination(
    address: str, handler: Seat, place: Tenant, number: str, now: datetime, tmp_path: Path
) -> None:
    async with desks(now, tmp_path / "abroad", slug="abroad") as abroad:
        async with db.as_tenant(abroad.id) as unit:
            await unit.execute(
                "INSERT INTO institution (tenant_id, code, name, region) VALUES ($1, 'abroad', '外地局', 'city')",
                abroad.id,
            )
        offered = await shown(handler, number, "?act=transfer")
        before = await state_of(place)
        answer = await handler.do(number, "transfer", to="abroad", reason="职责不符")

    assert "外地局" not in offered
    assert answer.status_code == 422 and 'id="e-to"' in answer.text and "职责不符" in answer.text
    assert await state_of(place) == before


async def test_a_verb_that_is_none_leaves_no_trace(handler: Seat, place: Tenant, number: str) -> None:
    answer = await handler.do(number, "explode")

    assert answer.status_code == 404 and await refusals(place) == []


@pytest.mark.parametrize("username", MEMBERS)
async def test_every_form_that_is_offered_opens(
    address: str, place: Tenant, number: str, now: datetime, username: str
) -> None:
    async with AsyncExitStack() as stack:
        handler = await stack.enter_async_context(seat(address, place, "handler", now))
        await handler.do(number, "notify", note="态度冷淡", checked="yes")
        member = await stack.enter_async_context(seat(address, place, username, now))
        page = await member.get(f"/admin/tickets/{number}")
        verbs = sorted(set(re.findall(r"\?act=([a-z-]+)", page.text)))
        forms = {verb: await shown(member, number, f"?act={verb}") for verb in verbs}

    assert [verb for verb, text in forms.items() if f"/acts/{verb}" not in text] == []
    assert bool(verbs) == (username in {"clerk", "handler", "desk", "supervisor"})
