-- name: service
SELECT e.event, e.at, e.mode, e.staff AS staff_code, e.number, s.name AS staff_name, i.name AS item_name, n.name AS institution_name,
  w.name AS window_name, w.code AS window_code, c.code AS case_code, c.applicant_id IS NOT NULL AS known, v.draft,
  (SELECT r.receipt FROM rating r WHERE r.tenant_id = $1 AND r.id = v.rating_id AND r.rated_at = v.rated_at) AS receipt
FROM invitation v
JOIN service_event e ON e.tenant_id = v.tenant_id AND e.id = v.event_id
JOIN service_case c ON c.tenant_id = v.tenant_id AND c.id = v.case_id
LEFT JOIN item i ON i.tenant_id = c.tenant_id AND i.code = c.item
LEFT JOIN staff s ON s.tenant_id = e.tenant_id AND s.code = e.staff
LEFT JOIN institution n ON n.tenant_id = c.tenant_id AND n.code = COALESCE(i.institution, s.institution)
LEFT JOIN service_window w ON w.tenant_id = e.tenant_id AND w.code = e.window_code
WHERE v.tenant_id = $1 AND v.id = $2;

-- name: linked
SELECT t.dimension, t.item, i.name FROM target t JOIN item i ON i.tenant_id = t.tenant_id AND i.code = t.item
WHERE t.tenant_id = $1 AND t.invitation_id = $2 AND t.position > 0 ORDER BY t.position;

-- name: by_receipt
SELECT k.rating_id, k.rated_at, r.case_id, r.origin, r.text, r.tags, r.occasion, r.append_of, r.invitation_id, c.code AS case_code,
  i.name AS item_name, e.at,
  (SELECT count(*) FROM rating a WHERE a.tenant_id = $1 AND a.append_of = r.id) AS appends,
  (SELECT jsonb_object_agg(m.dimension, m.grade) FROM mark m
    WHERE m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at AND m.given) AS grades,
  EXISTS (SELECT 1 FROM mark m WHERE m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at
    AND m.effective IS NOT NULL) AS counted
FROM receipt k
JOIN rating r ON r.tenant_id = k.tenant_id AND r.id = k.rating_id AND r.rated_at = k.rated_at
JOIN service_case c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
JOIN invitation v ON v.tenant_id = r.tenant_id AND v.id = r.invitation_id
JOIN service_event e ON e.tenant_id = v.tenant_id AND e.id = v.event_id
LEFT JOIN item i ON i.tenant_id = c.tenant_id AND i.code = c.item
WHERE k.tenant_id = $1 AND k.code = $2;

-- name: appends
SELECT r.rated_at AS at, r.text, r.tags,
  (SELECT jsonb_object_agg(m.dimension, m.grade) FROM mark m
    WHERE m.tenant_id = $1 AND m.rating_id = r.id AND m.rated_at = r.rated_at AND m.given) AS grades
FROM rating r WHERE r.tenant_id = $1 AND r.append_of = $2 ORDER BY r.rated_at, r.id;

-- name: tickets_of_rating
SELECT id FROM ticket WHERE tenant_id = $1 AND rating_id IN (
  SELECT id FROM rating WHERE tenant_id = $1 AND (id = $2 OR append_of = $2)) ORDER BY opened_at, nth;

-- name: told_acts
-- What a rater may read of their ticket: replies to them and what was done, never who did it.
-- Who was called and did not answer reads that as well.
SELECT at, CASE WHEN act = 'contact' AND data ->> 'reached' = 'false' THEN 'missed' ELSE act END AS act, note, data ->> 'until' AS until,
  COALESCE(data ->> 'is', CASE WHEN act = 'audit' AND data ->> 'accept' = 'false' THEN 'refused' END) AS finding,
  data ->> 'unit' AS unit, data ->> 'purpose' AS purpose
FROM ticket_act WHERE tenant_id = $1 AND ticket_id = $2 AND act = ANY($3::text[]) ORDER BY at, id;
