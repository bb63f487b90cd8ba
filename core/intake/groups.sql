-- name: weeks
-- Each week in which somebody spoke of this person ($2) between two Mondays; who, only where they are fewer than $5.
WITH said AS (
  SELECT date_trunc('week', r.received_at AT TIME ZONE 'Asia/Shanghai')::date AS monday,
    COALESCE(r.person_id, c.applicant_id, r.case_id) AS person
  FROM mark m
  JOIN rating r ON r.tenant_id = $1 AND r.rated_at = m.rated_at AND r.id = m.rating_id
  JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id
  WHERE m.tenant_id = $1 AND m.staff = $2 AND m.origin IN ('citizen', 'agent', 'paper', 'imported') AND m.given
    AND r.append_of IS NULL AND m.rated_at >= $3::date - 400 AND m.rated_at < $4::date + 1
    AND r.received_at >= $3::timestamp AT TIME ZONE 'Asia/Shanghai' AND r.received_at < $4::timestamp AT TIME ZONE 'Asia/Shanghai'
)
SELECT monday, count(DISTINCT person)::int AS count,
  CASE WHEN count(DISTINCT person) < $5::int THEN array_agg(DISTINCT person) END AS people
FROM said GROUP BY monday ORDER BY monday;

-- name: grades
SELECT date_trunc('week', r.received_at AT TIME ZONE 'Asia/Shanghai')::date AS monday, m.dimension, m.grade, count(*)::int AS n
FROM mark m
JOIN rating r ON r.tenant_id = $1 AND r.rated_at = m.rated_at AND r.id = m.rating_id
WHERE m.tenant_id = $1 AND m.staff = $2 AND m.origin IN ('citizen', 'agent', 'paper', 'imported') AND m.given
  AND r.append_of IS NULL AND m.rated_at >= $3::date - 400 AND m.rated_at < $4::date + 1
  AND r.received_at >= $3::timestamp AT TIME ZONE 'Asia/Shanghai' AND r.received_at < $4::timestamp AT TIME ZONE 'Asia/Shanghai'
GROUP BY 1, 2, 3;

-- name: tags
-- The reasons that at least $7 people gave within one group.
SELECT g.since, tag, count(DISTINCT COALESCE(r.person_id, c.applicant_id, r.case_id))::int AS n
FROM unnest($5::date[], $6::date[]) AS g (since, until)
JOIN mark m ON m.tenant_id = $1 AND m.staff = $2 AND m.origin IN ('citizen', 'agent', 'paper', 'imported') AND m.given
  AND m.rated_at >= $3::date - 400 AND m.rated_at < $4::date + 1
JOIN rating r ON r.tenant_id = $1 AND r.rated_at = m.rated_at AND r.id = m.rating_id AND r.append_of IS NULL
  AND r.received_at >= g.since::timestamp AT TIME ZONE 'Asia/Shanghai' AND r.received_at < (g.until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id
CROSS JOIN unnest(r.tags) AS tag
GROUP BY g.since, tag HAVING count(DISTINCT COALESCE(r.person_id, c.applicant_id, r.case_id)) >= $7;
