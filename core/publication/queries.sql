-- name: lock
SELECT parent FROM tenant WHERE id = $1 FOR UPDATE;

-- name: last_said
SELECT DISTINCT ON (kind, subject) kind, subject, digest, edition FROM publication
WHERE tenant_id = $1 AND city = $1 ORDER BY kind, subject, edition DESC;

-- name: add
INSERT INTO publication (tenant_id, city, kind, subject, edition, content, digest, final, at, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

-- name: of_edition
SELECT city, kind, subject, edition, content, digest, final, at FROM publication
WHERE tenant_id = $1 AND city = $1 AND edition = $2;

-- name: current
SELECT DISTINCT ON (city, subject) city, kind, subject, edition, content, digest, final, at, received_at FROM publication
WHERE tenant_id = $1 AND kind = $2 AND ($3::text IS NULL OR subject = $3) ORDER BY city, subject, edition DESC;

-- name: history
SELECT city, kind, subject, edition, content, digest, final, at, received_at FROM publication
WHERE tenant_id = $1 AND city = $2 AND kind = $3 AND ($4::text IS NULL OR subject = $4) ORDER BY edition, subject;

-- name: finals
-- What was said of months that were over, and said again: the running month's daily words are not among them.
SELECT city, kind, subject, edition, content, digest, final, at, received_at FROM publication
WHERE tenant_id = $1 AND kind = 'figures' AND final ORDER BY city, edition, subject;

-- name: subjects
SELECT DISTINCT subject FROM publication WHERE tenant_id = $1 AND kind = $2 ORDER BY subject DESC;

-- name: editions
SELECT DISTINCT city, edition, at, received_at FROM publication WHERE tenant_id = $1 ORDER BY city, edition;

-- name: listing
SELECT edition, min(at) AS at, array_agg(DISTINCT kind ORDER BY kind) AS kinds, count(*) AS entries FROM publication
WHERE tenant_id = $1 AND city = $1 GROUP BY edition ORDER BY edition DESC LIMIT $2;

-- name: first_counted
SELECT least((SELECT min(day) FROM tally WHERE tenant_id = $1), (SELECT min(day) FROM tally_delta WHERE tenant_id = $1));

-- name: tickets
-- Tickets rated in the period: how many stand, how many are answered, how many had a deadline, and missed one.
SELECT count(*) FILTER (WHERE live) AS every, count(*) FILTER (WHERE live AND done) AS done,
  count(*) FILTER (WHERE timed) AS timed, count(*) FILTER (WHERE timed AND late) AS late
FROM (
  SELECT t.state NOT IN ('rejected', 'withdrawn') AND ($5::text[] IS NULL OR t.dimensions && $5) AS live,
    t.state IN ('answered', 'closed') AND ($6 OR NOT EXISTS (
      SELECT 1 FROM ticket_act a WHERE a.tenant_id = $1 AND a.ticket_id = t.id AND a.act = 'explain')) AS done,
    k.timed, k.late
  FROM ticket t CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS timed, coalesce(bool_or(
      CASE c.state WHEN 'stopped' THEN c.stopped_at >= c.due_at WHEN 'running' THEN c.due_at <= $4 ELSE c.overdue_at IS NOT NULL
      END), false) AS late
    FROM clock c WHERE c.tenant_id = $1 AND c.ticket_id = t.id AND c.state <> 'dropped' AND c.name <> 'appeal') AS k
  WHERE t.tenant_id = $1 AND t.rated_at >= $2 AND t.rated_at < $3
) AS each;

-- name: work
SELECT count(*) FILTER (WHERE state = 'dead') AS dead, count(*) FILTER (WHERE state <> 'dead' AND run_after <= $2) AS due,
  min(run_after) FILTER (WHERE state <> 'dead' AND run_after <= $2) AS oldest FROM task WHERE tenant = $1;

-- name: messages
SELECT count(*) FILTER (WHERE state = 'dead') AS dead,
  count(*) FILTER (WHERE state = 'waiting' AND run_after <= $2) AS waiting FROM outbox WHERE tenant_id = $1;

-- name: last_rated
SELECT channel, max(rated_at) AS at FROM rating
WHERE tenant_id = $1 AND rated_at >= $2 AND rated_at <= $3 AND origin = ANY($4::text[]) GROUP BY channel;

-- name: provisional
SELECT (SELECT count(*) FROM clock WHERE tenant_id = $1 AND provisional AND state IN ('running', 'paused')) AS clocks,
  (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND state = 'open' AND provisional) AS invitations;

-- name: borrowed
SELECT DISTINCT ON (key) key, value, place FROM borrowed WHERE tenant_id = $1 ORDER BY key, at DESC;

-- name: borrow
INSERT INTO borrowed (tenant_id, key, value, place, clause, document, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
