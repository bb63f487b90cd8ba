-- name: case_by_code
SELECT id, code, item, items, mode, kind, certificate, composite, batch, applicant_id, agent_id, closed_at, opened_at
FROM service_case WHERE tenant_id = $1 AND code = $2 FOR UPDATE;

-- name: add_case
INSERT INTO service_case (tenant_id, id, code, item, items, mode, kind, certificate, composite, batch, applicant_id,
  agent_id, closed_at, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING;

-- name: change_case
UPDATE service_case SET item = $3, items = $4, mode = $5, kind = $6, certificate = $7, composite = $8, batch = $9,
  applicant_id = $10, agent_id = $11, closed_at = $12
WHERE tenant_id = $1 AND id = $2;

-- name: event_at
SELECT id, fingerprint FROM service_event WHERE tenant_id = $1 AND case_id = $2 AND number = $3;

-- name: last_number
SELECT COALESCE(max(number), 0) FROM service_event WHERE tenant_id = $1 AND case_id = $2;

-- name: add_event
INSERT INTO service_event (tenant_id, id, case_id, number, event, at, mode, staff, window_code, fingerprint, source,
  received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: invitations_of_case
SELECT i.*, $2::text AS code FROM invitation i JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND c.code = $2 ORDER BY i.opens, i.id;

-- name: invitation_of_event
SELECT i.*, c.code FROM invitation i JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.event_id = $2 ORDER BY (i.occasion = 'closed') DESC, i.id LIMIT 1;

-- name: occasions_used
SELECT occasion, count(*) AS n FROM invitation WHERE tenant_id = $1 AND case_id = $2 GROUP BY occasion;

-- name: add_invitation
INSERT INTO invitation (tenant_id, id, case_id, event_id, occasion, nth, dimensions, required, opens, closes,
  silent_grade, token_hash, policy, provisional, window_code, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: add_target
INSERT INTO target (tenant_id, invitation_id, dimension, item, staff, institutions, lines, regions, areas, channel,
  weight, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: add_reminder
INSERT INTO reminder (tenant_id, invitation_id, at, clause) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: lock_by_token
SELECT i.id, i.case_id, c.code, i.occasion, i.nth, i.state, i.dimensions, i.required, i.opens, i.closes, c.applicant_id,
  c.agent_id, i.rating_id, i.rated_at, e.at AS event_at,
  (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.position, t.dimension) FROM target t
    WHERE t.tenant_id = i.tenant_id AND t.invitation_id = i.id) AS targets
FROM invitation i
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE i.tenant_id = $1 AND i.token_hash = $2 FOR UPDATE OF i;

-- name: lock_by_case
SELECT i.id, i.case_id, c.code, i.occasion, i.nth, i.state, i.dimensions, i.required, i.opens, i.closes, c.applicant_id,
  c.agent_id, i.rating_id, i.rated_at, e.at AS event_at,
  (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.position, t.dimension) FROM target t
    WHERE t.tenant_id = i.tenant_id AND t.invitation_id = i.id) AS targets
FROM invitation i
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE i.tenant_id = $1 AND i.case_id = (SELECT id FROM service_case WHERE tenant_id = $1 AND code = $2)
  AND ($3::text IS NULL OR i.occasion = $3 OR e.event = $3)
  AND ($4::int IS NULL OR i.nth = $4)
  AND ($5::int IS NULL OR e.number = $5)
ORDER BY (i.state = 'open') DESC, (i.occasion = $3) DESC NULLS LAST, i.opens DESC, i.id DESC LIMIT 1 FOR UPDATE OF i;

-- name: rater_of
SELECT person_id FROM rating WHERE tenant_id = $1 AND id = $2;

-- name: key_used
SELECT fingerprint, answer FROM rating_key WHERE tenant_id = $1 AND source = $2 AND key = $3;

-- name: add_key
INSERT INTO rating_key (tenant_id, source, key, fingerprint, rating_id, answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;

-- name: take_rating
-- The invitation is taken and the rating stands, or neither: no row says that somebody was faster.
WITH taken AS (
  UPDATE invitation SET state = 'rated', rating_id = $2, rated_at = $3, draft = NULL
  WHERE tenant_id = $1 AND id = $4 AND state = ANY($19::text[]) RETURNING id
), told AS (
  INSERT INTO receipt (tenant_id, code, rating_id, rated_at) SELECT $1, $16, $2, $3 FROM taken
)
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, append_of, origin, declared, channel,
  source, person_id, anonymous, tags, text, receipt, policy, received_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM taken;

-- name: add_rating
WITH told AS (
  INSERT INTO receipt (tenant_id, code, rating_id, rated_at) VALUES ($1, $16, $2, $3)
)
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, append_of, origin, declared, channel,
  source, person_id, anonymous, tags, text, receipt, policy, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: add_mark
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel, weight, given)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: first_rating
SELECT r.id, r.rated_at, r.origin, (SELECT count(*) FROM rating a WHERE a.tenant_id = $1 AND a.append_of = r.id) AS appends,
  (SELECT max(t.answered_at) FROM ticket t WHERE t.tenant_id = $1 AND t.rating_id = r.id) AS answered_at
FROM rating r WHERE r.tenant_id = $1 AND r.id = $2 AND r.rated_at = $3;

-- name: rating_family
SELECT id, append_of, rated_at FROM rating WHERE tenant_id = $1 AND id = $2
UNION ALL
SELECT id, append_of, rated_at FROM rating WHERE tenant_id = $1 AND append_of = $2 ORDER BY rated_at;

-- name: settle_alone
SELECT pg_advisory_xact_lock(hashtextextended('settle:' || $2::text, $1));

-- name: rating_root
SELECT COALESCE(append_of, id) FROM rating WHERE tenant_id = $1 AND id = $2;

-- name: family_marks
SELECT m.rating_id, m.rated_at, m.dimension, m.item, m.grade, m.effective, m.found, m.unfound, m.origin, m.staff, m.institutions, m.lines,
  m.regions, m.areas, m.channel, m.weight, r.append_of IS NOT NULL AS appended
FROM rating r JOIN mark m ON m.tenant_id = r.tenant_id AND m.rated_at = r.rated_at AND m.rating_id = r.id
WHERE r.tenant_id = $1 AND r.id = ANY($2::uuid[]) ORDER BY m.rated_at, m.dimension, m.item;

-- name: move_effective
UPDATE mark SET effective = $6, found = $7, unfound = CASE WHEN $7 THEN $8::int END
WHERE tenant_id = $1 AND rating_id = $2 AND rated_at = $3 AND dimension = $4 AND item = $5;

-- name: next_silence
SELECT min(closes) FROM invitation WHERE tenant_id = $1 AND state = 'open';

-- name: due_invitations
SELECT id, case_id, closes, silent_grade, draft FROM invitation
WHERE tenant_id = $1 AND state = 'open' AND closes <= $2 AND (draft IS NULL OR (draft ->> 'ready') IS DISTINCT FROM 'true')
  AND ($4::timestamptz IS NULL OR (closes, id) > ($4, $5))
ORDER BY closes, id LIMIT $3 FOR UPDATE SKIP LOCKED;

-- name: close_silent
UPDATE invitation SET state = 'closed' WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND state = 'open';

-- name: default_ratings
-- A default carries its invitation's id and the instant the window ended.
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, receipt, policy,
  received_at)
SELECT tenant_id, id, closes, id, case_id, occasion, 'default', 'system', 'silence', '', policy, $3
FROM invitation WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND state = 'open';

-- name: default_marks
INSERT INTO mark (tenant_id, rating_id, rated_at, dimension, item, grade, effective, origin, staff, institutions, lines,
  regions, areas, channel, weight)
SELECT i.tenant_id, i.id, i.closes, t.dimension, t.item, i.silent_grade, i.silent_grade, 'default', t.staff,
  t.institutions, t.lines, t.regions, t.areas, t.channel, t.weight
FROM invitation i JOIN target t ON t.tenant_id = i.tenant_id AND t.invitation_id = i.id
WHERE i.tenant_id = $1 AND i.id = ANY($2::uuid[]) AND i.state = 'open';

-- name: settle_defaulted
UPDATE invitation SET state = 'defaulted', rating_id = id, rated_at = closes
WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND state = 'open';

-- name: next_reminder
SELECT min(at) FROM reminder WHERE tenant_id = $1 AND done_at IS NULL;

-- name: due_reminders
SELECT r.invitation_id, r.at, r.clause, i.state, i.case_id, c.code, c.applicant_id
FROM reminder r
JOIN invitation i ON i.tenant_id = r.tenant_id AND i.id = r.invitation_id
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE r.tenant_id = $1 AND r.done_at IS NULL AND r.at <= $2
ORDER BY r.at, r.invitation_id LIMIT $3 FOR UPDATE OF r SKIP LOCKED;

-- name: reminded
UPDATE reminder SET done_at = $4 WHERE tenant_id = $1 AND invitation_id = $2 AND at = $3;

-- name: keep_draft
UPDATE invitation SET draft = $3, draft_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: next_draft
SELECT min(draft_at) FROM invitation WHERE tenant_id = $1 AND state = 'open' AND (draft ->> 'ready') = 'true';

-- name: ripe_drafts
SELECT i.id, c.code, i.draft, i.draft_at FROM invitation i
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.state = 'open' AND (i.draft ->> 'ready') = 'true' AND (i.draft_at <= $2 OR i.closes <= $3)
ORDER BY i.draft_at LIMIT $4;

-- name: unready_draft
UPDATE invitation SET draft = jsonb_set(draft, '{ready}', 'false') WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: provisional_invitations
SELECT i.id, i.occasion, i.opens, i.closes, e.at FROM invitation i
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
WHERE i.tenant_id = $1 AND i.state = 'open' AND i.provisional;

-- name: foreseen_invitations
SELECT i.id, i.occasion, i.opens, i.closes, e.at, c.code, count(*) OVER () AS total FROM invitation i
JOIN service_event e ON e.tenant_id = i.tenant_id AND e.id = i.event_id
JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.state = 'open' AND i.provisional ORDER BY i.closes, i.id LIMIT $2;

-- name: move_closes
UPDATE invitation SET closes = $3, provisional = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'open' AND provisional;

-- name: add_comment
INSERT INTO comment (tenant_id, id, channel, text, at, source) VALUES ($1, $2, $3, $4, $5, $6);

-- name: window_newest
SELECT i.*, c.code FROM invitation i JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.window_code = $2 AND i.state = 'open' AND i.opens BETWEEN $3 AND $4
ORDER BY i.opens DESC, i.id DESC LIMIT 1;

-- name: view_by_token
SELECT i.*, c.code FROM invitation i JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND i.token_hash = $2;

-- name: open_for_person
SELECT i.id, c.code FROM invitation i JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id
WHERE i.tenant_id = $1 AND ($2::text IS NULL OR i.window_code = $2) AND i.state = 'open' AND c.applicant_id = $3
  AND ($4::text IS NULL OR c.item = $4)
ORDER BY i.opens DESC LIMIT 5;
