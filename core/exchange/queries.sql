-- name: rated
SELECT text, tags FROM rating WHERE tenant_id = $1 AND id = $2 AND rated_at = $3;

-- name: appended
SELECT r.text, (SELECT min(m.grade) FROM mark m WHERE m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at AND m.given) AS grade
FROM rating r WHERE r.tenant_id = $1 AND r.id = $2 AND r.rated_at = $3;

-- name: partner
SELECT * FROM exchange_partner WHERE tenant_id = $1 AND extra = $2;

-- name: keep_partner
INSERT INTO exchange_partner AS p (tenant_id, id, extra, url, key_enc, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, extra) DO UPDATE SET url = $4, key_enc = $5, changed_at = $6, changed_by = $7, tested_at = NULL, tested = ''
WHERE p.id = $2;

-- name: tested
UPDATE exchange_partner SET tested_at = $3, tested = $4 WHERE tenant_id = $1 AND extra = $2;

-- name: by_number
SELECT id FROM extra_record WHERE tenant_id = $1 AND number = $2 AND kind = ANY($3::text[]);

-- name: ticket_of
SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2;

-- name: tried
SELECT attempts FROM outbox WHERE tenant_id = $1 AND id = $2;

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtextextended('exchange:' || $2::text, $1));

-- name: done
SELECT fingerprint FROM exchange_said WHERE tenant_id = $1 AND event_id = $2 AND code = '';

-- name: last_done
SELECT status, at FROM exchange_said WHERE tenant_id = $1 AND record_id = $2 AND code = '' ORDER BY at DESC, received_at DESC LIMIT 1;

-- name: is_known
SELECT EXISTS (SELECT 1 FROM exchange_said WHERE tenant_id = $1 AND record_id = $2 AND event_id = $3 AND fingerprint = $4 AND code = $5);

-- name: add_said
INSERT INTO exchange_said (tenant_id, id, record_id, event_id, status, at, received_at, fingerprint, code, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: said
SELECT event_id, status, at, received_at, code, detail FROM exchange_said
WHERE tenant_id = $1 AND record_id = $2 ORDER BY received_at, id;

-- name: line
SELECT id, payload ->> 'event' AS event, state, attempts, created_at, sent_at, last_error FROM outbox
WHERE tenant_id = $1 AND line = $2 ORDER BY nth;

-- name: orders
-- Orders as both sides compare them; what the partner said last is of interest where it was refused.
SELECT r.id, r.number, r.extra, r.kind, r.state, r.fields, r.filed_at, r.ended_at, t.state AS ticket_state, t.handler,
  m.pushed, m.acknowledged, m.failed, m.waiting_since, s.status AS said_status, s.code AS said_code, s.detail AS said_detail
FROM extra_record r
LEFT JOIN ticket t ON t.tenant_id = $1 AND t.number = r.fields ->> 'ticket'
LEFT JOIN LATERAL (SELECT count(*)::int AS pushed, (count(*) FILTER (WHERE o.state = 'sent'))::int AS acknowledged,
    (count(*) FILTER (WHERE o.state = 'dead'))::int AS failed, min(o.created_at) FILTER (WHERE o.state = 'waiting') AS waiting_since
  FROM outbox o WHERE o.tenant_id = $1 AND o.line = r.id) m ON true
LEFT JOIN LATERAL (SELECT e.status, e.code, e.detail FROM exchange_said e
  WHERE e.tenant_id = $1 AND e.record_id = r.id ORDER BY e.received_at DESC, e.id DESC LIMIT 1) s ON true
WHERE r.tenant_id = $1 AND r.kind = ANY($2::text[]) AND ($3::text = '' OR r.state = $3)
  AND ($4::timestamptz IS NULL OR r.filed_at >= $4) AND ($5::timestamptz IS NULL OR r.filed_at < $5)
  AND ($6::timestamptz IS NULL OR (r.filed_at, r.id) > ($6, $7::uuid)) AND ($8::uuid IS NULL OR r.id = $8)
ORDER BY r.filed_at, r.id LIMIT $9;

-- name: unequal
-- Orders of a time whose two sides differ: a message lies or waits too long, the last report was refused, or one side has ended.
SELECT r.id FROM extra_record r LEFT JOIN ticket t ON t.tenant_id = $1 AND t.number = r.fields ->> 'ticket'
WHERE r.tenant_id = $1 AND r.kind = ANY($2::text[]) AND r.filed_at >= $3 AND r.filed_at < $4 AND (
  EXISTS (SELECT 1 FROM outbox o WHERE o.tenant_id = $1 AND o.line = r.id
    AND (o.state = 'dead' OR (o.state = 'waiting' AND o.created_at < $5)))
  OR (SELECT e.code <> '' FROM exchange_said e WHERE e.tenant_id = $1 AND e.record_id = r.id ORDER BY e.received_at DESC, e.id DESC LIMIT 1)
  OR (COALESCE(t.state, '') = ANY($6::text[])) <> (r.ended_at IS NOT NULL))
ORDER BY r.filed_at, r.id LIMIT $7;

-- name: days
-- By the day on which each thing happened.
WITH told AS (
  SELECT (r.filed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, 1 AS orders, 0 AS pushed, 0 AS acknowledged, 0 AS waiting,
    0 AS failed, 0 AS answered, 0 AS refused
  FROM extra_record r WHERE r.tenant_id = $1 AND r.kind = ANY($2::text[]) AND r.filed_at >= $3 AND r.filed_at < $4
  UNION ALL
  SELECT (o.created_at AT TIME ZONE 'Asia/Shanghai')::date, 0, 1, (o.state = 'sent')::int, (o.state = 'waiting')::int,
    (o.state = 'dead')::int, 0, 0
  FROM outbox o JOIN extra_record r ON r.tenant_id = $1 AND r.id = o.line
  WHERE o.tenant_id = $1 AND o.line IS NOT NULL AND r.kind = ANY($2::text[]) AND o.created_at >= $3 AND o.created_at < $4
  UNION ALL
  SELECT (e.received_at AT TIME ZONE 'Asia/Shanghai')::date, 0, 0, 0, 0, 0, (e.code = '')::int, (e.code <> '')::int
  FROM exchange_said e JOIN extra_record r ON r.tenant_id = $1 AND r.id = e.record_id
  WHERE e.tenant_id = $1 AND r.kind = ANY($2::text[]) AND e.received_at >= $3 AND e.received_at < $4
)
SELECT day, sum(orders)::int AS orders, sum(pushed)::int AS pushed, sum(acknowledged)::int AS acknowledged, sum(waiting)::int AS waiting,
  sum(failed)::int AS failed, sum(answered)::int AS answered, sum(refused)::int AS refused
FROM told GROUP BY day ORDER BY day DESC;

-- name: lines_of
-- Orders of an extra that have something to be sent.
SELECT DISTINCT o.line FROM outbox o JOIN extra_record r ON r.tenant_id = $1 AND r.id = o.line
WHERE o.tenant_id = $1 AND o.line IS NOT NULL AND o.state <> 'sent' AND r.kind = ANY($2::text[]);
