-- name: still_open
SELECT code FROM unnest($2::text[]) AS code
WHERE EXISTS (SELECT 1 FROM extra_record r WHERE r.tenant_id = $1 AND r.extra = code AND r.ended_at IS NULL);
