"""A text that was copied from elsewhere often still names the place it came from: such names are found here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, cast


def strangers(text: str, own: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Which of the ``known`` places a text names; ``own`` is what the place itself and those above it are called.

    ``known`` has the longer names before the shorter: the whole of a name is found, not a part of it.
    """
    for name in sorted((each for each in own if each), key=len, reverse=True):
        text = text.replace(name, "　")
    found: list[str] = []
    for name in known:
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
