"""A command begins only on servers that may be trusted, with a schema as new as itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from core import boot, crypto, db, migrate
from core.boot import BootRefused
from core.settings import Settings

CONNECTIONS = 2


@contextmanager
def house(found: Settings, *, redis_must_answer: bool = False) -> Iterator[Settings]:
    """Settings that a program can start on. A checkout's own database is brought up to date; others are only judged."""
    with boot.house(found) as settings:
        asyncio.run(_prepare(settings, is_ours=not found.database_url, redis_must_answer=redis_must_answer))
        yield settings


@asynccontextmanager
async def pool(settings: Settings) -> AsyncIterator[None]:
    """For one short command."""
    crypto.use_secret(settings.secret)
    await db.open_pool(settings.database_url, 1, CONNECTIONS)
    try:
        yield
    finally:
        await db.close_pool()


async def _prepare(settings: Settings, *, is_ours: bool, redis_must_answer: bool) -> None:
    if is_ours:
        await migrate.migrate(boot.owner_url(settings), boot.app_role(settings))
    await boot.check(settings, redis_must_answer=redis_must_answer)
    connection = await boot.connect(settings.database_url)
    try:
        await check_schema(connection)
    finally:
        await connection.close()


async def check_schema(connection: asyncpg.Connection) -> None:
    newest = migrate.migrations()[-1].number
    try:
        number = await connection.fetchval("SELECT max(number) FROM migration")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        number = None
    if number is None or number < newest:
        raise BootRefused("数据库结构不是最新的。请先运行 haochaping migrate（用 DATABASE_OWNER_URL 的账户）。")
