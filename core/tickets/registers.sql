-- name: seen
-- The tickets that may be seen: under one of the seats $2, those of $3 only where the rating is older than $4.
WITH seen AS NOT MATERIALIZED (
  SELECT t.* FROM ticket t WHERE t.tenant_id = $1 AND EXISTS (
    SELECT 1 FROM ticket_seat w WHERE w.tenant_id = $1 AND w.ticket_id = t.id AND w.seat = ANY($2::text[])
      AND (w.rated_at < $4::timestamptz OR w.seat <> ALL($3::text[])))
)

-- name: visible
-- Which of these tickets are among those seen.
SELECT number FROM seen WHERE number = ANY($5::text[]);

-- name: ledger
-- What is complex or was given more time, least time left first, then what is over; $5 handler, $6 state, $7 the last
-- ticket of the page before, $8 how many (null: all).
, kept AS (
  SELECT s.id, s.number, s.state, s.complexity, s.opened_at, s.handler, s.policy_day, i.name AS item_name,
    n.name AS handler_name, k.name AS clock, k.started_at, k.due_at AS until, k.state AS clock_state,
    COALESCE(k.extended, false) AS extended, COALESCE(k.provisional, false) AS provisional, COALESCE(k.clause, '') AS clause,
    COALESCE(k.document, '') AS document,
    (SELECT c.due_at FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = s.id AND c.name = 'complex' AND c.state <> 'dropped' AND NOT c.extended
      ORDER BY c.started_at DESC LIMIT 1) AS complex_due,
    ARRAY(SELECT jsonb_build_object('due', a.data -> 'due', 'why', a.note) FROM ticket_act a
      WHERE a.tenant_id = $1 AND a.ticket_id = s.id AND a.act = 'extend' ORDER BY a.at, a.id) AS moves,
    (COALESCE(k.state, '') NOT IN ('running', 'paused'))::int AS over,
    CASE WHEN k.state IN ('running', 'paused') THEN extract(epoch FROM k.due_at) ELSE -extract(epoch FROM s.opened_at) END AS place
  FROM seen s
  JOIN institution n ON n.tenant_id = $1 AND n.code = s.handler
  LEFT JOIN item i ON i.tenant_id = $1 AND i.code = s.item
  LEFT JOIN LATERAL (
    SELECT * FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = s.id AND c.state <> 'dropped'
      AND (c.extended OR c.name IN ('complex', 'rectify', 'close'))
    ORDER BY c.extended DESC, c.name = 'complex' DESC, c.name = 'rectify' DESC, c.started_at DESC LIMIT 1) k ON true
  WHERE s.id IN (SELECT t.id FROM ticket t WHERE t.tenant_id = $1 AND t.complexity = 'complex'
      UNION SELECT c.ticket_id FROM clock c WHERE c.tenant_id = $1 AND (c.extended OR c.name = 'complex'))
    AND (s.complexity = 'complex' OR k.extended OR (k.name = 'complex' AND k.state = 'running'))
    AND ($5::text = '' OR s.handler = $5) AND ($6::text = '' OR s.state = $6)
)
SELECT k.*, (SELECT count(*) FROM kept) AS total FROM kept k
WHERE NOT EXISTS (SELECT 1 FROM kept l WHERE l.number = $7)
  OR (k.over, k.place, k.id) > (SELECT l.over, l.place, l.id FROM kept l WHERE l.number = $7)
ORDER BY k.over, k.place, k.id LIMIT $8::int;

-- name: moved
-- What a newly published calendar did to deadlines, newest first; $5 'moved', 'same' or all, $6 the last of the page before.
, found AS (
  SELECT a.id, a.at, s.number, i.name AS item_name, n.name AS handler_name, a.data ->> 'clock' AS clock,
    (a.data -> 'due' ->> 0)::timestamptz AS before, (a.data -> 'due' ->> 1)::timestamptz AS after, a.data ->> 'calendar' AS calendar
  FROM ticket_act a
  JOIN seen s ON s.id = a.ticket_id
  JOIN institution n ON n.tenant_id = $1 AND n.code = s.handler
  LEFT JOIN item i ON i.tenant_id = $1 AND i.code = s.item
  WHERE a.tenant_id = $1 AND a.act = 'recount'
)
, wanted AS (SELECT * FROM found WHERE $5::text = '' OR ($5 = 'moved') = (before <> after))
SELECT f.*, (SELECT count(*) FROM wanted) AS total FROM wanted f
WHERE NOT EXISTS (SELECT 1 FROM wanted l WHERE l.id = $6::uuid) OR (f.at, f.id) < (SELECT l.at, l.id FROM wanted l WHERE l.id = $6)
ORDER BY f.at DESC, f.id DESC LIMIT $7;

