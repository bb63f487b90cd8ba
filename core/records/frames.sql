-- name: rated
-- Ratings that somebody gave; by whom and what they said is no part of it.
SELECT r.id::text AS ref, COALESCE(e.mode, c.mode) AS mode, r.channel, c.item, e.staff, COALESCE(i.institution, s.institution) AS institution,
  n.region, n.line, g.level
FROM rating r
JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id
JOIN invitation v ON v.tenant_id = $1 AND v.id = r.invitation_id
JOIN service_event e ON e.tenant_id = $1 AND e.id = v.event_id
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = c.item
LEFT JOIN staff s ON s.tenant_id = $1 AND s.code = e.staff
LEFT JOIN institution n ON n.tenant_id = $1 AND n.code = COALESCE(i.institution, s.institution)
LEFT JOIN region g ON g.tenant_id = $1 AND g.code = n.region
WHERE r.tenant_id = $1 AND r.rated_at >= $2 AND r.rated_at < $3 AND r.append_of IS NULL AND r.origin IN ('citizen', 'agent', 'paper')
ORDER BY r.rated_at, r.id LIMIT $4;

-- name: raters
-- People who rated and can be asked again: with a number, not unknown by their own wish, each by their last rating.
SELECT DISTINCT ON (r.person_id) r.id::text AS ref, to_char(r.rated_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS day,
  COALESCE(e.mode, c.mode) AS mode, r.channel, c.item, e.staff, COALESCE(i.institution, s.institution) AS institution,
  n.region, n.line, g.level
FROM rating r
JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id
JOIN invitation v ON v.tenant_id = $1 AND v.id = r.invitation_id
JOIN service_event e ON e.tenant_id = $1 AND e.id = v.event_id
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = c.item
LEFT JOIN staff s ON s.tenant_id = $1 AND s.code = e.staff
LEFT JOIN institution n ON n.tenant_id = $1 AND n.code = COALESCE(i.institution, s.institution)
LEFT JOIN region g ON g.tenant_id = $1 AND g.code = n.region
JOIN person p ON p.tenant_id = $1 AND p.id = r.person_id AND p.phone_enc IS NOT NULL
WHERE r.tenant_id = $1 AND r.rated_at >= $2 AND r.rated_at < $3 AND r.append_of IS NULL AND r.origin IN ('citizen', 'agent', 'paper')
  AND NOT r.anonymous
ORDER BY r.person_id, r.rated_at DESC, r.id DESC LIMIT $4;

-- name: rater
SELECT person_id FROM rating WHERE tenant_id = $1 AND id = $2::uuid;

-- name: all_staff
SELECT s.code AS ref, s.institution, n.region, n.line, g.level FROM staff s
JOIN institution n ON n.tenant_id = $1 AND n.code = s.institution
JOIN region g ON g.tenant_id = $1 AND g.code = n.region
WHERE s.tenant_id = $1 AND s.active ORDER BY s.code LIMIT $2;

-- name: all_institutions
SELECT n.code AS ref, n.code AS institution, n.region, n.line, n.duty, g.level FROM institution n
JOIN region g ON g.tenant_id = $1 AND g.code = n.region
WHERE n.tenant_id = $1 ORDER BY n.code LIMIT $2;

-- name: all_items
SELECT i.code AS ref, i.code AS item, i.institution, n.region, n.line, g.level FROM item i
JOIN institution n ON n.tenant_id = $1 AND n.code = i.institution
JOIN region g ON g.tenant_id = $1 AND g.code = n.region
WHERE i.tenant_id = $1 AND i.in_scope ORDER BY i.code LIMIT $2;
