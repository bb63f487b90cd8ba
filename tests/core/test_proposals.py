"""A proposal is written by some, approved by another, and holds from its day for good."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core import db, stack, tenants
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.errors import Conflict, Invalid, NotEntitled, Refused
from core.people import NewMember, add_member
from core.policy import keys
from core.policy.model import INHERIT, Override
from core.policy.spans import days
from core.proposals import actions, decide
from core.proposals.model import Change, Proposal, Stale
from core.tenants import Founding, Tenant

AUTHOR = Actor("member", "zhang", uuid4())
SECOND = Actor("member", "li", uuid4())
OTHER = Actor("member", "wang", uuid4())


async def begun(tenant: Tenant, since: date, now: datetime) -> Proposal:
    return await actions.begin(tenant, since, by=AUTHOR, now=now)


async def approved(tenant: Tenant, since: date, now: datetime, *changes: Change) -> Tenant:
    known = await begun(tenant, since, now)
    for each in changes:
        known = await actions.put(tenant, known.id, each, version=known.version, by=AUTHOR, now=now)
    known = await actions.submit(tenant, known.id, version=known.version, by=AUTHOR, now=now)
    await actions.approve(tenant, known.id, version=known.version, by=OTHER, now=now)
    return await tenants.by_id(tenant.id)


async def live(tenant: Tenant, now: datetime) -> Tenant:
    await tenants.go_live(tenant.id, True, by=OTHER, now=now)
    return await tenants.by_id(tenant.id)


async def test_there_is_one_proposal_for_a_day(tenant: Tenant, now: datetime) -> None:
    one = await begun(tenant, date(2026, 4, 1), now)
    same = await actions.begin(tenant, date(2026, 4, 1), by=SECOND, now=now)
    other = await begun(tenant, date(2026, 5, 1), now)

    assert same.id == one.id
    assert other.id != one.id


async def test_what_is_approved_holds_from_its_day_and_not_before(tenant: Tenant, now: datetime) -> None:
    fresh = await approved(tenant, date(2026, 4, 1), now, Change("rating_window", "9d", "第十五条"))

    assert stack.policy(fresh, date(2026, 3, 31))[keys.rating_window] is None
    held = stack.policy(fresh, date(2026, 4, 1))
    assert held.window("closed") == days(9)
    assert (held.why(keys.rating_window).layer, held.why(keys.rating_window).clause) == ("override", "第十五条")


async def test_nobody_approves_what_they_wrote_or_submitted(tenant: Tenant, now: datetime) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    change = Change("rating_window", "9d", "第十五条")
    known = await actions.put(tenant, known.id, change, version=known.version, by=AUTHOR, now=now)
    known = await actions.submit(tenant, known.id, version=known.version, by=SECOND, now=now)

    in_place = Actor("member", "wang", OTHER.member, AUTHOR.member)
    for hand in (AUTHOR, SECOND, in_place):
        with pytest.raises(NotEntitled):
            await actions.approve(tenant, known.id, version=known.version, by=hand, now=now)
    assert (await actions.by_id(tenant, known.id)).state == "submitted"


async def test_a_stale_change_is_refused_with_both_versions(tenant: Tenant, now: datetime) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    theirs, mine = Change("min_sample", 30, "第九条"), Change("min_sample", 50, "第九条")
    await actions.put(tenant, known.id, theirs, version=known.version, by=SECOND, now=now)

    with pytest.raises(Stale) as refused:
        await actions.put(tenant, known.id, mine, version=known.version, by=AUTHOR, now=now)

    assert refused.value.mine is not None and refused.value.theirs is not None
    assert (refused.value.mine.value, refused.value.theirs.value) == (50, 30)
    other = await actions.put(tenant, known.id, Change("public_min", 5, "第九条"), version=1, by=AUTHOR, now=now)
    assert {each.key for each in other.changes} == {"min_sample", "public_min"}


async def test_a_live_place_changes_its_rules_tomorrow_at_the_earliest(tenant: Tenant, now: datetime) -> None:
    today = now.date()
    assert (await begun(tenant, date(2025, 1, 1), now)).since == date(2025, 1, 1)
    place = await live(tenant, now)

    for day in (today, today - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            await begun(place, day, now)
        assert refused.value.field == "since"
    assert (await begun(place, today + timedelta(days=1), now)).state == "open"
    assert (await begun(replace(place, demo=True), today, now)).state == "open"


async def test_an_answer_after_the_first_day_live_holds_from_its_day(now: datetime, pool: object) -> None:
    founding = tenants.Founding("asked", "某市", ("beijing",), answers=stack.demo_answers(("beijing",)))
    async with tenants.throwaway(founding, now=now) as fresh:
        place = await live(fresh, now)
        change = Change("answer:Q18", True, basis="会议纪要〔2026〕3号")
        later = await approved(place, date(2026, 4, 1), now, change)

        assert stack.policy(later, date(2026, 3, 31))[keys.rest_day_moves] is False
        assert stack.policy(later, date(2026, 4, 1))[keys.rest_day_moves] is True


async def test_inheriting_lets_the_layer_below_speak_again(tenant: Tenant, now: datetime) -> None:
    own = await approved(tenant, date(2026, 4, 1), now, Change("identity", "required", "第三条"))
    back = await approved(own, date(2026, 5, 1), now, Change("identity", INHERIT, "第四条"))

    assert [stack.policy(back, date(2026, month, 1))[keys.identity] for month in (3, 4, 5)] == [
        "encouraged", "required", "encouraged",
    ]  # fmt: skip


async def test_a_tenant_with_a_proposal_applied_is_another_to_the_cache(tenant: Tenant, now: datetime) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    change = Change("rating_window", "9d", "第十五条")
    known = await actions.put(tenant, known.id, change, version=known.version, by=AUTHOR, now=now)

    tried = decide.applied(tenant, known)

    assert tried.revision < 0
    assert stack.policy(tried, date(2026, 4, 1)).window("closed") == days(9)
    assert stack.policy(tenant, date(2026, 4, 1))[keys.rating_window] is None
    assert decide.applied(tenant, replace(known, state="approved")) is tenant


async def test_a_submitted_proposal_waits_unchanged(tenant: Tenant, now: datetime) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    with pytest.raises(Invalid):
        await actions.submit(tenant, known.id, version=known.version, by=AUTHOR, now=now)
    change = Change("rating_window", "9d", "第十五条")
    known = await actions.put(tenant, known.id, change, version=known.version, by=AUTHOR, now=now)
    await actions.submit(tenant, known.id, version=known.version, by=AUTHOR, now=now)

    with pytest.raises(Conflict):
        await actions.drop(tenant, known.id, "rating_window", version=known.version, by=AUTHOR, now=now)

    back = await actions.send_back(tenant, known.id, "请补条款。", version=known.version, by=OTHER, now=now)
    assert back.state == "returned"
    gone = await actions.drop(tenant, known.id, "rating_window", version=back.version, by=AUTHOR, now=now)
    assert gone.changes == ()
    async with db.as_tenant(tenant.id) as unit:
        assert [each.kind for each in await actions.comments(unit, known.id)] == ["submit", "return"]


async def lint_of(tenant: Tenant, now: datetime, *changes: Change) -> list[tuple[str, bool, str]]:
    known = await begun(tenant, date(2026, 4, 1), now)
    for each in changes:
        known = await actions.put(tenant, known.id, each, version=known.version, by=AUTHOR, now=now)
    return [(each.key, each.hard, each.text) for each in decide.lint(tenant, known)]


def bad(name: str, key: str, value: Any, said: str) -> tuple[str, tuple[Change, ...], str]:
    return name, (Change(key, value, "第二条"),), said


BAD = (
    bad("unreachable", "closed_when", [{"event": "issued"}, {"mode": "online", "event": "approved"}], "永远不会命中"),
    bad("gap", "routing", [{"about": "staff", "to": "staff-institution"}], "没有任何一行适用于"),
    bad("idle", "clocks", [{"clock": "decide", "from": "appealed", "within": "7wd"}], "谁可以申请复核"),
    bad("dispatch", "clocks", [{"clock": "dispatch", "from": "opened", "within": "1wd"}], "不需要派单"),
    bad("unknown", "formulas", [{"subject": "staff", "dimension": "smile"}], "评价内容里没有“smile”"),
    bad("unasked", "rating_window", [{"event": "issued", "within": "7d"}, {"within": "9d"}], "用不上"),
    bad("elsewhere", "feedback_scale", ["深圳市满意", "不满意"], "深圳市"),
    bad("copied", "cadence", [{"task": "通报长春市情况", "owner": "局", "every": "month"}], "长春市"),
)


@pytest.mark.parametrize(("changes", "said"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
async def test_what_is_wrong_is_found_before_anybody_approves_it(
    tenant: Tenant, now: datetime, changes: tuple[Change, ...], said: str
) -> None:
    found = await lint_of(tenant, now, *changes)

    hard = [text for key, is_hard, text in found if is_hard and key == changes[-1].key]
    assert any(said in text for text in hard), found
    known = await begun(tenant, date(2026, 4, 1), now)
    with pytest.raises(Invalid) as refused:
        await actions.submit(tenant, known.id, version=known.version, by=AUTHOR, now=now)
    assert refused.value.field == changes[-1].key


async def test_a_sound_proposal_has_nothing_to_mend(tenant: Tenant, now: datetime) -> None:
    found = await lint_of(
        tenant, now, Change("rating_window", "9d", "第五条"), Change("feedback_scale", ["满意", "不满意"], "第六条"),
        Change("clocks", [{"clock": "verify", "from": "dispatched", "within": "3wd"}], "第七条"),
    )  # fmt: skip

    assert [each for each in found if each[1]] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change("rating_window", "0d", "第一条"), None), (Change("rating_window", "10000d", "第一条"), None),
        (Change("scores", [0, 3, 6, 8, 10], "第一条"), "scores"),
        (Change("grade_labels", ["好", "", "中", "差", "坏"], "第一条"), None),
        (Change("min_sample", 30, ""), "clause"), (Change("min_sample", 30, "Article 1"), "clause"),
        (Change("clocks", [], "第一条"), "value"), (Change("nonsense", 1, "第一条"), "key"),
        (Change("min_sample", 30, "第一条", "没有登记的文件"), "document"),
        (Change("min_sample", 30, "第一条", until=date(2026, 3, 1)), "until"),
        (Change("answer:Q18", True), "basis"), (Change("answer:Q99", True, basis="纪要"), "key"),
        (Change("answer:Q18", "perhaps", basis="纪要"), "value"),
        (Change("answer:Q18", INHERIT, basis="纪要"), "value"),
    ],
)  # fmt: skip
async def test_what_is_written_wrong_is_refused_at_its_field(
    tenant: Tenant, now: datetime, change: Change, field: str | None
) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    with pytest.raises(Refused) as refused:
        await actions.put(tenant, known.id, change, version=known.version, by=AUTHOR, now=now)

    assert refused.value.field == field or field is None
    assert (await actions.by_id(tenant, known.id)).changes == ()


async def test_a_whole_and_a_part_of_it_are_two_rules_for_one_thing(tenant: Tenant, now: datetime) -> None:
    known = await begun(tenant, date(2026, 4, 1), now)
    whole = Change("append", {"max": 1, "within": "60d"}, "第八条")
    known = await actions.put(tenant, known.id, whole, version=known.version, by=AUTHOR, now=now)

    with pytest.raises(Invalid):
        part = Change("append.max", 2, "第八条")
        await actions.put(tenant, known.id, part, version=known.version, by=AUTHOR, now=now)


async def test_two_rules_for_one_key_and_day_are_refused_where_history_has_begun(tenant: Tenant, now: datetime) -> None:
    place = await live(tenant, now)
    place = await approved(place, date(2026, 4, 1), now, Change("min_sample", 30, "第九条"))

    found = await lint_of(place, now, Change("min_sample", 50, "第九条"))

    assert any("同一项同一天只能有一条" in text for _, hard, text in found if hard)


@pytest.mark.covers("SZ-20f")
async def test_whoever_is_counted_is_told_before_they_are_counted_otherwise(
    tenant: Tenant, pool: Servers, now: datetime
) -> None:
    place = await live(await tenants.create(Founding("counted", "计数市", ("shenzhen",)), now=now), now)
    await add_member(place.id, NewMember("chuang", "窗口", "clerk", "Ningzhou-2026!x"), by=SECOND, now=now)

    await approved(place, date(2026, 4, 1), now, Change("scores", [100, 80, 60, 30, 0], "第二十条"))

    async with db.as_tenant(place.id) as unit:
        told = await unit.fetch("SELECT about, shown_from FROM notification WHERE kind = 'counting'")
    assert [(each["about"], each["shown_from"]) for each in told] == [("2026-04-01 起调整等级分值", now)]


async def test_another_counting_waits_as_long_as_the_rules_ask_for(tenant: Tenant, now: datetime) -> None:
    await tenants.go_live(tenant.id, True, by=SECOND, now=now)
    notice = Override("formula_notice", "30d", "第二十条", date(2026, 1, 1))
    await tenants.override(tenant.id, [notice], by=SECOND, now=now)

    with pytest.raises(Invalid) as refusal:
        await approved(await tenants.by_id(tenant.id), date(2026, 3, 20), now, Change("min_sample", 30, "第二十条"))

    assert refusal.value.field == "since" and "第二十条" in refusal.value.detail
    assert stack.policy(await tenants.by_id(tenant.id), date(2026, 3, 20))[keys.min_sample] is None
