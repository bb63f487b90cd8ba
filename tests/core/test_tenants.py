"""A tenant's rules are its own, and the next who asks knows the newest."""

from datetime import date, datetime, timedelta

import asyncpg
import pytest

from core import audit, db, tenants, worker
from core.audit import Actor
from core.embedded.servers import Servers
from core.errors import Conflict, Invalid, NotFound, Refused
from core.policy.model import Override
from core.tenants import Founding, Tenant
from core.tenants.throwaway import number, outlived

BY = Actor("member", "operator")


async def test_an_answer_is_a_new_revision_with_its_basis(tenant: Tenant, now: datetime) -> None:
    await tenants.answer(tenant.id, {"Q1": "natural"}, basis="会议纪要", by=BY, now=now)
    await tenants.answer(tenant.id, {"Q1": "working", "Q2": {"a": 1}}, by=BY, now=now)

    fresh = await tenants.by_id(tenant.id)
    assert fresh.answers == {"Q1": "working", "Q2": {"a": 1}}
    assert fresh.revision == tenant.revision + 2
    async with db.as_tenant(tenant.id) as unit:
        first, second = await audit.of(unit, "question", "Q1")
    assert (first.before, first.after, second.before) == (None, {"value": "natural", "basis": "会议纪要"}, "natural")


async def test_a_real_tenants_rule_is_never_edited_nor_taken_away(pool: Servers, now: datetime) -> None:
    real = await tenants.create(Founding("undecided", "真实市", ("national",)), now=now)
    mine = Override("rating_window", "5d", "本市通知", date(2026, 1, 1), None, "张", "真政〔2026〕1号")
    await tenants.override(real.id, [mine], by=BY, now=now)

    async with db.as_tenant(real.id) as unit:
        assert await unit.execute("DELETE FROM override") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.as_tenant(real.id) as unit:
            await unit.execute("UPDATE override SET clause = '第一条'")
    assert (await tenants.by_id(real.id)).overrides == (mine,)


async def test_an_answer_may_be_taken_back_until_the_place_has_been_live(pool: Servers, now: datetime) -> None:
    real = await tenants.create(Founding("unanswered", "真实市", ("national",)), now=now)
    await tenants.answer(real.id, {"Q1": "natural"}, by=BY, now=now)
    await tenants.unanswer(real.id, "Q1", by=BY, now=now)
    assert (await tenants.by_id(real.id)).answers == {}

    await tenants.go_live(real.id, True, by=BY, now=now)
    await tenants.go_live(real.id, False, by=BY, now=now)

    with pytest.raises(Conflict):
        await tenants.answer(real.id, {"Q1": "natural"}, by=BY, now=now)
    assert (await tenants.by_id(real.id)).live_since == now


async def test_only_a_province_is_a_parent_and_it_has_none(pool: Servers, tenant: Tenant, now: datetime) -> None:
    province = await tenants.create(Founding("upper", "某省", ("national",), province=True), now=now)
    city = await tenants.create(Founding("lower", "某市", ("national",), parent=province.id), now=now)
    assert city.parent == province.id

    below_a_city = Founding("w1", "甲", (), parent=tenant.id)
    below_a_province = Founding("w2", "乙", (), parent=province.id, province=True)
    for wrong in (below_a_city, below_a_province):
        with pytest.raises(Invalid) as refused:
            await tenants.create(wrong, now=now)
        assert refused.value.field == "parent"


async def test_a_day_of_its_own_changes_its_calendar_and_no_other(
    tenant: Tenant, stranger: Tenant, now: datetime
) -> None:
    day = date(2026, 3, 11)
    await tenants.set_day(tenant.id, day, "off", label="本地节日", by=BY, now=now)

    fresh = await tenants.by_id(tenant.id)
    assert not fresh.calendar.is_workday(day)
    assert fresh.calendar.version != tenant.calendar.version
    assert (await tenants.by_id(stranger.id)).calendar.is_workday(day)


