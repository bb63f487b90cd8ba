"""Where a place's own paper is silent, its answer keeps within what stands above it, or it never goes live."""

from collections.abc import AsyncGenerator
from datetime import date, datetime

import pytest

from core import clock, db, stack, tenants
from core.audit.model import SYSTEM
from core.onboarding import actions as onboarding
from core.onboarding.actions import House
from core.policy.own import SILENT
from core.tenants import Founding, Tenant, own
from core.tenants import actions as tenancy
from tests.web.api_world import Times
from tests.web.office import MEMBERS, seat

PAPER = "市府〔2026〕2号"


@pytest.fixture
async def asking(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    """A city below a region whose rules set clocks; its own paper is said to be silent about them."""
    times.now = now
    answers = stack.demo_answers(("guangxi",))
    founding = Founding("asks", "某市", ("guangxi",), answers=answers, division="450100")
    async with tenants.throwaway(founding, now=now) as made:
        await own.register(made, "办法", PAPER, date(2026, 1, 5), by=SYSTEM, now=now)
        registered = await tenants.by_id(made.id)
        await own.ask(registered, "clocks", "第一条", PAPER, "办结时限？", (), by=SYSTEM, now=now)
        yield await tenants.by_id(made.id)


async def test_an_answer_past_the_bounds_is_refused_at_its_field_and_kept_as_typed(
    address: str, asking: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MEMBERS, "founder", ("operator", None, None))
    async with seat(address, asking, "founder", now) as member:
        refused = await member.post("/admin/questions/T1", {"choice": "0", "basis": "2026年第3号会议纪要"})

    assert refused.status_code == 422 and "2026年第3号会议纪要" in refused.text
    field = refused.text[refused.text.index('id="f-choice-T1"') :].partition("</fieldset>")[0]
    assert 'role="alert"' in field and "没有了期限" in field, field
    assert "T1" not in (await tenants.by_id(asking.id)).answers


async def test_an_answer_past_the_bounds_that_came_another_way_keeps_the_place_from_going_live(
    asking: Tenant, now: datetime
) -> None:
    await tenancy.answer(asking.id, {"T1": SILENT.value}, basis="会议纪要", now=now)
    fresh = await tenants.by_id(asking.id)
    async with db.as_tenant(fresh.id) as unit:
        course = await onboarding.course(unit, fresh, House(messages=True), clock.now())

    assert any("越过了上级的规定" in each.text and each.href == "/rules?key=clocks" for each in course.refusals)
