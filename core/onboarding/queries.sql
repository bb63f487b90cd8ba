-- name: signatures
SELECT member_id, name, stamp, note, at FROM sign_off WHERE tenant_id = $1 ORDER BY at DESC, id DESC

-- name: sign
INSERT INTO sign_off (tenant_id, id, member_id, name, stamp, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: notes
SELECT DISTINCT ON (step) step, waiting_for, text, name, at FROM onboarding_note WHERE tenant_id = $1
ORDER BY step, at DESC, id DESC

-- name: add_note
INSERT INTO onboarding_note (tenant_id, id, step, waiting_for, text, member_id, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: trials
SELECT id, stamp, passed, outcome, name, at FROM trial WHERE tenant_id = $1 ORDER BY at DESC, id DESC LIMIT $2

-- name: add_trial
INSERT INTO trial (tenant_id, id, stamp, passed, outcome, member_id, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: roots
SELECT code FROM region WHERE tenant_id = $1 AND parent IS NULL ORDER BY code

-- name: idle_bodies
-- Institutions to which nothing and nobody belongs. Those with a duty of their own serve otherwise.
SELECT i.code FROM institution AS i WHERE i.tenant_id = $1 AND i.duty = 'service'
  AND NOT EXISTS (SELECT 1 FROM item AS x WHERE x.tenant_id = $1 AND x.institution = i.code)
  AND NOT EXISTS (SELECT 1 FROM item AS x WHERE x.tenant_id = $1 AND x.systems = i.code)
  AND NOT EXISTS (SELECT 1 FROM staff AS x WHERE x.tenant_id = $1 AND x.institution = i.code)
  AND NOT EXISTS (SELECT 1 FROM service_window AS x WHERE x.tenant_id = $1 AND x.institution = i.code)
  AND NOT EXISTS (SELECT 1 FROM institution AS x WHERE x.tenant_id = $1 AND x.parent = i.code)
ORDER BY i.code LIMIT 100

-- name: unexplained
SELECT code FROM item WHERE tenant_id = $1 AND NOT in_scope AND exempt_reason = '' ORDER BY code LIMIT 100

-- name: windows
SELECT count(*) FILTER (WHERE NOT kiosk) AS windows, count(*) FILTER (WHERE kiosk) AS kiosks
FROM service_window WHERE tenant_id = $1

-- name: bodies_with_duty
SELECT code, name, region, line, parent, duty FROM institution WHERE tenant_id = $1 AND duty <> 'service'

-- name: last_answer
SELECT count(*) OVER () AS n, answered_by AS by, answered_at AS at FROM answer WHERE tenant_id = $1
ORDER BY answered_at DESC LIMIT 1

-- name: practice
SELECT count(*) FROM service_case WHERE tenant_id = $1

-- name: examples
SELECT count(*) FROM example WHERE tenant_id = $1 AND removed_at IS NULL

-- name: spots
-- The first window and the first terminal that serve something, or an item alone where there is no window.
(SELECT DISTINCT ON (w.kiosk) w.code AS window, i.code AS item, coalesce(s.code, '') AS staff, w.kiosk,
   n.name || ' ' || w.name || ' · ' || i.name AS said
 FROM service_window AS w
 JOIN institution AS n ON n.tenant_id = $1 AND n.code = w.institution
 JOIN item AS i ON i.tenant_id = $1 AND i.institution = w.institution AND i.in_scope
 LEFT JOIN staff AS s ON s.tenant_id = $1 AND s.institution = w.institution AND s.active
 WHERE w.tenant_id = $1 ORDER BY w.kiosk, s.code NULLS LAST, w.code, i.code)
UNION ALL
(SELECT '', i.code, coalesce(s.code, ''), false, n.name || ' · ' || i.name
 FROM item AS i JOIN institution AS n ON n.tenant_id = $1 AND n.code = i.institution
 LEFT JOIN staff AS s ON s.tenant_id = $1 AND s.institution = i.institution AND s.active
 WHERE i.tenant_id = $1 AND i.in_scope ORDER BY s.code NULLS LAST, i.code LIMIT 1)

-- name: arrived
-- What of a case's rating was kept: its grades, its channel, and whether a ticket was opened.
SELECT r.channel, r.source, array_agg(m.grade) AS grades,
  EXISTS (SELECT 1 FROM ticket AS t WHERE t.tenant_id = $1 AND t.rating_id = r.id) AS ticket
FROM rating AS r JOIN service_case AS c ON c.tenant_id = $1 AND c.id = r.case_id
JOIN mark AS m ON m.tenant_id = $1 AND m.rating_id = r.id
WHERE r.tenant_id = $1 AND c.code = $2 GROUP BY r.id, r.channel, r.source

-- name: link_sent
SELECT payload ->> 'path' FROM outbox WHERE tenant_id = $1 AND kind = 'sms.link' AND payload ->> 'case' = $2
ORDER BY created_at DESC LIMIT 1

-- name: asked
-- What the chance that a case has open now asks.
SELECT i.dimensions FROM invitation AS i JOIN service_case AS c ON c.tenant_id = $1 AND c.id = i.case_id
WHERE i.tenant_id = $1 AND c.code = $2 AND i.state = 'open' ORDER BY i.opens DESC, i.id DESC LIMIT 1
