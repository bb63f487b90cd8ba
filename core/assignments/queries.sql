-- name: add
INSERT INTO assignment (tenant_id, id, kind, addressee, about, ticket_id, alert_id, clause, document, opened_at, due_at, days,
  provisional, once, span)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (tenant_id, once) DO NOTHING;

-- name: was_given
SELECT EXISTS (SELECT 1 FROM assignment WHERE tenant_id = $1 AND once = $2);

-- name: load
SELECT a.*, t.number AS ticket_number FROM assignment a
LEFT JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
WHERE a.tenant_id = $1 AND a.id = $2 FOR UPDATE OF a;

-- name: end
UPDATE assignment SET state = $3, ended_at = $4, ended_by = $5, note = $6 WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: end_kind
UPDATE assignment SET state = 'done', ended_at = $4, ended_by = $5, note = $6
WHERE tenant_id = $1 AND ticket_id = $2 AND kind = $3 AND state = 'open';

-- name: end_review
UPDATE assignment SET state = 'done', ended_at = $4, ended_by = $5, note = $6
WHERE tenant_id = $1 AND alert_id = $2 AND kind = $3 AND state = 'open';

-- name: cancel_of_ticket
-- What rested on another finding falls with it; a callback is owed to the rater, and what a censure brought is the handler's.
UPDATE assignment SET state = 'cancelled', ended_at = $3, note = $4, once = once || ':' || id::text
WHERE tenant_id = $1 AND ticket_id = $2 AND split_part(once, ':', 3) = ANY($5::text[]) AND state = 'open';

-- name: cancel_of_alert
UPDATE assignment SET state = 'cancelled', ended_at = $3, note = $4, once = once || ':' || id::text
WHERE tenant_id = $1 AND alert_id = $2 AND state = 'open';

-- name: listing
-- Open ones first by their due time, then the ended ones, newest first; every condition that is null is none.
SELECT a.*, t.number AS ticket_number FROM assignment a
LEFT JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
WHERE a.tenant_id = $1
  AND ($2::text[] IS NULL OR a.addressee = ANY($2))
  AND ($3::text IS NULL OR a.state = $3)
  AND ($4::text IS NULL OR a.kind = $4)
  AND ($5::uuid IS NULL OR a.ticket_id = $5)
  AND ($6::uuid IS NULL OR a.alert_id = $6)
ORDER BY a.state <> 'open', COALESCE(a.due_at, '9999-01-01'), a.opened_at DESC, a.id DESC LIMIT $7;

-- name: next_due
SELECT min(due_at) FROM assignment WHERE tenant_id = $1 AND state = 'open' AND overdue_at IS NULL AND due_at IS NOT NULL;

-- name: due
SELECT id, kind, addressee, about, ticket_id, due_at, clause FROM assignment
WHERE tenant_id = $1 AND state = 'open' AND overdue_at IS NULL AND due_at <= $2
ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED;

-- name: mark_overdue
UPDATE assignment SET overdue_at = due_at WHERE tenant_id = $1 AND id = $2;

-- name: provisional
SELECT id, kind, ticket_id, opened_at, due_at, span FROM assignment WHERE tenant_id = $1 AND provisional AND state = 'open' FOR UPDATE;

-- name: foreseen
SELECT a.kind, a.opened_at, a.due_at, a.span, a.about, a.clause, t.number, count(*) OVER () AS total
FROM assignment a LEFT JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
WHERE a.tenant_id = $1 AND a.provisional AND a.state = 'open' ORDER BY a.due_at, a.id LIMIT $2;

-- name: move_due
UPDATE assignment SET due_at = $3, days = $4, provisional = $5 WHERE tenant_id = $1 AND id = $2;

-- name: case_mode
SELECT mode FROM service_case WHERE tenant_id = $1 AND id = $2;

-- name: is_task
SELECT EXISTS (SELECT 1 FROM assignment WHERE tenant_id = $1 AND id = $2);
