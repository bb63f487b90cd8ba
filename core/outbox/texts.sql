-- name: newest
SELECT * FROM notice_text WHERE tenant_id = $1 AND kind = $2 ORDER BY number DESC LIMIT 1;

-- name: every
SELECT DISTINCT ON (kind) * FROM notice_text WHERE tenant_id = $1 ORDER BY kind, number DESC;

-- name: history
SELECT * FROM notice_text WHERE tenant_id = $1 AND kind = $2 ORDER BY number DESC;

-- name: add
INSERT INTO notice_text (tenant_id, kind, number, subject, body, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;
