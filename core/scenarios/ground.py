"""What a scenario stands on: the stack that its file names, or a tenant's own rules as they are on one day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from core import stack
from core.policy.calendar import YearNotice
from core.policy.model import Override
from core.scenarios.model import Scenario
from core.tenants.model import Tenant

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """``stage`` is the number of the throw-away tenant, where somebody must be able to clear it away later."""

    stack: tuple[str, ...]
    answers: Mapping[str, Any]
    overrides: tuple[Override, ...] = ()
    notices: Mapping[int, YearNotice] = field(default_factory=dict[int, YearNotice])
    days: Mapping[date, Literal["off", "work"]] = field(default_factory=dict[date, Literal["off", "work"]])
    stage: int | None = None


def of_file(scenario: Scenario) -> Ground:
    return Ground(scenario.policy, stack.demo_answers(scenario.policy))


def of_tenant(tenant: Tenant, scenario: Scenario, on: date, stage: int | None = None) -> Ground:
    """An example of the tenant's own: its rules as they are on that day, its answers, its calendar."""
    return Ground(
        scenario.policy,
        stack.answered(tenant, on),
        standing(tenant.overrides, on, scenario.steps[0].at.date()),
        tenant.calendar.years,
        tenant.calendar.overlay,
        stage,
    )


def of_regulation(tenant: Tenant, scenario: Scenario, on: date, stage: int | None = None) -> Ground:
    """A plugin's own example beneath a tenant's rules: what is left open is answered as the example supposes."""
    own = tuple(each for each in tenant.stack if each != stack.NATIONAL)
    rules = standing(tenant.overrides, on, scenario.steps[0].at.date())
    return Ground(own, stack.demo_answers(own), rules, stage=stage)


def standing(overrides: tuple[Override, ...], on: date, begins: date) -> tuple[Override, ...]:
    """The rules in force on the day ``on`` hold from before the example ``begins``, in the same order.

    An example says a date to count days by, not to ask which rule was in force then; what begins later still does.
    """
    held = [each for each in overrides if each.until is None or each.until >= on]
    here = [each for each in held if each.since is not None and each.since <= on]
    first = min(begins, *(each.since for each in here if each.since)) if here else begins
    moved = {id(each): first - ONE_DAY * (len(here) - place) for place, each in enumerate(here)}
    return tuple(replace(each, since=moved.get(id(each), each.since)) for each in held)
