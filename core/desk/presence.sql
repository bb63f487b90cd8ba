-- name: come
INSERT INTO presence AS p (tenant_id, ticket_id, member_id, verb, since, seen_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (tenant_id, ticket_id, member_id) DO UPDATE
SET verb = excluded.verb, seen_at = excluded.seen_at, since = CASE WHEN p.seen_at <= $6 THEN excluded.since ELSE p.since END
WHERE p.seen_at <= $7 OR p.verb <> excluded.verb;

-- name: others
SELECT m.name, p.verb, p.since FROM presence AS p JOIN member AS m ON m.tenant_id = p.tenant_id AND m.id = p.member_id
WHERE p.tenant_id = $1 AND p.ticket_id = $2 AND p.member_id <> $3 AND p.seen_at > $4 ORDER BY p.since, m.name;

-- name: leave
DELETE FROM presence WHERE tenant_id = $1 AND ticket_id = $2 AND member_id = $3;

-- name: forget
DELETE FROM presence WHERE tenant_id = $1 AND seen_at <= $2;
