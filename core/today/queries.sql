-- name: running
-- Running duties of these names ($6) that end after $4 and by $5; of everything ($2) or of the tickets that $3 handle; $7 one of them.
WITH found AS (
  SELECT c.id, c.due_at AS at, t.number, c.name AS duty, c.due_at, c.stopped_at, c.clause, c.document, c.provisional, t.state,
    t.opened_at, t.handler, t.item
  FROM clock c JOIN ticket t ON t.tenant_id = $1 AND t.id = c.ticket_id
  WHERE c.tenant_id = $1 AND c.state = 'running' AND c.due_at > $4 AND c.due_at <= $5 AND c.name = ANY($6::text[])
    AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($7::text = '' OR t.handler = $7)
)

-- name: missed
-- Duties that fell due in this stretch and were not kept, whether they were done later or still run.
WITH found AS (
  SELECT c.id, c.due_at AS at, t.number, c.name AS duty, c.due_at, c.stopped_at, c.clause, c.document, c.provisional, t.state,
    t.opened_at, t.handler, t.item
  FROM clock c JOIN ticket t ON t.tenant_id = $1 AND t.id = c.ticket_id
  WHERE c.tenant_id = $1 AND c.state IN ('running', 'stopped') AND c.due_at > $4 AND c.due_at <= $5 AND c.name = ANY($6::text[])
    AND (c.state = 'running' OR c.stopped_at >= c.due_at)
    AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($7::text = '' OR t.handler = $7)
)

-- name: fell_due
WITH found AS (
  SELECT c.id, c.due_at AS at, t.number, c.name AS duty, c.due_at, c.stopped_at, c.clause, c.document, c.provisional, t.state,
    t.opened_at, t.handler, t.item
  FROM clock c JOIN ticket t ON t.tenant_id = $1 AND t.id = c.ticket_id
  WHERE c.tenant_id = $1 AND c.state IN ('running', 'stopped') AND c.due_at > $4 AND c.due_at <= $5 AND c.name = ANY($6::text[])
    AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($7::text = '' OR t.handler = $7)
)

-- name: live
-- Tickets that are not done with, opened after $4 and by $5; $6 narrows to one thing that waits.
WITH found AS (
  SELECT t.id, t.opened_at AS at, t.number, COALESCE(k.name, '') AS duty, k.due_at, NULL::timestamptz AS stopped_at,
    COALESCE(k.clause, '') AS clause, COALESCE(k.document, '') AS document, COALESCE(k.provisional, false) AS provisional, t.state,
    t.opened_at, t.handler, t.item
  FROM ticket t
  LEFT JOIN LATERAL (
    SELECT * FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.state = 'running' AND c.name <> 'appeal'
    ORDER BY c.due_at LIMIT 1) k ON true
  WHERE t.tenant_id = $1 AND t.state IN ('auditing', 'open', 'verified', 'rectifying') AND t.opened_at > $4 AND t.opened_at <= $5
    AND CASE ($6::text[])[1]
      WHEN 'audit' THEN t.state = 'auditing'
      WHEN 'verify' THEN t.state = 'open'
      WHEN 'dispatch' THEN t.dispatched_at IS NULL AND t.state IN ('open', 'verified', 'rectifying')
      WHEN 'dispatch-verified' THEN t.dispatched_at IS NULL AND t.state IN ('verified', 'rectifying')
      ELSE true END
    AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($7::text = '' OR t.handler = $7)
)

-- name: counted
SELECT count(*) FROM found;

-- name: page
-- By time, the earliest first; ($8, $9) is the place of the last line of the page before.
SELECT f.*, n.name AS handler_name, i.name AS item_name
FROM (SELECT * FROM found WHERE $9::uuid IS NULL OR (at, id) > ($8::timestamptz, $9) ORDER BY at, id LIMIT $10) f
JOIN institution n ON n.tenant_id = $1 AND n.code = f.handler
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = f.item
ORDER BY f.at, f.id;

