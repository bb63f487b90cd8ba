-- Whoever may see a ticket has a row for it: a list is read from an index in its order, however many tickets there are.

CREATE INDEX notice_ticket ON notice (tenant_id, ticket_id) WHERE ticket_id IS NOT NULL;
-- The registers hold few of all tickets.
CREATE INDEX ticket_complex ON ticket (tenant_id, id) WHERE complexity = 'complex';
CREATE INDEX clock_ledger ON clock (tenant_id, ticket_id) WHERE extended OR name = 'complex';

-- ``seat`` is who may see it ('all', 'institution:X', 'told:X' for a member of staff who was told), or for whom it waits
-- among these ('audit@all', 'handle:X@institution:X'). Under row-level security only plain comparisons reach an index.
CREATE TABLE ticket_seat (
  tenant_id int NOT NULL REFERENCES tenant (id),
  ticket_id uuid NOT NULL,
  seat      text NOT NULL,
  urgent    timestamptz NOT NULL,
  newest    bigint NOT NULL,
  state     text NOT NULL,
  grade     int NOT NULL,
  handler   text NOT NULL,
  rated_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id, seat),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX seat_due ON ticket_seat (tenant_id, seat, urgent, newest, ticket_id);
CREATE INDEX seat_newest ON ticket_seat (tenant_id, seat, newest, ticket_id);
CREATE INDEX seat_state_due ON ticket_seat (tenant_id, seat, state, urgent, newest, ticket_id);
CREATE INDEX seat_state_newest ON ticket_seat (tenant_id, seat, state, newest, ticket_id);
CREATE INDEX seat_handler_due ON ticket_seat (tenant_id, seat, handler, urgent, newest, ticket_id);
CREATE INDEX seat_handler_newest ON ticket_seat (tenant_id, seat, handler, newest, ticket_id);
CREATE INDEX seat_grade_due ON ticket_seat (tenant_id, seat, grade, urgent, newest, ticket_id);
SELECT protect('ticket_seat'::regclass, true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_seat TO hcp_app;

-- Where a ticket stands in every list: the running duty that ends first, then the newest.
CREATE FUNCTION ticket_urgent(of_tenant int, of_ticket uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT COALESCE(min(c.due_at), '9999-01-01'::timestamptz) FROM clock c
  WHERE c.tenant_id = of_tenant AND c.ticket_id = of_ticket AND c.state = 'running' AND c.name <> 'appeal'
$$;

-- Who may see a ticket, and for whom of these it waits.
CREATE FUNCTION ticket_seats(
  of_tenant int, of_ticket uuid, state text, handler text, proposed text, co_handlers text[], staff text
) RETURNS TABLE (seat text) LANGUAGE sql STABLE AS $$
  WITH visible AS (
    SELECT 'all' AS seat
    UNION SELECT 'institution:' || x FROM unnest(ARRAY[$4, $5] || $6) AS x
    UNION SELECT 'institution:' || s.institution FROM staff s WHERE s.tenant_id = $1 AND s.code = $7
    UNION SELECT a.addressee FROM appeal a WHERE a.tenant_id = $1 AND a.ticket_id = $2 AND a.addressee <> 'bureau'
    UNION SELECT 'told:' || substr(w.addressee, 7) FROM notice w
      WHERE w.tenant_id = $1 AND w.ticket_id = $2 AND left(w.addressee, 6) = 'staff:'
  ), waiting AS (
    SELECT 'handle:' || $4 AS tag WHERE $3 IN ('verified', 'rectifying')
    UNION ALL SELECT 'open:' || $4 WHERE $3 = 'open'
    UNION ALL SELECT 'open' WHERE $3 = 'open'
    UNION ALL SELECT 'audit' WHERE $3 = 'auditing'
    UNION ALL SELECT CASE c.name WHEN 'callback' THEN 'callback' ELSE 'rated:' || $7 END FROM clock c
      WHERE c.tenant_id = $1 AND c.ticket_id = $2 AND c.state = 'running' AND (c.name = 'callback' OR c.name = 'appeal' AND $7 IS NOT NULL)
    UNION ALL SELECT 'decide:' || a.addressee FROM appeal a WHERE a.tenant_id = $1 AND a.ticket_id = $2 AND a.state = 'open'
  )
  SELECT v.seat FROM visible v UNION SELECT w.tag || '@' || v.seat FROM waiting w, visible v
$$;

-- Brings a ticket's rows up to what is true now. Its first row is locked before anything is read, and so is the person
-- rated: of two transactions that change facts of one ticket the later one sees what the earlier one did.
CREATE FUNCTION place_ticket(of_tenant int, of_ticket uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ticket_seat WHERE tenant_id = of_tenant AND ticket_id = of_ticket AND seat = 'all' FOR UPDATE;
  PERFORM 1 FROM staff s WHERE s.tenant_id = of_tenant AND s.code = (
    SELECT t.staff FROM ticket t WHERE t.tenant_id = of_tenant AND t.id = of_ticket) FOR SHARE;
  WITH now_true AS (
    SELECT t.tenant_id, t.id, w.seat, ticket_urgent(t.tenant_id, t.id) AS urgent,
      -(extract(epoch FROM t.opened_at) * 1000000)::bigint AS newest, t.state, t.grade, t.handler, t.rated_at
    FROM ticket t, ticket_seats(t.tenant_id, t.id, t.state, t.handler, t.proposed, t.co_handlers, t.staff) AS w
    WHERE t.tenant_id = of_tenant AND t.id = of_ticket
  ), gone AS (
    DELETE FROM ticket_seat s WHERE s.tenant_id = of_tenant AND s.ticket_id = of_ticket
      AND NOT EXISTS (SELECT 1 FROM now_true n WHERE n.seat = s.seat)
  )
  INSERT INTO ticket_seat AS s (tenant_id, ticket_id, seat, urgent, newest, state, grade, handler, rated_at)
  SELECT * FROM now_true
  ON CONFLICT (tenant_id, ticket_id, seat) DO UPDATE SET urgent = EXCLUDED.urgent, newest = EXCLUDED.newest,
    state = EXCLUDED.state, grade = EXCLUDED.grade, handler = EXCLUDED.handler, rated_at = EXCLUDED.rated_at
  WHERE (s.urgent, s.newest, s.state, s.grade, s.handler, s.rated_at)
    IS DISTINCT FROM (EXCLUDED.urgent, EXCLUDED.newest, EXCLUDED.state, EXCLUDED.grade, EXCLUDED.handler, EXCLUDED.rated_at);
END $$;

CREATE FUNCTION place_this_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place_ticket(NEW.tenant_id, NEW.id);
  RETURN NULL;
END $$;
CREATE FUNCTION place_its_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place_ticket(NEW.tenant_id, NEW.ticket_id);
  RETURN NULL;
END $$;
CREATE FUNCTION place_tickets_of_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place_ticket(NEW.tenant_id, t.id) FROM ticket t WHERE t.tenant_id = NEW.tenant_id AND t.staff = NEW.code;
  RETURN NULL;
END $$;

-- At the end of the transaction, when everything else is locked that will be: no act waits for a job that waits for it.
CREATE CONSTRAINT TRIGGER placed AFTER INSERT ON ticket DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION place_this_ticket();
CREATE CONSTRAINT TRIGGER placed_again AFTER UPDATE ON ticket DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.handler, OLD.proposed, OLD.co_handlers, OLD.staff, OLD.grade, OLD.opened_at, OLD.rated_at)
    IS DISTINCT FROM (NEW.state, NEW.handler, NEW.proposed, NEW.co_handlers, NEW.staff, NEW.grade, NEW.opened_at, NEW.rated_at))
  EXECUTE FUNCTION place_this_ticket();
CREATE CONSTRAINT TRIGGER placed AFTER INSERT ON clock DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION place_its_ticket();
CREATE CONSTRAINT TRIGGER placed_again AFTER UPDATE ON clock DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.name, OLD.due_at) IS DISTINCT FROM (NEW.state, NEW.name, NEW.due_at))
  EXECUTE FUNCTION place_its_ticket();
