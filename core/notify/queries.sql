-- name: tell
-- Whom it concerns is settled here, once: a member, whoever is rated, who handles in an institution, a role, the bureau.
-- What the bureau in general is told, a district's members hear where it is about an institution of their district's.
WITH RECURSIVE above AS (
  SELECT r.code, r.parent FROM ticket AS t
  JOIN institution AS i ON i.tenant_id = $1 AND i.code = ANY(ARRAY[t.handler, t.proposed] || t.co_handlers)
  JOIN region AS r ON r.tenant_id = $1 AND r.code = i.region
  WHERE t.tenant_id = $1 AND t.id = $10
  UNION
  SELECT r.code, r.parent FROM institution AS i JOIN region AS r ON r.tenant_id = $1 AND r.code = i.region
  WHERE i.tenant_id = $1 AND i.code = $13
  UNION
  SELECT r.code, r.parent FROM region AS r WHERE r.tenant_id = $1 AND r.code = $14
  UNION
  SELECT r.code, r.parent FROM above JOIN region AS r ON r.tenant_id = $1 AND r.code = above.parent
), whom AS (
  SELECT m.id FROM member AS m
  WHERE m.tenant_id = $1 AND NOT m.disabled AND CASE $2::text
    WHEN 'member' THEN m.id::text = $3
    WHEN 'staff' THEN m.role = 'clerk' AND m.staff = $3
    WHEN 'institution' THEN m.role IN ('handler', 'supervisor') AND m.institution = $3
    WHEN 'role' THEN m.role = $3
    WHEN 'bureau' THEN CASE
      WHEN m.institution IS NOT NULL THEN m.role IN ('handler', 'supervisor') AND EXISTS (
        SELECT 1 FROM institution AS i LEFT JOIN region AS r ON r.tenant_id = $1 AND r.code = i.region
        WHERE i.tenant_id = $1 AND i.code = m.institution AND i.duty = 'bureau'
          AND (r.parent IS NULL OR r.code IN (SELECT code FROM above)))
      ELSE m.role = 'supervisor' AND (m.region IS NULL OR m.region IN (SELECT code FROM above)
        OR (SELECT count(*) = 1 AND bool_and(code = m.region) FROM region WHERE tenant_id = $1 AND parent IS NULL)) END
    ELSE false END
), put AS (
  INSERT INTO notification (tenant_id, id, member_id, kind, title, about, link, at, shown_from, ticket_id, once)
  SELECT $1, gen_random_uuid(), id, $4::text, $5::text,
    concat_ws('，', (SELECT name FROM item WHERE tenant_id = $1 AND code = $11), NULLIF($6::text, '')), $7::text,
    $8::timestamptz, $9::timestamptz, $10::uuid, $12::text
  FROM whom ON CONFLICT (tenant_id, member_id, once) DO NOTHING
  RETURNING id, member_id
)
SELECT DISTINCT put.id FROM put JOIN notification_way AS w
  ON w.tenant_id = $1 AND w.member_id = put.member_id AND w.kind = $4

-- name: unread
SELECT count(*) FROM (
  SELECT 1 FROM notification WHERE tenant_id = $1 AND member_id = $2 AND read_at IS NULL AND shown_from <= $3 LIMIT $4) AS few

-- name: listing
SELECT id, kind, title, about, link, shown_from, read_at FROM notification
WHERE tenant_id = $1 AND member_id = $2 AND shown_from <= $3 AND (read_at IS NULL OR NOT $4)
  AND ($5::uuid IS NULL OR (shown_from, id) < (
    SELECT shown_from, id FROM notification WHERE tenant_id = $1 AND member_id = $2 AND id = $5))
ORDER BY shown_from DESC, id DESC LIMIT $6

-- name: one
SELECT id, kind, title, about, link, shown_from, read_at FROM notification
WHERE tenant_id = $1 AND member_id = $2 AND id = $3 AND shown_from <= $4

-- name: mark
UPDATE notification SET read_at = $4 WHERE tenant_id = $1 AND member_id = $2 AND id = $3 AND read_at IS NULL

-- name: mark_all
UPDATE notification SET read_at = $3 WHERE tenant_id = $1 AND member_id = $2 AND read_at IS NULL AND shown_from <= $3

-- name: mark_old
UPDATE notification SET read_at = shown_from WHERE tenant_id = $1 AND read_at IS NULL AND shown_from <= $2

-- name: drop_old
DELETE FROM notification WHERE tenant_id = $1 AND shown_from < $2

-- name: hours
SELECT quiet_from, quiet_to, digest FROM notification_hours WHERE tenant_id = $1 AND member_id = $2

-- name: ways
SELECT kind, way FROM notification_way WHERE tenant_id = $1 AND member_id = $2

-- name: set_hours
INSERT INTO notification_hours (tenant_id, member_id, quiet_from, quiet_to, digest) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, member_id) DO UPDATE SET quiet_from = $3, quiet_to = $4, digest = $5

-- name: forget_ways
DELETE FROM notification_way WHERE tenant_id = $1 AND member_id = $2

-- name: want
INSERT INTO notification_way (tenant_id, member_id, kind, way) VALUES ($1, $2, $3, $4)

-- name: outside
-- What is to be told elsewhere, as long as nobody has read it; and when the law's next clock of its ticket runs out.
SELECT n.member_id, n.kind, n.link, n.shown_from, m.role, m.email_enc IS NOT NULL AS mail, m.phone_enc IS NOT NULL AS sms,
  (SELECT array_agg(w.way) FROM notification_way AS w
   WHERE w.tenant_id = $1 AND w.member_id = n.member_id AND w.kind = n.kind) AS ways,
  (SELECT min(c.due_at) FROM clock AS c
   WHERE c.tenant_id = $1 AND c.ticket_id = n.ticket_id AND c.state = 'running' AND c.due_at > $3) AS ends
FROM notification AS n JOIN member AS m ON m.tenant_id = n.tenant_id AND m.id = n.member_id AND NOT m.disabled
WHERE n.tenant_id = $1 AND n.id = $2 AND n.read_at IS NULL

-- name: gather
-- Everything unread of the kinds that this member wants by mail, since it was last gathered.
SELECT n.kind, count(*) AS count FROM notification AS n
JOIN notification_way AS w ON w.tenant_id = n.tenant_id AND w.member_id = n.member_id AND w.kind = n.kind AND w.way = 'mail'
JOIN notification_hours AS h ON h.tenant_id = n.tenant_id AND h.member_id = n.member_id
WHERE n.tenant_id = $1 AND n.member_id = $2 AND n.read_at IS NULL AND n.shown_from <= $3
  AND (h.gathered IS NULL OR n.shown_from > h.gathered)
GROUP BY n.kind ORDER BY n.kind

-- name: gathered
UPDATE notification_hours SET gathered = $3 WHERE tenant_id = $1 AND member_id = $2
