"""Long work is watched while it runs: how far it is can be seen at once, and it stops once nobody wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from core.errors import Refused, Unavailable

EVERY: Final = 1.0


async def watched(work: Coroutine[Any, Any, None], got_on: Callable[[], Awaitable[bool]]) -> Refused | None:
    """What refused it, if anything did; what another time may do is raised.

    ``got_on`` tells how far the work is, and is asked whether anybody still wants it.
    """
    doing = asyncio.create_task(work)
    try:
        while not doing.done():
            await asyncio.wait({doing}, timeout=EVERY)
            if not doing.done() and not await got_on():
                doing.cancel()
    finally:
        doing.cancel()
    (error,) = await asyncio.gather(doing, return_exceptions=True)
    if isinstance(error, Refused) and not isinstance(error, Unavailable):
        return error
    if isinstance(error, Exception):
        raise error
    return None
