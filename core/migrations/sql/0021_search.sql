-- Tickets are found by words, each in an index of its own: row-level security lets nothing but plain comparisons reach one.

-- Without spaces and alike in width and case: what is looked for, and what it is looked for in.
CREATE FUNCTION plain_text(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(lower(normalize(said, NFKC)), '\s', '', 'g')
$$;
CREATE FUNCTION text_pairs(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
  SELECT DISTINCT substr(p.said, n, 2) FROM (SELECT plain_text($1) AS said) p, generate_series(1, length(p.said) - 1) AS n
$$;

-- ``word`` is a pair of neighbouring characters of the rating's text, which stands in clear beside it; or 'n:' with the number
-- and 'r:' with it read backwards, 'c:' and 'd:' the same of the case's, 'i:' the item, 'p:' somebody of the case or who rated.
CREATE TABLE ticket_word (
  tenant_id int NOT NULL REFERENCES tenant (id),
  word      text COLLATE "C" NOT NULL,
  newest    bigint NOT NULL,
  ticket_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, word, newest, ticket_id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
SELECT protect('ticket_word'::regclass, true);
GRANT SELECT, INSERT, DELETE ON ticket_word TO hcp_app;

CREATE FUNCTION ticket_keys(of_tenant int, number text, item text, of_case uuid, rated_at timestamptz, rating_id uuid)
RETURNS TABLE (word text) LANGUAGE sql STABLE AS $$
  SELECT 'n:' || $2 UNION ALL SELECT 'r:' || reverse($2) UNION ALL SELECT 'i:' || $3 WHERE $3 IS NOT NULL
  UNION ALL SELECT k.word FROM service_case c, LATERAL (VALUES ('c:' || lower(c.code)), ('d:' || reverse(lower(c.code)))) AS k (word)
    WHERE c.tenant_id = $1 AND c.id = $4
  UNION SELECT 'p:' || p FROM service_case c, unnest(ARRAY[c.applicant_id, c.agent_id]) AS p
    WHERE c.tenant_id = $1 AND c.id = $4 AND p IS NOT NULL
  UNION SELECT 'p:' || r.person_id FROM rating r
    WHERE r.tenant_id = $1 AND r.rated_at = $5 AND r.id = $6 AND r.person_id IS NOT NULL
$$;
CREATE FUNCTION is_readable(state text, verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT state <> 'withdrawn' AND verdict IS DISTINCT FROM 'refused'
$$;

-- At the end of the transaction that opens it, when its rating is there.
CREATE FUNCTION word_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place bigint := -(extract(epoch FROM NEW.opened_at) * 1000000)::bigint;
BEGIN
  INSERT INTO ticket_word (tenant_id, word, newest, ticket_id)
  SELECT NEW.tenant_id, k.word, place, NEW.id
  FROM ticket_keys(NEW.tenant_id, NEW.number, NEW.item, NEW.case_id, NEW.rated_at, NEW.rating_id) AS k
  UNION SELECT NEW.tenant_id, p, place, NEW.id FROM ticket t
    JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id, text_pairs(r.text) AS p
    WHERE t.tenant_id = NEW.tenant_id AND t.id = NEW.id AND is_readable(t.state, t.verdict)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER worded AFTER INSERT ON ticket DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION word_ticket();

-- The words of a text that nobody may read any more are gone with it.
CREATE FUNCTION silence_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM ticket_word w USING rating r, text_pairs(r.text) AS p
  WHERE r.tenant_id = NEW.tenant_id AND r.rated_at = NEW.rated_at AND r.id = NEW.rating_id
    AND w.tenant_id = NEW.tenant_id AND w.word = p AND w.ticket_id = NEW.id
    AND w.newest = -(extract(epoch FROM NEW.opened_at) * 1000000)::bigint;
  RETURN NULL;
END $$;
CREATE TRIGGER silenced AFTER UPDATE ON ticket FOR EACH ROW
  WHEN (is_readable(OLD.state, OLD.verdict) AND NOT is_readable(NEW.state, NEW.verdict)) EXECUTE FUNCTION silence_ticket();

-- A telephone number is found by its last four digits: a keyed hash, filled where the key is.
ALTER TABLE person ADD COLUMN phone_tail bytea;
CREATE INDEX person_phone_tail ON person (tenant_id, phone_tail) WHERE phone_tail IS NOT NULL;
CREATE INDEX person_without_tail ON person (tenant_id, id) WHERE phone_tail IS NULL AND phone_enc IS NOT NULL;

-- The tickets there are already.
SET LOCAL statement_timeout = 0;
DO $$ DECLARE each text; BEGIN
  FOREACH each IN ARRAY ARRAY['ticket', 'service_case', 'rating', 'ticket_word'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', each);
  END LOOP;
END $$;
INSERT INTO ticket_word (tenant_id, word, newest, ticket_id)
SELECT t.tenant_id, k.word, -(extract(epoch FROM t.opened_at) * 1000000)::bigint, t.id
FROM ticket t, ticket_keys(t.tenant_id, t.number, t.item, t.case_id, t.rated_at, t.rating_id) AS k
UNION SELECT t.tenant_id, p, -(extract(epoch FROM t.opened_at) * 1000000)::bigint, t.id
FROM ticket t JOIN rating r ON r.tenant_id = t.tenant_id AND r.rated_at = t.rated_at AND r.id = t.rating_id, text_pairs(r.text) AS p
WHERE is_readable(t.state, t.verdict);
DO $$ DECLARE each text; BEGIN
  FOREACH each IN ARRAY ARRAY['ticket', 'service_case', 'rating', 'ticket_word'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', each);
  END LOOP;
END $$;
