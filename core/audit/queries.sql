-- name: write
INSERT INTO audit (tenant_id, id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for,
  address, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- name: of_object
SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace
FROM audit
WHERE tenant_id = $1 AND object_kind = $2 AND object_id = $3
ORDER BY at, id

-- name: newest
SELECT id, at, actor, act, object_kind, object_id, before, after, source, member, acting_for, address, trace
FROM audit
WHERE tenant_id = $1
  AND ($2::text IS NULL OR act = $2)
  AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
ORDER BY at DESC, id DESC
LIMIT $5
