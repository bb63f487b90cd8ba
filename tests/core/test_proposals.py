"""A proposal is written by some, approved by another, and holds from its day for good."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from core import db, stack, tenants
from core.audit.model import Actor
from core.errors import Conflict, Invalid, NotEntitled
from core.policy import keys
from core.policy.model import INHERIT
from core.policy.spans import days
from core.proposals import actions, decide
from core.proposals.model import Change, Proposal, Stale
from core.tenants import Tenant

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