async def test_a_years_notice_may_be_loaded_before_the_program_knows_it(tenant: Tenant, now: datetime) -> None:
    off, work = [date(2031, 1, 1)], [date(2031, 1, 4)]
    await tenants.load_notice(tenant.id, 2031, off, work, by=BY, now=now)

    calendar = (await tenants.by_id(tenant.id)).calendar
    assert calendar.published(2031)
    assert (calendar.is_workday(off[0]), calendar.is_workday(work[0])) == (False, True)


async def test_the_seeded_years_are_every_tenants(tenant: Tenant) -> None:
    assert tenant.calendar.published(2004)
    assert tenant.calendar.is_workday(date(2026, 2, 14))
    assert not tenant.calendar.is_workday(date(2026, 2, 17))


async def test_two_tenants_cannot_share_an_address(tenant: Tenant, now: datetime) -> None:
    with pytest.raises(Conflict):
        await tenants.create(Founding(tenant.slug, "又一个", ()), now=now)


async def test_a_throwaway_tenant_leaves_nothing(pool: Servers, now: datetime) -> None:
    async with tenants.throwaway(Founding("gone", "临时", (), answers={"Q1": 1}), now=now) as tenant:
        await tenants.set_day(tenant.id, date(2026, 5, 5), "off", by=BY, now=now)
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("INSERT INTO region (tenant_id, code, name) VALUES ($1, 'a', 'a')", tenant.id)

    with pytest.raises(NotFound):
        await tenants.by_slug(tenant.slug)
    async with db.as_tenant(tenant.id) as unit:
        for table in ("region", "answer", "audit", "tenant_day"):
            assert await unit.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_a_throwaway_tenant_whose_maker_died_is_swept_up_when_its_time_is_over(
    pool: Servers, now: datetime
) -> None:
    over, alive = Founding("over", "临时", ()), Founding("alive", "临时", ())
    async with tenants.throwaway(over, now=now, lasts=timedelta()) as left, tenants.throwaway(alive, now=now) as kept:
        async with db.as_tenant(left.id) as unit:
            await unit.execute("INSERT INTO region (tenant_id, code, name) VALUES ($1, 'a', 'a')", left.id)

        await worker.sweep_up()

        async with db.as_tenant(left.id) as unit:
            assert await unit.fetchval("SELECT count(*) FROM region") == 0
        with pytest.raises(NotFound):
            await tenants.by_id(left.id)
        assert (await tenants.by_id(kept.id)).slug == kept.slug
        assert await outlived() == []


async def test_the_number_of_a_throwaway_tenant_is_kept_before_it_is_made(pool: Servers, now: datetime) -> None:
    wanted, nobodys = number(), Founding("orphan", "临时", (), parent=2_000_000_000)
    with pytest.raises(Refused):
        async with tenants.throwaway(nobodys, now=now, tenant_id=wanted, lasts=timedelta()):
            pass

    assert wanted in await outlived()
    await worker.sweep_up()
    assert wanted not in await outlived()


async def test_a_real_tenant_cannot_be_swept_away(pool: Servers, now: datetime) -> None:
    real = await tenants.create(Founding("real", "真实市", ("national",)), now=now)
    with pytest.raises(Conflict):
        await tenants.sweep(real.id)

    async with db.as_tenant(real.id) as unit:
        await unit.execute("INSERT INTO region (tenant_id, code, name) VALUES ($1, 'a', 'a')", real.id)
        assert await unit.execute("DELETE FROM region WHERE tenant_id = $1", real.id) == 0
    assert real.slug in {listed.slug for listed in await tenants.listing()}


async def test_a_tenant_cannot_rename_another(tenant: Tenant, stranger: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        assert await unit.execute("UPDATE tenant SET name = 'x' WHERE id = $1", stranger.id) == 0


@pytest.mark.parametrize("slug", ["nowhere", "a/b", "' OR 1=1 --"])
async def test_an_unknown_address_is_not_found(pool: Servers, slug: str) -> None:
    with pytest.raises(NotFound):
        await tenants.by_slug(slug)


@pytest.mark.parametrize("tenant_id", [2**31, -(2**63), 424242])
async def test_an_unknown_number_is_not_found(pool: Servers, tenant_id: int) -> None:
    with pytest.raises(NotFound):
        await tenants.by_id(tenant_id)