CREATE CONSTRAINT TRIGGER placed AFTER INSERT ON appeal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION place_its_ticket();
CREATE CONSTRAINT TRIGGER placed_again AFTER UPDATE ON appeal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.addressee) IS DISTINCT FROM (NEW.state, NEW.addressee)) EXECUTE FUNCTION place_its_ticket();
CREATE CONSTRAINT TRIGGER placed AFTER INSERT ON notice DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.ticket_id IS NOT NULL AND left(NEW.addressee, 6) = 'staff:') EXECUTE FUNCTION place_its_ticket();
CREATE CONSTRAINT TRIGGER placed AFTER INSERT ON staff DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION place_tickets_of_staff();
CREATE CONSTRAINT TRIGGER placed_again AFTER UPDATE ON staff DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.institution IS DISTINCT FROM NEW.institution) EXECUTE FUNCTION place_tickets_of_staff();

-- The tickets there are already.
SET LOCAL statement_timeout = 0;
DO $$ DECLARE each text; BEGIN
  FOREACH each IN ARRAY ARRAY['ticket', 'clock', 'appeal', 'notice', 'staff', 'ticket_seat'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', each);
  END LOOP;
END $$;
INSERT INTO ticket_seat (tenant_id, ticket_id, seat, urgent, newest, state, grade, handler, rated_at)
SELECT t.tenant_id, t.id, w.seat, ticket_urgent(t.tenant_id, t.id), -(extract(epoch FROM t.opened_at) * 1000000)::bigint,
  t.state, t.grade, t.handler, t.rated_at
FROM ticket t, ticket_seats(t.tenant_id, t.id, t.state, t.handler, t.proposed, t.co_handlers, t.staff) AS w;
DO $$ DECLARE each text; BEGIN
  FOREACH each IN ARRAY ARRAY['ticket', 'clock', 'appeal', 'notice', 'staff', 'ticket_seat'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', each);
  END LOOP;
END $$;
