-- name: provider
SELECT issuer, client_id, secret_enc, claim, label, enabled FROM identity_provider WHERE tenant_id = $1

-- name: save
INSERT INTO identity_provider (tenant_id, issuer, client_id, secret_enc, claim, label, enabled, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id) DO UPDATE SET issuer = $2, client_id = $3, secret_enc = $4, claim = $5, label = $6, enabled = $7, changed_at = $8

-- name: switch
UPDATE identity_provider SET enabled = $2, changed_at = $3 WHERE tenant_id = $1

-- name: member_named
SELECT id FROM member WHERE tenant_id = $1 AND username = $2
