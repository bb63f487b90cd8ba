"""What narrows a list stands in its address, and each condition can be taken away alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from web.forms import day_from

LONGEST = 80


class Address(Protocol):
    """A request, or a query that somebody kept."""

    @property
    def query_params(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Saved:
    """A query that was kept, to be read as an address is."""

    query_params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list; ``options`` are the only values it takes, in words, unless any day may be one."""

    name: str
    label: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    value: str = ""
    is_day: bool = False

    @property
    def chosen(self) -> str:
        return self.value if self.is_day else self.options.get(self.value, "")


def asked(request: Address, name: str) -> str:
    """A short text of the address, fit to be searched for."""
    text = request.query_params.get(name, "")
    return "".join(letter for letter in text if letter.isprintable() and not "\ud800" <= letter <= "\udfff")[:LONGEST]


def day_of(request: Address, name: str) -> date | None:
    """The day the address names, None where it names none."""
    return day_from(asked(request, name), name)


def id_of(request: Address, name: str) -> UUID | None:
    """The id the address names, such as the last of the page before; what is none names nothing."""
    try:
        return UUID(asked(request, name))
    except ValueError:
        return None


def read(request: Address, filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """Each filter with what the address says; what it does not know is no condition."""
    return tuple(_with(each, asked(request, each.name)) for each in filters)


def _with(each: Filter, value: str) -> Filter:
    known = day_from(value, each.name) is not None if each.is_day else value in each.options
    return replace(each, value=value if known else "")
