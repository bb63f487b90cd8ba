"""One unit of work is the only way to the database: one tenant, one transaction, done only when COMMIT was answered."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from core import boot, ids
from core.codecs import set_codecs
from core.db_errors import NestedUnit, UnitClosed, clean_text, translated
from core.errors import NotFound, Unavailable

__all__ = ["ENGINE", "CommitLost", "NestedUnit", "Queries", "Row", "Unit", "UnitClosed", "as_system",
           "as_tenant", "clean_text", "close_pool", "ids", "in_stillness", "open_pool", "queries",
           "tenant_at_work"]  # fmt: skip

Row = Mapping[str, Any]

ACQUIRE_SECONDS = 5
LOCK_SECONDS = 5
STATEMENT_SECONDS = 10
# Whoever looks at a whole period sorts and groups it without going to the disk.
STILL_MEMORY = "96MB"
INT4 = range(-(2**31), 2**31)

log = structlog.get_logger(__name__)
# asyncpg carries no types.
driver: Any = asyncpg


class CommitLost(Unavailable):
    """内容没有保存成功，请稍后重试。"""


class OnePool(PostgresEngine):
    """Piccolo's engine without its back doors: no query outside a unit of work, no connection outside the pool."""

    async def check_version(self) -> None:
        """The pool asks when it opens; Piccolo would connect while it is being imported."""

    async def prep_database(self) -> None:
        """No extension is needed."""

    async def get_new_connection(self) -> Any:
        raise NestedUnit("查询须在 db.as_tenant 之内进行。")

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:  # noqa: ARG002 - Piccolo's names
        raise NestedUnit("查询须在 db.as_tenant 之内进行。")


ENGINE = OnePool(config={})


class Unit(PostgresTransaction):
    """A transaction of one tenant (or of none): Piccolo's queries inside it run in it."""

    __slots__ = ("_after", "_is_open", "_is_still", "_like", "_patience", "tenant_id")

    def __init__(self, tenant_id: int | None, patience: int, *, still: bool = False, like: str = "") -> None:
        current = cast("Unit | None", ENGINE.current_transaction.get())
        if current is not None and current.is_open:
            raise NestedUnit
        super().__init__(ENGINE)
        self._parent = None
        self.tenant_id = tenant_id
        self._patience = int(patience)
        self._is_still = still
        self._like = like
        self._after: list[Callable[[], Awaitable[None]]] = []
        self._is_open = False

    @property
    def tenant(self) -> int:
        """Its tenant, where there must be one."""
        if self.tenant_id is None:
            raise NotFound
        return self.tenant_id

    @property
    def is_open(self) -> bool:
        return self._is_open

    async def fetch(self, sql: str, *args: Any) -> list[Row]:
        return await self._live().fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Row | None:
        return await self._live().fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        return await self._live().fetchval(sql, *args)

    async def execute(self, sql: str, *args: Any) -> int:
        """How many rows it touched."""
        tag: str = await self._live().execute(sql, *args)
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._live().executemany(sql, rows)

    @asynccontextmanager
    async def attempt(self) -> AsyncGenerator[None]:
        """A part that may fail alone: its error leaves what was done before it untouched."""
        connection, told = self._live(), len(self._after)
        await connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            # What was to be told of it has not happened.
            del self._after[told:]
            if not _is_lost(connection):
                await connection.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
            _raise_translated(error, lost=_is_lost(connection))
            raise
        await connection.execute("RELEASE SAVEPOINT attempt")

    def after_commit(self, then: Callable[[], Awaitable[None]]) -> None:
        """``then`` runs when this is safely stored, and never makes its answer fail."""
        self._live()
        self._after.append(then)

    async def __aenter__(self) -> Self:
        self.connection = await _acquire()
        try:
            await self.connection.execute(self._beginning())
        except BaseException as error:
            await _release(self.connection)
            _raise_translated(error, lost=True)
            raise
        self._is_open = True
        ENGINE.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        self._is_open = False
        ENGINE.current_transaction.set(None)
        try:
            await (self._commit() if error is None else self._roll_back(error))
        finally:
            await _release(self.connection)
        if error is None:
            await self._tell()
        return False

    def _beginning(self) -> str:
        tenant = "" if self.tenant_id is None else str(self.tenant_id)
        # Long work meets tables that have grown since its plans were cached: it is planned for what is there now.
        planned = "; DISCARD PLANS" if self._patience > STATEMENT_SECONDS else ""
        # SET LOCAL as a statement, not set_config(): Citus forwards only the statement to its shards.
        # Whatever somebody set for longer than their own work ends here, without a journey of its own.
        kind = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if self._is_still else ""
        kind += f"; SET TRANSACTION SNAPSHOT '{self._like}'" if self._like else ""
        planned += f"; SET LOCAL work_mem = '{STILL_MEMORY}'" if self._is_still else ""
        return (
            f"BEGIN{kind}; RESET ALL; SET LOCAL app.tenant_id = '{tenant}';"
            f" SET LOCAL statement_timeout = '{self._patience}s'; SET LOCAL lock_timeout = '{LOCK_SECONDS}s'{planned}"
        )

    async def _commit(self) -> None:
        try:
            tag = await self.connection.execute("COMMIT")
        except BaseException as error:
            _raise_translated(error, lost=_is_lost(self.connection))
            raise
        # After an error that somebody swallowed, PostgreSQL answers COMMIT with ROLLBACK and no error.
        if tag != "COMMIT":
            raise CommitLost

    async def _roll_back(self, error: BaseException) -> None:
        lost = _is_lost(self.connection)
        if not lost:
            try:
                await self.connection.execute("ROLLBACK", timeout=ACQUIRE_SECONDS)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                lost = True
        _raise_translated(error, lost=lost)

    async def _tell(self) -> None:
        for then in self._after:
            (outcome,) = await asyncio.gather(then(), return_exceptions=True)
            if isinstance(outcome, BaseException):
                log.error("after-commit-failed", step=getattr(then, "__qualname__", ""), error=type(outcome).__name__)

    def _live(self) -> Any:
        if not self._is_open:
            raise UnitClosed
        return self.connection


