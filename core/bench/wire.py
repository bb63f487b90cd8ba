"""The load costs the machine little beside what it measures: plain sockets, whole requests made beforehand."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

CREATED = range(200, 300)


class BenchFailed(RuntimeError):
    """测速没有完成。"""


@dataclass(slots=True)
class Load:
    """What came of it: seconds of each answer, and how long all took together."""

    took: list[float] = field(default_factory=list[float])
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


@dataclass(frozen=True, slots=True)
class Door:
    """Where the requests go, and with which key."""

    host: str
    port: int
    key: str

    def post(self, path: str, body: bytes, more: str = "") -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        )
        return head.encode() + body


async def press(door: Door, requests: Iterable[bytes], connections: int, seconds: float) -> Load:
    """Each connection asks again as soon as it is answered, until the time or the requests are over."""
    load, supply = Load(), iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_ask(door, supply, begun + seconds, load) for _ in range(connections)))
    load.seconds = time.perf_counter() - begun
    if not load.took:
        raise BenchFailed("没有收到任何应答。")
    return load


async def _ask(door: Door, supply: Iterator[bytes], until: float, load: Load) -> None:
    reader, writer = await asyncio.open_connection(door.host, door.port)
    try:
        while time.perf_counter() < until and (request := next(supply, None)) is not None:
            asked = time.perf_counter()
            writer.write(request)
            await answer(reader)
            load.took.append(time.perf_counter() - asked)
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The body of the next answer, which must be a success."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    body = await reader.readexactly(length)
    status = int(head.split(" ", 2)[1])
    if status not in CREATED:
        raise BenchFailed(f"应答 {status}：{body.decode(errors='replace')[:300]}")
    return body
