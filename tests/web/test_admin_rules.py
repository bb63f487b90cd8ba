"""What holds is read with its reasons, and what a text leaves open is answered before a place goes live."""

import re
from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta

import pytest

from core import db, stack
from core.audit.model import SYSTEM
from core.policy import keys
from core.policy.model import Override
from core.tenants import Founding, Tenant
from core.tenants import actions as tenancy
from core.tenants.throwaway import throwaway
from tests.web.api_world import Times
from tests.web.office import MEMBERS, PLACES, Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


@pytest.mark.parametrize("stacked", [(), ("beijing",), ("shenzhen",), ("guangxi",), ("jilin",), ("taian",)])
async def test_every_key_of_every_regulation_is_on_the_page_set_or_not(
    address: str, now: datetime, times: Times, pool: object, stacked: tuple[str, ...]
) -> None:
    times.now = now
    founding = Founding("read", "读规市", stacked, demo=True, answers=stack.demo_answers(stacked))
    async with throwaway(founding, now=now) as tenant, seat(address, tenant, "operator", now) as member:
        shown = await member.get("/policy")

    assert shown.status_code == 200
    assert [name for name in keys.ALL if f'id="k-{name}"' not in shown.text] == []
    assert [each.id for each in stack.questions(stacked) if f'id="q-{each.id}"' not in shown.text] == []
    ids = [each.id for name in ("national", *stacked) for each in stack.layer(name).provisions]
    assert [each for each in ids if each not in shown.text] == []


async def test_a_value_shows_its_clause_its_layer_and_what_lies_below(operator: Seat, place: Tenant) -> None:
    shown = (await operator.get("/policy")).text

    entry = shown[shown.index('id="k-dispatcher"') : shown.index('id="k-ticket_per"')]
    scores = shown[shown.index('id="k-scores"') : shown.index('id="k-bad_grades"')]
    assert "本级设置" in scores and "第一条" in scores and "非常满意 10 分" in scores
    assert "未设置" in entry or "国家" in entry


async def test_who_may_write_rules_goes_from_a_rule_to_its_draft_and_others_only_read(
    address: str, operator: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "supervisor", now) as reader:
        read = (await reader.get("/admin/policy")).text
    shown = (await operator.get("/admin/policy")).text
    there = await operator.get("/admin/rules?key=rating_window")

    links = re.findall(r'/admin/rules\?key=([\w.-]+)"', shown)
    assert sorted(links) == sorted(keys.ALL)
    assert "评价期限" in there.text
    assert "/admin/rules?key=" not in read


async def test_a_rule_is_found_by_its_name_in_the_palette(operator: Seat) -> None:
    named = (await operator.get("/admin/palette?q=评价期限")).text
    spelled = (await operator.get("/admin/palette?q=pjqx")).text
    unasked = (await operator.get("/admin/palette")).text

    for found in (named, spelled):
        assert f'href="/t/{operator.tenant.slug}/admin/policy#k-rating_window"' in found
    assert "#k-rating_window" not in unasked


