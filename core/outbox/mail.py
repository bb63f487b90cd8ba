"""A letter reaches the mail server at least once, under an id by which a second copy is known; no secret in clear."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from core.outbox.sms import DeliveryFailed

TIMEOUT_SECONDS = 15.0
PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class MailRefused(DeliveryFailed):
    """邮件服务器没有接收。"""


@dataclass(frozen=True, slots=True)
class Letter:
    id: UUID
    to: str
    kind: str
    subject: str
    text: str


class MailGateway(Protocol):
    """What carries letters. It raises ``DeliveryFailed`` when it did not take one."""

    async def send(self, letter: Letter) -> None: ...


class SmtpGateway:
    """``smtps://name:password@host:465`` is encrypted from the start, ``smtp://`` as soon as the server offers it."""

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        try:
            await asyncio.to_thread(self._give, letter)
        except (smtplib.SMTPException, OSError) as error:
            # What a server answers may repeat the address: its kind is enough.
            code = getattr(error, "smtp_code", "")
            raise MailRefused(f"{type(error).__name__} {code}".strip()) from error

    def _give(self, letter: Letter) -> None:
        host, port = self._url.hostname or "", self._url.port or PORTS[self._url.scheme]
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        with server:
            server.ehlo_or_helo_if_needed()
            encrypted = self._url.scheme == "smtps"
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=context)
                encrypted = True
            if self._url.username:
                if not encrypted and host not in LOOPBACK:
                    raise MailRefused("邮件服务器不支持加密，口令没有发送")
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(self._written(letter))

    def _written(self, letter: Letter) -> EmailMessage:
        written = EmailMessage()
        written["From"] = self._sender
        written["To"] = letter.to
        written["Subject"] = letter.subject
        written["Date"] = formatdate(usegmt=True)
        written["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(letter.text)
        return written


class NoMail:
    """Without a server every letter waits, and says for what."""

    async def send(self, letter: Letter) -> None:  # noqa: ARG002 - it takes none
        raise MailRefused("未配置邮件服务器（HAOCHAPING_SMTP_URL、HAOCHAPING_SMTP_FROM）")


def mail_gateway(url: str, sender: str) -> MailGateway:
    return SmtpGateway(url, sender) if url and sender else NoMail()
