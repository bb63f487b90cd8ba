"""What the database refuses reaches people in the words of ``core.errors``; a mistake in the code stays an error."""

import asyncpg

from core.errors import Conflict, Invalid, Refused, Unavailable, UnknownCode

SURROGATES = range(0xD800, 0xE000)

# Values the server cannot hold: NUL, broken text, numbers and dates out of range, text that is no number.
_VALUE_STATES = frozenset({"22021", "22P05", "22003", "22008", "22007", "22P02", "22001"})
_BUSY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    ConnectionError,
    TimeoutError,
)


class NestedUnit(RuntimeError):
    """一个事务里不能再开事务，查询也不能在事务之外进行。"""


class UnitClosed(RuntimeError):
    """事务已经结束，不能再用。"""


def clean_text(value: str, field: str | None = None) -> str:
    """The text itself, if the database can hold it: no NUL, no half of a surrogate pair."""
    if any(character == "\0" or ord(character) in SURROGATES for character in value):
        raise Invalid("文字中有无法保存的字符，请删除后重试。", field=field)
    return value


def translated(error: BaseException, *, lost: bool) -> Refused | None:
    """The refusal this error means; ``None`` when it means something else. ``lost``: the connection is gone."""
    if isinstance(error, Refused):
        return None
    if lost and isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        return Unavailable()
    if isinstance(error, _BUSY):
        return Unavailable()
    if isinstance(error, (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError)):
        return Conflict()
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return UnknownCode()
    return Invalid("填写的内容中有无法保存的字符或数字，请修改后重试。") if _is_value(error) else None


def _is_value(error: BaseException) -> bool:
    if isinstance(error, asyncpg.CheckViolationError) or getattr(error, "sqlstate", None) in _VALUE_STATES:
        return True
    # asyncpg refuses what it cannot encode before the server sees it, and keeps why.
    return isinstance(error, (asyncpg.DataError, ValueError, asyncpg.InterfaceError)) and isinstance(
        error.__cause__, (OverflowError, UnicodeEncodeError)
    )
