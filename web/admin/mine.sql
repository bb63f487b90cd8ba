-- name: may_appeal
-- What this person was told of and may still appeal against, the least time left first; of today's ratings nothing yet.
SELECT DISTINCT ON (c.due_at, t.number) t.number, i.name AS item_name, w.body ->> 'day' AS day, c.due_at, c.clause, c.document
FROM notice w
JOIN ticket t ON t.tenant_id = $1 AND t.id = w.ticket_id
JOIN clock c ON c.tenant_id = $1 AND c.ticket_id = t.id AND c.name = 'appeal' AND c.state = 'running' AND c.due_at > $3
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
WHERE w.tenant_id = $1 AND w.addressee = 'staff:' || $2 AND w.about = 'ticket' AND t.rated_at < $4
  AND NOT EXISTS (SELECT 1 FROM appeal p WHERE p.tenant_id = $1 AND p.ticket_id = t.id AND p.appellant = w.addressee)
ORDER BY c.due_at, t.number, w.at LIMIT 20;
