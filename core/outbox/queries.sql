-- name: post
INSERT INTO outbox (tenant_id, id, kind, person_id, payload, run_after, created_at, member_id, line, nth)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9::uuid IS NOT NULL THEN
  (SELECT COALESCE(max(o.nth), 0) + 1 FROM outbox o WHERE o.tenant_id = $1 AND o.line = $9) END)

-- name: waiting
SELECT id, kind, person_id, member_id, payload, attempts, run_after, created_at, line, nth FROM outbox
WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'

-- name: is_behind
-- Whether one before it in its line has not arrived.
SELECT EXISTS (SELECT 1 FROM outbox WHERE tenant_id = $1 AND line = $2 AND nth < $3 AND state <> 'sent')

-- name: next_of_line
SELECT id FROM outbox WHERE tenant_id = $1 AND line = $2 AND nth > $3 AND state = 'waiting' ORDER BY nth LIMIT 1

-- name: sent
UPDATE outbox SET state = 'sent', attempts = attempts + 1, sent_at = $3, last_error = NULL
WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'

-- name: failed
UPDATE outbox SET state = $3, attempts = attempts + 1, last_error = $4, run_after = $5
WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'

-- name: resend
UPDATE outbox SET state = 'waiting', attempts = 0, run_after = $3, last_error = NULL
WHERE tenant_id = $1 AND id = $2 AND state <> 'waiting'

-- name: resend_line
-- What a line holds back goes again, the first of it first.
UPDATE outbox SET state = 'waiting', attempts = 0, run_after = $3, last_error = NULL
WHERE tenant_id = $1 AND line = ANY($2::uuid[]) AND state <> 'sent'

-- name: heads
SELECT DISTINCT ON (line) id FROM outbox WHERE tenant_id = $1 AND line = ANY($2::uuid[]) AND state = 'waiting'
ORDER BY line, nth

-- name: listing
SELECT id, kind, person_id, state, attempts, run_after, last_error, created_at, sent_at FROM outbox
WHERE tenant_id = $1
  AND ($2::text IS NULL OR state = $2)
  AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
ORDER BY created_at DESC, id DESC
LIMIT $5

-- name: wake
-- Work that is already under way, or dead, must be done once more for what was written since.
WITH put AS (
  INSERT INTO task (id, tenant, kind, ref, run_after) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, kind, ref, run_after) DO NOTHING
)
UPDATE task SET state = 'waiting', attempts = 0, leased_until = NULL, lease_token = NULL
WHERE tenant = $2 AND kind = $3 AND ref = $4 AND run_after = $5 AND state <> 'waiting'

-- name: claim
WITH due AS (
  SELECT id FROM task
  WHERE ((state = 'waiting' AND run_after <= $1) OR (state = 'leased' AND leased_until <= $1)) AND (tenant > 0 OR $4)
  ORDER BY run_after LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE task SET state = 'leased', leased_until = $3, lease_token = $5
FROM due WHERE task.id = due.id
RETURNING task.id

-- name: begin
UPDATE task SET attempts = attempts + 1, leased_until = $3, lease_token = $4
WHERE id = $1 AND state = 'leased' AND lease_token = $2
RETURNING tenant, kind, ref, attempts, run_after

-- name: renew
UPDATE task SET leased_until = $3 WHERE id = $1 AND lease_token = $2 AND state = 'leased'

-- name: finish
DELETE FROM task WHERE id = $1 AND lease_token = $2

-- name: fail
UPDATE task SET state = $3, run_after = $4, last_error = $5, leased_until = NULL, lease_token = NULL
WHERE id = $1 AND lease_token = $2

-- name: give_back
UPDATE task SET state = 'waiting', leased_until = NULL, lease_token = NULL WHERE id = ANY($1) AND lease_token = $2

-- name: oldest_due
SELECT min(run_after) FROM task WHERE state <> 'dead' AND run_after <= $1 AND tenant > 0

-- name: tasks
SELECT id, kind, ref, run_after, state, attempts, last_error FROM task
WHERE tenant = $1 AND ($2::text IS NULL OR state = $2) ORDER BY run_after LIMIT $3

-- name: retry
UPDATE task SET state = 'waiting', attempts = 0, run_after = $3, last_error = NULL
WHERE tenant = $1 AND id = $2 AND state = 'dead'
