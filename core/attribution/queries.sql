-- name: items
SELECT i.code, i.institution, COALESCE(n.line, '') AS line, n.region, i.in_centre, i.in_scope
FROM item i JOIN institution n ON n.tenant_id = i.tenant_id AND n.code = i.institution
WHERE i.tenant_id = $1 AND i.code = ANY($2::text[]);

-- name: staff
SELECT s.code, s.institution, COALESCE(n.line, '') AS line, n.region
FROM staff s JOIN institution n ON n.tenant_id = s.tenant_id AND n.code = s.institution
WHERE s.tenant_id = $1 AND s.code = $2;

-- name: window
SELECT EXISTS (SELECT 1 FROM service_window WHERE tenant_id = $1 AND code = $2);

-- name: areas
-- These regions and every region above them, each once.
WITH RECURSIVE up AS (
  SELECT code, parent FROM region WHERE tenant_id = $1 AND code = ANY($2::text[])
  UNION
  SELECT r.code, r.parent FROM region r JOIN up ON r.code = up.parent WHERE r.tenant_id = $1
)
SELECT code FROM up ORDER BY code;
