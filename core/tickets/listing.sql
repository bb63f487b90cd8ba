-- name: seen
-- The tickets a member may see: $2 all of them, $8 those of these institutions ($3 is their own), $4 those that a member
-- of staff was told of, from the day after the rating ($9 is now): who rated today could be recognised at the counter.
-- Each with the duty that ends first, and whether it waits for this member.
WITH seen AS (
  SELECT t.*, k.name AS due_name, k.due_at, k.state AS due_state, k.clause AS due_clause, k.document AS due_document,
    k.provisional AS due_provisional,
    CASE WHEN k.state = 'running' THEN k.due_at ELSE '9999-01-01'::timestamptz END AS urgent,
    (($3::text <> '' AND t.handler = $3 AND t.state IN ('open', 'verified', 'rectifying') AND NOT ($7::boolean AND t.state = 'open' AND NOT $5::boolean))
      OR ($5 AND (t.state = 'auditing' OR ($7 AND t.state = 'open')))
      OR ($5 AND EXISTS (SELECT 1 FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.name = 'callback' AND c.state = 'running'))
      OR EXISTS (SELECT 1 FROM appeal a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.state = 'open' AND a.addressee = ANY($6::text[]))
      OR ($4::text <> '' AND t.staff = $4 AND EXISTS (
        SELECT 1 FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.name = 'appeal' AND c.state = 'running'))) AS mine
  FROM ticket t
  LEFT JOIN LATERAL (
    SELECT * FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.state IN ('running', 'paused') AND c.name <> 'appeal'
    ORDER BY c.state DESC, c.due_at LIMIT 1) k ON true
  WHERE t.tenant_id = $1 AND ($2::boolean
    OR ($4 <> '' AND t.rated_at < date_trunc('day', $9::timestamptz, 'Asia/Shanghai')
      AND t.id IN (SELECT w.ticket_id FROM notice w WHERE w.tenant_id = $1 AND w.addressee = 'staff:' || $4))
    OR $8::text[] && (ARRAY[t.handler, t.proposed] || t.co_handlers)
    OR EXISTS (SELECT 1 FROM appeal a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.addressee = ANY($6::text[])
      AND a.addressee <> 'bureau')
    OR EXISTS (SELECT 1 FROM staff s WHERE s.tenant_id = $1 AND s.code = t.staff AND s.institution = ANY($8)))
)

-- name: counts
SELECT count(*) FILTER (WHERE mine) AS mine,
  count(*) FILTER (WHERE urgent > $9::timestamptz AND urgent <= $10::timestamptz) AS today,
  count(*) FILTER (WHERE urgent <= $9) AS over,
  count(*) FILTER (WHERE state = 'auditing') AS audit,
  count(*) AS "all"
FROM seen;

-- name: page
-- Least time left first, then newest; $17 is the number of the last ticket of the page before.
, shown AS (
  SELECT t.*, c.code AS "case", i.name AS item_name, n.name AS handler_name, s.name AS staff_name, r.channel,
    CASE WHEN t.state = 'withdrawn' THEN '' ELSE r.text END AS text, -extract(epoch FROM t.opened_at) AS newest
  FROM seen t
  JOIN service_case c ON c.tenant_id = $1 AND c.id = t.case_id
  JOIN rating r ON r.tenant_id = $1 AND r.rated_at = t.rated_at AND r.id = t.rating_id
  JOIN institution n ON n.tenant_id = $1 AND n.code = t.handler
  LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
  LEFT JOIN staff s ON s.tenant_id = $1 AND s.code = t.staff
  WHERE CASE $11::text
      WHEN 'mine' THEN t.mine
      WHEN 'today' THEN t.urgent > $9::timestamptz AND t.urgent <= $10::timestamptz
      WHEN 'over' THEN t.urgent <= $9
      WHEN 'audit' THEN t.state = 'auditing'
      ELSE true END
    AND ($12::text = '' OR t.state = $12)
    AND ($13::int IS NULL OR t.grade = $13)
    AND ($14::text = '' OR t.handler = $14)
    AND ($15::text = '' OR strpos(t.number, $15) > 0 OR strpos(i.name, $15) > 0 OR (($2 OR cardinality($8) > 0) AND strpos(c.code, $15) > 0))
    AND ($16::timestamptz IS NULL OR t.opened_at >= $16)
    AND ($19::text = '' OR t.number = $19)
)
SELECT s.*, (SELECT count(*) FROM shown) AS total FROM shown s
WHERE $17::text = '' OR NOT EXISTS (SELECT 1 FROM seen WHERE number = $17) OR (s.urgent, s.newest, s.id) > (SELECT l.urgent, -extract(epoch FROM l.opened_at), l.id FROM seen l WHERE l.number = $17)
ORDER BY s.urgent, s.newest, s.id LIMIT $18;

-- name: ticket
SELECT t.*, c.code AS case_code, c.composite, COALESCE(i.in_centre, true) AS in_centre,
  (SELECT r.anonymous FROM rating r WHERE r.tenant_id = $1 AND r.id = t.rating_id AND r.rated_at = t.rated_at) AS anonymous
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.number = $2;

-- name: marks
SELECT dimension, item, grade, effective FROM mark
WHERE tenant_id = $1 AND rated_at = $2 AND rating_id = $3 ORDER BY item, dimension;
