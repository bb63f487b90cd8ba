-- name: in_flight
SELECT
  (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND state = 'open') AS open_chances,
  (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND state = 'open' AND draft_at IS NOT NULL) AS drafts,
  (SELECT count(*) FROM ticket WHERE tenant_id = $1 AND closed_at IS NULL) AS open_tickets,
  (SELECT count(*) FROM outbox WHERE tenant_id = $1 AND state = 'waiting') AS unsent

-- name: suspended_since
-- From the day on which nothing was taken in any more: an archive in between belongs to the pause.
SELECT max(at) FROM tenant_state WHERE tenant_id = $1 AND state = 'suspended' AND was = 'live'

-- name: prolong
UPDATE invitation SET closes = closes + ($3::timestamptz - GREATEST($2::timestamptz, opens))
WHERE tenant_id = $1 AND state = 'open' AND closes > $2

-- name: copies_under_way
SELECT count(*) FROM export WHERE tenant_id = $1 AND list = $2 AND state IN ('waiting', 'running')

-- name: add_copy
INSERT INTO export (tenant_id, id, member_id, list, name, format, shown, asked, said, state, total, done, parts, place, size,
  asked_at, expires_at, taken, stood)
VALUES ($1, $2, $3, $4, $5, $6, '{}', $7, $8, 'waiting', $9, 0, 0, '', 0, $10, $11, 0, $12)

-- name: copy_to_make
SELECT id, member_id, asked, stood, asked_at FROM export
WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running') AND format = 'zip' AND expires_at > $3 FOR UPDATE

-- name: copy_ready
UPDATE export SET state = 'ready', done = $3, total = $3, size = $4, digest = $5, ready_at = $6 WHERE tenant_id = $1 AND id = $2

-- name: copy_refused
UPDATE export SET state = 'failed', refusal = $3 WHERE tenant_id = $1 AND id = $2

-- name: copies_owed
-- Waiting without any work that waits for them.
SELECT e.id FROM export AS e WHERE e.tenant_id = $1 AND e.format = 'zip' AND e.state IN ('waiting', 'running') AND e.asked_at < $2
  AND NOT EXISTS (SELECT 1 FROM task AS t WHERE t.tenant = $1 AND t.kind = $3 AND t.ref = e.id::text)

-- name: evidence
SELECT id, name FROM (SELECT id, name, at FROM evidence WHERE tenant_id = $1
  UNION ALL SELECT id, name, at FROM extra_file WHERE tenant_id = $1) AS f ORDER BY at, id

-- name: farewell
SELECT id, reason, wait, clause, asked_by, asked_name, asked_at, agreed_by, agreed_name, agreed_at FROM farewell
WHERE tenant_id = $1 AND stopped_at IS NULL

-- name: ask
INSERT INTO farewell (tenant_id, id, reason, wait, clause, asked_by, asked_name, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: agree
UPDATE farewell SET agreed_by = $3, agreed_name = $4, agreed_at = $5
WHERE tenant_id = $1 AND id = $2 AND agreed_at IS NULL AND stopped_at IS NULL

-- name: stop
UPDATE farewell SET stopped_name = $3, stopped_at = $4 WHERE tenant_id = $1 AND id = $2 AND stopped_at IS NULL

-- name: stop_pending
UPDATE farewell SET stopped_name = $2, stopped_at = $3 WHERE tenant_id = $1 AND stopped_at IS NULL

-- name: time_is_over
SELECT state = 'leaving' AND leaves_at <= GREATEST($2::timestamptz, clock_timestamp()) FROM tenant WHERE id = $1

-- name: cities
SELECT name FROM tenant WHERE parent = $1 ORDER BY name LIMIT 10

-- name: departing
SELECT departing()

-- name: partitions
SELECT c.relkind = 'p' FROM pg_class AS c WHERE c.oid = $1::regclass

-- name: depart
INSERT INTO departed (id, slug, name, parent, rows, gone_at) VALUES ($1, $2, $3, $4, $5, $6)
