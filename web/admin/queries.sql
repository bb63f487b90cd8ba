-- name: told
-- What these messages say; for the demo, where nobody real is told anything.
SELECT id, kind, person_id, payload FROM outbox WHERE tenant_id = $1 AND id = ANY($2::uuid[]);
