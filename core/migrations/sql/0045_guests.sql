-- Somebody invited from outside: an account of their own, entered by a link that opens once, and closed when what they came for ends.
CREATE TABLE guest (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  member_id   uuid NOT NULL,
  record_id   uuid NOT NULL,
  link_hash   bytea,
  link_until  timestamptz NOT NULL,
  invited_at  timestamptz NOT NULL,
  accepted_at timestamptz,
  closed_at   timestamptz,
  PRIMARY KEY (tenant_id, member_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE UNIQUE INDEX guest_record ON guest (tenant_id, record_id);
CREATE UNIQUE INDEX guest_link ON guest (tenant_id, link_hash) WHERE link_hash IS NOT NULL;

SELECT protect('guest'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON guest TO hcp_app;