-- name: by_time
-- How many end by $8, $9, $10 and the end of this stretch, for each who handles them.
SELECT handler, count(*) FILTER (WHERE at <= $8) AS over, count(*) FILTER (WHERE at > $8 AND at <= $9) AS today,
  count(*) FILTER (WHERE at > $9 AND at <= $10) AS away, count(*) FILTER (WHERE at > $10) AS next
FROM found GROUP BY handler;

-- name: by_hour
-- The hour a duty ends in: what ends at 15:00 ends in the 15th, and 24:00 in the 24th.
SELECT ceil(extract(epoch FROM at - $4) / 3600)::int AS hour, count(*) FILTER (WHERE at <= $8) AS over,
  count(*) FILTER (WHERE at > $8) AS ahead
FROM found GROUP BY 1 ORDER BY 1;

-- name: kept
SELECT handler, count(*) FILTER (WHERE stopped_at < due_at) AS kept, count(*) AS of FROM found GROUP BY handler;

-- name: live_by_handler
SELECT t.handler, count(*) AS open, min(t.opened_at) AS oldest FROM ticket t
WHERE t.tenant_id = $1 AND t.state IN ('auditing', 'open', 'verified', 'rectifying') AND t.opened_at <= $4
  AND ($2::boolean OR t.handler = ANY($3::text[]))
GROUP BY t.handler;

-- name: names
SELECT code, name FROM institution WHERE tenant_id = $1 AND code = ANY($2::text[]);

-- name: appeals_waiting
-- Appeals that these addressees ($4) have to decide, on tickets they see.
SELECT count(*) FROM appeal p JOIN ticket t ON t.tenant_id = $1 AND t.id = p.ticket_id
WHERE p.tenant_id = $1 AND p.state = 'open' AND p.addressee = ANY($4::text[])
  AND ($2::boolean OR p.addressee <> 'bureau' OR $3::text[] && (ARRAY[t.handler, t.proposed] || t.co_handlers)
    OR EXISTS (SELECT 1 FROM staff s WHERE s.tenant_id = $1 AND s.code = t.staff AND s.institution = ANY($3)));

-- name: tasks_waiting
SELECT count(*) FROM assignment WHERE tenant_id = $1 AND state = 'open' AND addressee = ANY($2::text[]);

-- name: late_tasks
-- Open tasks past their day, of everybody ($2) or of whoever works in $3; $5 and $6 are the place of the last of the page before.
WITH found AS (
  SELECT a.id, a.due_at AS at, a.kind, a.addressee, a.about, a.clause, a.document, a.provisional, a.alert_id, t.number
  FROM assignment a LEFT JOIN ticket t ON t.tenant_id = $1 AND t.id = a.ticket_id
  WHERE a.tenant_id = $1 AND a.state = 'open' AND a.due_at <= $4
    AND ($2::boolean OR a.addressee = ANY(ARRAY(SELECT 'institution:' || c FROM unnest($3::text[]) AS c
      UNION ALL SELECT 'staff:' || s.code FROM staff s WHERE s.tenant_id = $1 AND s.institution = ANY($3))))
)

-- name: late_task_page
SELECT * FROM found WHERE $6::uuid IS NULL OR (at, id) > ($5::timestamptz, $6) ORDER BY at, id LIMIT $7;

-- name: week
SELECT
  (SELECT count(*) FROM ticket t WHERE t.tenant_id = $1 AND t.opened_at >= $4 AND t.opened_at <= $5
    AND ($2::boolean OR t.handler = ANY($3::text[]))) AS opened,
  (SELECT count(*) FROM ticket t WHERE t.tenant_id = $1 AND t.closed_at >= $4 AND t.closed_at <= $5
    AND ($2 OR t.handler = ANY($3))) AS closed,
  (SELECT count(*) FROM appeal p JOIN ticket t ON t.tenant_id = $1 AND t.id = p.ticket_id
    WHERE p.tenant_id = $1 AND p.filed_at >= $4 AND p.filed_at <= $5 AND ($2 OR t.handler = ANY($3))) AS appealed;
