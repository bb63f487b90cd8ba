-- name: rectified
-- Of the tickets that stand: how many there are, and how many have been answered.
SELECT count(*) FILTER (WHERE state IN ('answered', 'closed')) AS done, count(*) AS every FROM ticket
WHERE tenant_id = $1 AND state NOT IN ('rejected', 'withdrawn')
  AND ($2::date IS NULL OR opened_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai');
