"""A proposal is begun, compared, talked about, submitted and approved by somebody else, each on its page."""

from collections.abc import AsyncGenerator
from datetime import date, datetime, time, timedelta

import pytest

from core import db, stack, tenants
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.policy import keys
from core.proposals import actions
from core.proposals.model import Change
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town
from tests.web.registers import TAX, act

SINCE = date(2026, 4, 1)


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def begun(operator: Seat) -> str:
    answer = await operator.post("/admin/rules", {"since": SINCE.isoformat(), "title": "期限调整"})
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


async def written(place: Tenant, proposal: str, now: datetime, *changes: Change) -> int:
    """As the editor writes; returns the version."""
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == proposal)
        member = await unit.fetchval("SELECT id FROM member WHERE username = 'operator'")
    for each in changes:
        by = Actor("member", "operator", member)
        known = await actions.put(place, known.id, each, version=known.version, by=by, now=now)
    return known.version


async def test_from_beginning_to_approval(operator: Seat, supervisor: Seat, place: Tenant, now: datetime) -> None:
    proposal = await begun(operator)
    version = await written(
        place, proposal, now, Change("rating_window", "10d", "第二条"), Change("min_sample", 30, "第九条")
    )
    path = f"/admin/rules/{proposal}"

    shown = (await operator.get(f"{path}/diff")).text
    assert "7 个自然日" in shown and "10 个自然日" in shown and "未作规定" in shown and "30 条" in shown
    assert (await operator.post(f"{path}/submit", {"version": str(version)})).status_code == 303
    own = (await operator.get(f"{path}/diff")).text
    assert "请由另一位有批准权限的人批准" in own and f"{path}/approve" not in own
    refused = await operator.post(f"{path}/approve", {"version": str(version), "_password": "A long pass phrase"})
    assert refused.status_code == 403
    answer = await supervisor.post(f"{path}/approve", {"version": str(version), "_password": "A long pass phrase"})
    assert answer.status_code == 303

    fresh = await tenants.by_id(place.id)
    assert stack.policy(fresh, SINCE)[keys.min_sample] == 30
    assert stack.policy(fresh, date(2026, 3, 31))[keys.min_sample] is None
    later = (await supervisor.get(f"{path}/diff")).text
    assert "已批准" in later and "10 个自然日" in later
    assert "期限调整" in (await supervisor.get("/admin/rules")).text


async def approved(place: Tenant, proposal: str, version: int, now: datetime) -> None:
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == proposal)
    await actions.submit(place, known.id, version=version, by=Actor("member", "operator"), now=now)
    await actions.approve(place, known.id, version=version, by=Actor("member", "chief"), now=now)


async def test_the_past_is_listed_compared_and_proposed_again(operator: Seat, place: Tenant, now: datetime) -> None:
    proposal = await begun(operator)
    changes = (Change("rating_window", "10d", "第二条"), Change("min_sample", 30, "第九条"))
    await approved(place, proposal, await written(place, proposal, now, *changes), now)
    tenants.forget(place.id)

    history = (await operator.get("/admin/rules/history")).text
    assert "期限调整" in history and "尚未生效" in history and "2 项" in history
    compared = (await operator.get("/admin/rules/compare?one=2026-03-31&other=2026-04-01")).text
    assert "7 个自然日" in compared and "10 个自然日" in compared and "只列不同的 2 项" in compared
    assert (await operator.get("/admin/rules/compare?one=yesterday&other=2026-04-01")).status_code == 422

    wrong = await operator.post("/admin/rules/restore", {"day": "2026-05-01", "since": "2026-05-01"})
    assert wrong.status_code == 422 and "须早于" in wrong.text
    answer = await operator.post("/admin/rules/restore", {"day": "2026-03-31", "since": "2026-05-01"})
    assert answer.status_code == 303
    shown = (await operator.get(answer.headers["location"].removeprefix(f"/t/{place.slug}"))).text
    assert "恢复继承" in shown and "恢复到 2026-05-01" in shown

    again = answer.headers["location"].split("/")[-2]
    fresh = await tenants.by_id(place.id)
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == again)
    await approved(fresh, again, known.version, now)
    last = await tenants.by_id(place.id)
    months = [stack.policy(last, date(2026, month, 1)) for month in (3, 4, 5)]
    assert [each[keys.min_sample] for each in months] == [None, 30, None]
    assert [str(window.within) for each in months for window in each[keys.rating_window] or ()] == ["7d", "10d", "7d"]


