-- name: told
-- What a member of staff was told of a ticket about themselves.
SELECT at, body->>'day' AS day, COALESCE(body->>'words', '') AS words FROM notice
WHERE tenant_id = $1 AND ticket_id = $2 AND addressee = 'staff:' || $3 AND about = 'ticket' ORDER BY at, id;

-- name: appeals
-- Appeals with what was handed in with each: the act that filed it names its files.
SELECT a.number, a.appellant, a.addressee, a.state, a.reason, a.evidence, a.finding, a.words, a.filed_at, a.decided_at,
  COALESCE((SELECT x.data->'files' FROM ticket_act x WHERE x.tenant_id = $1 AND x.ticket_id = $2 AND x.act = 'appeal'
    AND x.at = a.filed_at AND x.actor = a.appellant LIMIT 1), '[]') AS files,
  (SELECT x.data->>'member' FROM ticket_act x WHERE x.tenant_id = $1 AND x.ticket_id = $2 AND x.act = 'decide'
    AND x.at = a.decided_at LIMIT 1) AS decided_by
FROM appeal a WHERE a.tenant_id = $1 AND a.ticket_id = $2 ORDER BY a.filed_at, a.id;

-- name: joined
SELECT t.number, t.state, i.name AS item_name, t.rated_at FROM ticket t
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.joined_to = $2 ORDER BY t.opened_at, t.id;

-- name: lead
SELECT l.number FROM ticket t JOIN ticket l ON l.tenant_id = t.tenant_id AND l.id = t.joined_to
WHERE t.tenant_id = $1 AND t.id = $2;

-- name: beside
-- Live tickets of the same handler that may be of one matter with this one: about the same item, or from the same rater
-- where neither stays anonymous.
SELECT o.number, o.rated_at, i.name AS item_name, b.same_rater FROM ticket t
JOIN rating r ON r.tenant_id = $1 AND r.rated_at = $4 AND r.id = t.rating_id
JOIN ticket o ON o.tenant_id = $1 AND o.handler = t.handler AND o.id <> t.id
JOIN rating s ON s.tenant_id = $1 AND s.rated_at = o.rated_at AND s.id = o.rating_id
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = o.item
CROSS JOIN LATERAL (
  SELECT COALESCE(r.person_id = s.person_id AND NOT r.anonymous AND NOT s.anonymous, false) AS same_rater) b
WHERE t.tenant_id = $1 AND t.id = $2 AND o.state IN ('open', 'verified', 'rectifying') AND o.joined_to IS NULL
  AND o.rated_at >= $3 AND s.rated_at >= $3 AND (o.item = t.item OR b.same_rater)
ORDER BY b.same_rater DESC, o.rated_at DESC, o.id LIMIT 12;
