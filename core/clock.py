"""All time comes from here, so history, tests and deadlines can be lived through in any order."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment in China, or the moment that ``at`` has set."""
    return _set.get() or datetime.now(SHANGHAI)


@contextmanager
def at(moment: datetime) -> Generator[None]:
    """Within this block, and what it starts, it is ``moment``."""
    if moment.tzinfo is None:
        raise ValueError("时间须带时区。")
    token = _set.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _set.reset(token)
