-- name: save
-- The words are sealed for the row's id, so a newer text brings its own.
INSERT INTO draft AS d (tenant_id, id, member_id, ticket_id, verb, words_enc, version, saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, member_id, ticket_id, verb) DO UPDATE
SET id = excluded.id, words_enc = excluded.words_enc, version = excluded.version, saved_at = excluded.saved_at;

-- name: find
SELECT id, words_enc, version, saved_at FROM draft
WHERE tenant_id = $1 AND member_id = $2 AND ticket_id = $3 AND verb = $4 AND saved_at > $5;

-- name: discard
DELETE FROM draft WHERE tenant_id = $1 AND member_id = $2 AND ticket_id = $3 AND verb = $4;

-- name: expire
DELETE FROM draft WHERE tenant_id = $1 AND saved_at <= $2;
