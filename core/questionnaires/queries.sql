-- name: concerns
-- For whom an invitation's questions are chosen: its way, its matters and the lines of those who handle them.
SELECT e.mode, array_remove(array_agg(DISTINCT i.code), NULL) AS items, array_remove(array_agg(DISTINCT n.line), NULL) AS lines
FROM invitation v
JOIN service_event e ON e.tenant_id = v.tenant_id AND e.id = v.event_id
JOIN service_case c ON c.tenant_id = v.tenant_id AND c.id = v.case_id
LEFT JOIN item i ON i.tenant_id = c.tenant_id AND (i.code = c.item OR i.code = ANY (c.items))
LEFT JOIN staff s ON s.tenant_id = e.tenant_id AND s.code = e.staff
LEFT JOIN institution n ON n.tenant_id = c.tenant_id AND n.code = COALESCE(i.institution, s.institution)
WHERE v.tenant_id = $1 AND v.id = $2 GROUP BY e.mode;

-- name: add_version
-- Two that ask the same new questions at once give them one number between them.
WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('questionnaire', $1)))
INSERT INTO questionnaire (tenant_id, id, number, mode, item, line, questions, clause, document, first_at)
SELECT $1, $2, 1 + COALESCE((SELECT max(number) FROM questionnaire WHERE tenant_id = $1 AND mode = $3 AND item = $4 AND line = $5), 0),
  $3, $4, $5, $6, $7, $8, $9 FROM alone
ON CONFLICT (tenant_id, id) DO NOTHING;

-- name: version
SELECT * FROM questionnaire WHERE tenant_id = $1 AND id = $2;

-- name: put
-- A complete one stands; what was left open may be filled in once more.
INSERT INTO questionnaire_answer AS a (tenant_id, rating_id, rated_at, version, answers, complete, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, rating_id) DO UPDATE SET answers = excluded.answers, complete = excluded.complete, at = excluded.at
WHERE NOT a.complete AND a.version = excluded.version;

-- name: answered
SELECT a.rating_id, a.answers, a.complete, q.id, q.number, q.mode, q.item, q.line, q.questions, q.clause, q.document, q.first_at
FROM questionnaire_answer a JOIN questionnaire q ON q.tenant_id = a.tenant_id AND q.id = a.version
WHERE a.tenant_id = $1 AND a.rating_id = $2;

-- name: sums
SELECT q.*, s.n, s.complete FROM questionnaire q JOIN LATERAL (
  SELECT count(*) AS n, count(*) FILTER (WHERE a.complete) AS complete FROM questionnaire_answer a
  WHERE a.tenant_id = q.tenant_id AND a.version = q.id AND a.rated_at >= $2 AND a.rated_at < $3) s ON true
WHERE q.tenant_id = $1 ORDER BY q.first_at DESC, q.id;

-- name: counts
-- Each answer with its count, and under an empty value how many answered the question at all.
WITH said AS (
  SELECT e.key AS code, e.value FROM questionnaire_answer a, jsonb_each(a.answers) e
  WHERE a.tenant_id = $1 AND a.version = $2 AND a.rated_at >= $3 AND a.rated_at < $4
)
SELECT code, '' AS value, count(*) FROM said GROUP BY code
UNION ALL
SELECT code, v #>> '{}', count(*) FROM said, LATERAL jsonb_array_elements(
  CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END) v
WHERE NOT code = ANY ($5::text[]) GROUP BY 1, 2;

-- name: texts
-- In an order that tells nothing of when they were written.
SELECT e.key AS code, e.value #>> '{}' AS text FROM questionnaire_answer a, jsonb_each(a.answers) e
WHERE a.tenant_id = $1 AND a.version = $2 AND a.rated_at >= $3 AND a.rated_at < $4 AND e.key = $5
ORDER BY md5(a.rating_id::text || e.key) LIMIT $6;
