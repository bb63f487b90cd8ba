"""A long answer comes page by page: where the last page ended is told in a word that only we can read."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

import msgspec

from core.errors import Invalid, Refused
from core.intake.told import read

PLACE = msgspec.json.Decoder(tuple[datetime, UUID])


def place_of(cursor: str) -> tuple[datetime, UUID]:
    try:
        return read(PLACE, base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Refused, binascii.Error, ValueError):
        raise Invalid("cursor 无效，请使用上一页回答中的 next。", field="cursor") from None


def cursor_of(at: datetime, row: UUID) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((at, row))).rstrip(b"=").decode()
