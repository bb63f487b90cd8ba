"""Guessing is slow: so many tries in so many seconds, counted over all processes while Valkey answers, else in each."""

import time
from hashlib import sha256

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.errors import TooMany

log = structlog.get_logger(__name__)
MOST_SUBJECTS = 10_000


class Limits:
    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) if redis_url else None
        self._local: dict[str, int] = {}

    async def take(self, kind: str, subject: str, *, most: int, seconds: int) -> None:
        """Each kind has a bucket of its own for each subject; the subject itself is not kept."""
        period = int(time.time()) // seconds
        key = f"limit:{kind}:{period}:{sha256(subject.encode()).hexdigest()[:32]}"
        if await self._count(key, seconds) > most:
            raise TooMany

    async def _count(self, key: str, seconds: int) -> int:
        if self._redis is None:
            return self._count_here(key)
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.expire(key, seconds)
                counted, _ = await pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("limits without valkey", error=type(error).__name__)
            return self._count_here(key)
        return int(counted)

    def _count_here(self, key: str) -> int:
        if len(self._local) >= MOST_SUBJECTS:
            self._local.clear()
        self._local[key] = self._local.get(key, 0) + 1
        return self._local[key]

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
