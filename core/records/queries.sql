-- name: next_number
INSERT INTO extra_number AS n (tenant_id, prefix, last) VALUES ($1, $2, 1)
ON CONFLICT (tenant_id, prefix) DO UPDATE SET last = n.last + 1
RETURNING prefix || lpad(last::text, greatest(4, length(last::text)), '0');

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtextextended('extra:' || $2::text, $1));

-- name: add_record
INSERT INTO extra_record (tenant_id, id, extra, kind, number, state, title, fields, institution, region, named, parent, case_code,
  repeat_of, filed_at, filed_by, filer_id, person_id, channel, receipt, ended_at, day, policy, policy_day, same_hash, once,
  perhaps_of)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27);

-- name: save_record
UPDATE extra_record SET state = $3, version = $4, title = $5, fields = $6, institution = $7, region = $8, named = $9,
  case_code = $10, ended_at = $11, day = $12 WHERE tenant_id = $1 AND id = $2;

-- name: record
SELECT r.*, ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM extra_record r WHERE r.tenant_id = $1 AND r.id = $2;

-- name: record_locked
SELECT r.*, ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM extra_record r WHERE r.tenant_id = $1 AND r.id = $2 FOR UPDATE OF r;

-- name: by_receipt
SELECT id FROM extra_record WHERE tenant_id = $1 AND receipt = $2;

-- name: by_once
SELECT id, number, receipt, repeat_of FROM extra_record WHERE tenant_id = $1 AND once = $2;

-- name: known_once
SELECT array_agg(once) FROM extra_record WHERE tenant_id = $1 AND once = ANY($2::text[]);

-- name: same
-- The first of those that are the same; one that is still open goes before one that is done with.
SELECT COALESCE(repeat_of, id) AS id, number, ended_at IS NULL AS open FROM extra_record
WHERE tenant_id = $1 AND kind = $2 AND same_hash = $3 ORDER BY ended_at IS NULL DESC, filed_at, id LIMIT 1;

-- name: like
-- Earlier records of a kind, those first that are about the same case or agree in what is known.
SELECT id, filed_at, case_code, fields, same_hash FROM extra_record
WHERE tenant_id = $1 AND kind = $2 AND filed_at >= $3 AND filed_at <= $4 AND repeat_of IS NULL
ORDER BY ($5::text <> '' AND case_code = $5) DESC,
  (SELECT count(*) FROM unnest($6::text[], $7::text[]) AS f(code, said) WHERE f.said <> '' AND fields ->> f.code = f.said) DESC,
  filed_at DESC LIMIT $8;

-- name: is_same
UPDATE extra_record r SET repeat_of = COALESCE(o.repeat_of, o.id), perhaps_of = NULL FROM extra_record o
WHERE r.tenant_id = $1 AND r.id = $2 AND o.tenant_id = $1 AND o.id = r.perhaps_of;

-- name: is_other
UPDATE extra_record SET perhaps_of = NULL WHERE tenant_id = $1 AND id = $2;

-- name: keep_secret
INSERT INTO extra_secret (tenant_id, id, record_id, field, value_enc) VALUES ($1, $2, $3, $4, $5);

-- name: change_secret
UPDATE extra_secret SET value_enc = $3 WHERE tenant_id = $1 AND id = $2;

-- name: secret
SELECT id, value_enc FROM extra_secret WHERE tenant_id = $1 AND record_id = $2 AND field = $3;

