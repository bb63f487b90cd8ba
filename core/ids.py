"""Ids are UUIDv7: made here, ordered by time for the indexes, and not to be guessed."""

import secrets
import time
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def new() -> UUID:
    """48 bits of milliseconds, 12 bits of the rest of the millisecond, 62 random bits (RFC 9562, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=(milliseconds & (2**48 - 1)) << 80 | _VERSION | fraction << 64 | _VARIANT | secrets.randbits(62))


def made_before(seconds: float) -> UUID:
    """Every id that was made up to that many seconds ago is smaller than this one."""
    milliseconds = time.time_ns() // 1_000_000 - int(seconds * 1000)
    return UUID(int=(milliseconds & (2**48 - 1)) << 80 | _VERSION | _VARIANT)
