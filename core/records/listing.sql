-- name: page
-- Records of a kind that may be seen: everything ($4), or of these institutions, regions, names, signatures or filers. What is due
-- first stands first, then what is open, then what is done with, newest first; or ($27) all as they were filed, which nothing changes.
WITH found AS MATERIALIZED (
  SELECT r.id, CASE WHEN $27::boolean THEN 0 ELSE (r.ended_at IS NOT NULL)::int END AS ended,
    CASE WHEN NOT $27 AND r.ended_at IS NULL THEN date_part('epoch', COALESCE((SELECT min(x.due_at) FROM extra_timer x
      WHERE x.tenant_id = $1 AND x.record_id = r.id AND x.state = 'running'), '9999-01-01')) ELSE 0 END AS place,
    CASE WHEN $27 THEN 0 ELSE -date_part('epoch', r.filed_at) END AS newest
  FROM extra_record r
  WHERE r.tenant_id = $1 AND r.extra = $2 AND r.kind = ANY($3::text[])
    AND ($4::boolean OR r.institution = ANY($5::text[]) OR r.region = ANY($6::text[]) OR (r.named <> '' AND r.named = ANY($7::text[]))
      OR r.filed_by = ANY($8::text[]) OR r.filed_by || ':' || r.filer_id = ANY($8))
    AND ($9::text[] IS NULL OR r.state = ANY($9))
    AND ($10::text = '' OR strpos(plain_text(r.title), plain_text($10)) > 0 OR strpos(lower(r.number), lower($10)) > 0
      OR r.case_code = $10)
    AND ($11::text = '' OR r.institution = $11) AND ($12::text = '' OR r.region = $12 OR r.region = ANY($13::text[]))
    AND ($14::timestamptz IS NULL OR r.filed_at >= $14) AND ($15::timestamptz IS NULL OR r.filed_at < $15)
    AND (NOT $16::boolean OR r.id IN (SELECT x.record_id FROM extra_timer x
      WHERE x.tenant_id = $1 AND x.due_at <= COALESCE(x.stopped_at, $17)))
    AND ($18::date IS NULL OR r.day >= $18) AND ($19::date IS NULL OR r.day <= $19)
    AND (NOT $20::boolean OR (r.named <> '' AND r.named = ANY($7)) OR r.filed_by = ANY($8) OR r.filed_by || ':' || r.filer_id = ANY($8)
      OR r.institution = ANY($5))
    AND ($21::text = '' OR r.fields ->> $21 = $22)
    AND ($23::uuid IS NULL OR r.parent = $23)
    AND ($24::boolean IS NULL OR $24 = (r.ended_at IS NULL))
    AND (NOT $27 OR $25::uuid IS NULL OR r.id > $25)
), page AS (
  SELECT f.* FROM found f
  WHERE NOT EXISTS (SELECT 1 FROM found l WHERE l.id = $25::uuid)
    OR (f.ended, f.place, f.newest, f.id) > (SELECT l.ended, l.place, l.newest, l.id FROM found l WHERE l.id = $25)
  ORDER BY f.ended, f.place, f.newest, f.id LIMIT $26
)
SELECT r.*, (SELECT count(*) FROM found) AS total,
  ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM page f JOIN extra_record r ON r.tenant_id = $1 AND r.id = f.id
ORDER BY f.ended, f.place, f.newest, f.id;

-- name: held
-- Records that somebody may have to move: open ones under these names, what is due first on top.
SELECT r.*, ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM extra_record r
LEFT JOIN LATERAL (SELECT min(x.due_at) AS due_at FROM extra_timer x
  WHERE x.tenant_id = $1 AND x.record_id = r.id AND x.state = 'running') t ON true
WHERE r.tenant_id = $1 AND r.ended_at IS NULL
  AND ($2::boolean OR r.institution = ANY($3::text[]) OR r.region = ANY($4::text[]) OR (r.named <> '' AND r.named = ANY($5::text[]))
    OR r.filed_by = ANY($6::text[]) OR r.filed_by || ':' || r.filer_id = ANY($6))
ORDER BY COALESCE(t.due_at, '9999-01-01'), r.filed_at, r.id LIMIT $7 OFFSET $8;

-- name: sought
SELECT r.*, ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM extra_record r
WHERE r.tenant_id = $1
  AND ($2::boolean OR r.institution = ANY($3::text[]) OR r.region = ANY($4::text[]) OR (r.named <> '' AND r.named = ANY($5::text[]))
    OR r.filed_by = ANY($6::text[]) OR r.filed_by || ':' || r.filer_id = ANY($6))
  AND (starts_with(lower(r.number), lower($8::text)) OR right(lower(r.number), length($8)) = lower($8)
    OR strpos(plain_text(r.title), plain_text($8)) > 0 OR r.case_code = $8)
ORDER BY r.filed_at DESC, r.id DESC LIMIT $7;

-- name: related
-- What was made of a record, and what repeats it.
SELECT r.*, '{}'::text[] AS hidden FROM extra_record r
WHERE r.tenant_id = $1 AND (r.parent = $2 OR r.repeat_of = $2) ORDER BY r.filed_at, r.id;

-- name: counts
SELECT extra, kind, state, count(*) AS count FROM extra_record WHERE tenant_id = $1 GROUP BY extra, kind, state;

-- name: open_public
-- Records that may stand on the public list, each with how many were filed on its day; $7 is looked for in what is open ($8) of them.
WITH shown AS (
  SELECT r.*, '{}'::text[] AS hidden, count(*) OVER (PARTITION BY (r.filed_at AT TIME ZONE 'Asia/Shanghai')::date) AS that_day
  FROM extra_record r
  WHERE r.tenant_id = $1 AND r.extra = $2 AND r.kind = $3 AND r.state = ANY($4::text[]) AND r.repeat_of IS NULL
)
SELECT s.*, count(*) OVER () AS total FROM shown s
WHERE $7::text = '' OR lower(s.number) = lower($7) OR EXISTS (
  SELECT 1 FROM unnest($8::text[]) AS o (code)
  LEFT JOIN item i ON i.tenant_id = $1 AND i.code = s.fields ->> o.code
  LEFT JOIN institution b ON b.tenant_id = $1 AND b.code = s.fields ->> o.code
  WHERE strpos(plain_text(COALESCE(i.name, b.name, s.fields ->> o.code)), plain_text($7)) > 0)
ORDER BY s.filed_at DESC, s.id DESC LIMIT $5 OFFSET $6;

-- name: about
-- What tells of a case, and what was made once under these keys.
SELECT r.*, ARRAY(SELECT s.field FROM extra_secret s WHERE s.tenant_id = $1 AND s.record_id = r.id ORDER BY s.field) AS hidden
FROM extra_record r WHERE r.tenant_id = $1 AND r.id IN (
  SELECT id FROM extra_record WHERE tenant_id = $1 AND case_code <> '' AND case_code = $2
  UNION SELECT id FROM extra_record WHERE tenant_id = $1 AND once = ANY($3::text[]))
ORDER BY r.filed_at, r.id LIMIT $4;
