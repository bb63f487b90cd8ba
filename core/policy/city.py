"""A plugin says whose rules it holds, and which features its document brings."""

from dataclasses import dataclass
from typing import Any

from core.policy.keys import Key
from core.policy.model import Regulation
from core.policy.values import Questionnaire


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A place with rules of its own; ``division`` is its six-digit 行政区划代码, empty for the whole nation."""

    name: str
    short: str
    division: str
    regulations: tuple[Regulation, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Extra:
    """A feature beyond rating, offered to every tenant, switched on by its own key, with ``settings`` of its own."""

    code: str
    label: str
    says: str
    switch: Key[bool]
    clause: str = ""
    forms: tuple[Questionnaire, ...] = ()
    settings: tuple[Key[Any], ...] = ()
