"""A partner's order system for one machine: it takes signed events, keeps orders, and shows them at GET /orders."""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from core.outbox.gateway import Receive, Send
from core.outbox.sms import SIGNATURE, sign

KEPT: Final = 1000
LARGEST: Final = 262_144
_SIGNED = re.compile(r"t=(\d{1,12}),v1=[0-9a-f]{64}")
Taken = Callable[[dict[str, Any]], Awaitable[None]]


class OrderSystem:
    """An ASGI application. ``events`` holds each id once, in the order in which it first came.

    ``refuse_next`` makes it refuse, ``slow`` answer late, ``lose_next`` keep what it was sent and not say so.
    """

    def __init__(self, key: bytes, taken: Taken | None = None) -> None:
        self._key = key
        self._taken = taken
        self.events: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, list[dict[str, Any]]] = {}
        self.copies = 0
        self.tests = 0
        self.forged = 0
        self.refuse_next = 0
        self.lose_next = 0
        self.slow = 0.0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": msgspec.json.encode(body)})

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> tuple[int, Any]:
        if scope["method"] == "GET" and scope["path"] == "/orders":
            return 200, self.orders
        if scope["method"] != "POST":
            return 404, {"detail": "没有这个地址。"}
        body = await _read(receive)
        signature = dict(scope["headers"]).get(SIGNATURE.lower().encode(), b"").decode("latin-1")
        if not self._is_genuine(signature, body):
            self.forged += 1
            return 401, {"detail": "签名不正确。"}
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.refuse_next:
            self.refuse_next -= 1
            return 500, {"detail": "系统繁忙。"}
        return await self._take(msgspec.json.decode(body))

    async def _take(self, event: dict[str, Any]) -> tuple[int, Any]:
        if event["event"] == "test":
            self.tests += 1
            return 200, {"accepted": True}
        known = event["id"] in self.events
        self.copies += known
        if not known:
            self.events[event["id"]] = event
            self.orders.setdefault(event["order"], []).append(event)
            while len(self.orders) > KEPT:
                del self.orders[next(iter(self.orders))]
        if self.lose_next:
            self.lose_next -= 1
            return 500, {"detail": "收下了，但没有来得及回答。"}
        if not known and self._taken is not None:
            await self._taken(event)
        return 200, {"accepted": True, "number": number_of(event["order"])}

    def _is_genuine(self, signature: str, body: bytes) -> bool:
        found = _SIGNED.fullmatch(signature)
        return found is not None and hmac.compare_digest(sign(self._key, body, int(found[1])), signature)


def number_of(order: str) -> str:
    """What it calls an order itself."""
    return f"12345-{order}"


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more and len(body) <= LARGEST:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    return body
