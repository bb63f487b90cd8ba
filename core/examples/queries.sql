-- name: listing
SELECT id, version, says, body, problem, changed_by, changed_at FROM example
WHERE tenant_id = $1 AND removed_at IS NULL AND ($2::uuid IS NULL OR id = $2) ORDER BY changed_at, id;

-- name: lock
SELECT id, version, says, body, problem, changed_by, changed_at FROM example
WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL FOR UPDATE;

-- name: count
SELECT count(*) FROM example WHERE tenant_id = $1 AND removed_at IS NULL;

-- name: add
INSERT INTO example (tenant_id, id, version, says, body, problem, changed_by, changed_at) VALUES ($1, $2, 1, $3, $4, $5, $6, $7);

-- name: change
UPDATE example SET version = $3, says = $4, body = $5, problem = $6, changed_by = $7, changed_at = $8
WHERE tenant_id = $1 AND id = $2;

-- name: remove
UPDATE example SET removed_at = $3 WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL;

-- name: note
INSERT INTO example_version (tenant_id, example_id, version, back, body, by_actor, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: version
SELECT version, back, body, by_name, at FROM example_version WHERE tenant_id = $1 AND example_id = $2 AND version = $3;

-- name: versions
SELECT version, back, body, by_name, at FROM example_version WHERE tenant_id = $1 AND example_id = $2
ORDER BY version DESC LIMIT $3;

-- name: digest
-- What the examples are at this moment: another version of any of them is another digest.
SELECT md5(coalesce(string_agg(id || ':' || version, ',' ORDER BY id), '')) FROM example
WHERE tenant_id = $1 AND removed_at IS NULL AND ($2::uuid IS NULL OR id = $2);

-- name: revision
SELECT revision FROM tenant WHERE id = $1;

-- name: ask
INSERT INTO example_run (tenant_id, id, proposal_id, rules, examples, scope, example_id, stage, asked_by, asked_at, state, turned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $10);

-- name: under_way
SELECT count(*) FROM example_run WHERE tenant_id = $1 AND state IN ('waiting', 'running');

-- name: take
SELECT id, proposal_id, rules, scope, example_id, stage, asked_at, state FROM example_run
WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running');

-- name: begin
UPDATE example_run SET state = 'running', turned_at = $3 WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running');

-- name: plan
INSERT INTO example_result (tenant_id, run_id, nth, example_id, version, source, says, covers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: planned
SELECT count(*) FROM example_result WHERE tenant_id = $1 AND run_id = $2;

-- name: next
SELECT nth, example_id, version, source FROM example_result
WHERE tenant_id = $1 AND run_id = $2 AND ok IS NULL ORDER BY nth LIMIT 1;

-- name: tell
UPDATE example_result SET ok = $4, readable = $5, step = $6, word = $7, expected = $8, found = $9, says = $10, covers = $11
WHERE tenant_id = $1 AND run_id = $2 AND nth = $3;

-- name: end
UPDATE example_run SET state = $3, problem = $4, ended_at = $5, turned_at = $5
WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running');

-- name: abandoned
SELECT id, state, turned_at FROM example_run WHERE tenant_id = $1 AND state IN ('waiting', 'running') AND turned_at <= $2;

-- name: old_runs
SELECT id FROM example_run WHERE tenant_id = $1 AND state IN ('ended', 'failed') AND asked_at < $2
  AND id NOT IN (SELECT DISTINCT ON (proposal_id, scope, example_id) id FROM example_run
    WHERE tenant_id = $1 ORDER BY proposal_id, scope, example_id, asked_at DESC);

-- name: forget_results
DELETE FROM example_result WHERE tenant_id = $1 AND run_id = $2;

-- name: forget_run
DELETE FROM example_run WHERE tenant_id = $1 AND id = $2;

-- name: runs
-- $2: one run; $3: of this proposal ($4 true) or of the rules in force; $5: of these scopes; ended ones alone where $6.
SELECT r.id, r.proposal_id, r.rules, r.scope, r.example_id, r.asked_by, r.asked_at, r.state, r.problem, r.ended_at, r.examples,
  t.total, t.passed, t.failed, t.departed
FROM example_run r
CROSS JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE e.ok) AS passed,
    count(*) FILTER (WHERE NOT e.ok AND d.id IS NULL) AS failed, count(*) FILTER (WHERE NOT e.ok AND d.id IS NOT NULL) AS departed
  FROM example_result e
  LEFT JOIN example_departure d ON d.tenant_id = $1 AND d.withdrawn_at IS NULL AND d.source = e.source AND e.source <> ''
    AND d.step IS NOT DISTINCT FROM e.step
  WHERE e.tenant_id = $1 AND e.run_id = r.id) t
WHERE r.tenant_id = $1 AND ($2::uuid IS NULL OR r.id = $2) AND (NOT $4 OR r.proposal_id IS NOT DISTINCT FROM $3::uuid)
  AND r.scope = ANY($5::text[]) AND (NOT $6 OR r.state = 'ended')
ORDER BY r.asked_at DESC, r.id DESC LIMIT $7;

-- name: results
SELECT nth, example_id, version, source, says, covers, ok, readable, step, word, expected, found FROM example_result
WHERE tenant_id = $1 AND run_id = $2 ORDER BY nth;

-- name: newest
-- What last became of each example by the rules in force ($2 none) or by a proposal.
SELECT DISTINCT ON (e.example_id) e.nth, e.example_id, e.version, e.source, e.says, e.covers, e.ok, e.readable, e.step, e.word,
  e.expected, e.found, r.rules, COALESCE(r.ended_at, r.turned_at) AS at
FROM example_result e JOIN example_run r ON r.tenant_id = $1 AND r.id = e.run_id
WHERE e.tenant_id = $1 AND e.example_id IS NOT NULL AND e.ok IS NOT NULL AND r.proposal_id IS NOT DISTINCT FROM $2::uuid
  AND ($3::uuid IS NULL OR e.example_id = $3)
ORDER BY e.example_id, r.asked_at DESC, r.id DESC;

-- name: departures
SELECT id, source, step, says, basis, by_name, at FROM example_departure
WHERE tenant_id = $1 AND withdrawn_at IS NULL ORDER BY source;

-- name: depart
INSERT INTO example_departure (tenant_id, id, source, step, says, basis, by_actor, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: withdraw
UPDATE example_departure SET withdrawn_at = $3 WHERE tenant_id = $1 AND source = $2 AND withdrawn_at IS NULL;
