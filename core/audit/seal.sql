-- name: newest
SELECT number, upto, last_id, substring(digests FROM octet_length(digests) - 31) AS head, sealed_at
FROM audit_seal WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1;

-- name: entries
SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace
FROM audit WHERE tenant_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4;

-- name: entries_through
SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace
FROM audit WHERE tenant_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4;

-- name: add
INSERT INTO audit_seal (tenant_id, number, upto, last_id, ids, digests, sealed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING;

-- name: seals
SELECT number, upto, last_id, ids, digests FROM audit_seal WHERE tenant_id = $1 AND number > $2 ORDER BY number LIMIT $3;

-- name: seal
SELECT number, upto, last_id, ids, digests FROM audit_seal WHERE tenant_id = $1 AND number = $2;
