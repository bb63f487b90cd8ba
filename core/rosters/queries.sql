-- name: add
INSERT INTO roster (tenant_id, id, member_id, name, size, digest, content, plan, state, asked_by, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'mapping', $9, $10)

-- name: listing
SELECT id, name, size, version, plan, state, partial, stage, done, total, outcome, broken, problem, asked_by, asked_at,
       ended_at, content IS NOT NULL AS kept, mend IS NOT NULL AS to_mend,
       coalesce((SELECT m.name FROM member m WHERE m.tenant_id = $1 AND m.id = roster.member_id), '') AS asked_name
FROM roster WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY asked_at DESC, id DESC LIMIT $3

-- name: content
SELECT content FROM roster WHERE tenant_id = $1 AND id = $2

-- name: kept
SELECT count(*) FROM roster WHERE tenant_id = $1 AND content IS NOT NULL

-- name: mend
SELECT mend FROM roster WHERE tenant_id = $1 AND id = $2

-- name: map
UPDATE roster SET plan = $4, state = 'checking', version = version + 1, stage = '', done = 0, total = 0, outcome = '{}',
  broken = '[]', mend = NULL, problem = ''
WHERE tenant_id = $1 AND id = $2 AND version = $3 AND state IN ('mapping', 'checked', 'failed') AND content IS NOT NULL

-- name: start
UPDATE roster SET state = 'importing', version = version + 1, partial = $4, stage = '', done = 0
WHERE tenant_id = $1 AND id = $2 AND version = $3 AND state = 'checked' AND content IS NOT NULL

-- name: drop
UPDATE roster SET state = 'dropped', version = version + 1, content = NULL, mend = NULL, broken = '[]', ended_at = $3
WHERE tenant_id = $1 AND id = $2 AND state IN ('mapping', 'checking', 'checked', 'failed')

-- name: begin
SELECT id, member_id, name, asked_by, plan, state, partial, version, content FROM roster
WHERE tenant_id = $1 AND id = $2 AND state IN ('checking', 'importing') AND content IS NOT NULL

-- name: got_on
UPDATE roster SET stage = $3, done = $4, total = $5
WHERE tenant_id = $1 AND id = $2 AND state IN ('checking', 'importing') AND version = $6

-- name: checked
UPDATE roster SET state = 'checked', version = version + 1, outcome = $4, broken = $5, mend = $6, done = $7, total = $7,
  stage = ''
WHERE tenant_id = $1 AND id = $2 AND version = $3 AND state = 'checking'

-- name: finished
-- What was brought in is in its tables now; the file itself is not kept.
UPDATE roster SET state = 'done', version = version + 1, outcome = $4, broken = $5, mend = $6, done = $7, total = $7,
  stage = '', content = NULL, ended_at = $8
WHERE tenant_id = $1 AND id = $2 AND version = $3 AND state = 'importing'

-- name: fail
UPDATE roster SET state = 'failed', version = version + 1, problem = $3, stage = '', ended_at = $4
WHERE tenant_id = $1 AND id = $2 AND state IN ('checking', 'importing')

-- name: forget
-- A file nobody goes on with is not kept longer than need be.
UPDATE roster SET content = NULL, state = CASE WHEN state = 'done' THEN 'done' ELSE 'dropped' END, mend = NULL, broken = '[]'
WHERE tenant_id = $1 AND asked_at < $2 AND (content IS NOT NULL OR mend IS NOT NULL) AND state NOT IN ('checking', 'importing')

-- name: given_up
SELECT r.id FROM roster r JOIN task t ON t.tenant = $1 AND t.kind = $2 AND t.ref = r.id::text AND t.state = 'dead'
WHERE r.tenant_id = $1 AND r.state IN ('checking', 'importing')

-- name: owed
SELECT id FROM roster r WHERE tenant_id = $1 AND state IN ('checking', 'importing') AND asked_at < $2
  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.tenant = $1 AND t.kind = $3 AND t.ref = r.id::text)
