-- name: views
-- One's own ($2) and those shared by somebody of the same institution ($3), or region ($5) without one; $4 of one list, or of all.
SELECT v.id, v.list, v.name, v.query, v.shared, v.pinned, v.member_id = $2 AS mine, m.name AS owner,
  COALESCE(c.view_id = v.id, false) AS preferred
FROM saved_view v
JOIN member m ON m.tenant_id = $1 AND m.id = v.member_id
LEFT JOIN list_choice c ON c.tenant_id = $1 AND c.member_id = $2 AND c.list = v.list
WHERE v.tenant_id = $1 AND ($4::text = '' OR v.list = $4)
  AND (v.member_id = $2 OR (v.shared AND v.institution = $3 AND ($3 <> '' OR COALESCE(m.region, '') = $5)))
ORDER BY v.list, v.shared, v.name, v.id;

-- name: keep_view
INSERT INTO saved_view (tenant_id, id, member_id, list, name, query, shared, institution, pinned, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (tenant_id, id) DO UPDATE SET name = $5, query = $6, shared = $7, institution = $8, pinned = $9, changed_at = $10;

-- name: drop_view
DELETE FROM saved_view WHERE tenant_id = $1 AND id = $2;

-- name: forget_default
UPDATE list_choice SET view_id = NULL WHERE tenant_id = $1 AND view_id = $2;

-- name: prefer
INSERT INTO list_choice (tenant_id, member_id, list, shown, size, view_id) VALUES ($1, $2, $3, '{}', $4, $5)
ON CONFLICT (tenant_id, member_id, list) DO UPDATE SET view_id = $5;

-- name: choice
SELECT shown, size, view_id FROM list_choice WHERE tenant_id = $1 AND member_id = $2 AND list = $3;

-- name: choose
INSERT INTO list_choice (tenant_id, member_id, list, shown, size) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, member_id, list) DO UPDATE SET shown = $4, size = $5;

-- name: tickets
-- What a lot is gathered from: the tickets of these numbers.
SELECT id, number, version, state, assignee FROM ticket WHERE tenant_id = $1 AND number = ANY($2);

-- name: add_lot
INSERT INTO lot (tenant_id, id, member_id, actor, verb, data, query, state, made_at, stood)
VALUES ($1, $2, $3, $4, $5, '{}', $6, 'draft', $7, $8);

-- name: add_row
INSERT INTO held_act (tenant_id, lot_id, nth, ticket_id, number, version, state, said) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: lot
SELECT id, verb, data, query, state, actor, member_id, made_at, pressed_at, runs_at, ended_at, stood, eyes FROM lot
WHERE tenant_id = $1 AND id = $2 AND ($3::uuid IS NULL OR member_id = $3);

-- name: rows
SELECT nth, ticket_id, number, version, state, said, before FROM held_act WHERE tenant_id = $1 AND lot_id = $2 ORDER BY nth;

-- name: waiting
SELECT nth, ticket_id, number, version FROM held_act
WHERE tenant_id = $1 AND lot_id = $2 AND state = 'waiting' ORDER BY nth LIMIT $3;

-- name: press
-- Pressed once, however often it is sent.
UPDATE lot SET state = 'held', data = $4, pressed_at = $5, runs_at = $6, eyes = $7
WHERE tenant_id = $1 AND id = $2 AND member_id = $3 AND state = 'draft';

-- name: start
UPDATE lot SET state = 'running' WHERE tenant_id = $1 AND id = $2 AND state IN ('held', 'running') AND runs_at <= $3;

-- name: take_back
-- Whoever is quicker: what has begun is not taken back.
UPDATE lot SET state = 'taken-back', ended_at = $4
WHERE tenant_id = $1 AND id = $2 AND member_id = $3 AND state = 'held' AND runs_at > $4;

-- name: take_back_rows
UPDATE held_act SET state = 'taken-back' WHERE tenant_id = $1 AND lot_id = $2 AND state = $3;

-- name: row_ended
UPDATE held_act SET state = $4, said = $5 WHERE tenant_id = $1 AND lot_id = $2 AND nth = $3;

-- name: lot_ended
UPDATE lot SET state = 'done', ended_at = $3 WHERE tenant_id = $1 AND id = $2;

-- name: done_at_once
-- Once, however often it is pressed: whoever comes second waits here, and finds it done.
UPDATE lot SET state = 'done', data = $3, pressed_at = $4, runs_at = $4, ended_at = $4
WHERE tenant_id = $1 AND id = $2 AND state = 'draft';

-- name: was_done
-- What was done just before the worker died is known by its moment and its doer.
SELECT 1 FROM ticket_act WHERE tenant_id = $1 AND ticket_id = $2 AND act = $3 AND at = $4 AND actor = $5;

