-- name: by_slug
SELECT id FROM tenant WHERE slug = $1

-- name: by_host
SELECT id FROM tenant WHERE host = $1

-- name: directory
SELECT id, slug, name, short, host, stack, province, live, demo, parent, state, division, testing FROM tenant WHERE id > 0
ORDER BY id

-- name: below
SELECT id, slug, name, short, host, stack, province, live, demo, parent FROM tenant WHERE parent = $1 ORDER BY abs(id)

-- name: stamp
SELECT revision, (SELECT count(*) FROM holiday_notice) AS notices, state, testing FROM tenant WHERE id = $1

-- name: tenant
SELECT id, slug, name, short, host, stack, province, live, demo, timeless, revision, parent, live_since, state, division, testing,
       leaves_at,
       (SELECT count(*) FROM holiday_notice) AS notices
FROM tenant WHERE id = $1

-- name: answers
SELECT question, value, basis, answered_by, answered_at FROM answer WHERE tenant_id = $1 ORDER BY question

-- name: overrides
SELECT id, key, value, clause, since, until, author, document FROM override WHERE tenant_id = $1 ORDER BY created_at, id

-- name: dated_answers
SELECT question, value, since, basis, document, author FROM dated_answer WHERE tenant_id = $1 ORDER BY created_at, id

-- name: papers
SELECT id, title, number, issued FROM paper WHERE tenant_id = $1 ORDER BY at, id

-- name: own_questions
SELECT id, key, clause, text, suggestions, document FROM own_question
WHERE tenant_id = $1 AND withdrawn_at IS NULL ORDER BY at, id

-- name: adopted
SELECT version, since FROM baseline_adoption WHERE tenant_id = $1 ORDER BY since, adopted_at, id

-- name: baselines
SELECT version, title, document, overrides, lets FROM baseline WHERE province = $1 ORDER BY version

-- name: notices
-- The newest version of each year, the tenant's own before the State Council's.
SELECT DISTINCT ON (year) year, version, off, work, names, document, shared
FROM (SELECT year, version, off, work, names, document, 0 AS shared FROM tenant_notice WHERE tenant_id = $1
      UNION ALL
      SELECT year, version, off, work, names, document, 1 FROM holiday_notice) AS known
ORDER BY year, shared, version DESC

-- name: days
SELECT day, kind, label FROM tenant_day WHERE tenant_id = $1 ORDER BY day

-- name: brand
SELECT light, dark, logo_hash, logo_width, logo_height FROM brand WHERE tenant_id = $1

-- name: next_id
-- The number of a place that is gone is nobody's again.
SELECT GREATEST(max(id), 0) + 1 FROM (SELECT id FROM tenant UNION ALL SELECT id FROM departed) AS known

-- name: found
INSERT INTO tenant (id, slug, name, short, host, stack, parent, province, demo, timeless, division, testing, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: is_province
SELECT province FROM tenant WHERE id = $1

-- name: other_of_division
SELECT name FROM tenant WHERE id > 0 AND division = $2 AND id <> $1 LIMIT 1

-- name: set_division
UPDATE tenant SET division = $2, revision = revision + 1 WHERE id = $1

-- name: touch
UPDATE tenant SET revision = revision + 1 WHERE id = $1 RETURNING revision

-- name: state_of
-- Locked, so that of two who change it at the same moment the second finds what the first did.
SELECT state, live_since, leaves_at FROM tenant WHERE id = $1 FOR UPDATE

-- name: move
-- The rules are the same in every state: no new revision.
UPDATE tenant SET state = $2, leaves_at = $3,
  live_since = CASE WHEN $2 = 'live' THEN coalesce(live_since, $4) ELSE live_since END
WHERE id = $1

-- name: add_state
INSERT INTO tenant_state (tenant_id, id, state, was, reason, moved, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: states
SELECT state, was, reason, moved, name, at FROM tenant_state WHERE tenant_id = $1 ORDER BY at DESC, id DESC

-- name: pauses
SELECT s.at AS since, coalesce(
  (SELECT min(e.at) FROM tenant_state AS e WHERE e.tenant_id = $1 AND e.state = 'live' AND e.was = 'suspended' AND e.at >= s.at),
  GREATEST($2, s.at)) AS until
FROM tenant_state AS s WHERE s.tenant_id = $1 AND s.state = 'suspended' AND s.was = 'live' ORDER BY s.at

-- name: set_testing
UPDATE tenant SET testing = $2 WHERE id = $1

-- name: live_since
SELECT live_since FROM tenant WHERE id = $1

-- name: answer_now
SELECT value FROM answer WHERE tenant_id = $1 AND question = $2

-- name: answer
INSERT INTO answer (tenant_id, question, value, basis, answered_by, answered_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, question) DO UPDATE
SET value = EXCLUDED.value, basis = EXCLUDED.basis, answered_by = EXCLUDED.answered_by, answered_at = EXCLUDED.answered_at

-- name: unanswer
DELETE FROM answer WHERE tenant_id = $1 AND question = $2

-- name: override
INSERT INTO override (tenant_id, id, key, value, clause, since, until, author, document, proposal_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: override_now
SELECT value, clause, since, until FROM override WHERE tenant_id = $1 AND key = $2 ORDER BY created_at DESC, id DESC LIMIT 1

-- name: set_day
INSERT INTO tenant_day (tenant_id, day, kind, label) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, day) DO UPDATE SET kind = EXCLUDED.kind, label = EXCLUDED.label

-- name: drop_day
DELETE FROM tenant_day WHERE tenant_id = $1 AND day = $2

-- name: load_notice
INSERT INTO tenant_notice (tenant_id, year, version, off, work, loaded_at, names, document)
VALUES ($1, $2, (SELECT coalesce(max(version), 0) + 1 FROM tenant_notice WHERE tenant_id = $1 AND year = $2), $3, $4, $5, $6, $7)

-- name: lives_until
-- By the database's own clock: a tenant is made at any time of its own.
INSERT INTO throwaway (id, until) VALUES ($1, now() + $2::interval) ON CONFLICT (id) DO UPDATE SET until = EXCLUDED.until

-- name: outlived
SELECT id FROM throwaway WHERE until <= now() ORDER BY until LIMIT 100

-- name: swept
DELETE FROM throwaway WHERE id = $1

-- name: tenant_tables
SELECT t.oid::regclass::text AS name,
       array(SELECT DISTINCT c.confrelid::regclass::text FROM pg_constraint AS c
             WHERE c.conrelid = t.oid AND c.contype = 'f' AND c.confrelid <> t.oid) AS points_at
FROM pg_class AS t
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relnamespace = 'public'::regnamespace

-- name: register
INSERT INTO paper (tenant_id, id, title, number, issued, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: own_count
SELECT count(*) FROM own_question WHERE tenant_id = $1

-- name: ask
INSERT INTO own_question (tenant_id, id, key, clause, document, text, suggestions, author, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: take_back
UPDATE own_question SET withdrawn_at = $3 WHERE tenant_id = $1 AND id = $2 AND withdrawn_at IS NULL
