"""An extra of the tests is installed as any other: by its entry point, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint

import pytest

from core import stack


@contextmanager
def installed(name: str, module: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        stack.forget()
        found = {**stack._found(), name: EntryPoint(name, module, stack.GROUP)}  # pyright: ignore[reportPrivateUsage]

        def known() -> dict[str, EntryPoint]:
            return found

        known.cache_clear = lambda: None  # type: ignore[attr-defined]
        patch.setattr(stack, "_found", known)
        stack.forget()
        yield
    stack.forget()
