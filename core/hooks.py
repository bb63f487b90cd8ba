"""A plugin answers these few questions; ``None`` leaves the answer to the layer below."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from core.policy.city import City
    from core.policy.extras import Extra
    from core.policy.facts import Attribution, Facts, Score, Tally
    from core.policy.model import Rule
    from core.policy.policy import Policy
    from core.policy.questions import Question

PROJECT: Final = "haochaping"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec(firstresult=True)
def city() -> City | None:
    """Whose rules are these, and in which documents do they stand? ``None`` names no place."""


@hookspec
def rules() -> Sequence[Rule] | None:
    """What do the documents set, clause by clause? ``None`` sets nothing."""


@hookspec
def questions() -> Sequence[Question] | None:
    """Which questions do the documents leave open? ``None`` leaves none."""


@hookspec(firstresult=True)
def attribute(facts: Facts, policy: Policy) -> Attribution | None:
    """Whom does this grade count for? ``None`` leaves it to the layer below."""


@hookspec(firstresult=True)
def score(tally: Tally, policy: Policy) -> Score | None:
    """What is the score of these counts? ``None`` leaves it to the layer below."""


@hookspec
def extras() -> Sequence[Extra] | None:
    """Which features beyond rating do you bring, for every tenant that wants them? ``None`` brings none."""


@hookspec
def rated(tenant_id: int, rating: UUID, at: datetime) -> None:
    """A rating has been stored and committed; what does that concern you? The answer is not looked at."""


@hookspec
def ticket_opened(tenant_id: int, ticket: UUID, at: datetime) -> None:
    """A bad rating has become a ticket and is committed; what does that concern you? The answer is not looked at."""


@hookspec
def ticket_acted(tenant_id: int, ticket: UUID, act: str, at: datetime) -> None:
    """Something was done to a ticket and is committed; what does that concern you? The answer is not looked at."""


@hookspec
def alert_raised(tenant_id: int, alert: UUID, at: datetime) -> None:
    """Facts have added up to an alert and are committed; what does that concern you? The answer is not looked at."""


def described() -> list[str]:
    """Each question with its arguments, as the plugin authors' guide lists them."""
    asked = [each for each in globals().values() if callable(each) and hasattr(each, f"{PROJECT}_spec")]
    return [f"- `{each.__name__}{_arguments(each)}` {each.__doc__}" for each in asked]


def _arguments(spec: Callable[..., object]) -> str:
    return f"({', '.join(signature(spec).parameters)})"
