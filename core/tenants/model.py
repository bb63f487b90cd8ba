"""A tenant is a value: whoever holds it decides by the rules and the calendar of one revision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from core.policy.calendar import Calendar
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper

State = Literal["founding", "live", "suspended", "archived", "leaving"]
# 行政区划代码
DIVISION = re.compile(r"[1-9][0-9]{5}")
STATES: Mapping[State, str] = {
    "founding": "筹备中", "live": "已上线", "suspended": "已暂停", "archived": "已归档", "leaving": "待删除",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brand:
    """How a place looks: colours of its own ("" is the colour of the house), and the hash its mark is served by."""

    light: str = ""
    dark: str = ""
    logo: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nothing was taken in; one that goes on lasts till the moment that is asked about."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Tenant:
    """``timeless``: its regulations hold on any day, as in scenarios. ``live``: brought on board and not stopped.

    ``parent`` is the province it belongs to, ``division`` its own code there, ``baseline`` what it has adopted of the
    province's rules, and ``lets`` what the province leaves to it from which day. ``live_since``: from its first day
    live what holds is history. ``testing``: what comes in before that day is practice.
    """

    id: int
    slug: str
    name: str
    short: str
    stack: tuple[str, ...]
    answers: Mapping[str, Any] = field(hash=False)
    overrides: tuple[Override, ...] = field(hash=False)
    calendar: Calendar = field(hash=False, repr=False)
    revision: int
    live: bool = False
    demo: bool = False
    timeless: bool = False
    province: bool = False
    host: str | None = None
    parent: int | None = None
    live_since: datetime | None = None
    dated: tuple[DatedAnswer, ...] = field(default=(), hash=False)
    baseline: tuple[Override, ...] = field(default=(), hash=False)
    baseline_version: int | None = None
    lets: tuple[tuple[date, frozenset[str]], ...] = ()
    papers: tuple[Paper, ...] = ()
    asks: tuple[OwnQuestion, ...] = field(default=(), hash=False)
    brand: Brand = Brand()
    state: State = "founding"
    division: str = ""
    testing: bool = True
    leaves_at: datetime | None = None

    @property
    def takes_in(self) -> bool:
        """Whether it receives services and ratings at this time."""
        return self.state == "live" or (self.state == "founding" and self.testing)

    def let(self, on: date) -> frozenset[str]:
        """What the version in force on that day leaves to the place; of two for one day, the one adopted last."""
        held = [(since, at) for at, (since, _) in enumerate(self.lets) if since <= on]
        return self.lets[max(held)[1]][1] if held else frozenset()

    @property
    def read_only(self) -> bool:
        return self.state in ("archived", "leaving")


@dataclass(frozen=True, slots=True)
class Founding:
    """What a tenant is founded with; the rest is answered, overridden and loaded afterwards."""

    slug: str
    name: str
    stack: tuple[str, ...]
    short: str = ""
    host: str | None = None
    parent: int | None = None
    province: bool = False
    demo: bool = False
    timeless: bool = False
    division: str = ""
    testing: bool = True
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    overrides: tuple[Override, ...] = ()
