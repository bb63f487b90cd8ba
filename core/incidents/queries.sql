-- name: keep
INSERT INTO incident AS i (tenant_id, id, plugin, hook, error, first_at, at) VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (tenant_id, plugin, hook, error) DO UPDATE
SET at = GREATEST(i.at, excluded.at), first_at = LEAST(i.first_at, excluded.first_at), times = i.times + 1;

-- name: latest
SELECT plugin, hook, error, first_at, at, times FROM incident WHERE tenant_id = $1 ORDER BY at DESC, id LIMIT $2;

-- name: drop_old
DELETE FROM incident WHERE tenant_id = $1 AND at < $2;
