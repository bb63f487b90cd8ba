-- name: add_delta
INSERT INTO tally_delta (tenant_id, id, day, dimension, origin, grade, n, item, staff, institutions, lines, regions, areas,
  channel)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: count_defaults
-- The marks of one chunk of defaults, counted in the transaction that made them.
INSERT INTO tally_delta (tenant_id, id, day, dimension, origin, grade, n, item, staff, institutions, lines, regions, areas,
  channel)
SELECT m.tenant_id, md5(m.rating_id::text || m.dimension || m.item)::uuid, (m.rated_at AT TIME ZONE 'Asia/Shanghai')::date, m.dimension, m.origin, m.effective,
  m.weight, m.item, m.staff, m.institutions, m.lines, m.regions, m.areas, m.channel
FROM unnest($2::uuid[], $3::timestamptz[]) AS ended (id, at)
JOIN mark m ON m.tenant_id = $1 AND m.rated_at = ended.at AND m.rating_id = ended.id
WHERE m.effective IS NOT NULL;

-- name: fold
-- Turns one chunk of deltas into tallies; the deltas are gone in the same statement, so nothing counts twice.
WITH taken AS (
  DELETE FROM tally_delta WHERE tenant_id = $1 AND id = ANY(ARRAY(
    SELECT id FROM tally_delta WHERE tenant_id = $1 ORDER BY id LIMIT $2))
  RETURNING day, dimension, origin, grade, n, item, staff, institutions, lines, regions, areas, channel
), spread AS (
  SELECT 'item' AS subject, item AS code, day, dimension, origin, grade, '' AS member, n FROM taken WHERE item <> ''
  UNION ALL SELECT 'channel', channel, day, dimension, origin, grade, '', n FROM taken WHERE channel <> ''
  UNION ALL SELECT 'staff', staff, day, dimension, origin, grade, '', n FROM taken WHERE staff IS NOT NULL
  UNION ALL SELECT 'institution', c, day, dimension, origin, grade, COALESCE(staff, ''), n FROM taken, unnest(institutions) AS c
  UNION ALL SELECT 'line', c, day, dimension, origin, grade, COALESCE(staff, ''), n FROM taken, unnest(lines) AS c
  UNION ALL SELECT 'region', c, day, dimension, origin, grade, COALESCE(staff, ''), n FROM taken, unnest(regions) AS c
  UNION ALL SELECT 'area', c, day, dimension, origin, grade, COALESCE(staff, ''), n FROM taken, unnest(areas) AS c
), summed AS (
  SELECT subject, code, day, dimension, origin, grade, member, sum(n) AS n FROM spread
  GROUP BY subject, code, day, dimension, origin, grade, member
  ORDER BY subject, code, day, dimension, origin, grade, member
), put AS (
  INSERT INTO tally AS t (tenant_id, subject, code, day, dimension, origin, grade, member, n)
  SELECT $1, subject, code, day, dimension, origin, grade, member, n FROM summed
  ON CONFLICT (tenant_id, subject, code, day, dimension, origin, grade, member) DO UPDATE SET n = t.n + excluded.n
)
SELECT count(*) FROM taken;

-- name: counts
-- Exact at every moment: what is folded plus what still waits. Without $7 nobody within a body is told from another.
SELECT code, dimension, origin, grade, member, sum(n)::bigint AS n FROM (
  SELECT code, dimension, origin, grade, CASE WHEN $7 THEN member ELSE '' END AS member, n FROM tally
  WHERE tenant_id = $1 AND subject = $2 AND ($3::text IS NULL OR code = $3) AND dimension = ANY($4::text[])
    AND ($5::date IS NULL OR day >= $5) AND ($6::date IS NULL OR day <= $6)
  UNION ALL
  SELECT c, d.dimension, d.origin, d.grade,
    CASE WHEN $7 AND $2 IN ('institution', 'line', 'region', 'area') THEN COALESCE(d.staff, '') ELSE '' END, d.n
  FROM tally_delta d, unnest(CASE $2
    WHEN 'item' THEN ARRAY[d.item] WHEN 'channel' THEN ARRAY[d.channel] WHEN 'staff' THEN ARRAY[d.staff]
    WHEN 'institution' THEN d.institutions WHEN 'line' THEN d.lines WHEN 'region' THEN d.regions ELSE d.areas END) AS c
  WHERE d.tenant_id = $1 AND c IS NOT NULL AND c <> '' AND ($3::text IS NULL OR c = $3) AND d.dimension = ANY($4::text[])
    AND ($5::date IS NULL OR d.day >= $5) AND ($6::date IS NULL OR d.day <= $6)
) AS every GROUP BY code, dimension, origin, grade, member HAVING sum(n) <> 0;

