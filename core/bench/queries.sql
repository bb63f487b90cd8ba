-- name: prepare
-- Everybody who serves, with where they belong: services are spread over them in turn.
CREATE TEMP TABLE desk AS
SELECT row_number() OVER (ORDER BY s.code) - 1 AS place, s.tenant_id, s.code AS staff, i.code AS item, s.institution,
  n.line, n.region
FROM staff s
JOIN institution n ON n.tenant_id = s.tenant_id AND n.code = s.institution
JOIN LATERAL (SELECT code FROM item WHERE tenant_id = s.tenant_id AND institution = s.institution ORDER BY code LIMIT 1) i ON true;
CREATE TEMP TABLE lot (
  n bigint, id uuid, at timestamptz, hash bytea, grade int, origin text, tenant_id int, place bigint, staff text,
  item text, institution text, line text, region text
);

-- name: draw
-- One lot of services: numbered ids, spread evenly between two instants.
INSERT INTO lot
SELECT n, lpad(to_hex(n), 32, '0')::uuid, $3::timestamptz + ($4::timestamptz - $3::timestamptz) * ((n - $1)::float / ($2 - $1)),
  COALESCE(h.hash, sha256(convert_to(n::text, 'UTF8'))),
  CASE WHEN n * 7919 % 100 < 90 THEN 5 WHEN n * 7919 % 100 < 96 THEN 4 WHEN n * 7919 % 100 < 98 THEN 3
    WHEN n * 7919 % 100 < 99 THEN 2 ELSE 1 END,
  CASE WHEN n % 10 < 7 THEN 'default' ELSE 'citizen' END, d.tenant_id, d.place, d.staff, d.item, d.institution, d.line,
  d.region
FROM generate_series($1::bigint, $2::bigint - 1) AS n
JOIN desk d ON d.place = n % (SELECT count(*) FROM desk)
LEFT JOIN unnest($5::bytea[]) WITH ORDINALITY AS h (hash, nth) ON h.nth = n - $1 + 1;

-- name: lay_cases
INSERT INTO service_case (tenant_id, id, code, item, items, mode, kind, closed_at, opened_at)
SELECT tenant_id, id, 'B' || n, item, ARRAY[item], 'window', 'instant', at, at FROM lot;

-- name: lay_events
INSERT INTO service_event (tenant_id, id, case_id, number, event, at, mode, staff, fingerprint, source, received_at)
SELECT tenant_id, id, id, 1, 'closed', at, 'window', staff, hash, 'bench', at FROM lot;

-- name: lay_invitations
INSERT INTO invitation (tenant_id, id, case_id, event_id, occasion, dimensions, required, opens, closes, silent_grade,
  state, token_hash, policy, rating_id, rated_at)
SELECT tenant_id, id, id, id, 'closed', '{overall,staff}', '{}', at, at + interval '7 days', 5,
  CASE WHEN NOT $1 THEN 'open' WHEN origin = 'default' THEN 'defaulted' ELSE 'rated' END, hash, 'bench',
  CASE WHEN $1 THEN id END, CASE WHEN $1 THEN at END
FROM lot;

-- name: lay_targets
INSERT INTO target (tenant_id, invitation_id, dimension, item, staff, institutions, lines, regions, areas, channel)
SELECT tenant_id, id, dimension, item, staff, ARRAY[institution], ARRAY[line], ARRAY[region], ARRAY['city', region], 'window'
FROM lot, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: lay_ratings
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, receipt, policy,
  received_at)
SELECT tenant_id, id, at, id, id, 'closed', origin, 'web', 'bench', '', 'bench', at FROM lot;

-- name: lay_marks
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel)
SELECT tenant_id, id, at, dimension, item, grade, grade, origin, staff, ARRAY[institution], ARRAY[line], ARRAY[region],
  ARRAY['city', region], 'window'
FROM lot, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: lay_deltas
INSERT INTO tally_delta (tenant_id, id, day, dimension, origin, grade, n, item, staff, institutions, lines, regions, areas,
  channel)
SELECT tenant_id, md5(dimension || n)::uuid, (at AT TIME ZONE 'Asia/Shanghai')::date, dimension, origin, grade, 1, item, staff,
  ARRAY[institution], ARRAY[line], ARRAY[region], ARRAY['city', region], 'window'
FROM lot, unnest(ARRAY['overall', 'staff']) AS dimension;

-- name: plain_ratings
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, receipt, policy,
  received_at)
SELECT tenant_id, id, now(), id, case_id, occasion, 'citizen', 'web', 'plain', 'P-' || id, policy, now()
FROM invitation WHERE tenant_id = $1 AND id >= $2 AND id < $3;

-- name: plain_marks
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel)
SELECT tenant_id, invitation_id, now(), dimension, item, 5, 5, 'citizen', staff, institutions, lines, regions, areas, channel
FROM target WHERE tenant_id = $1 AND invitation_id >= $2 AND invitation_id < $3;

-- name: plain_receipts
INSERT INTO receipt (tenant_id, code, rating_id, rated_at)
SELECT tenant_id, 'P-' || id, id, now() FROM invitation WHERE tenant_id = $1 AND id >= $2 AND id < $3;

-- name: plain_keys
INSERT INTO rating_key (tenant_id, source, key, fingerprint, rating_id, answer, at)
SELECT tenant_id, 'plain', encode(token_hash, 'hex'), token_hash, id, '{}', now()
FROM invitation WHERE tenant_id = $1 AND id >= $2 AND id < $3;

-- name: plain_deltas
INSERT INTO tally_delta (tenant_id, id, day, dimension, origin, grade, n, item, staff, institutions, lines, regions, areas,
  channel)
SELECT tenant_id, gen_random_uuid(), current_date, dimension, 'citizen', 5, 1, item, staff, institutions, lines, regions, areas,
  channel
FROM target WHERE tenant_id = $1 AND invitation_id >= $2 AND invitation_id < $3;

-- name: plain_taken
UPDATE invitation SET state = 'rated', rating_id = id, rated_at = now()
WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND state = 'open';
