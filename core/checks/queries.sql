-- name: candidates
-- What was closed in these days, of everything ($2) or of what $3 handle, and of $6 alone where it is named.
SELECT t.id, t.number, t.handler FROM ticket t
WHERE t.tenant_id = $1 AND t.closed_at >= $4 AND t.closed_at < $5 AND t.state IN ('closed', 'rejected')
  AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($6::text = '' OR t.handler = $6)
LIMIT $7;

-- name: how_many
SELECT count(*) FROM ticket t
WHERE t.tenant_id = $1 AND t.closed_at >= $4 AND t.closed_at < $5 AND t.state IN ('closed', 'rejected')
  AND ($2::boolean OR t.handler = ANY($3::text[])) AND ($6::text = '' OR t.handler = $6);

-- name: keep
INSERT INTO random_check (tenant_id, id, number, at, by_actor, by_member, by_name, institution, since, until, handler, method,
  wanted, seed, strata, population, drawn)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: checks
-- Newest first, all ($2) or those drawn from what these ($3) handle, and handle still, with how many were checked; $4 is the
-- last of the page before.
SELECT k.*, (SELECT count(*) FROM assignment a WHERE a.tenant_id = $1 AND a.kind = 'inspect' AND a.state <> 'open'
    AND a.once = ANY(ARRAY(SELECT 'inspect:' || t.id || ':' || k.id FROM ticket t WHERE t.tenant_id = $1 AND t.number = ANY(k.drawn)))) AS done
FROM random_check k
WHERE k.tenant_id = $1 AND ($2::boolean OR NOT EXISTS (
    SELECT 1 FROM ticket t WHERE t.tenant_id = $1 AND t.number = ANY(k.drawn) AND t.handler <> ALL($3::text[])
    UNION ALL SELECT 1 FROM jsonb_array_elements(k.strata) AS s WHERE s ->> 'handler' <> ALL($3::text[])))
  AND ($4::uuid IS NULL OR (k.at, k.id) < (SELECT l.at, l.id FROM random_check l WHERE l.tenant_id = $1 AND l.id = $4))
ORDER BY k.at DESC, k.id DESC LIMIT $5;

-- name: check
SELECT k.*, 0 AS done FROM random_check k
WHERE k.tenant_id = $1 AND k.id = $4 AND ($2::boolean OR NOT EXISTS (
    SELECT 1 FROM ticket t WHERE t.tenant_id = $1 AND t.number = ANY(k.drawn) AND t.handler <> ALL($3::text[])
    UNION ALL SELECT 1 FROM jsonb_array_elements(k.strata) AS s WHERE s ->> 'handler' <> ALL($3::text[])));

-- name: drawn
-- Each ticket that was drawn, with its task and what was found since.
SELECT t.id, t.number, t.state, t.handler, n.name AS handler_name, i.name AS item_name, t.closed_at, a.state AS task, a.ended_at,
  f.at AS found_at, COALESCE(f.note, '') AS found, COALESCE(f.data ->> 'member', '') AS found_by
FROM ticket t
JOIN institution n ON n.tenant_id = $1 AND n.code = t.handler
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
LEFT JOIN assignment a ON a.tenant_id = $1 AND a.once = 'inspect:' || t.id || ':' || $3::uuid
LEFT JOIN LATERAL (
  SELECT * FROM ticket_act c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.act = 'inspect' AND c.at >= $4
  ORDER BY c.at DESC LIMIT 1) f ON true
WHERE t.tenant_id = $1 AND t.number = ANY($2::text[]) ORDER BY t.handler, t.number;
