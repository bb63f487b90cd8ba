-- name: begin
INSERT INTO proposal (tenant_id, id, title, since, opened_by, opened_member, opened_at, restores)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, since) WHERE state IN ('open', 'submitted', 'returned') DO NOTHING

-- name: of_day
SELECT id FROM proposal WHERE tenant_id = $1 AND since = $2 AND state IN ('open', 'submitted', 'returned')

-- name: one
SELECT p.*, coalesce(o.name, split_part(p.opened_by, ':', 2)) AS opened_name,
       coalesce(s.name, split_part(p.submitted_by, ':', 2), '') AS submitted_name,
       coalesce(d.name, split_part(p.decided_by, ':', 2), '') AS decided_name
FROM proposal AS p
LEFT JOIN member AS o ON o.tenant_id = p.tenant_id AND o.id = p.opened_member
LEFT JOIN member AS s ON s.tenant_id = p.tenant_id AND s.id = p.submitted_member
LEFT JOIN member AS d ON d.tenant_id = p.tenant_id AND d.id = p.decided_member
WHERE p.tenant_id = $1 AND p.id = $2

-- name: listing
SELECT p.*, coalesce(o.name, split_part(p.opened_by, ':', 2)) AS opened_name,
       coalesce(s.name, split_part(p.submitted_by, ':', 2), '') AS submitted_name,
       coalesce(d.name, split_part(p.decided_by, ':', 2), '') AS decided_name
FROM proposal AS p
LEFT JOIN member AS o ON o.tenant_id = p.tenant_id AND o.id = p.opened_member
LEFT JOIN member AS s ON s.tenant_id = p.tenant_id AND s.id = p.submitted_member
LEFT JOIN member AS d ON d.tenant_id = p.tenant_id AND d.id = p.decided_member
WHERE p.tenant_id = $1 AND p.state = ANY ($2)
ORDER BY p.since DESC, p.id DESC LIMIT $3

-- name: lock
SELECT state, version, since FROM proposal WHERE tenant_id = $1 AND id = $2 FOR UPDATE

-- name: changes
-- The newest version of each key that has not been dropped, in the order in which the keys came.
SELECT proposal_id, key, version, value, clause, document, basis, until, at, taken, author_name AS author
FROM (SELECT DISTINCT ON (c.proposal_id, c.key) c.*, min(c.version) OVER (PARTITION BY c.proposal_id, c.key) AS first,
             coalesce(m.name || coalesce('（代' || b.name || '）', ''), split_part(c.author, ':', 2)) AS author_name
      FROM proposal_change AS c
      LEFT JOIN member AS m ON m.tenant_id = c.tenant_id AND m.id = c.member_id
      LEFT JOIN member AS b ON b.tenant_id = c.tenant_id AND b.id = c.behalf_id
      WHERE c.tenant_id = $1 AND c.proposal_id = ANY ($2)
      ORDER BY c.proposal_id, c.key, c.version DESC) AS newest
WHERE NOT dropped ORDER BY first, key

-- name: newest
-- What was last written of one key, dropped or not.
SELECT c.key, c.version, c.value, c.clause, c.document, c.basis, c.until, c.at, c.dropped, c.taken,
       coalesce(m.name || coalesce('（代' || b.name || '）', ''), split_part(c.author, ':', 2)) AS author
FROM proposal_change AS c
LEFT JOIN member AS m ON m.tenant_id = c.tenant_id AND m.id = c.member_id
LEFT JOIN member AS b ON b.tenant_id = c.tenant_id AND b.id = c.behalf_id
WHERE c.tenant_id = $1 AND c.proposal_id = $2 AND c.key = $3 ORDER BY c.version DESC LIMIT 1

-- name: versions
SELECT c.key, c.version, c.value, c.clause, c.document, c.basis, c.until, c.at, c.dropped, c.taken,
       coalesce(m.name || coalesce('（代' || b.name || '）', ''), split_part(c.author, ':', 2)) AS author
FROM proposal_change AS c
LEFT JOIN member AS m ON m.tenant_id = c.tenant_id AND m.id = c.member_id
LEFT JOIN member AS b ON b.tenant_id = c.tenant_id AND b.id = c.behalf_id
WHERE c.tenant_id = $1 AND c.proposal_id = $2 ORDER BY c.version DESC LIMIT $3

-- name: hands
SELECT DISTINCT hand FROM (
  SELECT unnest(ARRAY[member_id, behalf_id]) AS hand FROM proposal_change WHERE tenant_id = $1 AND proposal_id = $2
  UNION ALL
  SELECT unnest(ARRAY[submitted_member, submitted_behalf]) FROM proposal WHERE tenant_id = $1 AND id = $2
  UNION ALL
  SELECT opened_member FROM proposal WHERE tenant_id = $1 AND id = $2 AND baseline_version IS NOT NULL
  UNION ALL
  SELECT jsonb_array_elements_text(after -> 'hands')::uuid FROM audit
  WHERE tenant_id = $1 AND object_kind = 'proposal' AND object_id = $2::uuid::text
    AND act IN ('proposal.describe', 'proposal.baseline')) AS known
WHERE hand IS NOT NULL

-- name: put
INSERT INTO proposal_change (tenant_id, proposal_id, key, version, value, clause, document, basis, until, dropped,
                             taken, author, member_id, behalf_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)

-- name: turn
UPDATE proposal SET version = $3 WHERE tenant_id = $1 AND id = $2

-- name: describe
UPDATE proposal SET title = $3, since = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2

-- name: stand_on
UPDATE proposal SET baseline_version = $3, version = version + 1
WHERE tenant_id = $1 AND id = $2 AND coalesce(baseline_version, $3) = $3

-- name: province
SELECT parent FROM tenant WHERE id = $1

-- name: submit
UPDATE proposal SET state = 'submitted', submitted_by = $3, submitted_member = $4, submitted_behalf = $5,
  submitted_at = $6 WHERE tenant_id = $1 AND id = $2

-- name: decide
UPDATE proposal SET state = $3, decided_by = $4, decided_member = $5, decided_at = $6 WHERE tenant_id = $1 AND id = $2

-- name: comment
INSERT INTO proposal_comment (tenant_id, id, proposal_id, version, kind, key, text, author, member_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: comments
SELECT c.id, c.kind, c.version, c.key, c.text, c.at, coalesce(m.name, split_part(c.author, ':', 2)) AS author
FROM proposal_comment AS c
LEFT JOIN member AS m ON m.tenant_id = c.tenant_id AND m.id = c.member_id
WHERE c.tenant_id = $1 AND c.proposal_id = $2 ORDER BY c.at, c.id

-- name: dated_answer
INSERT INTO dated_answer (tenant_id, id, question, value, basis, document, since, author, proposal_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: adopt
INSERT INTO baseline_adoption (tenant_id, id, version, since, proposal_id, adopted_at) VALUES ($1, $2, $3, $4, $5, $6)