-- name: owed
-- Lots that should have begun by now and were not, as a wake-up may be lost.
SELECT id, runs_at FROM lot WHERE tenant_id = $1 AND state IN ('held', 'running') AND runs_at <= $2 ORDER BY runs_at LIMIT 20;

-- name: lay_on
-- Laid on a desk, or taken off it, only where it still lies as it was seen.
UPDATE ticket SET assignee = $3 WHERE tenant_id = $1 AND id = $2 AND assignee IS NOT DISTINCT FROM $4;

-- name: laid
UPDATE held_act SET state = $4, said = $5, before = $6 WHERE tenant_id = $1 AND lot_id = $2 AND nth = $3;

-- name: members
SELECT id, username, name, institution, region, disabled, role FROM member WHERE tenant_id = $1 AND id = ANY($2);

-- name: colleagues
-- Those of the same institution, or region without one, among whose desks tickets may lie.
SELECT id, username, name FROM member
WHERE tenant_id = $1 AND COALESCE(institution, '') = $2 AND ($2 <> '' OR COALESCE(region, '') = $4)
  AND NOT disabled AND role = ANY($3) ORDER BY name, username LIMIT 200;

-- name: drop_old_rows
DELETE FROM held_act WHERE tenant_id = $1
  AND lot_id IN (SELECT id FROM lot WHERE tenant_id = $1 AND (made_at < $2 OR (state = 'draft' AND made_at < $3)));

-- name: drop_old_lots
DELETE FROM lot WHERE tenant_id = $1 AND (made_at < $2 OR (state = 'draft' AND made_at < $3));

-- name: lot_taken_back
UPDATE lot SET state = 'taken-back', ended_at = $3 WHERE tenant_id = $1 AND id = $2;

-- name: add_export
INSERT INTO export (tenant_id, id, member_id, list, name, format, shown, asked, said, state, total, done, parts, place, size,
  asked_at, expires_at, taken, stood)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, 0, 0, '', 0, $11, $12, 0, $13);

-- name: exports_under_way
SELECT count(*) FROM export WHERE tenant_id = $1 AND member_id = $2 AND state IN ('waiting', 'running');

-- name: exports
SELECT id, list, name, format, said, state, total, done, size, asked_at, ready_at, expires_at, taken, stood, noted_at, refusal FROM export
WHERE tenant_id = $1 AND member_id = $2 AND expires_at > $3 ORDER BY asked_at DESC, id DESC LIMIT 200;

-- name: export_taken
UPDATE export SET taken = taken + 1, noted_at = $3 WHERE tenant_id = $1 AND id = $2;

-- name: export_refused
UPDATE export SET state = 'failed', refusal = $3, place = '' WHERE tenant_id = $1 AND id = $2;

-- name: drop_export
DELETE FROM export WHERE tenant_id = $1 AND id = $2;

-- name: export_to_make
-- Locked for this turn, so that a worker that was thought dead and its heir do not both read on.
SELECT id, member_id, list, format, shown, asked, state, done, parts, place, asked_at, stood FROM export
WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running') AND expires_at > $3 FOR UPDATE;

-- name: export_got_on
UPDATE export SET state = 'running', done = $3, parts = $4, place = $5 WHERE tenant_id = $1 AND id = $2;

-- name: export_ready
UPDATE export SET state = 'ready', done = $3, total = $3, size = $4, digest = $5, ready_at = $6, place = ''
WHERE tenant_id = $1 AND id = $2 AND state = 'running';

-- name: exports_given_up
-- Their work is dead, and none of it waits or runs.
SELECT e.id FROM export e WHERE e.tenant_id = $1 AND e.state IN ('waiting', 'running') AND e.asked_at < $3
  AND EXISTS (SELECT FROM task t WHERE t.tenant = $1 AND t.kind = $2 AND t.ref = e.id::text AND t.state = 'dead')
  AND NOT EXISTS (SELECT FROM task t WHERE t.tenant = $1 AND t.kind = $2 AND t.ref = e.id::text AND t.state <> 'dead');

-- name: exports_owed
-- What is packed whole has work of its own.
SELECT id FROM export WHERE tenant_id = $1 AND state IN ('waiting', 'running') AND asked_at < $2 AND format <> 'zip'
ORDER BY asked_at LIMIT 20;

-- name: exports_run_out
SELECT id FROM export WHERE tenant_id = $1 AND expires_at <= $2 LIMIT 500;

-- name: count_refused
SELECT count(*) FROM held_act WHERE tenant_id = $1 AND lot_id = $2 AND state = 'refused';
