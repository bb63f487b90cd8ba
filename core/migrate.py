"""Running it leaves the schema at the newest number, once, however often and from however many machines it is run."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from core import clock
from core.codecs import set_codecs
from core.policy import holidays

APP_ROLE = "hcp_app"
# asyncpg carries no types.
driver: Any = asyncpg
FOLDER = Path(__file__).parent / "migrations" / "sql"
MONTHS_AHEAD = 18

# Any number that nothing else locks.
_LOCK = 7_306_822_051
_LEDGER = """
CREATE TABLE IF NOT EXISTS migration (
  number     int PRIMARY KEY,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL
)
"""
_NEWEST_NOTICES = """
SELECT DISTINCT ON (year) year, version, off, work FROM holiday_notice ORDER BY year, version DESC
"""
_ADD_NOTICE = """
INSERT INTO holiday_notice (year, version, off, work, names, document, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class MigrationFailed(RuntimeError):
    """数据库结构没有升级。"""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The numbered files, in order."""
    found = [
        Migration(int(file.name.partition("_")[0]), file.stem, file.read_text("utf-8"))
        for file in sorted(folder.glob("[0-9]*.sql"))
    ]
    numbers = [each.number for each in found]
    if len(set(numbers)) != len(numbers):
        raise MigrationFailed(f"{folder} 中有编号相同的文件。")
    return tuple(found)


async def migrate(owner_url: str, app_role: str | None = None, *, folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of what it applied. ``app_role`` is the login that shall work as the application."""
    async with _owner(owner_url) as connection:
        await _prepare_roles(connection, app_role)
        await connection.execute(_LEDGER)
        # The program compares it with its own files before it starts.
        await connection.execute(f"GRANT SELECT ON migration TO {APP_ROLE}")
        todo = _pending(await connection.fetch("SELECT number, name, checksum FROM migration"), migrations(folder))
        for each in todo:
            await _apply(connection, each)
        if folder == FOLDER:
            await _make_months(connection, clock.now().date())
            await _seed_holidays(connection, clock.now())
        return tuple(each.name for each in todo)


@asynccontextmanager
async def _owner(url: str) -> AsyncGenerator[Any]:
    """The owner's connection, which no second migration can hold at the same time."""
    connection = await driver.connect(url, timeout=10)
    try:
        await set_codecs(connection)
        await connection.execute("SET lock_timeout = '10s'; SET statement_timeout = '10min'")
        await connection.fetchval("SELECT pg_advisory_lock($1)", _LOCK, timeout=600)
        yield connection
    finally:
        await connection.close()


async def _prepare_roles(connection: Any, app_role: str | None) -> None:
    if not await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", APP_ROLE):
        await _as_administrator(connection, f"CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    if app_role and not await connection.fetchval("SELECT pg_has_role($1, $2, 'member')", app_role, APP_ROLE):
        await _as_administrator(connection, f'GRANT {APP_ROLE} TO "{app_role}"')


async def _as_administrator(connection: Any, statement: str) -> None:
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationFailed(f"迁移账户无权管理角色，请由数据库管理员先执行：{statement};") from error


def _pending(ledger: list[Any], known: tuple[Migration, ...]) -> list[Migration]:
    """What the ledger does not hold yet. A file that was changed after it ran, or went missing, stops everything."""
    files = {each.number: each for each in known}
    for row in ledger:
        file = files.pop(row["number"], None)
        if file is None:
            raise MigrationFailed(f"数据库已有 {row['name']}，本程序没有这个文件：程序比数据库旧，请升级程序。")
        if file.checksum != row["checksum"]:
            raise MigrationFailed(f"{file.name} 在执行之后被改动过；请恢复原文件，改动写成新的编号。")
    return [files[number] for number in sorted(files)]


async def _apply(connection: Any, each: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(each.sql)
            await connection.execute(
                "INSERT INTO migration VALUES ($1, $2, $3, $4)", each.number, each.name, each.checksum, clock.now()
            )
    except asyncpg.PostgresError as error:
        raise MigrationFailed(f"{each.name} 执行失败，数据库保持原样：{error}") from error


async def _seed_holidays(connection: Any, now: datetime) -> None:
    """A year whose notice came otherwise than it stands gets a new version; none is ever edited."""
    stored = {row["year"]: row for row in await connection.fetch(_NEWEST_NOTICES)}
    for year, notice in holidays.SEED.items():
        known = stored.get(year)
        rest, duty = sorted(notice.off), sorted(notice.work)
        if known is None or (sorted(known["off"]), sorted(known["work"])) != (rest, duty):
            names = {day.isoformat(): name for day, name in notice.off.items()}
            version = known["version"] + 1 if known else 1
            document = f"国务院办公厅关于{year}年部分节假日安排的通知"
            await connection.execute(_ADD_NOTICE, year, version, rest, duty, names, document, now)


async def _make_months(connection: Any, today: date) -> None:
    first = today.replace(day=1)
    await connection.execute(
        "SELECT make_month(m::date) FROM generate_series($1::date, $1::date + make_interval(months => $2),"
        " interval '1 month') AS m",
        first,
        MONTHS_AHEAD,
    )
