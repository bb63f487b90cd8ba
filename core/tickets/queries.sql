-- name: homes
-- The institutions a case's tickets may go to. Bureaus are those of the region and of the regions above it, nearest first;
-- where none of these has one, the tenant's own.
WITH RECURSIVE home AS (
  SELECT COALESCE((SELECT n.region FROM institution n WHERE n.tenant_id = $1 AND n.code = COALESCE(
    (SELECT institution FROM item WHERE tenant_id = $1 AND code = $2),
    (SELECT institution FROM staff WHERE tenant_id = $1 AND code = $3))), $6::text) AS region
), above AS (
  SELECT r.code, r.parent, 0 AS depth FROM region r JOIN home ON home.region = r.code WHERE r.tenant_id = $1
  UNION ALL SELECT r.code, r.parent, a.depth + 1 FROM region r JOIN above a ON a.parent = r.code
  WHERE r.tenant_id = $1 AND a.depth < 20
), near AS (
  SELECT n.code, a.depth FROM above a JOIN institution n ON n.tenant_id = $1 AND n.region = a.code AND n.duty = 'bureau'
)
SELECT
  (SELECT institution FROM item WHERE tenant_id = $1 AND code = $2) AS item,
  (SELECT institution FROM staff WHERE tenant_id = $1 AND code = $3) AS staff,
  COALESCE((SELECT systems FROM item WHERE tenant_id = $1 AND code = $2),
    (SELECT code FROM institution WHERE tenant_id = $1 AND duty = 'systems' ORDER BY code LIMIT 1)) AS systems,
  (SELECT institution FROM item WHERE tenant_id = $1 AND code = $4) AS lead,
  (SELECT n.parent FROM item i JOIN institution n ON n.tenant_id = i.tenant_id AND n.code = i.institution
    WHERE i.tenant_id = $1 AND i.code = $2) AS parent,
  CASE WHEN EXISTS (SELECT 1 FROM near) THEN ARRAY(SELECT code FROM near ORDER BY depth, code)
    ELSE ARRAY(SELECT code FROM institution WHERE tenant_id = $1 AND duty = 'bureau' ORDER BY parent NULLS FIRST, code LIMIT 1)
    END AS bureaus,
  (SELECT code FROM institution WHERE tenant_id = $1 AND duty = 'hotline' ORDER BY code LIMIT 1) AS hotline,
  ARRAY(SELECT DISTINCT institution FROM item WHERE tenant_id = $1 AND code = ANY($5::text[]) ORDER BY 1) AS linked;

-- name: case_facts
SELECT c.item, c.items, c.composite,
  (SELECT e.staff FROM service_event e JOIN invitation i ON i.tenant_id = e.tenant_id AND i.event_id = e.id
    WHERE i.tenant_id = $1 AND i.id = $3) AS staff
FROM service_case c WHERE c.tenant_id = $1 AND c.id = $2;

-- name: next_number
INSERT INTO ticket_number AS t (tenant_id, prefix, last) VALUES ($1, $2, 1)
ON CONFLICT (tenant_id, prefix) DO UPDATE SET last = t.last + 1
RETURNING prefix || lpad(last::text, greatest(5, length(last::text)), '0');

