-- name: place
-- Where the ticket of this number stands in every list, for whoever sees it.
SELECT s.urgent, s.newest, s.ticket_id, s.grade, s.handler, s.rated_at,
  (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date AS day, t.number FROM ticket t
JOIN ticket_seat s ON s.tenant_id = $1 AND s.ticket_id = t.id
WHERE t.tenant_id = $1 AND t.number = $2 AND s.seat = ANY($3::text[]) AND (s.rated_at < $5 OR s.seat <> ALL($4::text[])) LIMIT 1;

-- name: numbered
SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2;

-- name: assigned
SELECT t.id FROM ticket t WHERE t.tenant_id = $1 AND t.assignee = (SELECT id FROM member WHERE tenant_id = $1 AND id::text = $2);

-- name: on_no_desk
(SELECT t.assignee FROM ticket t WHERE t.tenant_id = $1 AND t.id = s.ticket_id) IS NULL

-- name: rows
-- These tickets as their lines show them, in this order; $3 are the seats under which they wait for the member, those of $4
-- only where the rating is older than $5; $6 when they were rated, so that no other months are planned for.
SELECT t.*, c.code AS "case", i.name AS item_name, n.name AS handler_name, s.name AS staff_name, r.channel,
  CASE WHEN t.state = 'withdrawn' THEN '' ELSE r.text END AS text,
  k.name AS due_name, k.due_at, k.state AS due_state, k.clause AS due_clause, k.document AS due_document,
  k.provisional AS due_provisional,
  (SELECT m.name FROM member m WHERE m.tenant_id = $1 AND m.id = t.assignee) AS assignee_name,
  EXISTS (SELECT 1 FROM ticket_seat w WHERE w.tenant_id = $1 AND w.ticket_id = t.id AND w.seat = ANY($3::text[])
    AND (w.rated_at < $5 OR w.seat <> ALL($4::text[]))) AS mine
FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, place)
JOIN ticket t ON t.tenant_id = $1 AND t.id = wanted.id
JOIN service_case c ON c.tenant_id = $1 AND c.id = t.case_id
JOIN rating r ON r.tenant_id = $1 AND r.rated_at = t.rated_at AND r.id = t.rating_id AND r.rated_at = ANY($6::timestamptz[])
JOIN institution n ON n.tenant_id = $1 AND n.code = t.handler
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
LEFT JOIN staff s ON s.tenant_id = $1 AND s.code = t.staff
LEFT JOIN LATERAL (
  SELECT * FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.state IN ('running', 'paused') AND c.name <> 'appeal'
  ORDER BY c.state DESC, c.due_at LIMIT 1) k ON true
ORDER BY wanted.place;

-- name: ticket
SELECT t.*, c.code AS case_code, c.composite, COALESCE(i.in_centre, true) AS in_centre
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.number = $2;

-- name: anonymous
SELECT anonymous FROM rating WHERE tenant_id = $1 AND rated_at = $2 AND id = $3;

-- name: marks
SELECT dimension, item, grade, effective FROM mark
WHERE tenant_id = $1 AND rated_at = $2 AND rating_id = $3 ORDER BY item, dimension;
