-- name: tickets
-- Tickets with what people read beside them, newest first; every condition that is null is none.
SELECT t.id, t.number, t.nth, t.rating_id, t.rated_at, c.code AS case, t.item, t.staff, t.dimensions, t.grade, t.state,
  t.on_hold, t.dispatched_at, t.handler, t.proposed, t.co_handlers, t.verdict, t.complexity, t.opened_at, t.answered_at,
  t.closed_at, t.version, r.invitation_id, r.tags, CASE WHEN t.state = 'withdrawn' THEN '' ELSE r.text END AS text, r.channel, r.origin,
  i.name AS item_name, s.name AS staff_name, n.name AS handler_name
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
JOIN institution n ON n.tenant_id = t.tenant_id AND n.code = t.handler
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
LEFT JOIN staff s ON s.tenant_id = t.tenant_id AND s.code = t.staff
WHERE t.tenant_id = $1
  AND ($2::uuid IS NULL OR t.id = $2)
  AND ($3::text IS NULL OR t.state = $3)
  AND ($4::text IS NULL OR t.handler = $4)
  AND ($5::text IS NULL OR c.code = $5)
  AND ($6::timestamptz IS NULL OR (t.opened_at, t.id) < ($6, $7::uuid))
  AND ($9::timestamptz IS NULL OR r.rated_at = $9)
ORDER BY t.opened_at DESC, t.id DESC LIMIT $8;

-- name: clocks_of
SELECT * FROM clock WHERE tenant_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY started_at, name;

-- name: acts_of
SELECT ticket_id, at, act, actor, note, data FROM ticket_act
WHERE tenant_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY at, id;
