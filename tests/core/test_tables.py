"""Piccolo believes of every table what PostgreSQL knows of it."""

import pytest
from piccolo.table import Table

from core import db
from core.embedded.servers import Servers
from core.piccolo_app import APP_CONFIG

COLUMNS = """
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND c.relname <> 'migration'
"""
NAMES = {"INT": "INTEGER", "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}


def mapped(table: type[Table]) -> set[tuple[str, str, bool]]:
    columns = table._meta.columns
    return {(c._meta.db_column_name, plain(c.column_type), c._meta.null) for c in columns}


def plain(type_name: str) -> str:
    element = type_name.upper().removesuffix("[]")
    return NAMES.get(element, element) + type_name[len(element) :]


async def test_every_table_is_mapped_as_it_is(pool: Servers) -> None:
    async with db.as_system() as unit:
        rows = await unit.fetch(COLUMNS)

    real: dict[str, set[tuple[str, str, bool]]] = {}
    for row in rows:
        real.setdefault(row["table"], set()).add((row["column"], plain(row["type"]), row["nullable"]))
    assert {table._meta.tablename: mapped(table) for table in APP_CONFIG.table_classes} == real


async def test_jsonb_goes_through_piccolo_unchanged(pool: Servers, tenant, now) -> None:
    audit = next(table for table in APP_CONFIG.table_classes if table._meta.tablename == "audit")
    said = {"a": [1, "二", None], "b": {"c": "引号\"'"}}
    async with db.as_tenant(tenant.id):
        entry = audit(
            tenant_id=tenant.id, id=db.ids.new(), at=now, actor="system", act="t", object_kind="t", object_id="1",
            before=None, after=said, source="", member="", acting_for="", address="", trace="",
        )  # fmt: skip
        await audit.insert(entry)
        rows = await audit.select(audit.at, audit.after).where(audit.tenant_id == tenant.id, audit.act == "t")

    assert [(row["at"], row["after"]) for row in rows] == [(now, said)]


async def test_a_piccolo_query_outside_a_unit_is_refused(pool: Servers) -> None:
    with pytest.raises(db.NestedUnit):
        await APP_CONFIG.table_classes[0].select()
