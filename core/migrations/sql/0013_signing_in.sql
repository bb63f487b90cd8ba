-- Passwords age and are not used twice, a lost telephone locks nobody out, sessions can be seen and ended one by one.

ALTER TABLE member ADD COLUMN password_at timestamptz NOT NULL DEFAULT now();
-- Who was given a password by somebody else chooses one of their own at the next sign-in.
ALTER TABLE member ADD COLUMN must_change boolean NOT NULL DEFAULT false;

CREATE TABLE password_history (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  id            uuid NOT NULL,
  member_id     uuid NOT NULL,
  password_hash text NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX password_history_member ON password_history (tenant_id, member_id, at DESC);

CREATE TABLE recovery_code (
  tenant_id int NOT NULL REFERENCES tenant (id),
  code_hash bytea NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, code_hash),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX recovery_code_member ON recovery_code (tenant_id, member_id);

-- A member sees where and when somebody came in under their name, or tried to.
CREATE TABLE sign_in (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  member_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  way       text NOT NULL CHECK (way IN ('password', 'openid', 'proof')),
  accepted  boolean NOT NULL,
  address   text NOT NULL DEFAULT '',
  agent     text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX sign_in_newest ON sign_in (tenant_id, member_id, at DESC);

-- Whoever is signed in while this runs signs in again. A family is what the sessions of one member in one browser share,
-- so that a form written before a session ended is still good in the next; ``owes`` is what must be done before all else.
TRUNCATE session;
ALTER TABLE session
  ADD COLUMN id        uuid NOT NULL,
  ADD COLUMN family    bytea NOT NULL,
  ADD COLUMN proved_at timestamptz NOT NULL,
  ADD COLUMN address   text NOT NULL DEFAULT '',
  ADD COLUMN agent     text NOT NULL DEFAULT '',
  ADD COLUMN owes      text NOT NULL DEFAULT '' CHECK (owes IN ('', 'password', 'code'));
CREATE INDEX session_member ON session (tenant_id, member_id);

-- Where a tenant's own sign-in system (统一身份认证) is reached; its members are found by a claim, never made by it.
CREATE TABLE identity_provider (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  issuer     text NOT NULL,
  client_id  text NOT NULL,
  secret_enc bytea NOT NULL,
  claim      text NOT NULL,
  label      text NOT NULL,
  enabled    boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id)
);

SELECT protect('password_history'::regclass);
SELECT protect(t::regclass, true) FROM unnest(ARRAY['recovery_code', 'sign_in', 'identity_provider']) AS t;
GRANT SELECT, INSERT, DELETE ON password_history, recovery_code, sign_in TO hcp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity_provider TO hcp_app;
