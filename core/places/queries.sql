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

-- name: bodies_below
WITH RECURSIVE down AS (
  SELECT code, 0 AS depth FROM institution WHERE tenant_id = $1 AND code = $2
  UNION ALL
  SELECT n.code, down.depth + 1 FROM institution AS n JOIN down ON n.parent = down.code
  WHERE n.tenant_id = $1 AND down.depth < 20
)
SELECT DISTINCT code FROM down ORDER BY code

-- name: is_whole
-- Whether whoever has this institution ($2) or oversees this region ($3) sees all there is.
SELECT CASE
  WHEN $2::text <> '' THEN EXISTS (
    SELECT 1 FROM institution n LEFT JOIN region r ON r.tenant_id = $1 AND r.code = n.region
    WHERE n.tenant_id = $1 AND n.code = $2 AND (n.duty = 'hotline' OR (n.duty = 'bureau' AND r.parent IS NULL)))
  WHEN $3::text <> '' THEN (SELECT count(*) = 1 AND bool_and(code = $3) FROM region WHERE tenant_id = $1 AND parent IS NULL)
  ELSE true END

-- name: institution_names
SELECT code, name FROM institution WHERE tenant_id = $1 AND ($2::text[] IS NULL OR code = ANY($2)) ORDER BY code

-- name: region_parents
SELECT code, parent FROM region WHERE tenant_id = $1 AND parent IS NOT NULL

-- name: institution_parents
SELECT code, parent FROM institution WHERE tenant_id = $1 AND parent IS NOT NULL
