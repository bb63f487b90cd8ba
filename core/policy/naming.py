"""A text that was copied from elsewhere often still names the place it came from: such names are found here."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast


@cache
def divisions() -> tuple[str, ...]:
    """The provinces and prefectures of the country by their full names, the longer before the shorter."""
    found = cast("list[str]", json.loads((Path(__file__).parent / "data" / "divisions.json").read_text("utf-8")))
    return tuple(sorted(found, key=len, reverse=True))


def strangers(text: str, own: Iterable[str]) -> tuple[str, ...]:
    """The places that a text names; ``own`` is what the place itself and those above it are called."""
    for name in sorted((each for each in own if each), key=len, reverse=True):
        text = text.replace(name, "　")
    found: list[str] = []
    for name in divisions():
        if name in text:
            found.append(name)
            text = text.replace(name, "　")
    return tuple(found)


def texts(value: Any) -> Iterator[str]:
    """Every text that stands in a value."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from texts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        yield from (text for each in cast("Mapping[str, Any]", value).values() for text in texts(each))
    elif isinstance(value, list | tuple):
        yield from (text for each in cast("list[Any]", value) for text in texts(each))
