-- name: take_on
UPDATE ticket SET assignee = $2 WHERE tenant_id = $1 AND id IN (
  SELECT id FROM ticket WHERE tenant_id = $1 AND handler = $3 AND assignee IS NULL AND state IN ('open', 'verified', 'rectifying')
  ORDER BY opened_at DESC LIMIT 2);