-- name: lodged
-- Appeals on the tickets seen and those that are these addressees' to file or decide; the rated see their own alone. $5 is
-- who looks, if they are a member of staff, $6 their addresses.
, lodged AS (
  SELECT p.id, p.number, p.appellant, p.addressee, p.state, p.reason, p.finding, p.filed_at, p.decided_at, p.words,
    t.number AS ticket, i.name AS item_name, s.id IS NOT NULL AS visible, k.due_at, k.state AS due_state,
    COALESCE(k.clause, '') AS clause, COALESCE(k.document, '') AS document, COALESCE(k.provisional, false) AS provisional,
    p.state = 'open' AND p.addressee = ANY($6::text[]) AND s.id IS NOT NULL AS mine, (p.state <> 'open')::int AS over,
    CASE WHEN p.state = 'open' THEN extract(epoch FROM p.filed_at) ELSE -extract(epoch FROM p.decided_at) END AS place
  FROM appeal p
  JOIN ticket t ON t.tenant_id = $1 AND t.id = p.ticket_id
  LEFT JOIN seen s ON s.id = t.id
  LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
  LEFT JOIN LATERAL (
    SELECT * FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.name = 'decide' AND c.started_at >= p.filed_at
    ORDER BY c.started_at LIMIT 1) k ON p.state = 'open'
  WHERE p.tenant_id = $1 AND CASE WHEN $5 <> '' THEN p.appellant = 'staff:' || $5
    ELSE s.id IS NOT NULL OR p.appellant = ANY($6) END
)

-- name: appeal_counts
SELECT count(*) FILTER (WHERE mine) AS mine, count(*) AS "all", count(*) FILTER (WHERE state = 'upheld') AS upheld,
  count(*) FILTER (WHERE state <> 'open') AS decided
FROM lodged;

-- name: appeal_page
-- Open ones first, the oldest on top, then the decided ones, newest first; $9 is the last appeal of the page before.
, found AS (SELECT * FROM lodged WHERE ($7::text <> 'mine' OR mine) AND ($8::text = '' OR state = $8))
SELECT f.*, (SELECT count(*) FROM found) AS total FROM found f
WHERE NOT EXISTS (SELECT 1 FROM found l WHERE l.id = $9::uuid)
  OR (f.over, f.place, f.id) > (SELECT l.over, l.place, l.id FROM found l WHERE l.id = $9)
ORDER BY f.over, f.place, f.id LIMIT $10;

-- name: notices
-- What these addressees were told, newest first; of tickets rated after $3 nothing yet. $4 is the last of the page before.
-- What the supervisors in general are told, a district hears where it is about its own institutions ($6).
SELECT w.id, w.at, w.addressee, w.about, w.clause, w.body, t.number AS ticket, COALESCE(i.name, j.name) AS item_name
FROM notice w
LEFT JOIN ticket t ON t.tenant_id = $1 AND t.id = w.ticket_id
LEFT JOIN item i ON i.tenant_id = $1 AND i.code = t.item
LEFT JOIN item j ON j.tenant_id = $1 AND j.code = w.body ->> 'item'
WHERE w.tenant_id = $1 AND w.addressee = ANY($2::text[])
  AND ($3::timestamptz IS NULL OR COALESCE(t.rated_at, w.at) < $3)
  AND ($6::text[] IS NULL OR w.addressee <> 'bureau' OR $6 && (ARRAY[t.handler, t.proposed] || t.co_handlers))
  AND (NOT EXISTS (SELECT 1 FROM notice l WHERE l.tenant_id = $1 AND l.id = $4::uuid AND l.addressee = ANY($2))
    OR (w.at, w.id) < (SELECT l.at, l.id FROM notice l WHERE l.tenant_id = $1 AND l.id = $4))
ORDER BY w.at DESC, w.id DESC LIMIT $5;
