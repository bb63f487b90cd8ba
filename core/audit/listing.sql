-- name: page
SELECT id, at, actor, act, object_kind, object_id, before, after, source FROM audit
WHERE tenant_id = $1
  AND ($2::text = '' OR act = $2)
  AND ($3::timestamptz IS NULL OR at >= $3)
  AND ($4::timestamptz IS NULL OR at < $4)
  AND ($5::text = '' OR strpos(actor, $5) > 0 OR object_id = $5)
  AND ($6::uuid IS NULL OR (at, id) < (SELECT l.at, l.id FROM audit l WHERE l.tenant_id = $1 AND l.id = $6))
ORDER BY at DESC, id DESC LIMIT $7;

-- name: acts
SELECT DISTINCT act FROM audit WHERE tenant_id = $1 ORDER BY act;
