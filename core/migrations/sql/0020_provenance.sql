-- The log says who sat where: the member, from which address, in which request; and its entries are sealed in a chain.

ALTER TABLE audit
  ADD COLUMN member     text NOT NULL DEFAULT '',
  ADD COLUMN acting_for text NOT NULL DEFAULT '',
  ADD COLUMN address    text NOT NULL DEFAULT '',
  ADD COLUMN trace      text NOT NULL DEFAULT '';
CREATE INDEX audit_at ON audit (tenant_id, at, id);
CREATE INDEX audit_member ON audit (tenant_id, member, at, id) WHERE member <> '';

-- Batch after batch of entries in the order of their ids: each entry's digest is made of the one before and its words,
-- with a key that the database does not know. ``upto`` counts all entries so far.
CREATE TABLE audit_seal (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  number     int NOT NULL CHECK (number > 0),
  upto       int NOT NULL,
  last_id    uuid NOT NULL,
  ids        bytea NOT NULL,
  digests    bytea NOT NULL,
  sealed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, number),
  CHECK (octet_length(ids) > 0 AND octet_length(ids) * 2 = octet_length(digests))
);
SELECT protect('audit_seal'::regclass);
GRANT SELECT, INSERT, DELETE ON audit_seal TO hcp_app;
