"""What narrows a list stands in its address, and each condition can be taken away alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.visit import HttpRequest

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list; ``options`` are the only values it takes, in words."""

    name: str
    label: str
    options: Mapping[str, str]
    value: str = ""

    @property
    def chosen(self) -> str:
        return self.options.get(self.value, "")


def asked(request: HttpRequest, name: str) -> str:
    """A short text of the address, fit to be searched for."""
    text = request.query_params.get(name, "")
    return "".join(letter for letter in text if letter.isprintable() and not "\ud800" <= letter <= "\udfff")[:LONGEST]


def read(request: HttpRequest, filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """Each filter with what the address says; what it does not know is no condition."""
    return tuple(_with(each, asked(request, each.name)) for each in filters)


def _with(each: Filter, value: str) -> Filter:
    return Filter(each.name, each.label, each.options, value if value in each.options else "")
