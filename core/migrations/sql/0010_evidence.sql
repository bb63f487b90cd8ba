-- Files handed in for a ticket: what is known of each; its content lies encrypted outside the database.

CREATE TABLE evidence (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  ticket_id   uuid NOT NULL,
  name        text NOT NULL,
  kind        text NOT NULL,
  size        int NOT NULL,
  digest      bytea NOT NULL,
  uploaded_by text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX evidence_ticket ON evidence (tenant_id, ticket_id, at, id);
SELECT protect('evidence'::regclass);
GRANT SELECT, INSERT, DELETE ON evidence TO hcp_app;
