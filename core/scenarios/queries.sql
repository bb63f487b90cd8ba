-- name: invitations
SELECT i.occasion, e.event, i.state, i.dimensions, i.closes
FROM invitation i
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE i.tenant_id = $1 AND c.code = $2 ORDER BY i.opens DESC, i.id DESC;

-- name: ratings
SELECT r.id, r.occasion, e.event, r.origin
FROM rating r
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE r.tenant_id = $1 AND c.code = $2 AND r.append_of IS NULL ORDER BY r.rated_at DESC, r.id DESC;

-- name: marks
SELECT COALESCE(r.append_of, r.id) AS first, r.append_of IS NOT NULL AS appended, m.dimension, m.item, m.grade, m.effective, m.given
FROM mark m
JOIN rating r ON r.tenant_id = m.tenant_id AND r.rated_at = m.rated_at AND r.id = m.rating_id
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
WHERE m.tenant_id = $1 AND c.code = $2 ORDER BY m.rated_at, m.dimension, m.item DESC;

-- name: tickets
SELECT t.id, t.nth, t.opened_at, t.state, r.occasion, e.event
FROM ticket t
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE t.tenant_id = $1 AND c.code = $2 ORDER BY t.opened_at, t.nth, t.id;

-- name: appeals
SELECT a.addressee, a.state
FROM appeal a
JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
WHERE a.tenant_id = $1 AND c.code = $2 ORDER BY a.filed_at DESC, a.id DESC;

-- name: notices
SELECT about, hides FROM notice WHERE tenant_id = $1 AND addressee = ANY($2::text[]) ORDER BY at DESC, id DESC;

-- name: alerts
SELECT kind, subject, code, clause FROM alert WHERE tenant_id = $1 AND state <> 'revoked' ORDER BY at DESC, id DESC;

-- name: tasks
-- What was given because of a case: by its tickets, or by an alert that counts it. What was taken back is none.
SELECT a.kind, a.addressee, a.due_at, a.state FROM assignment a
WHERE a.tenant_id = $1 AND a.state <> 'cancelled' AND (
  a.ticket_id IN (SELECT t.id FROM ticket t JOIN service_case c ON c.tenant_id = t.tenant_id AND c.id = t.case_id
    WHERE t.tenant_id = $1 AND c.code = $2)
  OR a.alert_id IN (SELECT l.id FROM alert l WHERE l.tenant_id = $1
    AND l.facts @> jsonb_build_array(jsonb_build_object('case', $2::text))))
ORDER BY a.opened_at DESC, a.id DESC;

-- name: tenant_tables
SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND has_table_privilege(c.oid, 'SELECT') ORDER BY c.relname;

-- name: add_region
INSERT INTO region (tenant_id, code, name, parent) VALUES ($1, $2, $2, $3);

-- name: add_line
INSERT INTO line (tenant_id, code, name) VALUES ($1, $2, $3);

-- name: add_institution
INSERT INTO institution (tenant_id, code, name, region, line, parent, duty) VALUES ($1, $2, $2, $3, $4, $5, $6);

-- name: add_staff
INSERT INTO staff (tenant_id, code, name, institution) VALUES ($1, $2, $2, $3);

-- name: add_item
INSERT INTO item (tenant_id, code, name, institution, systems, in_centre) VALUES ($1, $2, $2, $3, 'it', $4);

-- name: extra_records
SELECT id FROM extra_record WHERE tenant_id = $1 AND kind = $2 AND ($3::uuid IS NULL OR parent = $3) ORDER BY filed_at, id;

-- name: guest
-- Somebody whom an example names; the tenant is thrown away with them, and no password opens it.
INSERT INTO member (tenant_id, id, username, name, role, password_hash, created_at)
VALUES ($1, $2, $3, $3, 'partner', '', $4) ON CONFLICT DO NOTHING;
