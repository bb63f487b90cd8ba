-- What a city gives to its province, what the province asks of it, and the rules a province publishes for its cities.

-- One thing a city made known on one day: a row of the city's own, and the same row in its province once delivered.
CREATE TABLE publication (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  city        int NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('rules', 'standing', 'health', 'figures')),
  subject     text NOT NULL DEFAULT '',
  edition     int NOT NULL,
  content     jsonb NOT NULL,
  digest      text NOT NULL,
  final       boolean NOT NULL DEFAULT false,
  at          timestamptz NOT NULL,
  received_at timestamptz,
  PRIMARY KEY (tenant_id, city, kind, subject, edition)
);
CREATE INDEX publication_edition ON publication (tenant_id, city, edition);

-- A round of reporting: the province's row, and the same row in each city that was asked.
CREATE TABLE reporting_round (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  province  int NOT NULL,
  title     text NOT NULL,
  note      text NOT NULL DEFAULT '',
  since     date NOT NULL,
  until     date NOT NULL,
  due       date NOT NULL,
  remind    int NOT NULL DEFAULT 0,
  figures   text[] NOT NULL,
  cities    jsonb NOT NULL,
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  state     text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  closed_by text,
  closed_at timestamptz,
  frozen    jsonb,
  digest    text,
  PRIMARY KEY (tenant_id, id),
  CHECK (since <= until),
  CHECK ((state = 'closed') = (digest IS NOT NULL))
);
CREATE INDEX reporting_round_newest ON reporting_round (tenant_id, opened_at DESC);

-- What a city reported; what was frozen is never touched again, only what became of it.
CREATE TABLE report (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  round_id     uuid NOT NULL,
  city         int NOT NULL,
  version      int NOT NULL,
  content      jsonb NOT NULL,
  digest       text NOT NULL,
  note         text NOT NULL DEFAULT '',
  correction   boolean NOT NULL DEFAULT false,
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL,
  received_at  timestamptz,
  state        text NOT NULL DEFAULT 'submitted' CHECK (state IN ('submitted', 'returned', 'accepted')),
  comment      text NOT NULL DEFAULT '',
  decided_by   text,
  decided_at   timestamptz,
  PRIMARY KEY (tenant_id, round_id, city, version),
  FOREIGN KEY (tenant_id, round_id) REFERENCES reporting_round (tenant_id, id)
);

-- Whose rule a city took over, so that its province can say who followed whom.
CREATE TABLE borrowed (
  tenant_id int NOT NULL REFERENCES tenant (id),
  key       text NOT NULL,
  value     jsonb NOT NULL,
  place     text NOT NULL,
  clause    text NOT NULL DEFAULT '',
  document  text NOT NULL DEFAULT '',
  by        text NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key, at)
);

SELECT protect(t::regclass) FROM unnest(ARRAY['publication', 'reporting_round', 'report', 'borrowed']) AS t;
GRANT SELECT, INSERT, DELETE ON publication, borrowed TO hcp_app;
GRANT SELECT, INSERT, DELETE ON reporting_round, report TO hcp_app;
GRANT UPDATE (state, closed_by, closed_at, frozen, digest) ON reporting_round TO hcp_app;
GRANT UPDATE (state, comment, decided_by, decided_at) ON report TO hcp_app;

-- A province's rules for its cities, version by version: read by everybody, written for one's own province, never edited.
CREATE TABLE baseline (
  province     int NOT NULL,
  version      int NOT NULL,
  title        text NOT NULL,
  document     text NOT NULL,
  since        date NOT NULL,
  overrides    jsonb NOT NULL,
  lets         text[] NOT NULL DEFAULT '{}',
  note         text NOT NULL DEFAULT '',
  digest       text NOT NULL,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (province, version)
);
GRANT SELECT, INSERT, DELETE ON baseline TO hcp_app;
ALTER TABLE baseline ENABLE ROW LEVEL SECURITY;
ALTER TABLE baseline FORCE ROW LEVEL SECURITY;
CREATE POLICY read_by_all ON baseline FOR SELECT USING (true);
CREATE POLICY own_province ON baseline FOR INSERT
  WITH CHECK (province = NULLIF(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY throwaway_only ON baseline FOR DELETE
  USING (province < 0 AND province = NULLIF(current_setting('app.tenant_id', true), '')::int);

-- Whatever changes a city's rules or standing wakes its publication in the same transaction.
CREATE FUNCTION publication_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task (id, tenant, kind, run_after) VALUES (gen_random_uuid(), NEW.id, 'publish', now()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION publication_is_due() FROM PUBLIC;
CREATE TRIGGER publication_is_due AFTER UPDATE OF revision, live, parent ON tenant
  FOR EACH ROW WHEN (NEW.parent IS NOT NULL) EXECUTE FUNCTION publication_is_due();
