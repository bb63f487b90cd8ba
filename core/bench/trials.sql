-- name: crowd
-- A province's worth of people: so many bodies, and so many staff spread over them; each body has an item of its own.
WITH body AS (
  INSERT INTO institution (tenant_id, code, name, region, line, duty)
  SELECT $1, 'body-' || n, '试算单位' || n, 'district-' || n % 8, 'line-' || n % 4, 'service'
  FROM generate_series(0, $2::int - 1) AS n RETURNING code
), thing AS (
  INSERT INTO item (tenant_id, code, name, institution)
  SELECT $1, 'thing-' || n, '试算事项' || n, 'body-' || n FROM generate_series(0, $2::int - 1) AS n RETURNING code
)
INSERT INTO staff (tenant_id, code, name, institution)
SELECT $1, 'worker-' || n, '试算人员' || n, 'body-' || n % $2::int FROM generate_series(0, $3::int - 1) AS n;

-- name: month
-- One part of a month's services: three of five kept silent for a week, one rating in seven thousand is bad.
CREATE TEMP TABLE IF NOT EXISTS past (
  n bigint, id uuid, at timestamptz, hash bytea, grade int, origin text, tenant_id int, staff text, item text,
  institution text, line text, region text, closes timestamptz, rated_at timestamptz, text text
);
TRUNCATE past;

-- name: draw_month
INSERT INTO past
SELECT n, ('f0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, at, sha256(convert_to('w' || n, 'UTF8')),
  CASE WHEN n % 5 < 3 THEN 5 WHEN n % 7000 = 3 THEN 1 WHEN n % 10 = 4 THEN 4 ELSE 5 END,
  CASE WHEN n % 5 < 3 THEN 'default' ELSE 'citizen' END, $1, 'worker-' || worker, 'thing-' || body,
  'body-' || body, 'line-' || body % 4, 'district-' || body % 8, closes,
  CASE WHEN n % 5 < 3 THEN closes ELSE at + interval '1 hour' + (n * 7919 % 140) * interval '1 hour' END,
  CASE WHEN n % 7000 = 3 THEN '等了两个小时' ELSE '' END
FROM generate_series($2::bigint, $3::bigint - 1) AS n
CROSS JOIN LATERAL (SELECT n * 7919 % $6::int AS worker, n * 7919 % $6::int % $7::int AS body) AS w
CROSS JOIN LATERAL (SELECT $4::timestamptz + ($5::timestamptz - $4::timestamptz) * ((n - $2)::float / ($3 - $2)) AS at) AS a
CROSS JOIN LATERAL (SELECT (((at AT TIME ZONE 'Asia/Shanghai')::date + 8)::timestamp AT TIME ZONE 'Asia/Shanghai') AS closes) AS c;

-- name: past_cases
INSERT INTO service_case (tenant_id, id, code, item, items, mode, kind, closed_at, opened_at)
SELECT tenant_id, id, 'W' || n, item, ARRAY[item], 'window', 'instant', at, at FROM past;

-- name: past_events
INSERT INTO service_event (tenant_id, id, case_id, number, event, at, mode, staff, fingerprint, source, received_at)
SELECT tenant_id, id, id, 1, 'closed', at, 'window', staff, hash, 'bench', at FROM past;

-- name: past_invitations
INSERT INTO invitation (tenant_id, id, case_id, event_id, occasion, dimensions, required, opens, closes, silent_grade,
  state, token_hash, policy, rating_id, rated_at)
SELECT tenant_id, id, id, id, 'closed', '{overall,staff}', '{}', at, closes, 5,
  CASE WHEN origin = 'default' THEN 'defaulted' ELSE 'rated' END, hash, 'bench', id, rated_at FROM past;

-- name: past_targets
INSERT INTO target (tenant_id, invitation_id, dimension, item, staff, institutions, lines, regions, areas, channel)
SELECT tenant_id, id, dimension, item, staff, ARRAY[institution], ARRAY[line], ARRAY[region], ARRAY['city', region], 'window'
FROM past, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: past_ratings
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, text, receipt,
  policy, received_at)
SELECT tenant_id, id, rated_at, id, id, 'closed', origin, 'web', 'bench', text, '', 'bench', rated_at FROM past;

-- name: past_marks
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel)
SELECT tenant_id, id, rated_at, dimension, item, grade, grade, origin, staff, ARRAY[institution], ARRAY[line],
  ARRAY[region], ARRAY['city', region], 'window'
FROM past, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: past_tallies
-- What the folding job would have come to.
INSERT INTO tally AS t (tenant_id, subject, code, day, dimension, origin, grade, member, n)
SELECT p.tenant_id, s.subject, s.code, (p.rated_at AT TIME ZONE 'Asia/Shanghai')::date, d, p.origin, p.grade,
  CASE WHEN s.subject IN ('staff', 'item') THEN '' ELSE p.staff END, count(*)
FROM past p, unnest(ARRAY['overall', 'staff']) AS d,
  LATERAL (VALUES ('staff', p.staff), ('item', p.item), ('institution', p.institution), ('line', p.line),
    ('region', p.region), ('area', p.region), ('area', 'city')) AS s (subject, code)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ON CONFLICT (tenant_id, subject, code, day, dimension, origin, grade, member) DO UPDATE SET n = t.n + excluded.n;

-- name: bad_ones
SELECT DISTINCT m.rated_at, m.rating_id FROM mark m
WHERE m.tenant_id = $1 AND m.rated_at >= $2 AND m.rated_at < $3 AND m.grade <= 2 AND m.origin = 'citizen';

-- name: one_aggregate
-- The yardstick: the same month's grades read and counted once for everybody, as one statement.
SELECT count(*) FROM (
  SELECT m.staff, m.dimension, m.origin, m.effective, sum(m.weight) FROM mark m
  WHERE m.tenant_id = $1 AND m.rated_at >= $2 AND m.rated_at < $3 GROUP BY m.staff, m.dimension, m.origin, m.effective) g;
