-- name: page
-- Accounts in the order of their names; $2 part of a name, $3 role ('none': without one), $4 institution, $5 state,
-- $6 the moment, $7 the last account of the page before, $8 how many.
WITH found AS (
  SELECT m.*, CASE WHEN m.disabled THEN 'disabled' WHEN m.locked_until > $6::timestamptz THEN 'locked'
      WHEN m.role = '' THEN 'waiting' ELSE 'active' END AS state
  FROM member m
  WHERE m.tenant_id = $1
    AND ($2::text = '' OR strpos(lower(m.username), lower($2)) > 0 OR strpos(m.name, $2) > 0)
    AND ($3::text = '' OR m.role = CASE $3 WHEN 'none' THEN '' ELSE $3 END)
    AND ($4::text = '' OR m.institution = $4)
)
, wanted AS (SELECT * FROM found WHERE $5::text = '' OR state = $5)
SELECT w.id, w.username, w.name, w.role, w.institution, w.region, w.staff, w.disabled, w.totp_secret IS NOT NULL AS has_totp,
  w.state, w.locked_until, w.created_at, (SELECT count(*) FROM wanted) AS total,
  (SELECT max(s.seen_at) FROM session s WHERE s.tenant_id = $1 AND s.member_id = w.id) AS seen_at,
  (SELECT count(*) FROM session s WHERE s.tenant_id = $1 AND s.member_id = w.id AND s.expires_at > $6
    AND s.seen_at > $6 - interval '30 minutes') AS sessions
FROM wanted w WHERE w.username > $7::text AND ($9::uuid IS NULL OR w.id = $9) ORDER BY w.username LIMIT $8;

-- name: places_used
-- Institutions and regions that accounts belong to.
SELECT DISTINCT institution FROM member WHERE tenant_id = $1 AND institution IS NOT NULL ORDER BY institution;

-- name: locked
-- Whoever changes who holds a role waits for whoever is changing it.
SELECT id, username, name, role, institution, region, staff, disabled, totp_secret IS NOT NULL AS has_totp
FROM member WHERE tenant_id = $1 AND (id = $2 OR role = ANY($3::text[])) ORDER BY id FOR UPDATE;

-- name: unlock
UPDATE member SET failures = 0, locked_until = NULL WHERE tenant_id = $1 AND id = $2 AND (failures > 0 OR locked_until IS NOT NULL);

-- name: staff_taken
SELECT EXISTS (SELECT 1 FROM member WHERE tenant_id = $1 AND staff = $2 AND id <> $3 AND NOT disabled);

-- name: known_places
SELECT (SELECT institution FROM staff WHERE tenant_id = $1 AND code = $2 AND active) AS home,
  EXISTS (SELECT 1 FROM institution WHERE tenant_id = $1 AND code = $3) AS institution,
  EXISTS (SELECT 1 FROM region WHERE tenant_id = $1 AND code = $4) AS region,
  EXISTS (SELECT 1 FROM member WHERE tenant_id = $1 AND staff = $2 AND id <> $5 AND NOT disabled) AS taken;
