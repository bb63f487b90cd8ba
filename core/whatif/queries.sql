-- name: made
SELECT r.origin, count(*) AS n FROM rating r
WHERE r.tenant_id = $1 AND r.rated_at >= $2 AND r.rated_at < $3 AND r.append_of IS NULL GROUP BY r.origin;

-- name: fates
-- What became of each class of invitations whose window or silence would be another, and what would have become of it.
SELECT f.occasion, f.state AS was, f.becomes, f.silent_grade AS before, f.grade AS after, f.counted, f.counts, f.late,
  count(*) AS n
FROM ({fate}) AS f
GROUP BY f.occasion, f.state, f.becomes, f.silent_grade, f.grade, f.counted, f.counts, f.late;

-- name: fate
-- Silence speaks where a window is over and nobody has; who would have come too late would not have been heard, and what
-- was brought in from elsewhere stays as it is. Whatever was reported after its window had ended never opened.
SELECT t.*, t.state = 'rated' AND t.becomes <> 'rated' AS late,
  t.state = 'defaulted' AND t.rated_at >= $7 AND t.rated_at < $8 AS counted,
  t.becomes = 'defaulted' AND t.closing >= $7 AND t.closing < $8 AS counts
FROM (
  SELECT i.*, CASE
      WHEN i.state = 'rated' AND (i.closing IS NULL OR i.rated_at < i.closing OR i.brought) THEN 'rated'
      WHEN i.closing IS NULL OR i.closing > $9 THEN 'open'
      WHEN i.grade IS NULL OR i.begun OR i.closing <= i.reported THEN 'closed'
      ELSE 'defaulted' END AS becomes
  FROM (
    SELECT i.id, i.case_id, i.occasion, i.state, i.opens, i.closes, i.silent_grade, i.rating_id, i.rated_at,
      i.draft IS NOT NULL AS begun, t.grade, e.received_at AS reported, r.id IS NOT NULL AS brought,
      {closing} AS closing
    FROM invitation i
    JOIN unnest($2::text[], $3::date[], $4::timestamptz[], $5::float[], $6::int[]) AS t (occasion, day, ends, lasts, grade)
      ON t.occasion = i.occasion AND t.day = (i.opens AT TIME ZONE 'Asia/Shanghai')::date
    LEFT JOIN service_event e ON e.tenant_id = $1 AND e.id = i.event_id AND {reported}
    LEFT JOIN rating r ON r.tenant_id = $1 AND r.rated_at >= $7 AND r.rated_at = i.rated_at AND r.id = i.rating_id
      AND r.origin = 'imported'
    CROSS JOIN LATERAL (SELECT COALESCE(t.ends, i.opens + make_interval(secs => t.lasts)) AS closing) AS c
    {prolonged}
    WHERE i.tenant_id = $1 AND i.opens >= $10 AND i.opens < $11
  ) AS i OFFSET 0
) AS t

-- name: moved
-- Grades that silence gave, and those of who would have come too late (taken away where they were ``counted``), and those
-- that silence would have given (added where it ``counts``).
SELECT x.dimension, x.origin, x.before, x.after, x.counted, x.counts, x.staff, x.institutions, x.lines, x.regions, x.areas,
  sum(x.weight)::bigint AS n
FROM ({fate}) AS f
CROSS JOIN LATERAL (
  SELECT g.dimension, 'default' AS origin, f.silent_grade AS before, f.grade AS after, f.counted, f.counts, g.staff,
    g.institutions, g.lines, g.regions, g.areas, g.weight
  FROM target g
  WHERE g.tenant_id = $1 AND g.invitation_id = f.id AND (f.counted OR f.counts)
    AND (f.rating_id IS NULL OR f.rating_id <> ALL($12::uuid[]))
  UNION ALL
  SELECT m.dimension, m.origin, m.effective, NULL, true, false, m.staff, m.institutions, m.lines, m.regions, m.areas, m.weight
  FROM mark m
  WHERE f.late AND m.tenant_id = $1 AND m.rated_at = f.rated_at AND m.rating_id = f.rating_id
    AND m.effective IS NOT NULL AND m.rated_at >= $7 AND m.rated_at < $8
) AS x
WHERE f.late OR (f.counted OR f.counts) AND NOT (f.counted AND f.counts AND f.silent_grade = f.grade)
GROUP BY x.staff, x.before, x.after, x.counted, x.counts, x.dimension, x.origin, x.institutions, x.lines, x.regions, x.areas;

-- name: batches
-- What counts of batches, by the day of the service whose rules say how often.
SELECT (e.at AT TIME ZONE 'Asia/Shanghai')::date AS day, c.batch, m.weight, m.dimension, m.origin, m.effective AS grade, m.staff,
  m.institutions, m.lines, m.regions, m.areas, count(*) AS n
