-- Ticket numbers are counted, not looked for; what may be withdrawn may be deleted; appends are found by what they add to.

CREATE TABLE ticket_number (
  tenant_id int NOT NULL REFERENCES tenant (id),
  prefix    text NOT NULL,
  last      int NOT NULL,
  PRIMARY KEY (tenant_id, prefix)
);
-- The owner sees no rows while row-level security is forced on it too.
ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY;
INSERT INTO ticket_number SELECT tenant_id, left(number, 5), max(substr(number, 6)::int) FROM ticket GROUP BY 1, 2;
ALTER TABLE ticket FORCE ROW LEVEL SECURITY;
SELECT protect('ticket_number'::regclass);
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_number TO hcp_app;

-- An answer or an own rule may be taken back; the log keeps what stood there.
DROP POLICY throwaway_only ON answer;
DROP POLICY throwaway_only ON override;

CREATE INDEX rating_append ON rating (tenant_id, append_of) WHERE append_of IS NOT NULL;
CREATE INDEX clock_provisional ON clock (tenant_id) WHERE provisional AND state IN ('running', 'paused');
CREATE INDEX invitation_provisional ON invitation (tenant_id) WHERE provisional AND state = 'open';
