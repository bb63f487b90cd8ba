"""Every table that knows tenants is read, and tried to be changed, as the wrong one."""

from dataclasses import dataclass

import asyncpg

from tests.faults.house import House, Place

TABLES = """
SELECT c.relname AS name FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
# A partition grants nothing: reached directly it must not even be readable.
DENIED = (asyncpg.InsufficientPrivilegeError,)


@dataclass(frozen=True, slots=True)
class Crossing:
    """``leaks`` names the tables whose foreign rows could be seen, ``writes`` those that could be changed."""

    tables: int
    probes: int
    leaks: tuple[str, ...]
    writes: tuple[str, ...]

    def __str__(self) -> str:
        return f"tables={self.tables} probes={self.probes} leaks={len(self.leaks)} writes={len(self.writes)}"


async def cross(house: House, ours: Place, theirs: Place) -> Crossing:
    tables = [row["name"] for row in house.facts(TABLES)]
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        probed = [
            (table, [await _reaches(connection, ours.id, sql) for sql in _probes(table, theirs.id)]) for table in tables
        ]
    finally:
        await connection.close()
    leaks = tuple(table for table, (seen, *_) in probed if seen)
    writes = tuple(table for table, (_, *changed) in probed if any(changed))
    return Crossing(len(tables), sum(len(each) for _, each in probed), leaks, writes)


def _probes(table: str, theirs: int) -> tuple[str, ...]:
    """To see, to change and to take away a row of theirs, with the tenant named and without."""
    seen = f"SELECT 1 FROM {table} WHERE tenant_id = {theirs} LIMIT 1"
    changed = f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = {theirs}"
    deleted = f"DELETE FROM {table} WHERE tenant_id = {theirs}"
    return seen, changed, deleted


async def _reaches(connection: asyncpg.Connection, ours: int, sql: str) -> bool:
    """Rolled back whatever it did."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL app.tenant_id = '{ours}'")
        status = await connection.execute(sql)
        return not status.endswith(" 0")
    except DENIED:
        return False
    finally:
        await transaction.rollback()
