-- name: listing
SELECT w.id, w.institution, w.title, w.body, w.verbs, w.changed_at, u.at AS used_at
FROM wording AS w LEFT JOIN wording_use AS u ON u.tenant_id = w.tenant_id AND u.wording_id = w.id AND u.member_id = $2
WHERE w.tenant_id = $1 AND (w.institution IS NULL OR w.institution = $3) AND ($4 = '' OR $4 = ANY (w.verbs))
ORDER BY u.at DESC NULLS LAST, w.institution NULLS LAST, w.title, w.id LIMIT $5;

-- name: one
SELECT w.id, w.institution, w.title, w.body, w.verbs, w.changed_at, u.at AS used_at
FROM wording AS w LEFT JOIN wording_use AS u ON u.tenant_id = w.tenant_id AND u.wording_id = w.id AND u.member_id = $2
WHERE w.tenant_id = $1 AND (w.institution IS NULL OR w.institution = $3) AND w.id = $4;

-- name: count
SELECT count(*) FROM wording WHERE tenant_id = $1 AND institution IS NOT DISTINCT FROM $2;

-- name: add
INSERT INTO wording (tenant_id, id, institution, title, body, verbs, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: change
UPDATE wording SET institution = $3, title = $4, body = $5, verbs = $6, changed_by = $7, changed_at = $8
WHERE tenant_id = $1 AND id = $2;

-- name: remove
DELETE FROM wording WHERE tenant_id = $1 AND id = $2;

-- name: used
INSERT INTO wording_use AS u (tenant_id, member_id, wording_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, member_id, wording_id) DO UPDATE SET at = excluded.at;