def tenant_at_work() -> int | None:
    """Whose unit of work is open just now, if any."""
    current = cast("Unit | None", ENGINE.current_transaction.get())
    return current.tenant_id if current is not None and current.is_open else None


def as_tenant(tenant_id: int, *, patience: int = STATEMENT_SECONDS) -> Unit:
    """``async with`` it. ``patience`` is how many seconds one statement may take."""
    if tenant_id not in INT4:
        raise NotFound
    return Unit(int(tenant_id), patience)


def in_stillness(tenant_id: int, *, patience: int, like: str = "") -> Unit:
    """One picture of everything for as long as it is looked at, in which nothing can be written.

    ``like`` is the name of a picture that somebody else holds open: this one is the very same.
    """
    return Unit(int(tenant_id), patience, still=True, like=like)


def as_system(*, patience: int = STATEMENT_SECONDS) -> Unit:
    """No tenant, hence no tenant's rows: the directory, the notices and the task queue only."""
    return Unit(None, patience)


async def open_pool(url: str, least: int = 1, most: int = 8) -> None:
    """One pool for the process, on a server that neither loses nor mixes up what it is given."""
    if ENGINE.pool is not None:
        raise NestedUnit("连接池已经打开。")
    connection = await boot.connect(url)
    try:
        await boot.check_connection(connection)
    finally:
        await connection.close()
    ENGINE.pool = await driver.create_pool(
        url, min_size=least, max_size=most, init=set_codecs, reset=_as_it_is, timeout=ACQUIRE_SECONDS
    )


async def _as_it_is(connection: Any) -> None:
    """Its transaction is over, and the next one begins with RESET ALL: nothing has to be asked when it comes back."""


async def close_pool() -> None:
    pool, ENGINE.pool = ENGINE.pool, None
    if pool is not None:
        await pool.close()


class Queries:
    """The named queries of one queries.sql: ``Q.due_invitations`` is the text below ``-- name: due_invitations``."""

    def __init__(self, file: Path) -> None:
        blocks = re.split(r"^-- name: *(\w+) *$", file.read_text("utf-8"), flags=re.MULTILINE)
        self._file = file
        self._texts = {name: sql.strip() for name, sql in zip(blocks[1::2], blocks[2::2], strict=True)}

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(f"{self._file} 里没有查询 {name}。") from None


def queries(beside: str) -> Queries:
    """The queries.sql in the folder of ``beside`` (pass ``__file__``)."""
    return Queries(Path(beside).with_name("queries.sql"))


async def _acquire() -> Any:
    pool: Any = ENGINE.pool
    if pool is None:
        raise Unavailable("数据库尚未连接，请稍后重试。")
    try:
        return await pool.acquire(timeout=ACQUIRE_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise Unavailable from error


async def _release(connection: Any) -> None:
    pool: Any = ENGINE.pool
    if pool is not None:
        await asyncio.shield(pool.release(connection))


def _is_lost(connection: Any) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool takes a connection back by itself when the server closes it.
        return True


def _raise_translated(error: BaseException, *, lost: bool) -> None:
    refusal = translated(error, lost=lost)
    if refusal is not None:
        raise refusal from error