async def test_after_the_first_day_live_an_answer_goes_through_a_proposal(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    before = await operator.post("/admin/questions/Q18", {"choice": "1", "basis": "会议纪要第3号"})
    assert before.status_code == 303 and "/questions" in before.headers["location"]
    await tenants.go_live(place.id, True, by=Actor("system"), now=now)

    late = {"choice": "0", "basis": "会议纪要第4号", "since": now.date().isoformat()}
    refused = await operator.post("/admin/questions/Q18", late)
    assert refused.status_code == 422 and "不能倒回生效" in refused.text and "会议纪要第4号" in refused.text
    answer = await operator.post("/admin/questions/Q18", {**late, "since": SINCE.isoformat()})
    assert answer.status_code == 303 and answer.headers["location"].endswith("/diff")
    path = answer.headers["location"].removeprefix(f"/t/{place.slug}")
    shown = (await operator.get(path)).text
    assert "会议纪要第4号" in shown and "Q18" in shown

    proposal = path.split("/")[-2]
    page = (await operator.get(f"/admin/questions?proposal={proposal}")).text
    assert "回答写进草案" in page
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == proposal)
    await approved(await tenants.by_id(place.id), proposal, known.version, now)
    fresh = await tenants.by_id(place.id)
    held = [stack.policy(fresh, day)[keys.rest_day_moves] for day in (date(2026, 3, 31), SINCE)]
    assert held[0] != held[1]


async def test_a_returned_proposal_says_why_and_a_remark_needs_words(
    operator: Seat, supervisor: Seat, place: Tenant, now: datetime
) -> None:
    proposal = await begun(operator)
    version = str(await written(place, proposal, now, Change("min_sample", 30, "第九条")))
    path = f"/admin/rules/{proposal}"
    await operator.post(f"{path}/submit", {"version": version})

    silent = await supervisor.post(f"{path}/return", {"version": version, "text": ""})
    assert silent.status_code == 422 and "请写明退回的原因" in silent.text
    assert (await supervisor.post(f"{path}/return", {"version": version, "text": "请补文件名"})).status_code == 303
    shown = (await operator.get(f"{path}/diff")).text
    assert "请补文件名" in shown and "已退回" in shown and "提交批准" in shown

    empty = await supervisor.post(f"{path}/comments", {"text": " "})
    assert empty.status_code == 422 and "请写下要说的话" in empty.text
    assert (await supervisor.post(f"{path}/comments", {"text": "三十条够吗", "key": "min_sample"})).status_code == 303
    assert "三十条够吗" in (await operator.get(f"{path}/diff")).text
    assert (await operator.post(f"{path}/drop", {"key": "min_sample", "version": "1"})).status_code == 409
    assert (await operator.post(f"{path}/drop", {"key": "min_sample", "version": version})).status_code == 303
    assert (await operator.post(f"{path}/withdraw", {"version": str(int(version) + 1)})).status_code == 303
    assert "已撤销" in (await operator.get("/admin/rules")).text


async def test_a_place_without_the_right_neither_sees_nor_writes(address: str, place: Tenant, now: datetime) -> None:
    async with seat(address, place, "handler", now) as handler:
        assert (await handler.get("/admin/rules")).status_code == 403
        assert (await handler.post("/admin/rules", {"since": SINCE.isoformat()})).status_code == 403
        assert (await handler.get("/admin/rules/history")).status_code == 200