-- name: add_ticket
INSERT INTO ticket (tenant_id, id, number, nth, rating_id, rated_at, case_id, item, staff, dimensions, grade, state,
  dispatched_at, handler, proposed, co_handlers, opened_at, policy, policy_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: tickets_of_case
SELECT count(*) FROM ticket WHERE tenant_id = $1 AND case_id = $2;

-- name: load
SELECT t.*, c.code AS case_code, c.composite, COALESCE(i.in_centre, true) AS in_centre,
  (SELECT r.anonymous FROM rating r WHERE r.tenant_id = $1 AND r.id = t.rating_id AND r.rated_at = t.rated_at) AS anonymous
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.id = $2 FOR UPDATE OF t;

-- name: read
SELECT t.*, c.code AS case_code, c.composite, COALESCE(i.in_centre, true) AS in_centre,
  (SELECT r.anonymous FROM rating r WHERE r.tenant_id = $1 AND r.id = t.rating_id AND r.rated_at = t.rated_at) AS anonymous
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
LEFT JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.id = $2;

-- name: load_clocks
-- Of several of one name the last one speaks: never one that was dropped before one that ran.
SELECT * FROM clock WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY state <> 'dropped', started_at, id;

-- name: save_ticket
-- Whoever passes a ticket on takes it off the desk it lay on: the next institution has desks of its own.
UPDATE ticket SET assignee = CASE WHEN handler = $6 THEN assignee END, state = $3, on_hold = $4, dispatched_at = $5, handler = $6, proposed = $7, verdict = $8,
  complexity = $9, answered_at = $10, closed_at = $11, joined_to = $13, staff = $14, version = version + 1
WHERE tenant_id = $1 AND id = $2 AND version = $12;

-- name: add_act
INSERT INTO ticket_act (tenant_id, id, ticket_id, at, act, actor, note, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: add_clock
INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause, document, policy, calendar,
  provisional, moves, days, state, pauses)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: change_clock
-- A clock whose end has moved is warned of and told to be late anew.
UPDATE clock SET overdue_at = CASE WHEN due_at = $4 THEN overdue_at END, warned_at = CASE WHEN due_at = $4 THEN warned_at END,
  due_at = $4, state = $5, extended = $6, provisional = $7, calendar = $8, days = $9, pauses = $10,
  stopped_at = $11
WHERE tenant_id = $1 AND ticket_id = $2 AND id = $3;

-- name: add_appeal
INSERT INTO appeal (tenant_id, id, ticket_id, appellant, addressee, reason, evidence, filed_at, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: open_appeal
SELECT id, ticket_id, appellant, addressee, state, reason, filed_at, evidence, number FROM appeal
WHERE tenant_id = $1 AND ticket_id = $2 AND state = 'open' ORDER BY filed_at LIMIT 1;

-- name: decide_appeal
UPDATE appeal SET state = $3, finding = $4, decided_at = $5, decided_by = $6, words = $7 WHERE tenant_id = $1 AND id = $2;

-- name: add_feedback_grade
INSERT INTO feedback_grade (tenant_id, ticket_id, at, grade) VALUES ($1, $2, $3, $4);

-- name: add_notice
INSERT INTO notice (tenant_id, id, at, addressee, about, case_id, ticket_id, clause, body, hides, once)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (tenant_id, once) DO NOTHING;

-- name: findings
-- Every ticket of this rating and of its appends that has come to a finding, oldest first.
SELECT t.dimensions, t.verdict, t.policy_day, t.rating_id <> $2 AS on_append FROM ticket t
WHERE t.tenant_id = $1 AND t.verdict IS NOT NULL AND t.rating_id IN (
  SELECT r.id FROM rating r WHERE r.tenant_id = $1 AND (r.id = $2 OR r.append_of = $2))
ORDER BY t.closed_at NULLS LAST, t.opened_at;

-- name: next_clock
SELECT min(due_at) FROM clock WHERE tenant_id = $1 AND state = 'running' AND overdue_at IS NULL;

-- name: due_clocks
SELECT k.id, k.name, k.ticket_id, k.due_at, k.clause FROM clock k
WHERE k.tenant_id = $1 AND k.state = 'running' AND k.overdue_at IS NULL AND k.due_at <= $2
ORDER BY k.due_at, k.id LIMIT $3 FOR UPDATE OF k SKIP LOCKED;

-- name: mark_overdue
UPDATE clock SET overdue_at = due_at WHERE tenant_id = $1 AND id = $2;

-- name: lapse
UPDATE clock SET state = 'lapsed', stopped_at = due_at, overdue_at = due_at WHERE tenant_id = $1 AND id = $2;

-- name: warnable
SELECT k.id, k.name, k.ticket_id, k.due_at, k.clause, k.warned_at, t.policy_day
FROM clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
WHERE k.tenant_id = $1 AND k.state = 'running' AND k.overdue_at IS NULL
  AND ($2::timestamptz IS NULL OR k.due_at <= $2);

-- name: running_of
SELECT k.id, k.name, k.ticket_id, k.due_at, k.clause, k.warned_at, t.policy_day
FROM clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
WHERE k.tenant_id = $1 AND k.ticket_id = $2 AND k.state = 'running' AND k.overdue_at IS NULL;

-- name: free
SELECT id, warned_at FROM clock WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND state = 'running' AND overdue_at IS NULL
ORDER BY id FOR UPDATE SKIP LOCKED;

-- name: warned
UPDATE clock SET warned_at = $3 WHERE tenant_id = $1 AND id = $2;

-- name: provisional_clocks
SELECT k.*, t.policy_day FROM clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
WHERE k.tenant_id = $1 AND k.provisional AND NOT k.extended AND k.state IN ('running', 'paused') AND k.calendar <> $2
FOR UPDATE OF k;

-- name: foreseen_clocks
-- What another calendar will count again, due first; $2 how many.
SELECT k.*, t.policy_day, t.number, count(*) OVER () AS total
FROM clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
WHERE k.tenant_id = $1 AND k.provisional AND NOT k.extended AND k.state IN ('running', 'paused')
ORDER BY k.due_at, k.id LIMIT $2;

-- name: firm_clocks
-- Deadlines that are not provisional and run over one of these days: they stay.
SELECT count(*) FROM clock k
WHERE k.tenant_id = $1 AND NOT k.provisional AND k.state IN ('running', 'paused') AND k.span NOT LIKE '%h'
  AND EXISTS (SELECT 1 FROM unnest($2::date[]) AS d
    WHERE d > (k.started_at AT TIME ZONE 'Asia/Shanghai')::date AND d < (k.due_at AT TIME ZONE 'Asia/Shanghai')::date);

-- name: words
SELECT r.tags,
  (SELECT jsonb_object_agg(m.dimension, m.grade) FROM mark m
    WHERE m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at AND m.given) AS grades
FROM rating r WHERE r.tenant_id = $1 AND r.id = $2 AND r.rated_at = $3;

-- name: is_staff
SELECT EXISTS (SELECT 1 FROM staff WHERE tenant_id = $1 AND code = $2);

-- name: institution_of_staff
SELECT institution FROM staff WHERE tenant_id = $1 AND code = $2 AND active;

-- name: is_institution
SELECT EXISTS (SELECT 1 FROM institution WHERE tenant_id = $1 AND code = $2);

-- name: hands
-- Who had a hand in these acts on a ticket: a member of the back office, whom they stood for, or a member of staff who
-- acted under their own name.
SELECT DISTINCT p.person FROM ticket_act a
CROSS JOIN LATERAL (VALUES (COALESCE(a.data->>'member_id', a.actor)), (a.data->>'behalf_id')) AS p (person)
WHERE a.tenant_id = $1 AND a.ticket_id = $2 AND a.act = ANY($3::text[]) AND (a.data ? 'member_id' OR a.actor LIKE 'staff:%')
  AND p.person IS NOT NULL;

-- name: happened
-- Who was called and did not answer was not contacted.
SELECT act, min(at) AS at FROM ticket_act WHERE tenant_id = $1 AND ticket_id = $2 AND act = ANY($3::text[])
  AND data ->> 'reached' IS DISTINCT FROM 'false' GROUP BY act;

-- name: was_noticed
SELECT EXISTS (SELECT 1 FROM notice WHERE tenant_id = $1 AND ticket_id = $2 AND addressee = $3 AND about = 'ticket');

-- name: by_number
SELECT id, handler, state, joined_to, item, rating_id FROM ticket WHERE tenant_id = $1 AND (number = $2 OR id::text = $2) FOR UPDATE;

-- name: same_rater
SELECT count(DISTINCT r.person_id) = 1 AND bool_and(r.person_id IS NOT NULL) FROM rating r
WHERE r.tenant_id = $1 AND r.id = ANY($2::uuid[]);

-- name: family
-- A ticket and those joined to it, locked in one order.
SELECT id FROM ticket WHERE tenant_id = $1 AND (id = $2 OR joined_to = $2) ORDER BY id FOR UPDATE;

-- name: part_all
UPDATE ticket SET joined_to = NULL, version = version + 1 WHERE tenant_id = $1 AND joined_to = $2;

-- name: joined
SELECT id FROM ticket WHERE tenant_id = $1 AND joined_to = $2 ORDER BY opened_at, id;

-- name: known_of_case
SELECT c.code, ARRAY(SELECT p FROM unnest(ARRAY[c.applicant_id, c.agent_id]) AS p WHERE p IS NOT NULL
  UNION SELECT r.person_id FROM rating r WHERE r.tenant_id = $1 AND r.case_id = c.id AND r.person_id IS NOT NULL) AS persons
FROM service_case c WHERE c.tenant_id = $1 AND c.id = $2;

-- name: above
-- An institution and those above it, nearest first.
WITH RECURSIVE above AS (
  SELECT code, parent, 0 AS depth FROM institution WHERE tenant_id = $1 AND code = $2
  UNION ALL SELECT n.code, n.parent, a.depth + 1 FROM institution n JOIN above a ON n.code = a.parent
  WHERE n.tenant_id = $1 AND a.depth < 20
)
SELECT code FROM above ORDER BY depth;

-- name: rater_of
SELECT r.person_id, r.channel, r.receipt FROM rating r WHERE r.tenant_id = $1 AND r.id = $2 AND r.rated_at = $3;

-- name: is_ticket
SELECT EXISTS (SELECT 1 FROM ticket WHERE tenant_id = $1 AND id = $2);

-- name: tickets_of_rating
-- The tickets of a rating and of its appends, but not those that this one opens itself.
SELECT t.id FROM ticket t JOIN rating a ON a.tenant_id = $1 AND a.id = $2
JOIN rating r ON r.tenant_id = $1 AND (r.id = COALESCE(a.append_of, a.id) OR r.append_of = COALESCE(a.append_of, a.id))
WHERE t.tenant_id = $1 AND t.rating_id = r.id AND r.id <> $2 ORDER BY t.id;
