-- name: in_flight
SELECT
  (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND state = 'open') AS open_chances,
  (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND state = 'open' AND draft_at IS NOT NULL) AS drafts,
  (SELECT count(*) FROM ticket WHERE tenant_id = $1 AND closed_at IS NULL) AS open_tickets,
  (SELECT count(*) FROM outbox WHERE tenant_id = $1 AND state = 'waiting') AS unsent

-- name: suspended_since
-- From the day on which nothing was taken in any more: an archive in between belongs to the pause.
SELECT max(at) FROM tenant_state WHERE tenant_id = $1 AND state = 'suspended' AND was = 'live'

-- name: prolong
UPDATE invitation SET closes = closes + ($3::timestamptz - GREATEST($2::timestamptz, opens))
WHERE tenant_id = $1 AND state = 'open' AND closes > $2