-- name: found
-- What findings have moved: the grade each such mark counts as (taken away) and would count as without them (added back).
SELECT code, dimension, origin, grade, member, sum(n)::bigint AS n FROM (
  SELECT c AS code, m.dimension, m.origin, g.grade, g.sign * m.weight AS n,
    CASE WHEN $2 IN ('institution', 'line', 'region', 'area') THEN COALESCE(m.staff, '') ELSE '' END AS member
  FROM mark m,
    LATERAL (VALUES (m.effective, -1), (m.unfound, 1)) AS g (grade, sign),
    unnest(CASE $2 WHEN 'item' THEN ARRAY[m.item] WHEN 'channel' THEN ARRAY[m.channel] WHEN 'staff' THEN ARRAY[m.staff]
      WHEN 'institution' THEN m.institutions WHEN 'line' THEN m.lines WHEN 'region' THEN m.regions ELSE m.areas END) AS c
  WHERE m.tenant_id = $1 AND m.found AND g.grade IS NOT NULL AND c IS NOT NULL AND c <> ''
    AND ($3::text IS NULL OR c = $3) AND m.dimension = ANY($4::text[])
    AND ($5::date IS NULL OR m.rated_at >= $5::timestamp AT TIME ZONE 'Asia/Shanghai')
    AND ($6::date IS NULL OR m.rated_at < ($6 + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
) AS every GROUP BY code, dimension, origin, grade, member HAVING sum(n) <> 0;

-- name: active_cases
-- Cases with an active rating, among cases with an invitation rated or ended; each case once.
WITH asked AS (
  SELECT DISTINCT i.case_id FROM invitation i
  JOIN target t ON t.tenant_id = i.tenant_id AND t.invitation_id = i.id
  WHERE i.tenant_id = $1 AND i.state <> 'open'
    AND ($4::date IS NULL OR (i.rated_at AT TIME ZONE 'Asia/Shanghai')::date >= $4 OR (i.rated_at IS NULL AND (i.closes AT TIME ZONE 'Asia/Shanghai')::date >= $4))
    AND ($5::date IS NULL OR (COALESCE(i.rated_at, i.closes) AT TIME ZONE 'Asia/Shanghai')::date <= $5)
    AND CASE $2 WHEN 'staff' THEN t.staff = $3 WHEN 'item' THEN t.item = $3 WHEN 'channel' THEN t.channel = $3
      WHEN 'institution' THEN $3 = ANY(t.institutions) WHEN 'line' THEN $3 = ANY(t.lines)
      WHEN 'region' THEN $3 = ANY(t.regions) ELSE $3 = ANY(t.areas) END
)
SELECT count(*) AS over, count(*) FILTER (WHERE EXISTS (
  SELECT 1 FROM rating r JOIN mark m ON m.tenant_id = r.tenant_id AND m.rating_id = r.id AND m.rated_at = r.rated_at
  WHERE r.tenant_id = $1 AND r.case_id = asked.case_id AND r.origin IN ('citizen', 'agent', 'paper') AND r.append_of IS NULL
    AND CASE $2 WHEN 'staff' THEN m.staff = $3 WHEN 'item' THEN m.item = $3 WHEN 'channel' THEN m.channel = $3
      WHEN 'institution' THEN $3 = ANY(m.institutions) WHEN 'line' THEN $3 = ANY(m.lines)
      WHEN 'region' THEN $3 = ANY(m.regions) ELSE $3 = ANY(m.areas) END)) AS count
FROM asked;

-- name: ticket_outcomes
-- Tickets of a subject (by what was complained of) with the clock that says whether they were in time.
SELECT t.state, t.dimensions, k.state AS clock_state, k.stopped_at, k.due_at,
  EXISTS (SELECT 1 FROM ticket_act a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.act = 'explain') AS explained
FROM ticket t
LEFT JOIN LATERAL (
  SELECT state, stopped_at, due_at FROM clock WHERE tenant_id = $1 AND ticket_id = t.id AND name IN ('close', 'rectify') AND state <> 'dropped'
  ORDER BY name = 'close' DESC, started_at LIMIT 1) AS k ON true
WHERE t.tenant_id = $1
  AND ($4::date IS NULL OR (t.rated_at AT TIME ZONE 'Asia/Shanghai')::date >= $4)
  AND ($5::date IS NULL OR (t.rated_at AT TIME ZONE 'Asia/Shanghai')::date <= $5)
  AND EXISTS (SELECT 1 FROM rating r JOIN target g ON g.tenant_id = r.tenant_id AND g.invitation_id = r.invitation_id
    WHERE r.tenant_id = $1 AND r.id = t.rating_id AND r.rated_at = t.rated_at AND (g.dimension = ANY(t.dimensions)
      OR NOT EXISTS (SELECT 1 FROM target o WHERE o.tenant_id = $1 AND o.invitation_id = r.invitation_id
        AND o.dimension = ANY(t.dimensions)))
      AND CASE $2 WHEN 'staff' THEN g.staff = $3 WHEN 'item' THEN g.item = $3 WHEN 'channel' THEN g.channel = $3
        WHEN 'institution' THEN $3 = ANY(g.institutions) WHEN 'line' THEN $3 = ANY(g.lines)
        WHEN 'region' THEN $3 = ANY(g.regions) ELSE $3 = ANY(g.areas) END);

-- name: every_active
-- The same for every institution, region or area at once.
WITH asked AS (
  SELECT DISTINCT c AS code, i.case_id FROM invitation i
  JOIN target t ON t.tenant_id = i.tenant_id AND t.invitation_id = i.id,
    unnest(CASE $2 WHEN 'institution' THEN t.institutions WHEN 'region' THEN t.regions ELSE t.areas END) AS c
  WHERE i.tenant_id = $1 AND i.state <> 'open'
    AND (COALESCE(i.rated_at, i.closes) AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $3 AND $4
)
SELECT code, count(*) AS over, count(*) FILTER (WHERE EXISTS (
  SELECT 1 FROM rating r JOIN mark m ON m.tenant_id = r.tenant_id AND m.rating_id = r.id AND m.rated_at = r.rated_at
  WHERE r.tenant_id = $1 AND r.case_id = asked.case_id AND r.origin IN ('citizen', 'agent', 'paper') AND r.append_of IS NULL
    AND code = ANY(CASE $2 WHEN 'institution' THEN m.institutions WHEN 'region' THEN m.regions ELSE m.areas END))) AS count
FROM asked GROUP BY code;

-- name: every_outcome
-- The same for every subject of a kind at once; a ticket stands once for each subject it complained of.
SELECT w.code, t.state, t.dimensions, k.state AS clock_state, k.stopped_at, k.due_at,
  (SELECT a.state FROM assignment a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.kind = 'callback') AS callback,
  EXISTS (SELECT 1 FROM ticket_act a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.act = 'explain') AS explained
FROM ticket t
CROSS JOIN LATERAL (
  SELECT DISTINCT c AS code FROM rating r
  JOIN target g ON g.tenant_id = r.tenant_id AND g.invitation_id = r.invitation_id
    AND (g.dimension = ANY(t.dimensions) OR NOT EXISTS (SELECT 1 FROM target o
      WHERE o.tenant_id = $1 AND o.invitation_id = r.invitation_id AND o.dimension = ANY(t.dimensions))),
    unnest(CASE $2 WHEN 'item' THEN ARRAY[g.item] WHEN 'channel' THEN ARRAY[g.channel] WHEN 'staff' THEN ARRAY[g.staff]
      WHEN 'institution' THEN g.institutions WHEN 'line' THEN g.lines WHEN 'region' THEN g.regions ELSE g.areas END) AS c
  WHERE r.tenant_id = $1 AND r.id = t.rating_id AND r.rated_at = t.rated_at AND c IS NOT NULL AND c <> '') w
LEFT JOIN LATERAL (
  SELECT state, stopped_at, due_at FROM clock WHERE tenant_id = $1 AND ticket_id = t.id AND name IN ('close', 'rectify') AND state <> 'dropped'
  ORDER BY name = 'close' DESC, started_at LIMIT 1) AS k ON true
WHERE t.tenant_id = $1
  AND ($3::date IS NULL OR (t.rated_at AT TIME ZONE 'Asia/Shanghai')::date >= $3)
  AND ($4::date IS NULL OR (t.rated_at AT TIME ZONE 'Asia/Shanghai')::date <= $4);
