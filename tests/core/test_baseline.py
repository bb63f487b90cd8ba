"""A new baseline is merged key by key: nothing is lost, nothing is made up, and the past keeps its own."""

from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core import db, stack, tenants
from core.audit.model import SYSTEM, Actor
from core.baseline import actions as baseline
from core.baseline.actions import Wanted
from core.baseline.decide import ADOPT, KEEP, result, verdict
from core.errors import Invalid
from core.policy import keys
from core.policy.baseline import Baseline, adopted
from core.policy.compile import compile_policy
from core.policy.model import Override
from core.proposals import actions as proposals
from core.tenants import Tenant
from tests.core.province import Land, carry, land

DOCUMENT = "省办发〔2026〕1号"
BY, BOSS = Actor("member", "writer", uuid4()), Actor("member", "boss", uuid4())
words = some.sampled_from(["1d", "2d", "3d", None])


@given(before=words, after=words, own=words, speaks=some.booleans(), choice=some.sampled_from([ADOPT, KEEP]))
@settings(max_examples=300)
def test_a_merge_loses_nothing_and_makes_nothing_up(
    before: str | None, after: str | None, own: str | None, speaks: bool, choice: str
) -> None:
    mine = own if speaks else before
    outcome = verdict(before, after, mine, speaks=speaks)
    left = result(outcome, before, after, mine, choice)

    # Who has said nothing follows the province; whoever has, is only overruled by choosing to be.
    assert left == (after if not speaks else mine if choice == KEEP or outcome != "conflict" else after)
    assert left in (before, after, mine)
    assert (outcome == "conflict") == (speaks and after not in (before, mine))
    # Merging once more what was merged asks nothing again.
    assert verdict(after, after, left, speaks=speaks) in (None, "kept")


@given(spans=some.lists(some.dictionaries(some.sampled_from(["rating_window", "append", "remind_after"]),
       some.integers(1, 9), max_size=3), min_size=1, max_size=4))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_each_version_holds_from_its_day_alone_and_none_before_it(spans: list[dict[str, int]]) -> None:
    shape = {"rating_window": "{}d", "remind_after": "{}h", "append": ""}
    versions = [
        Baseline(number, "", DOCUMENT, tuple(
            Override(name, {"max": days, "within": "9d"} if name == "append" else shape[name].format(days), "第一条")
            for name, days in said.items()
        )) for number, said in enumerate(spans, 1)
    ]  # fmt: skip
    first = date(2026, 1, 1)
    rules = adopted([(each.version, first + timedelta(days=10 * each.version)) for each in versions], versions)
    for each, said in zip(versions, spans, strict=True):
        on = first + timedelta(days=10 * each.version + 3)
        policy = compile_policy((), {}, (), on, baseline=rules)
        held = {name for name in ("rating_window", "append", "remind_after") if policy[keys.ALL[name]] is not None}
        assert held == set(said)
    assert not compile_policy((), {}, (), first, baseline=rules).whys


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Land]:
    async with land(now, Override("public_min", 5, "第五条")) as found:
        yield found


async def published(place: Land, now: datetime, *rules: Override, lets: tuple[str, ...] = ("scores",)) -> int:
    await tenants.override(place.province.id, rules, by=SYSTEM, now=now)
    province = await tenants.by_id(place.province.id)
    wanted = Wanted("全省统一规则", DOCUMENT, now.date(), lets)
    version = await baseline.publish(province, wanted, [place.east.id, place.west.id], by=BY, now=now)
    await carry(province, now)
    return version


async def taken(tenant: Tenant, version: int, now: datetime, **choices: str) -> Tenant:
    """Adopted from tomorrow, and approved by another."""
    fresh = await tenants.by_id(tenant.id)
    since = now.date() + timedelta(days=1)
    made = await baseline.adopt(fresh, version, since, choices, by=BY, now=now)
    sent = await proposals.submit(fresh, made.id, version=made.version, by=BY, now=now)
    await proposals.approve(fresh, made.id, version=sent.version, by=BOSS, now=now)
    return await tenants.by_id(tenant.id)


