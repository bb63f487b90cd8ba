-- name: insert
-- No row where there is no such ticket.
INSERT INTO evidence (tenant_id, id, ticket_id, name, kind, size, digest, uploaded_by, at)
SELECT ticket.tenant_id, $2, ticket.id, $4, $5, $6, $7, $8, $9
FROM ticket WHERE ticket.tenant_id = $1 AND ticket.id = $3

-- name: of_ticket
SELECT id, ticket_id, name, kind, size, digest, uploaded_by, at FROM evidence
WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY at, id

-- name: one
SELECT id, ticket_id, name, kind, size, digest, uploaded_by, at FROM evidence WHERE tenant_id = $1 AND id = $2

-- name: known
-- A ticket's evidence, and the photos and papers of an extra's records.
SELECT id FROM evidence WHERE tenant_id = $1 AND id = ANY($2::uuid[])
UNION ALL SELECT id FROM extra_file WHERE tenant_id = $1 AND id = ANY($2::uuid[])

-- name: take_back
DELETE FROM evidence e WHERE e.tenant_id = $1 AND e.id = ANY($2::uuid[]) AND NOT EXISTS (
  SELECT 1 FROM ticket_act a WHERE a.tenant_id = e.tenant_id AND a.ticket_id = e.ticket_id AND a.data->'files' ? e.id::text)
