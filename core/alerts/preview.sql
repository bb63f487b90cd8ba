-- name: tickets
-- Verdicts of one kind about every subject of one kind, each ticket once for each subject it is about.
SELECT s.code, t.id, t.rating_id, t.number, t.rated_at, t.dimensions, t.grade, t.policy_day, c.code AS "case", r.tags
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
JOIN invitation i ON i.tenant_id = t.tenant_id AND i.id = r.invitation_id
JOIN institution n ON n.tenant_id = t.tenant_id AND n.code = t.handler
CROSS JOIN LATERAL unnest(CASE $2 WHEN 'staff' THEN ARRAY[t.staff] WHEN 'item' THEN ARRAY[t.item]
  WHEN 'institution' THEN ARRAY[t.handler] WHEN 'line' THEN ARRAY[n.line] WHEN 'region' THEN ARRAY[n.region]
  WHEN 'channel' THEN ARRAY[c.mode] WHEN 'platform' THEN ARRAY[c.mode] WHEN 'window' THEN ARRAY[i.window_code]
  WHEN 'tag' THEN r.tags::text[] WHEN 'rater' THEN ARRAY[r.person_id::text] END) AS s (code)
WHERE t.tenant_id = $1 AND t.verdict = $3 AND t.rated_at >= $4 AND t.rated_at < $5 AND s.code <> ''
ORDER BY t.rated_at, t.rating_id, t.nth, t.id LIMIT $6;

-- name: ratings
-- What was said of every subject of one kind, each rating once, by the grades that count; what silence filled in is not said.
SELECT s.code, r.id, r.rated_at, c.code AS "case", bool_or(m.effective = ANY($5::int[])) AS counts
FROM mark m
JOIN rating r ON r.tenant_id = m.tenant_id AND r.rated_at = m.rated_at AND r.id = m.rating_id
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
CROSS JOIN LATERAL unnest(CASE $2 WHEN 'staff' THEN ARRAY[m.staff] WHEN 'item' THEN ARRAY[m.item]
  WHEN 'institution' THEN m.institutions WHEN 'line' THEN m.lines WHEN 'region' THEN m.regions
  WHEN 'channel' THEN ARRAY[m.channel] WHEN 'platform' THEN ARRAY[m.channel] WHEN 'window' THEN ARRAY[i.window_code]
  WHEN 'tag' THEN r.tags::text[] WHEN 'rater' THEN ARRAY[r.person_id::text] END) AS s (code)
WHERE m.tenant_id = $1 AND m.rated_at >= $3 AND m.rated_at < $4 AND m.effective IS NOT NULL
  AND m.origin IN ('citizen', 'agent', 'paper', 'imported') AND s.code <> '' AND ($6 OR m.effective = ANY($5))
GROUP BY s.code, r.id, r.rated_at, c.code ORDER BY r.rated_at, r.id LIMIT $7;
