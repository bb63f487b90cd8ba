-- name: one_seat
-- The tickets of one seat, read in the order of an index.
SELECT s.ticket_id, s.urgent, s.newest, s.grade, s.handler FROM ticket_seat s
WHERE s.tenant_id = $1 AND {conditions} {end}

-- name: some_seats
-- The tickets of several seats, each read in the order of an index, and each ticket once.
SELECT DISTINCT s.ticket_id, s.urgent, s.newest, s.grade, s.handler
FROM unnest({seats}::text[], {until}::timestamptz[]) AS w (seat, until) CROSS JOIN LATERAL (
  SELECT s.ticket_id, s.urgent, s.newest, s.grade, s.handler FROM ticket_seat s
  WHERE s.tenant_id = $1 AND s.seat = w.seat AND s.rated_at < w.until AND {conditions} {each_end}) s
{end}

-- name: found_first
-- For an order in which no index has the few that are wanted: all of them are found, then sorted.
WITH found AS MATERIALIZED ({range}) SELECT * FROM found s WHERE {conditions} {end}

-- name: counted
(SELECT count(*) FROM ({range}) c)
