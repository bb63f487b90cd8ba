"""A tenant is a value: whoever holds it decides by the rules and the calendar of one revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.policy.calendar import Calendar
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper


@dataclass(frozen=True, slots=True)
class Brand:
    """How a place looks: colours of its own ("" is the colour of the house), and the hash its mark is served by."""

    light: str = ""
    dark: str = ""
    logo: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Tenant:
    """``timeless``: its regulations hold on any day, as in scenarios. ``live``: every open question is answered.

    ``parent`` is the province it belongs to, ``baseline`` what it has adopted of the province's rules, and
    ``baseline_lets`` what the province leaves to it. ``live_since``: from its first day live what holds is history.
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
    baseline_lets: frozenset[str] = frozenset()
    papers: tuple[Paper, ...] = ()
    asks: tuple[OwnQuestion, ...] = field(default=(), hash=False)
    brand: Brand = Brand()


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
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    overrides: tuple[Override, ...] = ()
