"""What is declared is frozen; a test may have it otherwise for as long as it needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def changed(declared: Any, **values: Any) -> Iterator[None]:
    before = {name: getattr(declared, name) for name in values}
    for name, value in values.items():
        object.__setattr__(declared, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(declared, name, value)
