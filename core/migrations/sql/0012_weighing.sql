-- Ratings whose grades a rule may count are weighed after they are stored; refused files may go; old findings are marked.

CREATE TABLE unweighed (
  tenant_id int NOT NULL REFERENCES tenant (id),
  rating_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, rating_id)
);
CREATE INDEX unweighed_at ON unweighed (tenant_id, at);
SELECT protect('unweighed'::regclass, true);
GRANT SELECT, INSERT, UPDATE, DELETE ON unweighed TO hcp_app;

-- A file handed in with an act that was refused is taken back; what an act names is never deleted by the program.
DROP POLICY throwaway_only ON evidence;

-- What was found before figures were kept from before any finding: the grade given, where nothing was appended.
ALTER TABLE mark NO FORCE ROW LEVEL SECURITY;
ALTER TABLE rating NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY;
UPDATE mark m SET found = true, unfound = m.grade
WHERE m.effective IS DISTINCT FROM m.grade AND NOT m.found
  AND EXISTS (SELECT 1 FROM ticket t WHERE t.tenant_id = m.tenant_id AND t.rating_id = m.rating_id AND t.verdict IS NOT NULL
    AND t.verdict <> 'valid')
  AND NOT EXISTS (SELECT 1 FROM rating a WHERE a.tenant_id = m.tenant_id AND a.append_of = m.rating_id)
  AND EXISTS (SELECT 1 FROM rating r WHERE r.tenant_id = m.tenant_id AND r.id = m.rating_id AND r.append_of IS NULL);
ALTER TABLE ticket FORCE ROW LEVEL SECURITY;
ALTER TABLE rating FORCE ROW LEVEL SECURITY;
ALTER TABLE mark FORCE ROW LEVEL SECURITY;
