-- name: ancestors
WITH RECURSIVE up AS (
  SELECT code, parent, 0 AS depth FROM region WHERE tenant_id = $1 AND code = $2
  UNION ALL
  SELECT r.code, r.parent, up.depth + 1 FROM region AS r JOIN up ON r.code = up.parent
  WHERE r.tenant_id = $1 AND up.depth < 20
)
SELECT code FROM up ORDER BY depth

-- name: institutions_below
WITH RECURSIVE down AS (
  SELECT code, 0 AS depth FROM region WHERE tenant_id = $1 AND code = $2
  UNION ALL
  SELECT r.code, down.depth + 1 FROM region AS r JOIN down ON r.parent = down.code
  WHERE r.tenant_id = $1 AND down.depth < 20
)
SELECT n.code FROM institution AS n JOIN down ON n.region = down.code WHERE n.tenant_id = $1 ORDER BY n.code

-- name: region_parents
SELECT code, parent FROM region WHERE tenant_id = $1 AND parent IS NOT NULL

-- name: institution_parents
SELECT code, parent FROM institution WHERE tenant_id = $1 AND parent IS NOT NULL
