"""A refused step leaves every row of the tenant as it was, but for the trace of the attempt: this sum is compared."""

from collections.abc import Mapping

from core import db

Q = db.queries(__file__)
# That somebody tried stands in the log, whatever came of it; and whomever a step names has an account from then on.
TRACES = frozenset({"audit", "member", "exchange_said"})


async def digest(tenant_id: int) -> Mapping[str, str]:
    """For each table, a checksum of this tenant's rows."""
    async with db.as_tenant(tenant_id) as unit:
        tables = await unit.fetch(Q.tenant_tables)
        told = [row["name"] for row in tables if row["name"] not in TRACES]
        rows = await unit.fetch(" UNION ALL ".join([*map(_sum, told), *_SYSTEM]), tenant_id)
    return {row["name"]: row["sum"] for row in rows}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _sum(table: str, tenant: str = "tenant_id") -> str:
    # Names come from the catalogue of tables, not from outside.
    return (
        f"SELECT '{table}' AS name, md5(coalesce(string_agg(row.text, '' ORDER BY row.text), '')) AS sum"  # noqa: S608
        f' FROM (SELECT t::text AS text FROM "{table}" t WHERE {tenant} = $1) row'
    )


_SYSTEM = (_sum("task", "tenant"), _sum("tenant", "id"))
