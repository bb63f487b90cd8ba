-- name: unbegun
-- Tickets of these that still wait for the dispatch or for the verdict, with what decides which clocks they will get.
SELECT t.id, t.number, t.dispatched_at, t.dimensions, t.grade, t.policy_day, t.rated_at, t.rating_id,
  ARRAY(SELECT k.name FROM clock k WHERE k.tenant_id = $1 AND k.ticket_id = t.id AND k.state <> 'dropped') AS known
FROM ticket t WHERE t.tenant_id = $1 AND t.id = ANY($2::uuid[]) AND t.state IN ('auditing', 'open');

-- name: tags_of
SELECT id, tags FROM rating WHERE tenant_id = $1 AND rated_at = ANY($2::timestamptz[]) AND id = ANY($3::uuid[]);
