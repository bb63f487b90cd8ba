-- A tenant's own examples (例子), every version of them, and what became of each when it was run against its rules.

-- "body" is the example in the language of scenarios, as TOML holds it; an undo goes to the version "back" names.
CREATE TABLE example (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  version     int NOT NULL,
  says        text NOT NULL,
  body        jsonb NOT NULL,
  problem     text NOT NULL DEFAULT '',
  changed_by  text NOT NULL,
  changed_at  timestamptz NOT NULL,
  removed_at  timestamptz,
  PRIMARY KEY (tenant_id, id)
);
SELECT protect('example'::regclass);

CREATE TABLE example_version (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  example_id  uuid NOT NULL,
  version     int NOT NULL,
  back        int,
  body        jsonb NOT NULL,
  by_actor    text NOT NULL,
  by_name     text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, example_id, version),
  FOREIGN KEY (tenant_id, example_id) REFERENCES example (tenant_id, id)
);
SELECT protect('example_version'::regclass);

-- "stage" is the throw-away tenant in which a run lives, so that the next turn can clear away what a dead worker left.
CREATE TABLE example_run (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  proposal_id uuid,
  rules       text NOT NULL,
  examples    text NOT NULL,
  scope       text NOT NULL CHECK (scope IN ('one', 'own', 'all')),
  example_id  uuid,
  stage       int NOT NULL CHECK (stage < 0),
  asked_by    text NOT NULL,
  asked_at    timestamptz NOT NULL,
  state       text NOT NULL CHECK (state IN ('waiting', 'running', 'ended', 'failed')),
  problem     text NOT NULL DEFAULT '',
  turned_at   timestamptz NOT NULL,
  ended_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX example_run_newest ON example_run (tenant_id, asked_at DESC, id DESC);
SELECT protect('example_run'::regclass, true);

-- One row for each example of a run: its own ("example_id") or one that a plugin brings ("source", plugin and file).
CREATE TABLE example_result (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  run_id      uuid NOT NULL,
  nth         int NOT NULL,
  example_id  uuid,
  version     int,
  source      text NOT NULL DEFAULT '',
  says        text NOT NULL,
  covers      text[] NOT NULL DEFAULT '{}',
  ok          boolean,
  readable    boolean NOT NULL DEFAULT true,
  step        int,
  word        text NOT NULL DEFAULT '',
  expected    jsonb,
  found       jsonb,
  PRIMARY KEY (tenant_id, run_id, nth),
  FOREIGN KEY (tenant_id, run_id) REFERENCES example_run (tenant_id, id)
);
CREATE INDEX example_result_of ON example_result (tenant_id, example_id) WHERE example_id IS NOT NULL;
SELECT protect('example_result'::regclass, true);

-- Where a place rightly differs from the regulation below, somebody says so and on what basis.
CREATE TABLE example_departure (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  source       text NOT NULL,
  step         int,
  says         text NOT NULL,
  basis        text NOT NULL,
  by_actor     text NOT NULL,
  by_name      text NOT NULL,
  at           timestamptz NOT NULL,
  withdrawn_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX example_departure_holds ON example_departure (tenant_id, source) WHERE withdrawn_at IS NULL;
SELECT protect('example_departure'::regclass);

GRANT SELECT, INSERT, UPDATE, DELETE ON example, example_run, example_result, example_departure TO hcp_app;
GRANT SELECT, INSERT, DELETE ON example_version TO hcp_app;
