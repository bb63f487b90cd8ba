-- Tenants, people, audit, outbox and the task queue; and the one way a tenant's table is protected.

-- Row-level security on, forced, and the same two rules for every tenant table and each of its partitions:
-- only the tenant of this transaction, and only throw-away tenants (negative id) may ever be deleted from.
CREATE FUNCTION protect(target regclass, may_delete boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY own_tenant ON %s USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::int)'
    ' WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::int)', target);
  IF NOT may_delete THEN
    EXECUTE format('CREATE POLICY throwaway_only ON %s AS RESTRICTIVE FOR DELETE USING (tenant_id < 0)', target);
  END IF;
END $$;
REVOKE ALL ON FUNCTION protect(regclass, boolean) FROM PUBLIC;

-- The directory of tenants is a system table: ids, names and which regulations they stand on, nothing of their data.
CREATE TABLE tenant (
  id          int PRIMARY KEY,
  slug        text NOT NULL UNIQUE,
  name        text NOT NULL,
  short       text NOT NULL DEFAULT '',
  host        text UNIQUE,
  stack       text[] NOT NULL DEFAULT '{}',
  province    boolean NOT NULL DEFAULT false,
  live        boolean NOT NULL DEFAULT false,
  demo        boolean NOT NULL DEFAULT false,
  timeless    boolean NOT NULL DEFAULT false,
  revision    int NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON tenant TO hcp_app;
GRANT DELETE ON tenant TO hcp_app;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY directory ON tenant FOR SELECT USING (true);
CREATE POLICY found ON tenant FOR INSERT WITH CHECK (true);
CREATE POLICY own_tenant ON tenant FOR UPDATE
  USING (id = NULLIF(current_setting('app.tenant_id', true), '')::int)
  WITH CHECK (id = NULLIF(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY throwaway_only ON tenant FOR DELETE USING (id < 0);

-- The State Council's yearly holiday notices: shared, versioned, never edited.
CREATE TABLE holiday_notice (
  year         int NOT NULL,
  version      int NOT NULL,
  off          date[] NOT NULL,
  work         date[] NOT NULL,
  names        jsonb NOT NULL DEFAULT '{}',
  document     text NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (year, version)
);
GRANT SELECT ON holiday_notice TO hcp_app;

-- What wakes a worker: ids and times only, so that work is found without reading any tenant's data.
CREATE TABLE task (
  id           uuid PRIMARY KEY,
  tenant       int NOT NULL,
  kind         text NOT NULL,
  ref          text NOT NULL DEFAULT '',
  run_after    timestamptz NOT NULL,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'dead')),
  attempts     int NOT NULL DEFAULT 0,
  leased_until timestamptz,
  lease_token  uuid,
  last_error   text,
  UNIQUE (tenant, kind, ref, run_after)
);
CREATE INDEX task_due ON task (run_after) WHERE state = 'waiting';
CREATE INDEX task_leased ON task (leased_until) WHERE state = 'leased';
GRANT SELECT, INSERT, UPDATE, DELETE ON task TO hcp_app;

-- A tenant's own rules above its plugins.
CREATE TABLE answer (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  question    text NOT NULL,
  value       jsonb NOT NULL,
  basis       text NOT NULL DEFAULT '',
  answered_by text NOT NULL DEFAULT '',
  answered_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, question)
);
CREATE TABLE override (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  key         text NOT NULL,
  value       jsonb NOT NULL,
  clause      text NOT NULL,
  since       date,
  until       date,
  author      text NOT NULL DEFAULT '',
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE tenant_day (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  day         date NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('off', 'work')),
  label       text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, day)
);
CREATE TABLE tenant_notice (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  year        int NOT NULL,
  version     int NOT NULL DEFAULT 1,
  off         date[] NOT NULL,
  work        date[] NOT NULL,
  loaded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, year, version)
);

-- People. A person is found by a keyed hash and read only by a reasoned, recorded unmasking.
CREATE TABLE person (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  lookup      bytea NOT NULL,
  phone_hash  bytea,
  name_enc    bytea NOT NULL,
  id_type     text NOT NULL DEFAULT '',
  id_enc      bytea,
  phone_enc   bytea,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, lookup)
);
CREATE INDEX person_phone ON person (tenant_id, phone_hash);
CREATE TABLE member (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  id            uuid NOT NULL,
  username      text NOT NULL,
  name          text NOT NULL,
  role          text NOT NULL,
  institution   text,
  region        text,
  staff         text,
  password_hash text NOT NULL,
  totp_secret   bytea,
  totp_last     bigint NOT NULL DEFAULT 0,
  failures      int NOT NULL DEFAULT 0,
  locked_until  timestamptz,
  disabled      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, username)
);
CREATE TABLE session (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  token_hash  bytea NOT NULL,
  member_id   uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  seen_at     timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE TABLE api_key (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  label       text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes      text[] NOT NULL,
  expires_at  timestamptz,
  used_at     timestamptz,
  revoked_at  timestamptz,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE audit (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  at          timestamptz NOT NULL,
  actor       text NOT NULL,
  act         text NOT NULL,
  object_kind text NOT NULL,
  object_id   text NOT NULL,
  before      jsonb,
  after       jsonb,
  source      text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_object ON audit (tenant_id, object_kind, object_id, at);

-- What must leave the system: written with the fact it tells of, delivered at least once.
CREATE TABLE outbox (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  kind         text NOT NULL,
  person_id    uuid,
  payload      jsonb NOT NULL,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  attempts     int NOT NULL DEFAULT 0,
  run_after    timestamptz NOT NULL,
  last_error   text,
  created_at   timestamptz NOT NULL,
  sent_at      timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outbox_waiting ON outbox (tenant_id, run_after) WHERE state = 'waiting';

SELECT protect(t::regclass) FROM unnest(ARRAY['answer', 'override', 'tenant_notice', 'person', 'member',
  'api_key', 'audit', 'outbox']) AS t;
SELECT protect(t::regclass, true) FROM unnest(ARRAY['tenant_day', 'session']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON answer, override, tenant_day, tenant_notice, person, member, session, api_key,
  outbox TO hcp_app;
GRANT SELECT, INSERT, DELETE ON audit TO hcp_app;
