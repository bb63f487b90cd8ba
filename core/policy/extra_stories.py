"""What a place that only shows the program has lived through, told record by record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.policy.extras import Who


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in a story, so many hours after the record was filed."""

    hours: float
    act: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Story:
    """A record of a place that only shows the program: filed so many days ago by one who may, and what became of it."""

    kind: str
    given: Mapping[str, Any]
    days: float
    who: "Who" = "citizen"
    steps: tuple[Step, ...] = ()
