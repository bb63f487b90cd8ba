-- name: person
SELECT person_id, anonymous FROM rating WHERE tenant_id = $1 AND rated_at = $2 AND id = $3;
