"""A real mail server on loopback: what a test finds in it has come by SMTP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP


@dataclass
class Inbox:
    """``letters`` are those it took; ``refuse_next`` makes it refuse."""

    letters: list[EmailMessage] = field(default_factory=list[EmailMessage])
    refuse_next: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd names it
        if self.refuse_next:
            self.refuse_next -= 1
            return "451 try again later"
        self.letters.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.default)))
        return "250 kept"


@dataclass(frozen=True)
class Post:
    url: str
    inbox: Inbox


@asynccontextmanager
async def posting() -> AsyncGenerator[Post]:
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="mail.example"), "127.0.0.1", 0)
    async with server:
        yield Post(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", inbox)
