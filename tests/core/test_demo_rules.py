"""What the demo's operators have written is taken as it stands, and would hold."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from core import db, people, stack, tenants
from core.audit.model import SYSTEM
from core.demo import rulebook
from core.demo.accounts import demo_plugins
from core.examples import kept
from core.people import NewMember
from core.policy import keys
from core.policy.model import Override
from core.proposals import actions as proposals
from core.proposals import decide
from core.scenarios import jobs
from core.tenants import Founding, Tenant
from core.tenants.throwaway import throwaway

PASSWORD = "Rules-of-a-demo-26"  # noqa: S105 - of a test


@pytest.fixture
async def city(pool: object, now: datetime) -> AsyncIterator[Tenant]:
    names = demo_plugins()[:1]
    async with throwaway(Founding("city", "测试市", names, answers=stack.demo_answers(names)), now=now) as found:
        await people.add_member(found.id, NewMember("operator", "运营某", "operator", PASSWORD), by=SYSTEM, now=now)
        await tenants.go_live(found.id, True, by=SYSTEM, now=now)
        yield await tenants.by_id(found.id)


async def test_the_first_city_has_one_proposal_without_faults_and_examples_that_hold(
    city: Tenant, now: datetime
) -> None:
    await rulebook.begin([city], now)
    await rulebook.begin([await tenants.by_id(city.id)], now)

    fresh = await tenants.by_id(city.id)
    async with db.as_tenant(city.id) as unit:
        (known,) = await proposals.listing(unit)
        said = await proposals.comments(unit, known.id)
        (run,) = await kept.runs(unit, None)
    await jobs.examples_run(fresh, str(run.id), now)
    async with db.as_tenant(city.id) as unit:
        done = await kept.run(unit, run.id)
    assert (known.state, known.since.day, {each.key for each in known.changes}) == (
        "open", 1, {"clocks", "remind_after", "remind_by"},
    )  # fmt: skip
    assert known.since - now.date() <= timedelta(days=31)
    assert not [each for each in decide.lint(fresh, known) if each.hard or known.change(each.key)]
    assert len(said) == 1
    assert {each.document for each in known.changes} <= {each.cited for each in fresh.papers}
    assert done is not None
    assert (done.passed, done.holds) == (3, True)


async def test_the_second_city_asks_and_the_third_has_its_colours(city: Tenant, now: datetime) -> None:
    await tenants.override(city.id, (Override("questionnaire", "unset", "第一条"),), now=now)
    same = await tenants.by_id(city.id)

    await rulebook.begin([same, same, same], now)

    fresh = await tenants.by_id(city.id)
    assert len(stack.policy(fresh, now.date())[keys.questionnaire] or ()) == 1
    assert (fresh.brand.light, fresh.brand.dark) == (rulebook.LIGHT, rulebook.DARK)
