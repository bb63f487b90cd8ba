-- name: matching
-- Ratings a member may see: $2 all, $3 those of some institutions, $4 those of one member of staff.
WITH matching AS (
  SELECT r.* FROM rating r
  WHERE r.tenant_id = $1
    AND ($5::timestamptz IS NULL OR r.rated_at >= $5)
    AND ($6::timestamptz IS NULL OR r.rated_at < $6)
    AND ($7::text = '' OR r.origin = $7)
    AND ($8::text = '' OR r.channel = $8)
    AND (NOT $9::boolean OR r.text <> '')
    AND (($2::boolean AND $10::int IS NULL AND $11::text = '') OR EXISTS (
      SELECT 1 FROM mark m WHERE m.tenant_id = $1 AND m.rated_at = r.rated_at AND m.rating_id = r.id
        AND ($2 OR $3::text[] && m.institutions OR ($4::text <> '' AND m.staff = $4))
        AND ($10 IS NULL OR m.grade = $10)
        AND ($11 = '' OR $11 = ANY(m.institutions))))
    AND ($12::text = '' OR EXISTS (
      SELECT 1 FROM service_case c LEFT JOIN item i ON i.tenant_id = $1 AND i.code = c.item
      WHERE c.tenant_id = $1 AND c.id = r.case_id
        AND (strpos(i.name, $12) > 0 OR (($2 OR cardinality($3) > 0) AND strpos(c.code, $12) > 0))))
)

-- name: total
SELECT count(*) FROM (SELECT 1 FROM matching LIMIT $13) AS counted;

-- name: chosen
-- Newest first; $13 is the last rating of the page before.
, chosen AS (
  SELECT * FROM matching r
  WHERE $13::uuid IS NULL
    OR (r.rated_at, r.id) < (SELECT l.rated_at, l.id FROM rating l WHERE l.tenant_id = $1 AND l.id = $13)
  ORDER BY r.rated_at DESC, r.id DESC LIMIT $14
)

-- name: chosen_by_day
-- The days in order, what lies within one day in none: an exact time would name the visitor.
, chosen AS (
  SELECT * FROM matching r
  ORDER BY (r.rated_at AT TIME ZONE 'Asia/Shanghai')::date DESC, md5(r.id::text) LIMIT $14 OFFSET $13::int
)

-- name: rows
SELECT r.id, r.rated_at, r.origin, r.channel, r.occasion, r.append_of IS NOT NULL AS appended, r.anonymous, c.code AS "case",
  r.tags, CASE WHEN t.state = 'withdrawn' THEN '' ELSE r.text END AS text, t.state = 'withdrawn' AS hidden,
  t.number AS ticket, i.name AS item_name, m.marks, m.staff, m.institution, n.name AS institution_name, s.name AS staff_name
FROM chosen r
JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = c.item
LEFT JOIN LATERAL (SELECT k.number, k.state FROM ticket k WHERE k.tenant_id = $1 AND k.rating_id = r.id ORDER BY k.nth LIMIT 1) t ON true
CROSS JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('dimension', dimension, 'item', item, 'grade', grade, 'effective', effective, 'origin', origin)
      ORDER BY item, dimension) AS marks, max(staff) AS staff, max(institutions[1]) AS institution
  FROM mark k WHERE k.tenant_id = $1 AND k.rated_at = r.rated_at AND k.rating_id = r.id) m
LEFT JOIN institution n ON n.tenant_id = $1 AND n.code = m.institution
LEFT JOIN staff s ON s.tenant_id = $1 AND s.code = m.staff
