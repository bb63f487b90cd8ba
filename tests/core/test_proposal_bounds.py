"""What stands above a place binds it whichever way its own rules come: by a rule, an answer or two at once."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, datetime

import pytest

from core import stack, tenants
from core.audit.model import SYSTEM
from core.errors import Invalid
from core.policy.model import DatedAnswer
from core.policy.own import SILENT, OwnQuestion, Paper
from core.policy.questions import Suggestion
from core.proposals import actions, decide
from core.proposals.limits import own_layers
from core.proposals.model import Change
from core.tenants import Founding, Tenant

ON = date(2026, 6, 1)
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
