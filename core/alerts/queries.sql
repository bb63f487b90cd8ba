-- name: alone
-- Two transactions that would each see one fact too few wait for one another.
SELECT pg_advisory_xact_lock(hashtextextended($1, $2));

-- name: ticket_facts
-- Tickets with a verdict about a subject between two instants, with what decides whether they concern it.
-- Until it is dispatched, a ticket is of the institution that it was routed to, and not of whoever dispatches.
SELECT t.id, t.rating_id, t.number, t.rated_at, t.verdict, t.dimensions, t.grade, t.policy_day, c.code AS "case", r.tags
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
JOIN invitation i ON i.tenant_id = t.tenant_id AND i.id = r.invitation_id
JOIN institution n ON n.tenant_id = t.tenant_id AND n.code = CASE WHEN t.dispatched_at IS NULL THEN t.proposed ELSE t.handler END
WHERE t.tenant_id = $1 AND t.verdict = $4 AND t.rated_at >= $5 AND t.rated_at < $6
  AND CASE $2 WHEN 'staff' THEN t.staff = $3 WHEN 'item' THEN t.item = $3 WHEN 'institution' THEN n.code = $3
    WHEN 'line' THEN n.line = $3 WHEN 'region' THEN n.region = $3 WHEN 'channel' THEN c.mode = $3
    WHEN 'platform' THEN c.mode = $3 WHEN 'window' THEN i.window_code = $3
    WHEN 'tag' THEN r.tags @> ARRAY[NULLIF(regexp_replace($3, '[^0-9]', '', 'g'), '')::int]
    WHEN 'rater' THEN r.person_id = CASE WHEN $2 = 'rater' THEN $3::uuid END ELSE false END
ORDER BY t.rated_at, t.rating_id, t.nth, t.id;

-- name: rating_facts
-- Ratings about a subject between two instants, each once, by the grades that count; what silence filled in is not said.
SELECT r.id, r.rated_at, c.code AS "case", bool_or(m.effective = ANY($6::int[])) AS counts
FROM mark m
JOIN rating r ON r.tenant_id = m.tenant_id AND r.rated_at = m.rated_at AND r.id = m.rating_id
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
WHERE m.tenant_id = $1 AND m.rated_at >= $4 AND m.rated_at < $5 AND m.effective IS NOT NULL
  AND m.origin IN ('citizen', 'agent', 'paper', 'imported')
  AND CASE $2 WHEN 'staff' THEN m.staff = $3 WHEN 'item' THEN m.item = $3 WHEN 'channel' THEN m.channel = $3
    WHEN 'platform' THEN m.channel = $3 WHEN 'institution' THEN $3 = ANY(m.institutions) WHEN 'line' THEN $3 = ANY(m.lines)
    WHEN 'region' THEN $3 = ANY(m.regions) WHEN 'window' THEN i.window_code = $3
    WHEN 'tag' THEN r.tags @> ARRAY[NULLIF(regexp_replace($3, '[^0-9]', '', 'g'), '')::int]
    WHEN 'rater' THEN r.person_id = CASE WHEN $2 = 'rater' THEN $3::uuid END ELSE false END
  AND ($7 OR m.effective = ANY($6))
GROUP BY r.id, r.rated_at, c.code
ORDER BY r.rated_at, r.id;

-- name: subjects_of_rating
-- Everything one rating is about, as alerts name it.
SELECT r.id, r.rated_at, r.person_id, r.tags, r.origin, i.window_code, c.code AS "case", c.mode,
  array_agg(DISTINCT m.staff) FILTER (WHERE m.staff IS NOT NULL) AS staff,
  array_agg(DISTINCT m.item) FILTER (WHERE m.item <> '') AS item,
  array_agg(m.effective) FILTER (WHERE m.effective IS NOT NULL) AS grades,
  ARRAY(SELECT DISTINCT x FROM mark n, unnest(n.institutions) AS x WHERE n.tenant_id = $1 AND n.rated_at = r.rated_at AND n.rating_id = r.id) AS institution,
  ARRAY(SELECT DISTINCT x FROM mark n, unnest(n.lines) AS x WHERE n.tenant_id = $1 AND n.rated_at = r.rated_at AND n.rating_id = r.id) AS line,
  ARRAY(SELECT DISTINCT x FROM mark n, unnest(n.regions) AS x WHERE n.tenant_id = $1 AND n.rated_at = r.rated_at AND n.rating_id = r.id) AS region
FROM rating r
JOIN mark m ON m.tenant_id = r.tenant_id AND m.rated_at = r.rated_at AND m.rating_id = r.id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
WHERE r.tenant_id = $1 AND r.id = $2
GROUP BY r.tenant_id, r.id, r.rated_at, r.person_id, r.tags, r.origin, i.window_code, c.code, c.mode;

