"""A message reaches the gateway at least once, signed, under an id by which the gateway knows a second copy."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import httpx
import msgspec

SIGNATURE = "X-Haochaping-Signature"
TIMEOUT_SECONDS = 10.0


class DeliveryFailed(RuntimeError):
    """短信网关没有接收。"""


@dataclass(frozen=True, slots=True)
class Message:
    id: UUID
    to: str
    kind: str
    text: str
    params: Mapping[str, Any]


class Gateway(Protocol):
    """What carries messages to people's phones. It raises ``DeliveryFailed`` when it did not take one."""

    async def send(self, message: Message, now: datetime) -> None: ...


class HttpGateway:
    """A gateway that takes JSON by POST and answers 2xx when the message is its own."""

    def __init__(self, url: str, key: bytes) -> None:
        self._url = url
        self._key = key

    async def send(self, message: Message, now: datetime) -> None:
        body = msgspec.json.encode(message)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(message.id),
            SIGNATURE: sign(self._key, body, int(now.timestamp())),
        }
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                answer = await client.post(self._url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryFailed(type(error).__name__) from error
        if not answer.is_success:
            raise DeliveryFailed(f"HTTP {answer.status_code}")


class NoGateway:
    """Without a gateway every message waits, and says for what."""

    async def send(self, message: Message, now: datetime) -> None:  # noqa: ARG002 - it takes none
        raise DeliveryFailed("未配置短信网关（HAOCHAPING_SMS_URL）")


def gateway(url: str, secret: str) -> Gateway:
    return HttpGateway(url, signing_key(secret)) if url else NoGateway()


def signing_key(secret: str) -> bytes:
    """The gateway's own key: knowing it opens nothing else."""
    return hmac.digest(secret.encode(), b"haochaping sms gateway", hashlib.sha256)


def sign(key: bytes, body: bytes, timestamp: int) -> str:
    mac = hmac.digest(key, f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"t={timestamp},v1={mac.hex()}"
