"""What a function of an extra is shown of a place: its regions and institutions, and what may be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that may be drawn in a sample. ``ref`` is opaque; ``about`` holds what a stratum may be made of."""

    ref: str
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A region or an institution: its name, what it lies below, and its level or its line.

    ``outside``: not what is asked about, and told only because what is lies below it.
    """

    code: str
    name: str
    parent: str = ""
    level: str = ""
    region: str = ""
    line: str = ""
    outside: bool = False