-- name: subjects_of_ticket
SELECT t.id, t.rated_at, t.staff, t.item, n.code AS institution, n.line, n.region, c.mode, i.window_code, r.tags, r.person_id
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
JOIN invitation i ON i.tenant_id = t.tenant_id AND i.id = r.invitation_id
JOIN institution n ON n.tenant_id = t.tenant_id AND n.code = CASE WHEN t.dispatched_at IS NULL THEN t.proposed ELSE t.handler END
WHERE t.tenant_id = $1 AND t.id = $2;

-- name: standing
-- Alerts of one kind about one subject that still stand, newest first.
SELECT * FROM alert WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND code = $4 AND state <> 'revoked'
ORDER BY at DESC, id DESC FOR UPDATE;

-- name: with_fact
SELECT * FROM alert WHERE tenant_id = $1 AND state <> 'revoked'
  AND facts @> jsonb_build_array(jsonb_build_object('id', $2::text)) FOR UPDATE;

-- name: add
INSERT INTO alert (tenant_id, id, kind, subject, code, at, since, until, counted, facts, rule, clause, document, policy)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: change_facts
UPDATE alert SET facts = $3, counted = $4, since = $5, until = $6 WHERE tenant_id = $1 AND id = $2;

-- name: end
UPDATE alert SET state = $3, note = $4, ended_at = $5, ended_by = $6 WHERE tenant_id = $1 AND id = $2;

-- name: load
SELECT * FROM alert WHERE tenant_id = $1 AND id = $2 FOR UPDATE;

-- name: listing
SELECT * FROM alert WHERE tenant_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR kind = $3)
  AND ($4::uuid IS NULL OR id = $4)
ORDER BY at DESC, id DESC LIMIT $5;

-- name: first_rated
SELECT min(rated_at) FROM rating WHERE tenant_id = $1;

-- name: last_ranked
SELECT max(month) FROM ranked_month WHERE tenant_id = $1;

-- name: ranked
INSERT INTO ranked_month (tenant_id, month, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: add_rank
INSERT INTO month_rank (tenant_id, month, rule, subject, code, figure, n, place, among, low)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

-- name: ranks_of
SELECT month, figure, n, place, among, low FROM month_rank
WHERE tenant_id = $1 AND rule = $2 AND subject = $3 AND code = $4 AND month <= $5 ORDER BY month DESC LIMIT 60;

-- name: groups
-- In which institution, region or line each member of staff or institution stands, for ranking them among their own.
SELECT s.code, CASE $3 WHEN 'institution' THEN s.institution WHEN 'region' THEN n.region ELSE COALESCE(n.line, '') END AS "group"
FROM staff s JOIN institution n ON n.tenant_id = s.tenant_id AND n.code = s.institution
WHERE s.tenant_id = $1 AND $2 = 'staff'
UNION ALL
SELECT n.code, CASE $3 WHEN 'region' THEN n.region ELSE COALESCE(n.line, '') END FROM institution n
WHERE n.tenant_id = $1 AND $2 = 'institution';

-- name: region_of
-- Whose supervisor an alert about a place calls.
SELECT CASE $2 WHEN 'region' THEN $3 WHEN 'institution' THEN (SELECT region FROM institution WHERE tenant_id = $1 AND code = $3)
  WHEN 'window' THEN (SELECT n.region FROM service_window w JOIN institution n ON n.tenant_id = w.tenant_id AND n.code = w.institution
    WHERE w.tenant_id = $1 AND w.code = $3) END;

-- name: to_weigh
INSERT INTO unweighed (tenant_id, rating_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: next_unweighed
SELECT min(at) FROM unweighed WHERE tenant_id = $1;

-- name: take_unweighed
DELETE FROM unweighed WHERE tenant_id = $1 AND rating_id = (
  SELECT rating_id FROM unweighed WHERE tenant_id = $1 AND at <= $2 ORDER BY at, rating_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING rating_id, at;

-- name: siblings
-- The other tickets of the same rating that have come to the same finding as this one had.
SELECT o.id, o.verdict FROM ticket t JOIN ticket o ON o.tenant_id = t.tenant_id AND o.rating_id = t.rating_id AND o.id <> t.id
WHERE t.tenant_id = $1 AND t.id = $2 AND o.verdict = $3;

-- name: counts_still
-- Whether a rating still counts with one of these grades.
SELECT EXISTS (SELECT 1 FROM mark m WHERE m.tenant_id = $1 AND m.rating_id = $2 AND m.effective = ANY($3::int[])
  AND m.rated_at = (SELECT r.rated_at FROM rating r WHERE r.tenant_id = $1 AND r.id = $2));

-- name: is_alert
SELECT EXISTS (SELECT 1 FROM alert WHERE tenant_id = $1 AND id = $2);
