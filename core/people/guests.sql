-- name: add_guest
INSERT INTO guest (tenant_id, member_id, record_id, link_hash, link_until, invited_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: new_link
UPDATE guest SET link_hash = $3, link_until = $4 WHERE tenant_id = $1 AND member_id = $2;

-- name: guests
SELECT g.member_id, m.username, m.name, m.disabled, g.record_id, g.link_hash IS NOT NULL AS has_link, g.link_until, g.accepted_at,
  g.closed_at
FROM guest g JOIN member m ON m.tenant_id = $1 AND m.id = g.member_id
WHERE g.tenant_id = $1 AND ($2::uuid IS NULL OR g.record_id = $2) AND ($3::bytea IS NULL OR g.link_hash = $3)
ORDER BY m.username;

-- name: take_link
-- It opens once: of two who follow it at the same moment one is let in.
UPDATE guest SET link_hash = NULL, accepted_at = $4 WHERE tenant_id = $1 AND member_id = $2 AND link_hash = $3 AND link_until > $4;

-- name: closed_guest
UPDATE guest SET closed_at = $3, link_hash = NULL WHERE tenant_id = $1 AND member_id = $2;
