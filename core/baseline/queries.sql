-- name: versions
SELECT version, title, document, since, overrides, lets, note, digest, published_by, published_at FROM baseline
WHERE province = $1 ORDER BY version DESC;

-- name: lock
SELECT 1 FROM tenant WHERE id = $1 FOR UPDATE;

-- name: publish
INSERT INTO baseline (province, version, title, document, since, overrides, lets, note, digest, published_by, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: adoptions
SELECT version, since, proposal_id, adopted_at FROM baseline_adoption WHERE tenant_id = $1 ORDER BY since DESC, adopted_at DESC;

-- name: waiting
SELECT id, baseline_version AS version, since, state FROM proposal
WHERE tenant_id = $1 AND baseline_version IS NOT NULL AND state IN ('open', 'submitted', 'returned') ORDER BY since DESC;
