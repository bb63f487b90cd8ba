-- Counts that are exact at every moment: deltas are only added, a folding job turns them into tallies.

CREATE TABLE tally_delta (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  day          date NOT NULL,
  dimension    text NOT NULL,
  origin       text NOT NULL,
  grade        int NOT NULL,
  n            int NOT NULL,
  item         text NOT NULL DEFAULT '',
  staff        text,
  institutions text[] NOT NULL DEFAULT '{}',
  lines        text[] NOT NULL DEFAULT '{}',
  regions      text[] NOT NULL DEFAULT '{}',
  areas        text[] NOT NULL DEFAULT '{}',
  channel      text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id)
);
-- ``member`` is the member of staff within an institution, line or region, so that means of staff means can be made.
CREATE TABLE tally (
  tenant_id int NOT NULL REFERENCES tenant (id),
  subject   text NOT NULL,
  code      text NOT NULL,
  day       date NOT NULL,
  dimension text NOT NULL,
  origin    text NOT NULL,
  grade     int NOT NULL,
  member    text NOT NULL DEFAULT '',
  n         bigint NOT NULL,
  PRIMARY KEY (tenant_id, subject, code, day, dimension, origin, grade, member)
);
SELECT protect(t::regclass, true) FROM unnest(ARRAY['tally_delta']) AS t;
SELECT protect(t::regclass) FROM unnest(ARRAY['tally']) AS t;
GRANT SELECT, INSERT, DELETE ON tally_delta TO hcp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tally TO hcp_app;
