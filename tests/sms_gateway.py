"""A real gateway on loopback: what a test finds in it has come over HTTP, signed."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from core.outbox.gateway import SmsGateway
from core.outbox.sms import signing_key


@dataclass(frozen=True, slots=True)
class Running:
    """``inside.messages`` are those it took; ``inside.refuse_next`` makes it refuse."""

    url: str
    inside: SmsGateway


@asynccontextmanager
async def running(secret: str) -> AsyncGenerator[Running]:
    application = SmsGateway(signing_key(secret))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}/", application)
        server.should_exit = True
        await serving
