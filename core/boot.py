"""A configuration that could lose a rating or show it to a stranger does not start; the sentence names the setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from core.embedded import servers
from core.settings import Settings

OLDEST_POSTGRES = 150000
OLDEST_REDIS = (6, 2)
SHORTEST_SECRET = 32
CONNECT_SECONDS = 10
DURABLE = frozenset({"on", "remote_apply"})
LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})

FACTS = """
SELECT current_setting('server_version_num')::int AS version,
       current_setting('server_version') AS version_name,
       current_user::text AS role,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('fsync') AS fsync,
       current_setting('server_encoding') AS encoding,
       (SELECT coalesce(bool_or(rolsuper), false) FROM pg_roles
         WHERE pg_has_role(current_user, oid, 'MEMBER')) AS superuser,
       (SELECT coalesce(bool_or(rolbypassrls), false) FROM pg_roles
         WHERE pg_has_role(current_user, oid, 'MEMBER')) AS bypasses,
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND pg_has_role(current_user, c.relowner, 'MEMBER'))::int AS tables_owned
"""


class BootRefused(Exception):
    """配置不安全，程序没有启动。"""


class Unreachable(BootRefused):
    """服务器没有应答，程序没有启动。"""


@dataclass(frozen=True, slots=True)
class Database:
    """What the application's own connection can see of the server and of itself."""

    version: int
    version_name: str
    role: str
    synchronous_commit: str
    fsync: str
    encoding: str
    superuser: bool
    bypasses: bool
    tables_owned: int


@contextmanager
def house(settings: Settings) -> Iterator[Settings]:
    """Settings whose every URL can be used: what is not set is answered by this checkout's own servers."""
    if settings.database_url and settings.redis_url:
        yield replace(settings, secret=_demo_secret(settings))
        return
    if not settings.demo:
        raise BootRefused("正式环境须设置 DATABASE_URL 和 REDIS_URL；内置数据库只供演示使用（HAOCHAPING_ENV=demo）。")
    with servers.running(settings.var) as found:
        yield settled(settings, found)


def settled(settings: Settings, found: servers.Servers) -> Settings:
    return replace(
        settings,
        database_url=settings.database_url or found.database_url,
        owner_url=settings.owner_url or ("" if settings.database_url else found.owner_url),
        redis_url=settings.redis_url or found.redis_url,
        secret=_demo_secret(settings),
    )


def owner_url(settings: Settings) -> str:
    if not settings.owner_url:
        raise BootRefused("DATABASE_OWNER_URL 未设置。升级数据库结构须用数据表所有者的账户。")
    return settings.owner_url


def app_role(settings: Settings) -> str | None:
    """The login the application uses, to which the owner's migrations grant what it needs."""
    return urlsplit(settings.database_url).username


async def check(settings: Settings, *, redis_must_answer: bool) -> None:
    """Everything that can be known before the first request. A rating needs no Redis, so the web may start without."""
    check_settings(settings)
    connection = await connect(settings.database_url)
    try:
        await check_connection(connection)
    finally:
        await connection.close()
    await check_redis(settings.redis_url, must_answer=redis_must_answer)


def check_settings(settings: Settings) -> None:
    if not settings.demo and not settings.secret:
        raise BootRefused("HAOCHAPING_SECRET 未设置。请设置一个至少 32 位的随机密钥，并妥善备份。")
    if len(settings.secret) < SHORTEST_SECRET:
        raise BootRefused("HAOCHAPING_SECRET 太短，至少需要 32 位随机字符。")
    if not settings.database_url:
        raise BootRefused("DATABASE_URL 未设置。")
    if not settings.redis_url:
        raise BootRefused("REDIS_URL 未设置。")
    _refuse_plain_text(settings)


async def connect(database_url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(database_url, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError) as error:
        raise Unreachable(f"数据库没有应答，请检查 DATABASE_URL：{_reason(error)}") from error
    except (ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise BootRefused(f"无法登录数据库，请检查 DATABASE_URL：{_reason(error)}") from error


async def check_connection(connection: asyncpg.Connection) -> None:
    for row in await connection.fetch(FACTS):
        judge_database(Database(**row))


def judge_database(found: Database) -> None:
    """The role is judged before its tables: a superuser counts as owner of everything."""
    who = f"DATABASE_URL 的角色 {found.role}"
    for wrong, sentence in (
        (
            found.version < OLDEST_POSTGRES,
            f"DATABASE_URL 的数据库版本是 {found.version_name}，需要 PostgreSQL 15 或更高。",
        ),
        (found.superuser, f"{who} 是超级用户，行级安全对它无效。请改用普通角色。"),
        (found.bypasses, f"{who} 可以绕过行级安全（BYPASSRLS）。请改用普通角色。"),
        (found.tables_owned > 0, f"{who} 是数据表的所有者。请改用应用角色，所有者只用于 DATABASE_OWNER_URL。"),
        (
            found.synchronous_commit not in DURABLE,
            f"synchronous_commit 是 {found.synchronous_commit}，断电会丢失已收到的评价。请设为 on。",
        ),
        (found.fsync != "on", "fsync 已关闭，断电会损坏数据库。请设为 on。"),
        (found.encoding != "UTF8", f"DATABASE_URL 的数据库编码是 {found.encoding}，需要 UTF8。"),
    ):
        if wrong:
            raise BootRefused(sentence)


async def check_redis(redis_url: str, *, must_answer: bool) -> None:
    try:
        async with Redis.from_url(redis_url, socket_connect_timeout=CONNECT_SECONDS) as client:
            found = await client.info()
    except (RedisError, OSError, ValueError) as error:
        if not _is_silence(error):
            raise BootRefused(f"Redis 无法使用，请检查 REDIS_URL：{_reason(error)}") from error
        if must_answer:
            raise Unreachable(f"Redis 没有应答，请检查 REDIS_URL：{_reason(error)}") from error
        return
    judge_redis(str(found["redis_version"]), str(found["maxmemory_policy"]))


def judge_redis(version: str, policy: str) -> None:
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        raise BootRefused(f"REDIS_URL 的 Redis 版本是 {version}，需要 6.2 或更高。")
    if policy != "noeviction":
        raise BootRefused(f"REDIS_URL 的 Redis 会淘汰数据（maxmemory-policy 是 {policy}）。请设为 noeviction。")


def _demo_secret(settings: Settings) -> str:
    """Only the demo gets a secret it did not ask for; elsewhere one that is lost would take the data with it."""
    return settings.secret or (servers.app_secret(settings.var) if settings.demo else "")


def _refuse_plain_text(settings: Settings) -> None:
    database, redis = urlsplit(settings.database_url), urlsplit(settings.redis_url)
    safe = LOOPBACK | settings.plain_hosts
    sslmode = parse_qs(database.query).get("sslmode", [""])[0]
    if (database.hostname or "") not in safe and sslmode not in ENCRYPTED:
        raise BootRefused(
            "DATABASE_URL 的连接没有加密。请加上 sslmode=verify-full，或用 HAOCHAPING_PLAIN_HOSTS 写明可信内网主机。"
        )
    if redis.scheme == "redis" and (redis.hostname or "") not in safe:
        raise BootRefused("REDIS_URL 的连接没有加密。请改用 rediss://，或用 HAOCHAPING_PLAIN_HOSTS 写明可信内网主机。")


def _is_silence(error: Exception) -> bool:
    """Nobody answered; a refused password or a malformed address is something else, and stays wrong."""
    return isinstance(error, NoConnection | NoAnswer | OSError) and not isinstance(
        error.__cause__ or error, AuthenticationError
    )


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
