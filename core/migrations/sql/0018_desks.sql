-- The supervisor's day is read from running duties, and random checks are kept as they were drawn.

CREATE INDEX clock_running ON clock (tenant_id, due_at) WHERE state = 'running';
CREATE INDEX clock_fell_due ON clock (tenant_id, due_at) WHERE state IN ('running', 'stopped');
CREATE INDEX ticket_live ON ticket (tenant_id, handler, opened_at) WHERE state IN ('auditing', 'open', 'verified', 'rectifying');
CREATE INDEX ticket_closed ON ticket (tenant_id, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX ticket_opened ON ticket (tenant_id, opened_at);
CREATE INDEX appeal_filed ON appeal (tenant_id, filed_at);
-- What people said of one member of staff; what silence filled in is no word of anybody's.
CREATE INDEX mark_spoken ON mark (tenant_id, staff, rated_at) WHERE staff IS NOT NULL AND origin IN ('citizen', 'agent', 'paper', 'imported');

-- A draw (随机抽查) is never edited: seed, population and what was drawn stand as they were, so that anybody can draw again.
CREATE TABLE random_check (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  number      text NOT NULL,
  at          timestamptz NOT NULL,
  by_actor    text NOT NULL,
  by_member   uuid NOT NULL,
  by_name     text NOT NULL,
  institution text NOT NULL,
  since       date NOT NULL,
  until       date NOT NULL,
  handler     text NOT NULL DEFAULT '',
  method      text NOT NULL CHECK (method IN ('proportional', 'equal', 'simple')),
  wanted      int NOT NULL,
  seed        text NOT NULL,
  strata      jsonb NOT NULL,
  population  text[] NOT NULL,
  drawn       text[] NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);
CREATE INDEX random_check_newest ON random_check (tenant_id, at DESC, id DESC);
SELECT protect('random_check'::regclass);
GRANT SELECT, INSERT, DELETE ON random_check TO hcp_app;
