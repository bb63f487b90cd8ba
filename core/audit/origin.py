"""Where a change comes from is known at the edge and written down beside it; nobody has to carry it there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Origin:
    """``via`` is the way in; ``member`` who sat there, ``acting_for`` in whose place; ``trace`` the request's own id.

    ``address`` is kept of those who work here and of programs with a key, never of who rates.
    """

    via: str = ""
    member: str = ""
    acting_for: str = ""
    address: str = ""
    trace: str = ""


_HERE: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - frozen


def here() -> Origin:
    return _HERE.get()


def begin(via: str, trace: str = "") -> None:
    """A new request: nothing of the one before is left."""
    _HERE.set(Origin(via, trace=trace))


def know(**more: str) -> None:
    """What becomes known of it on the way."""
    _HERE.set(replace(_HERE.get(), **more))


@contextmanager
def knowing(**more: str) -> Iterator[None]:
    """What is known of it in here, and no longer."""
    token = _HERE.set(replace(_HERE.get(), **more))
    try:
        yield
    finally:
        _HERE.reset(token)


@contextmanager
def coming(via: str) -> Iterator[None]:
    """All that is done in here comes this way."""
    token = _HERE.set(Origin(via))
    try:
        yield
    finally:
        _HERE.reset(token)
