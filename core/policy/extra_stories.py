"""What a place that only shows the program has lived through with an extra: told as data, done at the real doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Step:
    """What is done in a story, so many hours after its record was filed.

    It is done to the record itself, or with ``of`` to what has come of it: the ``nth`` record of that kind below it.
    """

    hours: float
    act: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    of: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """A record of such a place: filed so many days ago by one who may, and what became of it.

    ``parts`` are filed below it. ``found``: nobody files it, since a rule has made it; it says what ``given`` says.
    ``ratable`` puts in a case of the place that may still be rated.
    """

    kind: str
    given: Mapping[str, Any]
    days: float
    who: Literal["citizen", "clerk", "handler", "bureau"] = "citizen"
    steps: tuple[Step, ...] = ()
    parts: tuple["Story", ...] = ()
    found: bool = False
    ratable: bool = False