-- name: add_deed
INSERT INTO extra_deed (tenant_id, id, record_id, at, act, actor, member_id, given, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: deeds
SELECT at, act, actor, member_id, given, before, after FROM extra_deed
WHERE tenant_id = $1 AND record_id = $2 ORDER BY at, id;

-- name: done
SELECT record_id, act, max(at) AS at FROM extra_deed WHERE tenant_id = $1 AND record_id = ANY($2::uuid[]) GROUP BY record_id, act;

-- name: add_timer
INSERT INTO extra_timer (tenant_id, id, record_id, code, started_at, span, due_at, warn_at, clause, document, policy, calendar,
  provisional, moves, lead, days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: stop_timers
UPDATE extra_timer SET state = 'stopped', stopped_at = $3, overdue_at = CASE WHEN due_at <= $3 THEN COALESCE(overdue_at, due_at) END
WHERE tenant_id = $1 AND record_id = $2 AND state = 'running' AND ($4::text[] IS NULL OR code = ANY($4));

-- name: timers
SELECT * FROM extra_timer WHERE tenant_id = $1 AND record_id = ANY($2::uuid[]) ORDER BY started_at, code, id;

-- name: entries
SELECT * FROM extra_record WHERE tenant_id = $1 AND kind = ANY($2::text[]) ORDER BY filed_at, id LIMIT $3;

-- name: late
SELECT record_id, code FROM extra_timer WHERE tenant_id = $1 AND record_id = ANY($2::uuid[])
  AND due_at <= LEAST(COALESCE(stopped_at, $3), $3::timestamptz);

-- name: grades
SELECT c.code, min(m.effective) AS grade FROM service_case c JOIN rating r ON r.tenant_id = $1 AND r.case_id = c.id
JOIN mark m ON m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at
WHERE c.tenant_id = $1 AND c.code = ANY($2::text[]) AND r.origin NOT IN ('default', 'probe') AND m.effective IS NOT NULL
GROUP BY c.code;

-- name: places
SELECT code, name, region, COALESCE(parent, '') AS parent, COALESCE(line, '') AS line, duty FROM institution WHERE tenant_id = $1;

-- name: regions
SELECT code, name, COALESCE(parent, '') AS parent, level FROM region WHERE tenant_id = $1;

-- name: staff
SELECT code, name FROM staff WHERE tenant_id = $1 AND active;

-- name: items_named
SELECT code, name FROM item WHERE tenant_id = $1 AND code = ANY($2::text[]);

-- name: people_of
-- Who works at these institutions, and whose account is for them or for these regions.
SELECT 'staff' AS sort, code FROM staff WHERE tenant_id = $1 AND institution = ANY($2::text[])
UNION ALL SELECT 'member', username FROM member
WHERE tenant_id = $1 AND (institution = ANY($2) OR (institution IS NULL AND region = ANY($3::text[])));

-- name: members
SELECT username, role FROM member WHERE tenant_id = $1 AND NOT disabled;

-- name: known_member
SELECT EXISTS (SELECT 1 FROM member WHERE tenant_id = $1 AND username = $2 AND NOT disabled);

-- name: member_named
SELECT id FROM member WHERE tenant_id = $1 AND username = $2 AND NOT disabled;

-- name: looks
SELECT at, actor, after FROM audit WHERE tenant_id = $1 AND object_kind = 'extra' AND object_id = $2 AND act = 'extra.unmask' ORDER BY at, id;

-- name: add_file
INSERT INTO extra_file (tenant_id, id, record_id, field, name, kind, size, digest, uploaded_by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: files
SELECT id, record_id, field, name, kind, size, at, uploaded_by FROM extra_file
WHERE tenant_id = $1 AND record_id = $2 ORDER BY at, id;

-- name: file_row
SELECT id, record_id, field, name, kind, size, at, uploaded_by, digest FROM extra_file
WHERE tenant_id = $1 AND record_id = $2 AND id = $3;

-- name: next_timer
SELECT min(CASE WHEN warned_at IS NULL AND warn_at IS NOT NULL AND warn_at < due_at THEN warn_at ELSE due_at END) FROM extra_timer
WHERE tenant_id = $1 AND state = 'running' AND overdue_at IS NULL;

-- name: due_warnings
SELECT id, record_id, code, warn_at AS at, due_at, clause FROM extra_timer
WHERE tenant_id = $1 AND state = 'running' AND warned_at IS NULL AND warn_at <= $2 AND overdue_at IS NULL
ORDER BY warn_at, id LIMIT $3 FOR UPDATE SKIP LOCKED;

-- name: mark_warned
UPDATE extra_timer SET warned_at = warn_at WHERE tenant_id = $1 AND id = $2;

-- name: due_timers
SELECT id, record_id, code, due_at AS at, due_at, clause FROM extra_timer
WHERE tenant_id = $1 AND state = 'running' AND overdue_at IS NULL AND due_at <= $2
ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED;

-- name: mark_overdue
UPDATE extra_timer SET overdue_at = due_at WHERE tenant_id = $1 AND id = $2;

-- name: provisional
SELECT x.*, r.state AS record_state FROM extra_timer x JOIN extra_record r ON r.tenant_id = $1 AND r.id = x.record_id
WHERE x.tenant_id = $1 AND x.provisional AND x.state = 'running' AND x.span <> '' FOR UPDATE OF x;

-- name: foreseen
SELECT x.code, x.started_at, x.span, x.moves, x.due_at, x.clause, r.kind, r.number, count(*) OVER () AS total
FROM extra_timer x JOIN extra_record r ON r.tenant_id = $1 AND r.id = x.record_id
WHERE x.tenant_id = $1 AND x.provisional AND x.state = 'running' AND x.span <> '' ORDER BY x.due_at, x.id LIMIT $2;

-- name: move_timer
-- What was said of an end that is now still to come was not so; it is said when it comes.
UPDATE extra_timer SET due_at = $3, warn_at = $4, days = $5, provisional = $6, calendar = $7,
  overdue_at = CASE WHEN $3::timestamptz > $8::timestamptz THEN NULL ELSE overdue_at END,
  warned_at = CASE WHEN $4::timestamptz > $8 THEN NULL ELSE warned_at END
WHERE tenant_id = $1 AND id = $2;

-- name: periods_made
SELECT begins FROM extra_period WHERE tenant_id = $1 AND extra = $2 AND duty = $3 ORDER BY begins;

-- name: stood
-- How records stood at a moment.
SELECT DISTINCT ON (record_id) record_id, after FROM extra_deed
WHERE tenant_id = $1 AND record_id = ANY($2::uuid[]) AND at <= $3 ORDER BY record_id, at DESC, id DESC;

-- name: make_period
INSERT INTO extra_period (tenant_id, extra, duty, begins, made_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, extra, duty, begins) DO NOTHING;

-- name: regions_below
WITH RECURSIVE below AS (
  SELECT code FROM region WHERE tenant_id = $1 AND code = $2
  UNION SELECT r.code FROM below JOIN region r ON r.tenant_id = $1 AND r.parent = below.code
)
SELECT code FROM below;

-- name: serving
-- The records by which somebody who was invited serves.
SELECT id, extra, kind, named, fields FROM extra_record
WHERE tenant_id = $1 AND ended_at IS NULL AND kind = ANY($2::text[]) AND (named = ANY($3::text[]) OR id = ANY($4::uuid[]));
