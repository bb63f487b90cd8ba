-- A spreadsheet of the organisation: kept while it is mapped, checked and taken in, and then only what became of it.
CREATE TABLE roster (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  member_id  uuid NOT NULL,
  name       text NOT NULL,
  size       int NOT NULL,
  digest     bytea NOT NULL,
  content    bytea,
  plan       jsonb NOT NULL,
  version    int NOT NULL DEFAULT 1,
  state      text NOT NULL CHECK (state IN ('mapping', 'checking', 'checked', 'importing', 'done', 'failed', 'dropped')),
  partial    boolean NOT NULL DEFAULT false,
  stage      text NOT NULL DEFAULT '',
  done       int NOT NULL DEFAULT 0,
  total      int NOT NULL DEFAULT 0,
  outcome    jsonb NOT NULL DEFAULT '{}',
  broken     jsonb NOT NULL DEFAULT '[]',
  mend       bytea,
  problem    text NOT NULL DEFAULT '',
  asked_by   text NOT NULL,
  asked_at   timestamptz NOT NULL,
  ended_at   timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX roster_asked ON roster (tenant_id, asked_at DESC);
SELECT protect(t::regclass) FROM unnest(ARRAY['roster']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON roster TO hcp_app;
