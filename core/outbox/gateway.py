"""An SMS gateway for one machine: it takes signed messages, keeps them in memory, and shows them at GET /messages."""

import argparse
import asyncio
import hmac
import re
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import uvicorn

from core import logs, settings
from core.outbox.sms import SIGNATURE, sign, signing_key

KEPT = 1000
LARGEST = 65_536
_SIGNED = re.compile(r"t=(\d{1,12}),v1=[0-9a-f]{64}")


class Receive(Protocol):
    async def __call__(self) -> dict[str, Any]: ...


class Send(Protocol):
    async def __call__(self, message: dict[str, Any], /) -> None: ...


class SmsGateway:
    """An ASGI application. ``messages`` holds each id once, however often it came."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.messages: dict[str, dict[str, Any]] = {}
        self.copies = 0
        self.refuse_next = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": msgspec.json.encode(body)})

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> tuple[int, Any]:
        if scope["method"] == "GET" and scope["path"] == "/messages":
            return 200, list(self.messages.values())[::-1]
        if scope["method"] != "POST":
            return 404, {"detail": "没有这个地址。"}
        body = await _read(receive)
        signature = dict(scope["headers"]).get(SIGNATURE.lower().encode(), b"").decode("latin-1")
        if not self._is_ours(signature, body):
            return 401, {"detail": "签名不正确。"}
        if self.refuse_next:
            self.refuse_next -= 1
            return 503, {"detail": "网关繁忙。"}
        self._keep(msgspec.json.decode(body))
        return 200, {"accepted": True}

    def _is_ours(self, signature: str, body: bytes) -> bool:
        found = _SIGNED.fullmatch(signature)
        return found is not None and hmac.compare_digest(sign(self._key, body, int(found[1])), signature)

    def _keep(self, message: dict[str, Any]) -> None:
        self.copies += message["id"] in self.messages
        self.messages[message["id"]] = message
        while len(self.messages) > KEPT:
            del self.messages[next(iter(self.messages))]


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more and len(body) <= LARGEST:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body


async def serve(port: int, secret: str) -> None:
    application = SmsGateway(signing_key(secret))
    await uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=port, lifespan="off", log_config=None)
    ).serve()


def main(argv: Sequence[str] | None = None) -> None:
    logs.configure()
    parser = argparse.ArgumentParser(description="本机短信网关：收下短信，列在 GET /messages")
    parser.add_argument("--port", type=int, default=8025)
    asyncio.run(serve(parser.parse_args(argv).port, settings.read().secret))


if __name__ == "__main__":
    main()