async def test_a_paper_is_registered_cited_and_asked_about(operator: Seat, place: Tenant, now: datetime) -> None:
    wrong = await operator.post("/admin/rules/papers", {"title": "", "number": "市府〔2026〕2号"})
    assert wrong.status_code == 422 and "请写文件标题" in wrong.text and "市府〔2026〕2号" in wrong.text
    paper = {"title": "评价办法", "number": "市府〔2026〕2号", "issued": "2026-01-05"}
    assert (await operator.post("/admin/rules/papers", paper)).status_code == 303
    assert (await operator.post("/admin/rules/papers", paper)).status_code == 409

    question = {"document": "市府〔2026〕2号", "clause": "第九条", "key": "formula_notice",
                "text": "没有写提前多久告知。",
                "suggestions": "30d 与国家评估的周期一致\n15d 较短"}  # fmt: skip
    bad = await operator.post("/admin/rules/papers/questions", {**question, "suggestions": "很久 不知道"})
    assert bad.status_code == 422 and "很久" in bad.text
    answer = await operator.post("/admin/rules/papers/questions", question)
    assert answer.headers["location"].endswith("/questions#q-T1")
    asked = await tenants.by_id(place.id)
    assert [each.id for each in stack.policy(asked, now.date()).open_questions] == ["T1"]
    shown = (await operator.get("/admin/questions")).text
    assert "没有写提前多久告知" in shown and "与国家评估的周期一致" in shown and "不作规定" in shown

    assert (await operator.post("/admin/questions/T1", {"choice": "0", "basis": "会议纪要"})).status_code == 303
    why = stack.policy(await tenants.by_id(place.id), now.date()).why(keys.formula_notice)
    assert (str(why.value), why.layer, why.clause, why.document) == ("30d", "answer", "第九条", "市府〔2026〕2号")
    assert (await operator.post("/admin/rules/papers/questions/T1/back")).status_code == 409
    policy = (await operator.get("/admin/policy")).text
    assert "《评价办法》（市府〔2026〕2号）" in policy


async def test_a_question_that_nobody_has_answered_may_be_taken_back(operator: Seat, place: Tenant) -> None:
    await operator.post("/admin/rules/papers", {"title": "评价办法", "number": "", "issued": ""})
    question = {"document": "评价办法", "clause": "第二条", "key": "region_includes_below", "text": "没有写。"}
    await operator.post("/admin/rules/papers/questions", question)
    assert len((await tenants.by_id(place.id)).asks) == 1

    assert (await operator.post("/admin/rules/papers/questions/T1/back")).status_code == 303
    assert (await tenants.by_id(place.id)).asks == ()


async def clocks_of(place: Tenant, number: str) -> dict[str, str]:
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT c.name, c.span FROM clock c JOIN ticket t ON t.tenant_id = c.tenant_id AND t.id = c.ticket_id"
            " WHERE t.tenant_id = $1 AND t.number = $2", place.id, number,
        )  # fmt: skip
    return {row["name"]: row["span"] for row in rows}


async def test_a_ticket_keeps_the_rules_it_was_born_with(operator: Seat, place: Tenant, now: datetime) -> None:
    await tenants.go_live(place.id, True, by=Actor("system"), now=now)
    proposal = await begun(operator)
    changed = [{"clock": "close", "from": "dispatched", "within": "5wd"},
               {"clock": "appeal", "from": "noticed", "within": "9wd"}]  # fmt: skip
    version = await written(await tenants.by_id(place.id), proposal, now, Change("clocks", changed, "第三条"))
    await approved(await tenants.by_id(place.id), proposal, version, now)
    fresh = await tenants.by_id(place.id)
    eve, day_after = (datetime.combine(SINCE + timedelta(days=n), time(10), SHANGHAI) for n in (-1, 1))

    old = await rated(fresh, eve, case="O1")
    new = await rated(fresh, day_after, case="N1")
    for number in (old, new):
        await act(fresh, number, "notify", day_after + timedelta(hours=1), TAX, to="staff:li", note="请看")

    # What began before the change ends by the rules of its own day, also what starts only afterwards.
    assert await clocks_of(fresh, old) == {"verify": "2wd", "close": "10wd", "appeal": "3wd"}
    assert await clocks_of(fresh, new) == {"close": "5wd", "appeal": "9wd"}
