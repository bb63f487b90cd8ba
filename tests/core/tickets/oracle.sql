-- What a member may see, found by looking at every ticket.
SELECT t.id, t.number, t.state, t.grade, t.handler, t.opened_at, -extract(epoch FROM t.opened_at) AS newest,
  CASE WHEN k.state = 'running' THEN k.due_at ELSE '9999-01-01'::timestamptz END AS urgent,
  EXISTS (SELECT 1 FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.name = 'callback' AND c.state = 'running') AS callback,
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
