-- name: colleagues
-- Who may act for a member: enabled, of one of these roles, those of the same institution first.
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 AND id <> $2 AND NOT disabled AND role = ANY($3::text[])
ORDER BY institution IS DISTINCT FROM $4, name, username LIMIT $5;

-- name: seeable
-- Whom support may look on as: enabled, of one of these roles, within these institutions where only some are overseen.
SELECT m.id, m.username, m.name, m.role, m.institution, m.region, m.staff, m.disabled, m.totp_secret IS NOT NULL AS has_totp
FROM member m WHERE m.tenant_id = $1 AND m.id <> $2 AND NOT m.disabled AND m.role = ANY($3::text[])
  AND ($4::text[] IS NULL OR m.institution = ANY($4))
  AND ($5::text = '' OR strpos(lower(m.username), lower($5)) > 0 OR strpos(m.name, $5) > 0)
ORDER BY m.name, m.username LIMIT $6;

-- name: give
INSERT INTO delegation (tenant_id, id, giver, taker, since, until, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: overlapping
SELECT EXISTS (SELECT 1 FROM delegation WHERE tenant_id = $1 AND giver = $2 AND revoked_at IS NULL AND since < $4 AND until > $3);

-- name: lock_member
SELECT id FROM member WHERE tenant_id = $1 AND id = $2 FOR UPDATE;

-- name: revoke
UPDATE delegation SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND until > $3;

-- name: one
SELECT d.id, d.giver, d.taker, d.since, d.until, d.reason, d.revoked_at, d.created_at, g.name AS giver_name,
  g.username AS giver_username, t.name AS taker_name, t.username AS taker_username
FROM delegation d
JOIN member g ON g.tenant_id = d.tenant_id AND g.id = d.giver
JOIN member t ON t.tenant_id = d.tenant_id AND t.id = d.taker
WHERE d.tenant_id = $1 AND d.id = $2;

-- name: of_member
-- Given and received, the newest first.
SELECT d.id, d.giver, d.taker, d.since, d.until, d.reason, d.revoked_at, d.created_at, g.name AS giver_name,
  g.username AS giver_username, t.name AS taker_name, t.username AS taker_username
FROM delegation d
JOIN member g ON g.tenant_id = d.tenant_id AND g.id = d.giver
JOIN member t ON t.tenant_id = d.tenant_id AND t.id = d.taker
WHERE d.tenant_id = $1 AND (d.giver = $2 OR d.taker = $2) ORDER BY d.since DESC, d.id DESC LIMIT $3;

-- name: offered
-- What somebody may take up now.
SELECT d.id, d.until, g.name, g.role FROM delegation d
JOIN member g ON g.tenant_id = d.tenant_id AND g.id = d.giver AND NOT g.disabled
WHERE d.tenant_id = $1 AND d.taker = $2 AND d.revoked_at IS NULL AND d.since <= $3 AND d.until > $3
ORDER BY g.name, d.id;

-- name: standing
SELECT s.acting_kind, s.acting_reason, s.acting_until, s.acting_by, m.id, m.username, m.name, m.role, m.institution, m.region,
  m.staff, m.disabled, m.totp_secret IS NOT NULL AS has_totp, COALESCE(d.revoked_at <= $3, false) AS revoked
FROM session s
JOIN member m ON m.tenant_id = s.tenant_id AND m.id = s.acting_for
LEFT JOIN delegation d ON d.tenant_id = s.tenant_id AND d.id = s.acting_by
WHERE s.tenant_id = $1 AND s.token_hash = $2;

-- name: stand
UPDATE session SET acting_for = $3, acting_kind = $4, acting_by = $5, acting_reason = $6, acting_until = $7
WHERE tenant_id = $1 AND token_hash = $2 AND acting_for IS NULL;

-- name: leave
UPDATE session SET acting_for = NULL, acting_kind = NULL, acting_by = NULL, acting_reason = NULL, acting_until = NULL
WHERE tenant_id = $1 AND token_hash = $2 AND acting_for IS NOT NULL;

-- name: looked_on
-- When support looked on as a member, and why.
SELECT at, actor, after FROM audit
WHERE tenant_id = $1 AND object_kind = 'member' AND object_id = $2 AND act = 'support.start' ORDER BY at DESC, id DESC LIMIT $3;

-- name: noted_since
-- Whether it stands in the log already that this page was opened as that member ($2) by the same person ($3).
SELECT EXISTS (SELECT 1 FROM audit WHERE tenant_id = $1 AND object_kind = 'member' AND object_id = $2 AND at > $5
  AND act = 'support.page' AND actor = 'member:' || $3::text AND after ->> 'page' = $4::text);

-- name: member_place
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 AND id = $2;
