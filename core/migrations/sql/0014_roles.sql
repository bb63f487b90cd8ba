-- Roles are a closed list, an account may wait for one, a member may act for a colleague, and support may look on.

ALTER TABLE member ADD CONSTRAINT member_role CHECK (role IN (
  '', 'clerk', 'handler', 'supervisor', 'operator', 'provincial', 'admin', 'security', 'auditor'));

-- Whoever is away lets a colleague act in their place for a time; it is taken back, never deleted.
CREATE TABLE delegation (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  giver      uuid NOT NULL,
  taker      uuid NOT NULL,
  since      timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  reason     text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, giver) REFERENCES member (tenant_id, id),
  FOREIGN KEY (tenant_id, taker) REFERENCES member (tenant_id, id),
  CHECK (giver <> taker),
  CHECK (since < until)
);
CREATE INDEX delegation_taker ON delegation (tenant_id, taker, until) WHERE revoked_at IS NULL;
CREATE INDEX delegation_giver ON delegation (tenant_id, giver, until);

-- In whose place a session stands: by a delegation, or as support that only looks.
ALTER TABLE session
  ADD COLUMN acting_for uuid,
  ADD COLUMN acting_kind text CHECK (acting_kind IN ('delegation', 'support')),
  ADD COLUMN acting_by uuid,
  ADD COLUMN acting_reason text,
  ADD COLUMN acting_until timestamptz,
  ADD FOREIGN KEY (tenant_id, acting_for) REFERENCES member (tenant_id, id),
  ADD FOREIGN KEY (tenant_id, acting_by) REFERENCES delegation (tenant_id, id),
  ADD CHECK ((acting_for IS NULL) = (acting_kind IS NULL) AND (acting_for IS NULL) = (acting_until IS NULL)),
  ADD CHECK ((acting_kind = 'delegation') = (acting_by IS NOT NULL));

SELECT protect('delegation'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON delegation TO hcp_app;
