"""What every call asks for by name, and the one way in which each of them answers."""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency, Provide

from core.errors import Invalid, NotFound
from core.intake.model import Source
from web.api.body import sent
from web.api.convert import encoded
from web.deps import InKey

ADMIN = "admin"
KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")

Sent = NamedDependency[bytes]
InSource = NamedDependency[Source]


async def source(key: InKey) -> Source:
    return Source("key", str(key.id), admin=ADMIN in key.scopes)


DEPENDENCIES = {"sent": Provide(sent), "source": Provide(source)}


def answered(value: object, status: int = 200) -> Response[Any]:
    return Response(encoded(value), status_code=status, media_type="application/json")


def key_of_call(request: Request[Any, Any, Any]) -> str:
    """What makes a repeat of this call harmless; a call without one may be made once."""
    key = request.headers.get(KEY_HEADER, "")
    if key and not KEY.fullmatch(key):
        raise Invalid("Idempotency-Key 应为 1 至 200 个可见的英文字符。", field=KEY_HEADER)
    return key


def id_of(text: str) -> UUID:
    """What is not even an id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
