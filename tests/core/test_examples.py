"""A tenant's own examples: kept with every version, run against its own rules, and what became of them is kept."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from core import db, tenants
from core.audit.model import Actor
from core.errors import Conflict, NotFound
from core.examples import actions as examples
from core.examples import kept
from core.policy.compile import standing as compiled
from core.policy.model import INHERIT, Override
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.scenarios import ground as grounds
from core.scenarios import jobs
from core.scenarios.jobs import Wanted
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

HE = Actor("member", "operator")
BY = {"by": HE, "name": "运营某"}
BODY = {
    "says": "办结后三个工作日内可以评价",
    "clause": "第五条",
    "step": [
        {"at": "2026-03-02T10:00:00", "do": "closed", "case": "A1", "item": "invoice"},
        {"at": "2026-03-02T10:01:00", "see": "invitation", "case": "A1", "state": "open",
         "closes": "2026-03-06T00:00:00"},
    ],
}  # fmt: skip
WINDOW = Override("rating_window", "3wd", "第五条", since=date(2026, 4, 1))


@pytest.fixture
async def city(pool: object, now: datetime) -> AsyncIterator[Tenant]:
    async with throwaway(Founding("city", "测试市", (), overrides=(WINDOW,)), now=now) as found:
        yield found


async def run(city: Tenant, wanted: Wanted, now: datetime) -> UUID:
    city = await tenants.by_id(city.id)
    async with db.as_tenant(city.id) as unit:
        run_id = await jobs.ask(unit, city, wanted, now=now, **BY)
    await jobs.examples_run(city, str(run_id), now)
    return run_id


async def add(city: Tenant, now: datetime, body: examples.Body = BODY) -> UUID:
    async with db.as_tenant(city.id) as unit:
        return await examples.add(unit, body, "", now=now, **BY)


async def test_an_example_is_run_by_the_rules_of_the_day_it_is_run_on(city: Tenant, now: datetime):
    await add(city, now)

    early = await run(city, Wanted("own"), now)
    late = await run(city, Wanted("own"), now + timedelta(days=60))

    async with db.as_tenant(city.id) as unit:
        before, after = await kept.results(unit, early), await kept.results(unit, late)
        latest = await kept.latest_run(unit, None)
    assert [(each.ok, each.step, each.expected, each.found) for each in before] == [
        (False, 2, {"closes": "2026-03-06 00:00:00+08:00"}, {"closes": None})
    ]
    assert [each.ok for each in after] == [True]
    assert latest is not None and (latest.passed, latest.failed, latest.holds) == (1, 0, True)


async def test_a_proposal_is_tried_as_if_it_were_in_force(city: Tenant, now: datetime):
    await add(city, now)
    proposal = await proposals.begin(city, date(2026, 3, 20), by=HE, now=now)
    change = Change("rating_window", "3wd", "第五条")
    proposal = await proposals.put(city, proposal.id, change, version=proposal.version, by=HE, now=now)

    as_it_is = await run(city, Wanted("own"), now)
    as_it_would_be = await run(city, Wanted("own", proposal_id=proposal.id, version=proposal.version), now)

    async with db.as_tenant(city.id) as unit:
        assert [each.ok for each in await kept.results(unit, as_it_is)] == [False]
        assert [each.ok for each in await kept.results(unit, as_it_would_be)] == [True]
        seen = await kept.latest_run(unit, proposal.id, version=proposal.version)
        changed = await kept.latest_run(unit, proposal.id, version=proposal.version + 1)
        in_force = await kept.latest_run(unit, None)
    assert [each.holds for each in (seen, changed, in_force) if each] == [True, False, False]


def test_the_rules_of_a_day_hold_for_any_day_of_an_example_in_the_order_in_which_they_came():
    march = Override("rating_window", "3wd", "甲", since=date(2026, 3, 1))
    may = Override("rating_window", "5wd", "乙", since=date(2026, 5, 1))
    back = Override("rating_window", INHERIT, "丙", since=date(2026, 6, 1))
    june = Override("rating_window", "1wd", "丁", since=date(2026, 7, 1))
    over = Override("rating_window", "9wd", "戊", until=date(2026, 5, 1))

    def on(day: date) -> list[str]:
        rules = grounds.standing((june, over, may, march, back), day, date(2020, 1, 1))
        return [each.clause for each in compiled(rules, date(2020, 1, 1))]

    assert on(date(2026, 3, 5)) == ["戊", "甲"]
    assert on(date(2026, 5, 5)) == ["甲", "乙"]
    assert on(date(2026, 6, 5)) == []
    assert on(date(2026, 7, 5)) == ["丁"]


async def test_a_run_is_stale_once_an_example_or_a_rule_has_changed(city: Tenant, now: datetime):
    example = await add(city, now)
    await run(city, Wanted("own"), now)
    async with db.as_tenant(city.id) as unit:
        fresh = await kept.latest_run(unit, None)
        await examples.change(unit, example, 1, {**BODY, "says": "别的"}, "", now=now, **BY)
        changed = await kept.latest_run(unit, None)
    await run(city, Wanted("own"), now)
    await tenants.actions.override(city.id, [Override("min_sample", 30, "第六条")], now=now)

    async with db.as_tenant(city.id) as unit:
        ruled = await kept.latest_run(unit, None)
    assert [each.fresh for each in (fresh, changed, ruled) if each] == [True, False, False]


async def test_undo_goes_back_step_by_step_and_each_step_is_a_version(city: Tenant, now: datetime):
    example = await add(city, now)
    async with db.as_tenant(city.id) as unit:
        for version, says in enumerate(("二", "三"), start=1):
            await examples.change(unit, example, version, {**BODY, "says": says}, "", now=now, **BY)
        for version in (3, 4):
            await examples.undo(unit, example, version, lambda _: "", now=now, **BY)
        at_the_end = await examples.undo(unit, example, 5, lambda _: "", now=now, **BY)

        found, versions = await examples.one(unit, example), await examples.versions(unit, example)
    assert (at_the_end, found.says, found.version) == (None, BODY["says"], 5)
    assert [each.version for each in versions] == [5, 4, 3, 2, 1]


async def test_what_another_has_changed_is_not_written_over(city: Tenant, now: datetime):
    example = await add(city, now)
    async with db.as_tenant(city.id) as unit:
        await examples.change(unit, example, 1, {**BODY, "says": "甲"}, "", now=now, **BY)

    with pytest.raises(Conflict):
        async with db.as_tenant(city.id) as unit:
            await examples.change(unit, example, 1, {**BODY, "says": "乙"}, "", now=now, **BY)


async def test_no_other_tenant_reaches_an_example(city: Tenant, stranger: Tenant, now: datetime):
    example = await add(city, now)

    with pytest.raises(NotFound):
        async with db.as_tenant(stranger.id) as unit:
            await examples.one(unit, example)


async def test_a_run_leaves_no_tenant_behind_and_goes_on_where_a_dead_worker_stopped(city: Tenant, now: datetime):
    for _ in range(2):
        await add(city, now)
    async with db.as_tenant(city.id) as unit:
        run_id = await jobs.ask(unit, city, Wanted("own"), now=now, **BY)
        stage = await unit.fetchval("SELECT stage FROM example_run WHERE tenant_id = $1", city.id)
    # As a worker leaves it that dies in the middle of the first example.
    async with db.as_tenant(city.id) as unit:
        await unit.execute("UPDATE example_run SET state = 'running' WHERE tenant_id = $1", city.id)
    await tenants.actions.create(Founding("dead", "没扫走的", ()), now=now, tenant_id=stage)

    await jobs.examples_run(city, str(run_id), now + timedelta(days=60))

    async with db.as_tenant(city.id) as unit:
        assert [each.ok for each in await kept.results(unit, run_id)] == [True, True]
        assert await unit.fetchval("SELECT count(*) FROM tenant WHERE id = $1", stage) == 0


async def test_where_a_place_rightly_differs_is_said_with_its_basis(now: datetime, pool: object):
    """The regulation below gives no number; the place's own label ends one of its examples."""
    labels = Override("grade_labels", ["很好", "好", "一般", "差", "很差"], "第三条")
    async with throwaway(Founding("city", "测试市", (), overrides=(labels,)), now=now) as city:
        await run(city, Wanted("all"), now)
        async with db.as_tenant(city.id) as unit:
            before = await kept.latest_run(unit, None)
            assert before is not None
            failing = [each for each in await kept.results(unit, before.id) if not each.ok]
            for each in failing:
                await examples.depart(unit, each.source, each.step, each.says, "市政府令第 1 号第三条", now=now, **BY)
            after = await kept.latest_run(unit, None)

    assert before.failed == len(failing) > 0
    assert all(each.source.startswith("national/") for each in failing)
    assert after is not None and (after.failed, after.departed, after.holds) == (0, before.failed, True)