async def test_another_day_has_other_rules_and_no_day_is_said_to_be_none(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    rule = Override("min_sample", 30, "第九条", since=date(2026, 6, 1))
    await tenancy.override(place.id, [rule], now=now)

    before = await operator.get("/policy")
    after = await operator.get("/policy?on=2026-06-02")
    nonsense = await operator.get("/policy?on=2026-13-45")

    assert "30 条" not in before.text and "30 条" in after.text and "第九条" in after.text
    assert nonsense.status_code == 422 and "日期请写成" in nonsense.text


async def test_a_question_is_answered_when_its_answer_has_a_basis(
    address: str, now: datetime, times: Times, pool: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.now = now
    monkeypatch.setitem(MEMBERS, "founder", ("operator", None, None))
    async with (
        throwaway(Founding("asking", "问题市", ("guangxi",)), now=now) as tenant,
        seat(address, tenant, "founder", now) as member,
    ):
        questions = stack.questions(("guangxi",))
        first = await member.get("/admin")
        without = await member.post(f"/admin/questions/{questions[0].id}", {"choice": "0", "basis": ""})
        nothing = await member.post(f"/admin/questions/{questions[0].id}", {"basis": "会议纪要"})
        for each in questions:
            done = await member.post(f"/admin/questions/{each.id}", {"choice": "0", "basis": "2026年第3号会议纪要"})
            assert done.status_code == 303, done.text
        answered = await member.get("/admin/questions")

    assert first.headers["location"].endswith("/admin/onboarding")
    assert without.status_code == 422 and "依据" in without.text and "checked" in without.text
    assert nothing.status_code == 422 and "会议纪要" in nothing.text
    assert "2026年第3号会议纪要" in answered.text and "待回答" not in answered.text


async def test_an_answer_beyond_the_suggestions_is_read_as_its_question_reads_it(
    address: str, now: datetime, times: Times, pool: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.now = now
    monkeypatch.setitem(MEMBERS, "founder", ("operator", None, None))
    asked = next(each for each in stack.questions(("guangxi",)) if each.free is not None)
    async with (
        throwaway(Founding("asking", "问题市", ("guangxi",)), now=now) as tenant,
        seat(address, tenant, "founder", now) as member,
    ):
        wrong = await member.post(f"/admin/questions/{asked.id}", {"choice": "other", "other": "{[", "basis": "纪要"})
        unknown = await member.post("/admin/questions/Q999", {"choice": "0", "basis": "纪要"})

    assert wrong.status_code == 422 and "{[" in wrong.text
    assert unknown.status_code == 404


async def test_the_proof_of_each_rule_names_its_examples(operator: Seat) -> None:
    shown = await operator.get("/admin/coverage")

    assert shown.status_code == 200 and "已证明" in shown.text and ".toml" in shown.text


async def test_scores_stand_beside_their_counts_and_too_few_do_not_rank(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    await tenancy.override(place.id, [Override("min_sample", 2, "第九条")], now=now)
    for case, grade in (("A1", 5), ("A2", 4), ("A3", 1)):
        await rated(place, now - timedelta(days=2), grade, case=case)
    await rated(place, now - timedelta(days=2), 5, case="B1", item="refund", staff="sun")

    listed = (await operator.get("/admin/scores?subject=institution")).text
    east = (await operator.get("/admin/scores/institution/tax-east")).text
    past = (await operator.get("/admin/scores?subject=institution&from=2025-01-01&to=2025-02-01")).text
    nonsense = (await operator.get("/admin/scores?subject=x&from=昨天")).text

    assert "6.00" in listed and ">不排名</span>" in listed and "少于 2 条不排名" in listed and "规则版本" in listed
    assert "样本不足" not in listed + east
    assert "6.00" in east and "主动评价率" in east and "2 ÷ 3" in east
    assert "这段时间没有评价" in past and "日期请写成" in nonsense


async def test_without_a_least_number_every_score_ranks(operator: Seat, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(days=2), 5, case="A1", text="")

    listed = (await operator.get("/admin/scores?subject=institution")).text

    assert '<span class="lab-s">名次</span>1</td>' in listed and "不排名" not in listed


async def test_a_rank_is_among_all_and_not_among_those_one_may_see(address: str, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(days=2), 1, case="A1", item="refund", staff="sun", window=None)
    await rated(place, now - timedelta(days=2), 5, case="A2", staff="zhao", text="")

    async with seat(address, place, "west", now) as west:
        shown = (await west.get("/admin/scores?subject=staff")).text

    assert "孙七" in shown and "赵六" not in shown
    assert '<span class="lab-s">名次</span>2</td>' in shown


@pytest.mark.parametrize("subject", ["item", "institution", "staff", "channel"])
@pytest.mark.parametrize("stacked", ["beijing", "shenzhen"])
async def test_where_no_formula_is_given_the_page_says_so_and_offers_each_dimension(
    address: str, now: datetime, times: Times, pool: object, stacked: str, subject: str
) -> None:
    times.now = now
    prescribed = (stacked, subject) in {("shenzhen", "item"), ("shenzhen", "institution")}
    founding = Founding("gap", "无式市", (stacked,), demo=True, answers=stack.demo_answers((stacked,)))
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        await rated(tenant, now - timedelta(days=2), 5, text="", event="served" if stacked == "beijing" else "closed")
        async with seat(address, tenant, "operator", now) as member:
            shown = (await member.get(f"/admin/scores?subject={subject}")).text
            policy = stack.policy(tenant, now.date())
            other = policy.or_off(keys.dimensions)[-1]
            switched = (await member.get(f"/admin/scores?subject={subject}&dimension={other.code}")).text

    assert ("现行规定没有给出这一对象的计算方法" in shown) is not prescribed
    assert all(f">{each.label}</a>" in shown for each in policy.or_off(keys.dimensions))
    assert f'aria-current="true">{other.label}</a>' in switched
    assert (">名次</th>" in shown) is (prescribed and "<tbody>" in shown)
    assert ("只列出" in shown) is not prescribed and (stacked == "beijing") is ("一项各等级的数量" in shown)
    assert "<tbody>" in shown or "一项的评价" in shown


async def test_what_a_document_says_of_its_own_end_is_told_with_the_answer_that_decides(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    founding = Founding("trial", "试行市", ("jilin",), answers={"Q16": "applied"})
    async with throwaway(founding, now=now) as tenant, seat(address, tenant, "operator", now) as member:
        await tenancy.answer(tenant.id, {"Q16": "applied"}, basis="2026年第5号会议纪要", by=SYSTEM, now=now)
        applied = (await member.get("/admin/policy")).text
        in_time = (await member.get("/admin/policy?on=2021-01-04")).text
        await tenancy.answer(tenant.id, {"Q16": "expired"}, basis="2026年第6号会议纪要", by=SYSTEM, now=now)
        expired = (await member.get("/admin/policy")).text

    def banner(text: str) -> str:
        return text.partition('class="toc"')[0]

    assert "第二十八条" in banner(applied) and "2021年8月8日" in banner(applied) and "沿用" in banner(applied)
    assert "2026年第5号会议纪要" in banner(applied)
    assert "期满" not in banner(in_time).replace("已于2021年8月8日期满", "").replace("8 日期满", "")
    assert "不再适用" in banner(expired) and "2026年第6号会议纪要" in banner(expired)


async def test_a_province_sees_only_what_its_cities_publish(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM region WHERE tenant_id = $1", place.id)
    async with seat(address, place, "provincial", now) as member:
        shown = await member.get("/admin/province")

    assert shown.status_code == 200 and "各地自己公布的准备、运行和数据" in shown.text
    assert PLACES and "2603-" not in shown.text