async def members(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        for who in (BY, BOSS):
            await unit.execute(
                "INSERT INTO member (tenant_id, id, username, name, role, password_hash, created_at, password_at)"
                " VALUES ($1, $2, $3, $3, 'operator', 'x', $4, $4)", tenant.id, who.member, who.code, now,
            )  # fmt: skip


def said(tenant: Tenant, name: str, on: date) -> tuple[object, str]:
    why = stack.policy(tenant, on).why(keys.ALL[name])
    return keys.dump(why.key, why.value), why.layer


async def test_a_city_that_says_nothing_itself_takes_the_new_rule_and_keeps_the_old_for_the_old_days(
    place: Land, now: datetime
) -> None:
    await members(place.east, now)
    version = await published(place, now, Override("min_sample", 30, "第八条"))
    after = await taken(place.east, version, now)

    today = now.date()
    assert said(after, "min_sample", today) == ("unset", "")
    assert said(after, "min_sample", today + timedelta(days=1)) == (30, "province")
    assert stack.policy(after, today + timedelta(days=1)).why(keys.min_sample).document == DOCUMENT
    assert said(after, "public_min", today + timedelta(days=1)) == (5, "override")


async def test_where_both_have_spoken_the_city_must_choose_and_gets_what_it_chose(place: Land, now: datetime) -> None:
    await members(place.east, now)
    version = await published(place, now, Override("public_min", 10, "第八条"), lets=("public_min", "scores"))
    tomorrow = now.date() + timedelta(days=1)
    offered = await baseline.offer(await tenants.by_id(place.east.id), version, tomorrow)
    with pytest.raises(Invalid) as refusal:
        await baseline.adopt(place.east, version, tomorrow, {}, by=BY, now=now)
    async with db.as_tenant(place.east.id) as unit:
        begun = await proposals.listing(unit)
    after = await taken(place.east, version, now, public_min=ADOPT)

    assert [(each.key, each.outcome) for each in offered.lines if each.key == "public_min"] == [
        ("public_min", "conflict")
    ]
    assert refusal.value.field == "choice-public_min" and begun == ()
    assert said(after, "public_min", tomorrow) == (10, "province")
    assert said(after, "public_min", now.date()) == (5, "override")


async def test_a_city_keeps_its_own_rule_where_it_chose_to(place: Land, now: datetime) -> None:
    await members(place.east, now)
    version = await published(place, now, Override("public_min", 10, "第八条"), lets=("public_min", "scores"))
    after = await taken(place.east, version, now, public_min=KEEP)

    assert said(after, "public_min", now.date() + timedelta(days=1)) == (5, "override")


async def test_what_is_the_provinces_alone_cannot_be_kept(place: Land, now: datetime) -> None:
    await members(place.east, now)
    version = await published(place, now, Override("min_sample", 30, "第八条"), lets=())
    tomorrow = now.date() + timedelta(days=1)
    with pytest.raises(Invalid, match="不能保留") as refusal:
        await baseline.adopt(place.east, version, tomorrow, {"scores": KEEP}, by=BY, now=now)
    after = await taken(place.east, version, now, scores=ADOPT)

    assert refusal.value.field == "choice-scores"
    assert said(after, "scores", tomorrow) == ("unset", "") and said(after, "scores", now.date())[1] == "override"


async def test_what_a_later_version_no_longer_says_does_not_hold_any_more(place: Land, now: datetime) -> None:
    await members(place.east, now)
    first = await published(place, now, Override("min_sample", 30, "第八条"), Override("agent_lock", True, "第九条"))
    await taken(place.east, first, now)
    later = now + timedelta(days=5)
    rest = [Override("min_sample", "inherit", "第八条", since=later.date())]
    second = await published(place, later, *rest)
    after = await taken(place.east, second, later)

    changed = later.date() + timedelta(days=1)
    assert said(after, "min_sample", later.date()) == (30, "province")
    assert said(after, "min_sample", changed) == ("unset", "")
    assert said(after, "agent_lock", changed) == (True, "province")


async def test_a_version_is_for_good_and_the_same_is_not_published_twice(place: Land, now: datetime) -> None:
    version = await published(place, now, Override("min_sample", 30, "第八条"))
    province = await tenants.by_id(place.province.id)
    with pytest.raises(Invalid, match="完全相同"):
        await baseline.publish(province, Wanted("又一版", DOCUMENT, now.date(), ("scores",)), [], by=BY, now=now)
    with pytest.raises(Exception, match="permission denied"):
        async with db.as_tenant(province.id) as unit:
            await unit.execute("UPDATE baseline SET title = '' WHERE province = $1", province.id)

    assert version == 1


async def test_nobody_publishes_in_the_name_of_another_province(place: Land, now: datetime) -> None:
    with pytest.raises(Exception, match="row-level security"):
        async with db.as_tenant(place.east.id) as unit:
            await unit.execute(
                "INSERT INTO baseline VALUES ($1, 9, 'x', 'x', $2, '[]', '{}', '', '', 'x', $3)",
                place.province.id, now.date(), now,
            )  # fmt: skip


async def test_the_city_is_told_of_a_new_version(place: Land, now: datetime) -> None:
    await members(place.east, now)
    await published(place, now, Override("min_sample", 30, "第八条"))
    async with db.as_tenant(place.east.id) as unit:
        titles = [row["title"] for row in await unit.fetch(
            "SELECT title FROM notification WHERE tenant_id = $1", unit.tenant)]  # fmt: skip

    assert titles == ["省级基线有新版本"] * 2
