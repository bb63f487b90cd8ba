-- name: unbegun
-- Tickets of these that still wait for the dispatch or for the verdict, with what decides which clocks they will get.
SELECT t.id, t.number, t.dispatched_at, t.dimensions, t.grade, t.policy_day, r.tags,
  ARRAY(SELECT k.name FROM clock k WHERE k.tenant_id = $1 AND k.ticket_id = t.id AND k.state <> 'dropped') AS known
FROM ticket t JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
WHERE t.tenant_id = $1 AND t.id = ANY($2::uuid[]) AND t.state IN ('auditing', 'open');
