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

-- name: erase_told
-- What they told with a record of an extra is gone with them; that something was told there stays.
UPDATE extra_secret AS s SET value_enc = ''::bytea FROM extra_record AS r
WHERE s.tenant_id = $1 AND r.tenant_id = $1 AND r.id = s.record_id AND r.person_id = $2

-- name: member_by_username
SELECT id FROM member WHERE tenant_id = $1 AND username = $2

-- name: account
-- Locked, so that tries at the same moment are counted one after another.
SELECT m.id, m.username, m.role, m.disabled, m.failures, m.locked_until, m.totp_secret, m.totp_last, m.must_change, m.password_at,
       t.demo
FROM member AS m JOIN tenant AS t ON t.id = m.tenant_id
WHERE m.tenant_id = $1 AND m.id = $2 FOR UPDATE OF m

-- name: add_member
INSERT INTO member (tenant_id, id, username, name, role, institution, region, staff, password_hash, totp_secret, must_change,
                    created_at, password_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)

-- name: count_failure
UPDATE member SET failures = $3, locked_until = $4 WHERE tenant_id = $1 AND id = $2

-- name: signed_in
UPDATE member SET failures = 0, locked_until = NULL, totp_last = $3 WHERE tenant_id = $1 AND id = $2

-- name: open_session
INSERT INTO session (tenant_id, token_hash, id, member_id, family, created_at, seen_at, proved_at, expires_at, address, agent, owes)
VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10)

-- name: session
SELECT s.id AS session_id, s.family, s.created_at, s.seen_at, s.expires_at, s.proved_at, s.owes,
       m.id, m.username, m.name, m.role, m.institution, m.region, m.staff, m.disabled, m.totp_secret IS NOT NULL AS has_totp,
       s.acting_for IS NOT NULL OR EXISTS (SELECT 1 FROM delegation AS d
         WHERE d.tenant_id = $1 AND d.taker = m.id AND d.revoked_at IS NULL) AS may_stand
FROM session AS s JOIN member AS m ON m.tenant_id = s.tenant_id AND m.id = s.member_id
WHERE s.tenant_id = $1 AND s.token_hash = $2

-- name: former_session
SELECT s.id, s.member_id, s.family, s.acting_for, g.name AS place FROM session AS s
LEFT JOIN member AS g ON g.tenant_id = s.tenant_id AND g.id = s.acting_for
WHERE s.tenant_id = $1 AND s.token_hash = $2

-- name: saw
UPDATE session SET seen_at = $3 WHERE tenant_id = $1 AND token_hash = $2

-- name: proved
UPDATE session SET proved_at = $3 WHERE tenant_id = $1 AND id = $2

-- name: owes
UPDATE session SET owes = $3 WHERE tenant_id = $1 AND id = $2

-- name: sessions_of
SELECT id, created_at, seen_at, address, agent FROM session
WHERE tenant_id = $1 AND member_id = $2 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC, id

-- name: leave_session
DELETE FROM session WHERE tenant_id = $1 AND token_hash = $2 RETURNING member_id, family

-- name: end_session
DELETE FROM session WHERE tenant_id = $1 AND member_id = $2 AND id = $3

-- name: end_other_sessions
DELETE FROM session WHERE tenant_id = $1 AND member_id = $2 AND id <> $3

-- name: close_sessions_of
DELETE FROM session WHERE tenant_id = $1 AND member_id = $2

-- name: close_old_sessions
DELETE FROM session WHERE tenant_id = $1 AND (expires_at <= $2 OR seen_at <= $2)

-- name: note_sign_in
INSERT INTO sign_in (tenant_id, id, member_id, at, way, accepted, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: forget_sign_ins
DELETE FROM sign_in WHERE tenant_id = $1 AND member_id = $2 AND at < $3

-- name: sign_ins
SELECT at, way, accepted, address, agent FROM sign_in WHERE tenant_id = $1 AND member_id = $2 ORDER BY at DESC, id DESC LIMIT $3

-- name: members
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 ORDER BY username

-- name: member
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 AND id = $2

-- name: password_of
SELECT password_hash FROM member WHERE tenant_id = $1 AND id = $2

-- name: former_passwords
SELECT password_hash FROM password_history WHERE tenant_id = $1 AND member_id = $2 ORDER BY at DESC, id DESC LIMIT $3

-- name: remember_password
INSERT INTO password_history (tenant_id, id, member_id, password_hash, at) VALUES ($1, $2, $3, $4, $5)

-- name: set_password
UPDATE member SET password_hash = $3, must_change = $4, password_at = $5, failures = 0, locked_until = NULL
WHERE tenant_id = $1 AND id = $2

-- name: set_totp
UPDATE member SET totp_secret = $3, totp_last = $4 WHERE tenant_id = $1 AND id = $2

-- name: add_recovery_code
INSERT INTO recovery_code (tenant_id, code_hash, member_id) VALUES ($1, $2, $3)

-- name: use_recovery_code
DELETE FROM recovery_code WHERE tenant_id = $1 AND code_hash = $2 AND member_id = $3

-- name: drop_recovery_codes
DELETE FROM recovery_code WHERE tenant_id = $1 AND member_id = $2

-- name: recovery_codes_left
SELECT count(*) FROM recovery_code WHERE tenant_id = $1 AND member_id = $2

-- name: set_disabled
UPDATE member SET disabled = $3 WHERE tenant_id = $1 AND id = $2

-- name: take_back
-- What somebody handed on was the work of the place they had, and to the place they had somebody handed theirs.
UPDATE delegation AS d SET revoked_at = $3 FROM member AS g, member AS t
WHERE d.tenant_id = $1 AND (d.giver = $2 OR d.taker = $2) AND d.revoked_at IS NULL AND d.until > $3
  AND g.tenant_id = $1 AND g.id = d.giver AND t.tenant_id = $1 AND t.id = d.taker
RETURNING g.username AS giver, t.username AS taker, d.until

-- name: end_places_of
-- Whoever stands in a member's place leaves it with their next step.
UPDATE session SET acting_until = $3 WHERE tenant_id = $1 AND acting_for = $2 AND acting_until > $3

-- name: set_role
UPDATE member SET role = $3, institution = $4, region = $5, staff = $6 WHERE tenant_id = $1 AND id = $2

-- name: add_key
INSERT INTO api_key (tenant_id, id, label, secret_hash, scopes, expires_at, created_at, window_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: key
SELECT id, label, secret_hash, scopes, expires_at, used_at, revoked_at, created_at, window_code FROM api_key WHERE tenant_id = $1 AND id = $2

-- name: keys
SELECT id, label, scopes, expires_at, used_at, revoked_at, created_at, window_code FROM api_key WHERE tenant_id = $1 ORDER BY created_at, id

-- name: used_key
UPDATE api_key SET used_at = $3 WHERE tenant_id = $1 AND id = $2

-- name: revoke_key
UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
