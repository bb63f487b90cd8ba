"""A town where lost things are kept, by an extra that is installed as any other is."""

from collections.abc import AsyncGenerator, Generator
from datetime import datetime
from importlib.metadata import EntryPoint

import pytest

from core import stack
from core.embedded.servers import Servers
from core.policy.model import Override
from core.tenants.model import Tenant
from tests.core.town import town

SPANS = {"lost_property": True, "lost_keep": "5wd", "lost_warn": "1d", "lost_most": 3}


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    stack.forget()
    found = {**stack._found(), "lost": EntryPoint("lost", "tests.core.records.lost", stack.GROUP)}

    def known() -> dict[str, EntryPoint]:
        return found

    known.cache_clear = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setattr(stack, "_found", known)
    stack.forget()
    yield
    monkeypatch.undo()
    stack.forget()


@pytest.fixture
async def place(pool: Servers, lost: None, now: datetime) -> AsyncGenerator[Tenant]:
    """With the extra on, and what its rules set."""
    overrides = [Override(key, value, "第二条") for key, value in SPANS.items()]
    async with town(now, overrides=overrides) as tenant:
        yield tenant
