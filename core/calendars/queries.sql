-- name: add
INSERT INTO calendar_change (tenant_id, id, kind, title, year, years, days, text, authors, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: change
UPDATE calendar_change SET title = $3, year = $4, years = $5, days = $6, text = $7, authors = $8, changed_at = $9,
  version = version + 1
WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: open
SELECT * FROM calendar_change WHERE tenant_id = $1 AND kind = $2 AND state = 'open' FOR UPDATE;

-- name: one
SELECT * FROM calendar_change WHERE tenant_id = $1 AND id = $2;

-- name: locked
SELECT * FROM calendar_change WHERE tenant_id = $1 AND id = $2 FOR UPDATE;

-- name: listing
SELECT * FROM calendar_change WHERE tenant_id = $1 ORDER BY (state = 'open') DESC, changed_at DESC, id DESC LIMIT $2;

-- name: decide
UPDATE calendar_change SET state = $3, decided_by = $4, decided_at = $5
WHERE tenant_id = $1 AND id = $2 AND state = 'open';

-- name: provisional
SELECT (SELECT count(*) FROM clock WHERE tenant_id = $1 AND provisional AND state IN ('running', 'paused'))
     + (SELECT count(*) FROM assignment WHERE tenant_id = $1 AND provisional AND state = 'open')
     + (SELECT count(*) FROM invitation WHERE tenant_id = $1 AND provisional AND state = 'open');
