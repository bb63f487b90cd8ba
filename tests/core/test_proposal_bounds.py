"""What stands above a place binds it whichever way its own rules come: by a rule, an answer or two at once."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from core import db, stack, tenants
from core.audit.model import SYSTEM, Actor
from core.errors import Invalid
from core.policy.model import DatedAnswer, Override
from core.policy.own import SILENT, OwnQuestion, Paper
from core.policy.questions import Suggestion
from core.proposals import actions, decide
from core.proposals.limits import own_layers
from core.proposals.model import Change
from core.tenants import Founding, Tenant

ON = date(2026, 6, 1)
OPENER = uuid4()
PAPER = Paper("p1", "办法", "市府〔2026〕2号", date(2026, 1, 5))


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Tenant]:
    async with tenants.throwaway(
        Founding("bound", "某市", ("guangxi",), answers=stack.demo_answers(("guangxi",)), division="450100"), now=now
    ) as made:
        yield made


def asking(tenant: Tenant) -> Tenant:
    """Its own paper is said to be silent about clocks."""
    asked = OwnQuestion("T1", "clocks", "第一条", "办结时限？", (Suggestion("unset", "不作规定", ""),), PAPER.cited)
    return replace(tenant, papers=(PAPER,), asks=(asked,), revision=tenant.revision + 1)


async def test_an_answer_goes_no_further_than_a_rule(place: Tenant, now: datetime) -> None:
    fresh = asking(place)
    begun = await actions.begin(fresh, ON, by=SYSTEM, now=now)
    with pytest.raises(Invalid) as refused:
        decide.checked(fresh, begun, Change("clocks", SILENT.value, "第一条"))
    said = Change("answer:T1", SILENT.value, basis="会议纪要")

    with pytest.raises(Invalid) as answered:
        decide.checked(fresh, begun, said)

    assert refused.value.field == answered.value.field == "value"
    assert any(each.key == "clocks" and each.hard for each in decide.lint(fresh, replace(begun, changes=(said,))))
    with pytest.raises(Invalid):
        decide.refuse_answer(fresh, "T1", SILENT.value, ON)


async def test_what_stood_past_its_bounds_before_hinders_nobody(place: Tenant, now: datetime) -> None:
    fresh = asking(place)
    past = replace(fresh, dated=(DatedAnswer("T1", SILENT.value, date(2026, 1, 1), "会议纪要", "", ""),), revision=77)
    begun = await actions.begin(past, ON, by=SYSTEM, now=now)
    found = decide.lint(past, replace(begun, changes=(Change("min_sample", 30, "第九条", PAPER.cited),)))

    assert not any(each.hard for each in found if each.key == "clocks")


def test_another_name_gives_nobody_anothers_regulation() -> None:
    city = stack.city("guangxi")
    assert city is not None
    made = Tenant(1, "x", city.name, "", ("guangxi",), {}, (), None, 1, division="450100")  # pyright: ignore[reportArgumentType]

    assert own_layers(made) == frozenset()
    assert own_layers(replace(made, name="某市", division=city.division)) == {"guangxi"}
    assert own_layers(replace(made, division="")) == frozenset()


async def test_whoever_moved_the_day_does_not_approve(place: Tenant, now: datetime) -> None:
    writer, mover = (Actor("member", name, uuid4()) for name in ("zhang", "li"))
    known = await actions.begin(place, ON, by=writer, now=now)
    change = Change("min_sample", 30, "第九条")
    known = await actions.put(place, known.id, change, version=known.version, by=writer, now=now)
    later = ON + timedelta(days=30)
    known = await actions.describe(
        place, known.id, title="", since=later, version=known.version, by=replace(mover, behalf=uuid4()), now=now
    )

    assert writer.member in known.hands and mover.member in known.hands and len(known.hands) == 3


async def test_whoever_began_an_adoption_does_not_approve(place: Tenant, now: datetime) -> None:
    known = await actions.stand_on(place, ON, 1, (), by=Actor("member", "li", OPENER), now=now)

    assert known.hands == {OPENER}


async def test_no_change_ends_before_it_begins(place: Tenant, now: datetime) -> None:
    known = await actions.begin(place, ON, by=SYSTEM, now=now)
    change = Change("min_sample", 30, "第九条", until=ON + timedelta(days=3))
    known = await actions.put(place, known.id, change, version=known.version, by=SYSTEM, now=now)
    later = ON + timedelta(days=60)

    with pytest.raises(Invalid) as refused:
        await actions.describe(place, known.id, title="", since=later, version=known.version, by=SYSTEM, now=now)

    assert refused.value.field == "since"
    found = decide.lint(place, replace(known, since=later))
    assert any(each.hard and "截止日期" in each.text for each in found if each.key == "min_sample")


def test_what_is_let_holds_from_its_day() -> None:
    made = Tenant(1, "x", "某市", "", (), {}, (), None, 1, lets=((ON, frozenset({"scores"})),))  # pyright: ignore[reportArgumentType]

    assert (made.let(ON - timedelta(days=1)), made.let(ON)) == (frozenset(), {"scores"})


async def test_what_was_approved_a_moment_ago_counts(place: Tenant, now: datetime) -> None:
    """Two hold the same old tenant in hand: what the first approved stands when the second is weighed."""
    known = await actions.begin(place, ON, by=SYSTEM, now=now)
    change = Change("min_sample", 30, "第九条")
    known = await actions.put(place, known.id, change, version=known.version, by=SYSTEM, now=now)
    known = await actions.submit(place, known.id, version=known.version, by=SYSTEM, now=now)
    await tenants.go_live(place.id, True, by=SYSTEM, now=now)
    await tenants.override(place.id, (Override("min_sample", 40, "第九条", ON),), by=SYSTEM, now=now)

    with pytest.raises(Invalid):
        await actions.approve(place, known.id, version=known.version, by=Actor("member", "li", OPENER), now=now)


async def test_an_adoption_that_is_refused_leaves_nothing_behind(place: Tenant, now: datetime) -> None:
    with pytest.raises(Invalid):
        await actions.stand_on(place, ON, 1, (Change("min_sample", 30),), by=SYSTEM, now=now)

    async with db.as_tenant(place.id) as unit:
        assert await actions.listing(unit) == ()
