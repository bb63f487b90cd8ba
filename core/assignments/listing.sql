-- name: page
-- Tasks of these addressees ($2) or of whoever works in these institutions ($3), null and null: of everybody. Open ones
-- by their due time, then ended ones, newest first; $6 is the last task of the page before, of tickets rated since $8 there is none yet.
-- What is the supervisors' in general belongs to a district only where it is about the district's own institutions ($9).
WITH found AS (
  SELECT a.*, t.number AS ticket_number, (a.state <> 'open')::int AS ended,
    CASE WHEN a.state = 'open' THEN extract(epoch FROM COALESCE(a.due_at, '9999-01-01')) ELSE -extract(epoch FROM a.ended_at) END AS place
  FROM assignment a
  LEFT JOIN ticket t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
  WHERE a.tenant_id = $1
    AND (($2::text[] IS NULL AND $3::text[] IS NULL) OR a.addressee = ANY($2)
      OR a.addressee = ANY(ARRAY(SELECT 'institution:' || c FROM unnest($3) AS c
        UNION ALL SELECT 'staff:' || s.code FROM staff s WHERE s.tenant_id = $1 AND s.institution = ANY($3))))
    AND ($4::text = '' OR a.state = $4)
    AND ($5::text = '' OR a.kind = $5)
    AND ($8::timestamptz IS NULL OR COALESCE(t.rated_at, a.opened_at) < $8)
    AND ($9::text[] IS NULL OR a.addressee <> 'bureau' OR t.handler = ANY($9)
      OR a.about = ANY(ARRAY(SELECT 'institution:' || c FROM unnest($9) AS c
        UNION ALL SELECT 'staff:' || s.code FROM staff s WHERE s.tenant_id = $1 AND s.institution = ANY($9))))
    AND ($10::uuid IS NULL OR a.id = $10)
)
SELECT f.*, (SELECT count(*) FROM found) AS total FROM found f
WHERE NOT EXISTS (SELECT 1 FROM found l WHERE l.id = $6::uuid)
  OR (f.ended, f.place, f.id) > (SELECT l.ended, l.place, l.id FROM found l WHERE l.id = $6)
ORDER BY f.ended, f.place, f.id LIMIT $7;
