-- name: rectified
-- Of the tickets that stand: how many there are, and how many have been answered.
SELECT count(*) FILTER (WHERE state IN ('answered', 'closed')) AS done, count(*) AS every FROM ticket
WHERE tenant_id = $1 AND state NOT IN ('rejected', 'withdrawn')
  AND ($2::date IS NULL OR opened_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai');

-- name: reachable
-- Somebody who was served at this window and may still rate it; for the demo, where nobody is real.
SELECT c.applicant_id FROM invitation v
JOIN service_case c ON c.tenant_id = v.tenant_id AND c.id = v.case_id
JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.applicant_id AND p.phone_enc IS NOT NULL
WHERE v.tenant_id = $1 AND v.window_code = $2 AND v.state = 'open' ORDER BY v.opens DESC LIMIT 1;
