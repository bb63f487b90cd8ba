"""The catalogue itself says that no tenant can reach another, and says so of every table there will ever be."""

import asyncpg
import pytest

from core import db
from core.embedded.servers import Servers
from core.tenants.model import Tenant

OWN = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer)"

UNPROTECTED = f"""
SELECT c.relname FROM pg_class AS c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
    SELECT 1 FROM pg_policies AS p
    WHERE p.tablename = c.relname AND p.permissive = 'PERMISSIVE' AND p.cmd = 'ALL'
      AND p.qual = $${OWN}$$ AND p.with_check = $${OWN}$$))
"""
OTHER_WAYS_IN = """
SELECT p.tablename FROM pg_policies AS p
JOIN pg_attribute AS a ON a.attrelid = p.tablename::regclass AND a.attname = 'tenant_id'
WHERE p.permissive = 'PERMISSIVE' AND p.policyname <> 'own_tenant'
"""
DELETABLE = """
SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (
  SELECT 1 FROM pg_policies AS p
  WHERE p.tablename = c.relname AND p.permissive = 'RESTRICTIVE' AND p.cmd = 'DELETE'
    AND p.qual LIKE '((tenant_id < 0) OR (tenant_id = ( SELECT departing()%')
"""
KEYS_WITHOUT_TENANT = """
SELECT i.indexrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_attribute AS t ON t.attrelid = i.indrelid AND t.attname = 'tenant_id'
WHERE i.indisunique AND i.indkey[0] <> t.attnum AND c.relnamespace = 'public'::regnamespace
"""
REFERENCES_WITHOUT_TENANT = """
SELECT k.conrelid::regclass::text || '.' || k.conname FROM pg_constraint AS k
JOIN pg_attribute AS t ON t.attrelid = k.conrelid AND t.attname = 'tenant_id'
WHERE k.contype = 'f' AND k.conkey[1] <> t.attnum
"""
NO_REFERENCE_TO_A_TENANTS_TABLE_FROM_OUTSIDE = """
SELECT k.conname FROM pg_constraint AS k
JOIN pg_attribute AS there ON there.attrelid = k.confrelid AND there.attname = 'tenant_id'
WHERE k.contype = 'f' AND NOT EXISTS (
  SELECT 1 FROM pg_attribute AS here WHERE here.attrelid = k.conrelid AND here.attname = 'tenant_id')
"""
BYPASSES = """
SELECT 'view ' || c.relname FROM pg_class AS c
WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
  AND NOT coalesce(c.reloptions, '{}') @> ARRAY['security_invoker=true']
UNION ALL
SELECT 'materialized view ' || c.relname FROM pg_class AS c
WHERE c.relkind = 'm' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'definer function ' || p.proname FROM pg_proc AS p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
UNION ALL
SELECT 'grant on partition ' || c.relname FROM pg_class AS c, aclexplode(c.relacl) AS a
WHERE c.relispartition AND c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
UNION ALL
SELECT 'grant ' || a.privilege_type || ' on ' || c.relname FROM pg_class AS c, aclexplode(c.relacl) AS a
WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
  AND a.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')
UNION ALL
SELECT 'sequence ' || c.relname FROM pg_class AS c, aclexplode(c.relacl) AS a
WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
"""
MIGHT = """
SELECT rolname FROM pg_roles AS r WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND (
  rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_class AS c WHERE c.relowner = r.oid)
  OR pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') OR pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER'))
"""
KEEPS_FREELY_DELETABLE = {"tenant_day", "session", "tally_delta", "answer", "evidence", "unweighed"}
# What belongs to a desk and goes with time.
KEEPS_FREELY_DELETABLE |= {"notification", "notification_way", "notification_hours"}
KEEPS_FREELY_DELETABLE |= {"saved_view", "list_choice", "lot", "held_act", "export"}
KEEPS_FREELY_DELETABLE |= {"draft", "presence", "wording", "wording_use"}
# What is made of the facts and follows them.
KEEPS_FREELY_DELETABLE |= {"ticket_seat", "ticket_word"}
# What a member holds, and what is forgotten after a time.
KEEPS_FREELY_DELETABLE |= {"recovery_code", "sign_in", "identity_provider", "incident"}
# What became of examples is told anew by the next run.
KEEPS_FREELY_DELETABLE |= {"example_run", "example_result"}


async def found(sql: str) -> list[str]:
    async with db.as_system() as unit:
        return [next(iter(row.values())) for row in await unit.fetch(sql)]


@pytest.mark.parametrize(
    "sql",
    [UNPROTECTED, OTHER_WAYS_IN, KEYS_WITHOUT_TENANT, REFERENCES_WITHOUT_TENANT,
     NO_REFERENCE_TO_A_TENANTS_TABLE_FROM_OUTSIDE, BYPASSES, MIGHT],
    ids=["R02", "R02-only", "R04-keys", "R04-references", "R04-outside", "R05", "R02-role"],
)  # fmt: skip
async def test_the_catalogue_shows_no_way_round(pool: Servers, sql: str) -> None:
    assert await found(sql) == []


async def test_only_what_is_meant_to_go_may_be_deleted_of_a_real_tenant(pool: Servers) -> None:
    assert set(await found(DELETABLE)) == KEEPS_FREELY_DELETABLE


@pytest.mark.parametrize(
    ("harm", "sql"),
    [
        ("DROP POLICY own_tenant ON region", UNPROTECTED),
        ("ALTER TABLE mark_other NO FORCE ROW LEVEL SECURITY", UNPROTECTED),
        ("CREATE TABLE fresh (tenant_id int, id uuid)", UNPROTECTED),
        ("CREATE POLICY leak ON region FOR SELECT USING (true)", OTHER_WAYS_IN),
        ("CREATE UNIQUE INDEX oracle ON region (code) WHERE false", KEYS_WITHOUT_TENANT),
        ("CREATE VIEW wide AS SELECT * FROM region", BYPASSES),
        ("GRANT SELECT ON rating_other TO hcp_app", BYPASSES),
        ("GRANT TRUNCATE ON region TO hcp_app", BYPASSES),
    ],
)
async def test_the_catalogue_is_seen_to_be_harmed(pool: Servers, harm: str, sql: str) -> None:
    connection = await asyncpg.connect(pool.owner_url)
    try:
        change = connection.transaction()
        await change.start()
        await connection.execute(harm)
        assert await connection.fetch(sql) != []
        await change.rollback()
    finally:
        await connection.close()


async def test_a_strangers_rows_cannot_be_read_changed_or_pointed_at(tenant: Tenant, stranger: Tenant) -> None:
    async with db.as_tenant(stranger.id) as unit:
        await unit.execute("INSERT INTO region (tenant_id, code, name) VALUES ($1, 'far', '远')", stranger.id)

    async with db.as_tenant(tenant.id) as unit:
        assert await unit.fetch("SELECT * FROM region WHERE tenant_id = $1", stranger.id) == []
        assert await unit.execute("UPDATE region SET name = 'x' WHERE tenant_id = $1", stranger.id) == 0
        assert await unit.execute("DELETE FROM region WHERE tenant_id = $1", stranger.id) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("INSERT INTO region (tenant_id, code, name) VALUES ($1, 'y', 'y')", stranger.id)


async def test_what_was_rated_or_logged_cannot_be_rewritten(tenant: Tenant) -> None:
    for sql in ("UPDATE audit SET act = ''", "UPDATE rating SET text = ''", "UPDATE mark SET grade = 5",
                "UPDATE ticket_act SET note = ''", "TRUNCATE audit"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.as_tenant(tenant.id) as unit:
                await unit.execute(sql)
