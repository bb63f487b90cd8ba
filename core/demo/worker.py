"""The demo's worker first lives through the past, undisturbed by jobs of the present, and then does its work."""

import asyncio

from core import clock, logs, ready, settings, worker
from core.demo.history import load_all
from core.evidence import files
from core.settings import Settings


async def _past(found: Settings) -> None:
    files.use_folder(found.files)
    async with ready.pool(found):
        await load_all(clock.now())


def main() -> None:
    logs.configure()
    found = settings.read()
    asyncio.run(_past(found))
    worker.run(found)


if __name__ == "__main__":
    main()
