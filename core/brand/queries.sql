-- name: logo
SELECT logo FROM brand WHERE tenant_id = $1 AND logo_hash = $2;

-- name: row
SELECT light, dark, logo_hash, changed_by, changed_at FROM brand WHERE tenant_id = $1;

-- name: names
SELECT name, short FROM tenant WHERE id = $1;

-- name: keep
INSERT INTO brand (tenant_id, light, dark, logo, logo_hash, logo_width, logo_height, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id) DO UPDATE SET light = EXCLUDED.light, dark = EXCLUDED.dark, changed_by = EXCLUDED.changed_by,
  changed_at = EXCLUDED.changed_at;

-- name: keep_logo
UPDATE brand SET logo = $2, logo_hash = $3, logo_width = $4, logo_height = $5 WHERE tenant_id = $1;

-- name: rename
UPDATE tenant SET name = $2, short = $3 WHERE id = $1;
