-- name: below
-- What has come of a record, however far below it: one of a kind, in the order of their numbers.
WITH RECURSIVE below AS (
  SELECT id, kind, number FROM extra_record WHERE tenant_id = $1 AND parent = $2
  UNION ALL
  SELECT r.id, r.kind, r.number FROM below b JOIN extra_record r ON r.tenant_id = $1 AND r.parent = b.id)
SELECT id FROM below WHERE kind = $3 ORDER BY number LIMIT 1 OFFSET $4;

-- name: found
SELECT id FROM extra_record WHERE tenant_id = $1 AND extra = $2 AND kind = $3 AND fields @> $4 AND ended_at IS NULL
ORDER BY number LIMIT 1;

-- name: ratable
-- A case that may be rated now and for some time to come, and that no record of this kind is about.
SELECT c.code FROM invitation i JOIN service_case c ON c.tenant_id = $1 AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.state = 'open' AND i.opens <= $2 AND (i.closes IS NULL OR i.closes > $2 + interval '1 day')
  AND NOT EXISTS (SELECT FROM extra_record r WHERE r.tenant_id = $1 AND r.kind = $3 AND r.case_code = c.code)
ORDER BY i.opens DESC, i.id LIMIT 1;
