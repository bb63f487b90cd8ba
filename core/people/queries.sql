-- name: find
SELECT id FROM person WHERE tenant_id = $1 AND lookup = $2

-- name: insert
INSERT INTO person (tenant_id, id, lookup, phone_hash, phone_tail, name_enc, id_type, id_enc, phone_enc, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (tenant_id, lookup) DO NOTHING

-- name: read
SELECT id, name_enc, id_type, id_enc, phone_enc FROM person WHERE tenant_id = $1 AND id = $2

-- name: read_all
SELECT id, name_enc, id_type, id_enc, phone_enc FROM person WHERE tenant_id = $1 AND id = ANY($2)

-- name: by_phone
SELECT id FROM person WHERE tenant_id = $1 AND phone_hash = $2 ORDER BY id

-- name: by_phone_tail
SELECT id, phone_enc FROM person WHERE tenant_id = $1 AND phone_tail = $2 ORDER BY id

-- name: without_tail
SELECT id, phone_enc FROM person WHERE tenant_id = $1 AND phone_tail IS NULL AND phone_enc IS NOT NULL
ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED

-- name: add_tail
UPDATE person SET phone_tail = $3 WHERE tenant_id = $1 AND id = $2

-- name: erase
-- The row stays, since ratings point at it; nothing in it says who it was.
UPDATE person SET lookup = $3, phone_hash = NULL, phone_tail = NULL, name_enc = $4, id_type = '', id_enc = NULL, phone_enc = NULL
WHERE tenant_id = $1 AND id = $2

-- name: member_by_username
SELECT id, disabled, failures, locked_until, totp_secret, totp_last FROM member WHERE tenant_id = $1 AND username = $2 FOR UPDATE

-- name: add_member
INSERT INTO member (tenant_id, id, username, name, role, institution, region, staff, password_hash, totp_secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: count_failure
UPDATE member SET failures = $3, locked_until = $4 WHERE tenant_id = $1 AND id = $2

-- name: signed_in
UPDATE member SET failures = 0, locked_until = NULL, totp_last = $3 WHERE tenant_id = $1 AND id = $2

-- name: open_session
INSERT INTO session (tenant_id, token_hash, member_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)

-- name: session
SELECT s.created_at, s.seen_at, s.expires_at, m.id, m.username, m.name, m.role, m.institution, m.region, m.staff, m.disabled,
       m.totp_secret IS NOT NULL AS has_totp
FROM session AS s JOIN member AS m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
WHERE s.tenant_id = $1 AND s.token_hash = $2

-- name: saw
UPDATE session SET seen_at = $3 WHERE tenant_id = $1 AND token_hash = $2

-- name: close_session
DELETE FROM session WHERE tenant_id = $1 AND token_hash = $2

-- name: close_sessions_of
DELETE FROM session WHERE tenant_id = $1 AND member_id = $2

-- name: close_old_sessions
DELETE FROM session WHERE tenant_id = $1 AND (expires_at <= $2 OR seen_at <= $3)

-- name: members
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 ORDER BY username

-- name: member
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 AND id = $2

-- name: member_hash
SELECT password_hash FROM member WHERE tenant_id = $1 AND username = $2

-- name: set_password
UPDATE member SET password_hash = $3, failures = 0, locked_until = NULL WHERE tenant_id = $1 AND id = $2

-- name: set_disabled
UPDATE member SET disabled = $3 WHERE tenant_id = $1 AND id = $2

-- name: set_role
UPDATE member SET role = $3, institution = $4, region = $5, staff = $6 WHERE tenant_id = $1 AND id = $2

-- name: add_key
INSERT INTO api_key (tenant_id, id, label, secret_hash, scopes, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: key
SELECT id, label, secret_hash, scopes, expires_at, used_at, revoked_at FROM api_key WHERE tenant_id = $1 AND id = $2

-- name: keys
SELECT id, label, scopes, expires_at, used_at, revoked_at, created_at FROM api_key WHERE tenant_id = $1 ORDER BY created_at, id

-- name: used_key
UPDATE api_key SET used_at = $3 WHERE tenant_id = $1 AND id = $2

-- name: revoke_key
UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
