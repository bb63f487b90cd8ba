"""What is read of a past period is read by two, who look at one and the same moment of it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, TypeVar

from core import db
from core.errors import Unavailable

# No statement of a trial may take longer.
PATIENCE = 300
T = TypeVar("T")
Reading = Callable[[db.Unit], Awaitable[T]]


class Hands:
    """One reads by itself where no second connection is free."""

    def __init__(self, unit: db.Unit, picture: str) -> None:
        self.unit = unit
        self._picture = picture

    async def all(self, readings: Sequence[Reading[T]]) -> list[T]:
        """What each of them read, in their order; whoever has a hand free takes the next."""
        left = deque(enumerate(readings))
        found: dict[int, T] = {}

        async def reads(unit: db.Unit) -> None:
            while left:
                nth, reading = left.popleft()
                found[nth] = await reading(unit)

        # The other one works in a unit of its own, hence where none is open yet.
        other = asyncio.create_task(self._beside(reads), context=Context())
        try:
            await reads(self.unit)
            await other
        finally:
            other.cancel()
            await asyncio.gather(other, return_exceptions=True)
        return [found[nth] for nth in range(len(readings))]

    async def _beside(self, reads: Callable[[db.Unit], Coroutine[Any, Any, None]]) -> None:
        begun = False
        try:
            async with db.in_stillness(self.unit.tenant, patience=PATIENCE, like=self._picture) as unit:
                begun = True
                await reads(unit)
        except Unavailable:
            if begun:
                raise


@asynccontextmanager
async def hands(tenant_id: int) -> AsyncGenerator[Hands]:
    async with db.in_stillness(tenant_id, patience=PATIENCE) as unit:
        yield Hands(unit, await unit.fetchval("SELECT pg_export_snapshot()"))