FROM rating r
JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id AND c.composite = 'batch'
JOIN invitation i ON i.tenant_id = $1 AND i.id = r.invitation_id
JOIN service_event e ON e.tenant_id = $1 AND e.id = i.event_id
JOIN mark m ON m.tenant_id = $1 AND m.rated_at = r.rated_at AND m.rating_id = r.id AND m.effective IS NOT NULL
WHERE r.tenant_id = $1 AND r.rated_at >= $2 AND r.rated_at < $3
GROUP BY day, c.batch, m.weight, m.dimension, m.origin, m.effective, m.staff, m.institutions, m.lines, m.regions, m.areas;

-- name: moved_additions
-- What was added later by who would have come too late.
SELECT m.dimension, m.origin, m.effective AS before, NULL AS after, true AS counted, false AS counts, m.staff, m.institutions, m.lines, m.regions, m.areas,
  sum(m.weight)::bigint AS n
FROM ({fate}) AS f
JOIN rating a ON a.tenant_id = $1 AND a.append_of = f.rating_id AND a.rated_at >= $7 AND a.rated_at < $8
JOIN mark m ON m.tenant_id = $1 AND m.rated_at = a.rated_at AND m.rating_id = a.id
WHERE f.late AND f.rating_id = ANY($12::uuid[]) AND m.effective IS NOT NULL
GROUP BY m.dimension, m.origin, m.effective, m.staff, m.institutions, m.lines, m.regions, m.areas;

-- name: moved_appended
-- The few whose silence was added to later: one by one.
SELECT f.id, f.state AS was, f.becomes, f.silent_grade AS before, f.grade AS after, f.counted, f.counts FROM ({fate}) AS f
WHERE f.state <> 'rated' AND f.rating_id = ANY($12::uuid[]);

-- name: added_to
-- What has been added to since the first of these days, whenever it was rated itself.
SELECT DISTINCT append_of AS id FROM rating WHERE tenant_id = $1 AND append_of IS NOT NULL AND rated_at >= $2;

-- name: family_at
SELECT m.rating_id, m.rated_at, m.dimension, m.item, m.grade, m.effective, m.origin, m.staff, m.institutions, m.lines,
  m.regions, m.areas, m.channel, m.weight, r.append_of IS NOT NULL AS appended
FROM rating r JOIN mark m ON m.tenant_id = r.tenant_id AND m.rated_at = r.rated_at AND m.rating_id = r.id
WHERE r.tenant_id = $1 AND (r.id = $2 OR r.append_of = $2) ORDER BY m.rated_at, m.dimension, m.item;

-- name: bad
SELECT m.rated_at, m.rating_id FROM mark m
WHERE m.tenant_id = $1 AND m.rated_at >= $2 AND m.rated_at < $3 AND m.grade = ANY($4::int[]) AND m.given
  AND m.origin NOT IN ('default', 'imported', 'imported-default')
GROUP BY m.rated_at, m.rating_id ORDER BY m.rated_at, m.rating_id LIMIT $5;

-- name: said
SELECT r.id, r.rated_at, r.case_id, c.code AS "case", r.occasion, r.origin, r.declared, r.tags, r.text, r.invitation_id,
  r.append_of, c.item, c.items, c.composite, e.staff, e.at AS event_at,
  (SELECT o.rated_at FROM rating o WHERE o.tenant_id = $1 AND o.id = r.append_of) AS root_at,
  (SELECT o.origin FROM rating o WHERE o.tenant_id = $1 AND o.id = r.append_of) AS root_origin,
  (SELECT jsonb_agg(jsonb_build_object('dimension', m.dimension, 'grade', m.grade, 'effective', m.effective,
      'given', m.given, 'item', m.item, 'staff', m.staff, 'institutions', m.institutions, 'lines', m.lines,
      'regions', m.regions, 'areas', m.areas, 'channel', m.channel, 'weight', m.weight,
      'position', CASE WHEN r.append_of IS NULL THEN COALESCE(g.position, 0) ELSE 0 END) ORDER BY g.position, m.dimension)
    FROM mark m LEFT JOIN target g ON g.tenant_id = m.tenant_id AND g.invitation_id = r.invitation_id
      AND g.dimension = m.dimension AND g.item = m.item
    WHERE m.tenant_id = $1 AND m.rated_at = r.rated_at AND m.rating_id = r.id) AS marks
FROM unnest($2::timestamptz[], $3::uuid[]) WITH ORDINALITY AS w (rated_at, id, place)
JOIN rating r ON r.tenant_id = $1 AND r.rated_at = w.rated_at AND r.id = w.id
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
ORDER BY w.place;

