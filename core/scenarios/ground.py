"""What a scenario stands on: the stack that its file names, or a tenant's own rules as they are on one day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from core import stack
from core.policy import keys
from core.policy.calendar import YearNotice
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper
from core.scenarios.model import Scenario
from core.tenants.model import Tenant

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """``stage`` is the number of the throw-away tenant, where somebody must be able to clear it away later."""

    stack: tuple[str, ...]
    answers: Mapping[str, Any]
    overrides: tuple[Override, ...] = ()
    baseline: tuple[Override, ...] = ()
    dated: tuple[DatedAnswer, ...] = ()
    papers: tuple[Paper, ...] = ()
    asks: tuple[OwnQuestion, ...] = ()
    notices: Mapping[int, YearNotice] = field(default_factory=dict[int, YearNotice])
    days: Mapping[date, Literal["off", "work"]] = field(default_factory=dict[date, Literal["off", "work"]])
    stage: int | None = None

    def under(self, tenant: Tenant) -> Tenant:
        """The throw-away tenant with what it has of a tenant's own beside its rules: nothing of it is stored."""
        return replace(tenant, baseline=self.baseline, dated=self.dated, papers=self.papers, asks=self.asks)


def of_file(scenario: Scenario) -> Ground:
    return Ground(scenario.policy, stack.demo_answers(scenario.policy))


def of_tenant(tenant: Tenant, scenario: Scenario, on: date, stage: int | None = None) -> Ground:
    """An example of the tenant's own: its rules as they are on that day, its answers, its calendar."""
    beneath = _beneath(tenant, scenario, on, stage)
    calendar = tenant.calendar
    return replace(beneath, answers=stack.answered(tenant, on), notices=calendar.years, days=calendar.overlay)


def of_regulation(tenant: Tenant, scenario: Scenario, on: date, stage: int | None = None) -> Ground:
    """A plugin's own example beneath a tenant's rules: what is left open is answered as the example supposes."""
    beneath = _beneath(tenant, scenario, on, stage)
    asked = {each.id for each in tenant.asks}
    own = {name: value for name, value in stack.answered(tenant, on).items() if name in asked}
    return replace(beneath, answers={**stack.demo_answers(beneath.stack), **own})


def _beneath(tenant: Tenant, scenario: Scenario, on: date, stage: int | None) -> Ground:
    begins = scenario.steps[0].at.date()
    return Ground(
        stack=tuple(each for each in tenant.stack if each != stack.NATIONAL),
        answers={},
        overrides=standing(keys.heard(tenant.overrides), on, begins),
        baseline=standing(keys.heard(tenant.baseline), on, begins),
        dated=tuple(each for each in tenant.dated if each.since > on),
        papers=tenant.papers,
        asks=keys.heard(tenant.asks),
        stage=stage,
    )


def standing(written: Iterable[Override], on: date, begins: date) -> tuple[Override, ...]:
    """The rules in force on the day ``on`` hold from before the example ``begins``, one after the other as they came.

    An example says a date to count days by, not to ask which rule was in force then; what begins later still does.
    """
    held = [each for each in written if each.until is None or each.until >= on]
    here = sorted((each for each in held if each.since and each.since <= on), key=lambda each: each.since or on)
    first = min((begins, *(each.since for each in here if each.since)))
    moved = [replace(each, since=first - ONE_DAY * (len(here) - place)) for place, each in enumerate(here)]
    always = [each for each in held if each.since is None]
    later = [each for each in held if each.since and each.since > on]
    return (*always, *moved, *later)
