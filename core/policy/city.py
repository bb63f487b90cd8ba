"""A plugin says whose rules it holds."""

from dataclasses import dataclass

from core.policy.model import Regulation


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A place with rules of its own; ``division`` is its six-digit 行政区划代码, empty for the whole nation."""

    name: str
    short: str
    division: str
    regulations: tuple[Regulation, ...]
    note: str = ""
