-- name: page
-- Alerts newest first, of everything or of what belongs to these institutions ($2); $5 is the last alert of the page before.
WITH found AS (
  SELECT * FROM alert a WHERE a.tenant_id = $1 AND ($3::text = '' OR a.state = $3) AND ($4::text = '' OR a.kind = $4)
    AND ($2::text[] IS NULL OR CASE a.subject
      WHEN 'institution' THEN a.code = ANY($2)
      WHEN 'staff' THEN EXISTS (SELECT 1 FROM staff s WHERE s.tenant_id = $1 AND s.code = a.code AND s.institution = ANY($2))
      WHEN 'item' THEN EXISTS (SELECT 1 FROM item i WHERE i.tenant_id = $1 AND i.code = a.code AND i.institution = ANY($2))
      WHEN 'window' THEN EXISTS (SELECT 1 FROM service_window w WHERE w.tenant_id = $1 AND w.code = a.code AND w.institution = ANY($2))
      WHEN 'region' THEN EXISTS (SELECT 1 FROM institution n WHERE n.tenant_id = $1 AND n.region = a.code AND n.code = ANY($2))
      ELSE false END)
    AND ($7::uuid IS NULL OR a.id = $7)
)
SELECT f.*, (SELECT count(*) FROM found) AS total FROM found f
WHERE NOT EXISTS (SELECT 1 FROM found l WHERE l.id = $5::uuid) OR (f.at, f.id) < (SELECT l.at, l.id FROM found l WHERE l.id = $5)
ORDER BY f.at DESC, f.id DESC LIMIT $6;
