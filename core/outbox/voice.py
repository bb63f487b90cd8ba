"""The voice gateway takes calls to make as the SMS gateway takes messages: signed, at least once, under an id.

What is answered on the keys comes back as any rating does: through the interface, by the token, on the hotline channel.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Final

from core.outbox.sms import DeliveryFailed, Gateway, HttpGateway, Message

VOICE: Final = "voice."
INVITE: Final = "voice.invite"


class NoVoice:
    """Without a gateway every call waits, and says for what."""

    async def send(self, message: Message, now: datetime) -> None:  # noqa: ARG002 - it takes none
        raise DeliveryFailed("未配置语音网关（HAOCHAPING_VOICE_URL）")


def voice_gateway(url: str, secret: str) -> Gateway:
    return HttpGateway(url, voice_key(secret)) if url else NoVoice()


def voice_key(secret: str) -> bytes:
    """The gateway's own key: knowing it opens nothing else."""
    return hmac.digest(secret.encode(), b"haochaping voice gateway", hashlib.sha256)
