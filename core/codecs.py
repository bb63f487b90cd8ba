"""Values cross to PostgreSQL and back unchanged: jsonb as Python objects, moments aware and in China's time."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from core.clock import SHANGHAI

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Connection(Protocol):
    async def set_type_codec(self, typename: str, **how: Any) -> None: ...


async def set_codecs(connection: Connection) -> None:
    """Runs once for each new connection of a pool."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=_json_text, decoder=msgspec.json.decode)
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", format="tuple", encoder=_microseconds, decoder=_moment
    )


def _json_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _microseconds(moment: datetime) -> tuple[int]:
    if moment.tzinfo is None:
        raise ValueError("时间须带时区。")
    return ((moment - _EPOCH) // _MICROSECOND,)


def _moment(microseconds: tuple[int]) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds[0])).astimezone(SHANGHAI)
