-- name: add_round
INSERT INTO reporting_round (tenant_id, id, province, title, note, since, until, due, remind, figures, cities, opened_by,
  opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING;

-- name: rounds
SELECT id, province, title, note, since, until, due, remind, figures, cities, opened_by, opened_at, state, closed_by,
  closed_at, frozen, digest
FROM reporting_round WHERE tenant_id = $1 ORDER BY opened_at DESC, id DESC LIMIT $2;

-- name: one
SELECT id, province, title, note, since, until, due, remind, figures, cities, opened_by, opened_at, state, closed_by,
  closed_at, frozen, digest
FROM reporting_round WHERE tenant_id = $1 AND id = $2;

-- name: lock
SELECT 1 FROM tenant WHERE id = $1 FOR UPDATE;

-- name: close
UPDATE reporting_round SET state = 'closed', closed_by = $3, closed_at = $4, frozen = $5, digest = $6
WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: reports
SELECT round_id, city, version, content, digest, note, correction, submitted_by, submitted_at, received_at, state, comment,
  decided_by, decided_at
FROM report WHERE tenant_id = $1 AND round_id = $2 ORDER BY city, version;

-- name: all_reports
SELECT round_id, city, version, content, digest, note, correction, submitted_by, submitted_at, received_at, state, comment,
  decided_by, decided_at
FROM report WHERE tenant_id = $1 AND round_id = ANY($2::uuid[]) ORDER BY city, version;

-- name: add_report
INSERT INTO report (tenant_id, round_id, city, version, content, digest, note, correction, submitted_by, submitted_at,
  received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING;

-- name: decide
UPDATE report SET state = $5, comment = $6, decided_by = $7, decided_at = $8
WHERE tenant_id = $1 AND round_id = $2 AND city = $3 AND version = $4 AND state = 'submitted';
