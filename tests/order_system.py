"""A partner's real order system on loopback: what a test finds in it has come over HTTP, signed."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from core.exchange.server import OrderSystem

KEY = "a key that both sides know"


@dataclass(frozen=True, slots=True)
class Running:
    """``inside.orders`` are those it took; it can be made slow, to refuse, or to forget to answer."""

    url: str
    inside: OrderSystem


@asynccontextmanager
async def running(key: str = KEY, port: int = 0) -> AsyncGenerator[Running]:
    application = OrderSystem(key.encode())
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, lifespan="off", ws="none"))
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}/orders", application)
        server.should_exit = True
        await serving