-- name: tickets
SELECT t.*, c.code AS case_code, c.composite, COALESCE(i.in_centre, true) AS in_centre, false AS anonymous
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.rating_id = ANY($2::uuid[]) ORDER BY t.opened_at, t.nth, t.id;

-- name: acts
SELECT ticket_id, at, act, actor, data FROM ticket_act WHERE tenant_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY at, id;

-- name: clocks
SELECT * FROM clock WHERE tenant_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY state <> 'dropped', started_at, id;

-- name: capacities
SELECT code, institution FROM staff WHERE tenant_id = $1 AND active AND code = ANY($2::text[]);

-- name: centres
SELECT code FROM item WHERE tenant_id = $1 AND NOT in_centre AND code = ANY($2::text[]);

-- name: late_rows
-- Single invitations whose end would have been another, in the order in which they were opened.
SELECT f.id, c.code AS "case", f.occasion, f.opens, f.closes, f.closing, f.state AS was, f.becomes, f.silent_grade AS before,
  f.grade AS after, f.rated_at
FROM ({fate}) AS f JOIN service_case c ON c.tenant_id = $1 AND c.id = f.case_id
WHERE (f.state <> f.becomes OR (f.becomes = 'defaulted' AND (f.silent_grade, f.closes) IS DISTINCT FROM (f.grade, f.closing)))
  AND ($12::text = '' OR f.state = $12) AND ($13::text = '' OR f.becomes = $13)
  AND ($14::timestamptz IS NULL OR (f.opens, f.id) > ($14, $15))
ORDER BY f.opens, f.id LIMIT $16;

-- name: add
INSERT INTO whatif (tenant_id, id, proposal_id, version, start, until, state, stage, done, asked_by, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, $7, $8);

-- name: under_way
SELECT count(*) FROM whatif WHERE tenant_id = $1 AND state IN ('waiting', 'running');

-- name: begin
UPDATE whatif SET state = 'running', done = 0, stage = '' WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running')
RETURNING id, proposal_id, version, start, until, asked_by, asked_at;

-- name: got_on
UPDATE whatif SET done = $3, stage = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'running';

-- name: finish
UPDATE whatif SET state = 'done', done = 100, stage = '', ended_at = $3, report = $4, hash = $5, turns = $6
WHERE tenant_id = $1 AND id = $2 AND state = 'running';

-- name: add_rows
INSERT INTO whatif_row (tenant_id, whatif_id, section, place, code, data)
SELECT $1, $2, $3, $4 + t.place, t.row ->> 'code', t.row FROM jsonb_array_elements($5::jsonb) WITH ORDINALITY AS t (row, place);

-- name: fail
UPDATE whatif SET state = 'failed', ended_at = $3, refusal = $4 WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running');

-- name: cancel
UPDATE whatif SET state = 'cancelled', ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running');

-- name: one
SELECT id, proposal_id, version, start, until AS "end", state, stage, done, asked_by, asked_at, ended_at, refusal, report, hash
FROM whatif WHERE tenant_id = $1 AND id = $2;

-- name: of_proposal
SELECT id, proposal_id, version, start, until AS "end", state, stage, done, asked_by, asked_at, ended_at, refusal, report, hash
FROM whatif WHERE tenant_id = $1 AND proposal_id = $2 ORDER BY asked_at DESC, id DESC LIMIT $3;

-- name: turns
SELECT turns, report ->> 'as_of' AS as_of FROM whatif WHERE tenant_id = $1 AND id = $2 AND state = 'done';

-- name: rows
SELECT place, code, data FROM whatif_row
WHERE tenant_id = $1 AND whatif_id = $2 AND section = $3 AND place > $4 ORDER BY place LIMIT $5;

-- name: owed
SELECT id FROM whatif WHERE tenant_id = $1 AND state IN ('waiting', 'running') AND asked_at < $2
  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.tenant = $1 AND t.kind = $3 AND t.ref = whatif.id::text);

-- name: given_up
SELECT id FROM whatif WHERE tenant_id = $1 AND state IN ('waiting', 'running')
  AND EXISTS (SELECT 1 FROM task t WHERE t.tenant = $1 AND t.kind = $2 AND t.ref = whatif.id::text AND t.state = 'dead');

-- name: any_made
SELECT EXISTS (SELECT 1 FROM rating WHERE tenant_id = $1 AND rated_at >= $2 AND rated_at < $3)
  OR EXISTS (SELECT 1 FROM invitation WHERE tenant_id = $1 AND opens >= $2 AND opens < $3);
