-- Rules are tried against a period that is over; what came of it is frozen with its hash and stays with the proposal.

CREATE TABLE whatif (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  proposal_id uuid NOT NULL,
  version     int NOT NULL,
  start       date NOT NULL,
  until       date NOT NULL CHECK (until >= start),
  state       text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  stage       text NOT NULL,
  done        int NOT NULL CHECK (done BETWEEN 0 AND 100),
  asked_by    text NOT NULL,
  asked_at    timestamptz NOT NULL,
  ended_at    timestamptz,
  refusal     text NOT NULL DEFAULT '',
  report      jsonb,
  turns       jsonb,
  hash        text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'done') = (report IS NOT NULL))
);
CREATE INDEX whatif_proposal ON whatif (tenant_id, proposal_id, asked_at);
-- One line of a report's tables: a subject with its figures, a ticket that would be another, a body with its work.
CREATE TABLE whatif_row (
  tenant_id int NOT NULL REFERENCES tenant (id),
  whatif_id uuid NOT NULL,
  section   text NOT NULL,
  place     int NOT NULL,
  code      text NOT NULL,
  data      jsonb NOT NULL,
  PRIMARY KEY (tenant_id, whatif_id, section, place),
  FOREIGN KEY (tenant_id, whatif_id) REFERENCES whatif (tenant_id, id)
);
SELECT protect('whatif'::regclass), protect('whatif_row'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON whatif TO hcp_app;
GRANT SELECT, INSERT, DELETE ON whatif_row TO hcp_app;

-- A report that is done is never written over, and neither are its lines.
CREATE POLICY frozen ON whatif AS RESTRICTIVE FOR UPDATE USING (state IN ('waiting', 'running')) WITH CHECK (true);
CREATE POLICY written_once ON whatif_row AS RESTRICTIVE FOR INSERT WITH CHECK (EXISTS (
  SELECT 1 FROM whatif w WHERE w.tenant_id = whatif_row.tenant_id AND w.id = whatif_id AND w.state = 'running'));

-- A past period is read without reading what came before and after it; bad grades are few.
CREATE INDEX invitation_opens ON invitation USING brin (opens);
CREATE INDEX mark_bad ON mark (tenant_id, rated_at, rating_id) WHERE grade <= 2;
