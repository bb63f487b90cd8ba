-- A tenant has a state, from its founding to its end; what was tried before it went live may be cleared away, and all of
-- it once its waiting time is over. Nobody may do either by more than the rights that the application always had.

-- ``testing``: what comes in before the first day is practice, and goes when the place goes live.
ALTER TABLE tenant
  ADD COLUMN division     text NOT NULL DEFAULT '',
  ADD COLUMN state        text NOT NULL DEFAULT 'founding'
    CHECK (state IN ('founding', 'live', 'suspended', 'archived', 'leaving')),
  ADD COLUMN testing      boolean NOT NULL DEFAULT true,
  ADD COLUMN leaves_at    timestamptz,
  ADD CONSTRAINT leaves_when_leaving CHECK ((state = 'leaving') = (leaves_at IS NOT NULL));
ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
UPDATE tenant SET state = 'live', testing = false WHERE live;
UPDATE tenant SET state = 'suspended' WHERE NOT live AND live_since IS NOT NULL;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant DROP COLUMN live;
ALTER TABLE tenant ADD COLUMN live boolean NOT NULL GENERATED ALWAYS AS (state = 'live') STORED;

-- Who has looked at everything and puts their name to it; ``stamp`` is what the rules were when they did.
CREATE TABLE sign_off (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  member_id  uuid NOT NULL,
  name       text NOT NULL,
  stamp      text NOT NULL,
  note       text NOT NULL DEFAULT '',
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, stamp, member_id)
);
-- What was said about one step of the way: whom it waits for, or what somebody noted.
CREATE TABLE onboarding_note (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  step        text NOT NULL,
  waiting_for text NOT NULL DEFAULT '',
  text        text NOT NULL DEFAULT '',
  member_id   uuid NOT NULL,
  name        text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Every grade through every channel, in a copy of the place that is thrown away; what came of it stays.
CREATE TABLE trial (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  stamp       text NOT NULL,
  passed      boolean NOT NULL,
  outcome     jsonb NOT NULL,
  member_id   uuid NOT NULL,
  name        text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- Each change of state with its reason; ``moved`` is how many chances to rate were prolonged when it was resumed.
CREATE TABLE tenant_state (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  state      text NOT NULL,
  was        text NOT NULL,
  reason     text NOT NULL DEFAULT '',
  moved      int NOT NULL DEFAULT 0,
  name       text NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- A place is deleted when two people have said so and the waiting time that its rules name is over.
CREATE TABLE farewell (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  reason      text NOT NULL,
  wait        text NOT NULL,
  clause      text NOT NULL,
  asked_by    uuid NOT NULL,
  asked_name  text NOT NULL,
  asked_at    timestamptz NOT NULL,
  agreed_by   uuid,
  agreed_name text,
  agreed_at   timestamptz,
  stopped_name text,
  stopped_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (agreed_by <> asked_by),
  CHECK ((agreed_by IS NULL) = (agreed_at IS NULL))
);
CREATE UNIQUE INDEX farewell_one ON farewell (tenant_id) WHERE stopped_at IS NULL;

-- What is left of a place that is gone: its number, so that no other ever bears it, and how much was deleted.
CREATE TABLE departed (
  id         int PRIMARY KEY,
  slug       text NOT NULL,
  name       text NOT NULL,
  parent     int,
  rows       bigint NOT NULL,
  gone_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT ON departed TO hcp_app;

-- The tenant of this transaction, if its waiting time is over by the database's own clock.
CREATE FUNCTION departing() RETURNS int LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT id FROM public.tenant WHERE id = NULLIF(current_setting('app.tenant_id', true), '')::int
    AND state = 'leaving' AND leaves_at <= now()
$$;
-- The tenant of this transaction, if it has never been live: what came in is practice.
CREATE FUNCTION practising() RETURNS int LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT id FROM public.tenant WHERE id = NULLIF(current_setting('app.tenant_id', true), '')::int
    AND state = 'founding' AND live_since IS NULL
$$;

CREATE OR REPLACE FUNCTION protect(target regclass, may_delete boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY own_tenant ON %s USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::int)'
    ' WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::int)', target);
  IF NOT may_delete THEN
    EXECUTE format('CREATE POLICY throwaway_only ON %s AS RESTRICTIVE FOR DELETE USING'
      ' (tenant_id < 0 OR tenant_id = (SELECT departing()))', target);
  END IF;
END $$;
SELECT protect(t::regclass) FROM unnest(ARRAY['sign_off', 'onboarding_note', 'trial', 'tenant_state', 'farewell']) AS t;
GRANT SELECT, INSERT, DELETE ON sign_off, onboarding_note, trial, tenant_state TO hcp_app;
GRANT SELECT, INSERT, DELETE ON farewell TO hcp_app;
GRANT UPDATE (agreed_by, agreed_name, agreed_at, stopped_name, stopped_at) ON farewell TO hcp_app;

-- What comes in is practice until the first day; nothing that is set up, and no entry of the log, ever is. What is deleted
-- is deleted by the name of the whole table, whose rule then holds for its months too.
CREATE FUNCTION is_practice(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT name = ANY (ARRAY[
    'rating', 'mark', 'service_case', 'service_event', 'invitation', 'target', 'reminder', 'rating_key', 'receipt', 'comment', 'ticket',
    'ticket_act', 'clock', 'feedback_grade', 'appeal', 'notice', 'tally', 'ticket_number', 'alert', 'assignment',
    'month_rank', 'ranked_month', 'random_check', 'person', 'outbox'])
$$;
DO $$
DECLARE each record;
BEGIN
  FOR each IN SELECT p.tablename AS name FROM pg_policies AS p
      WHERE p.schemaname = 'public' AND p.policyname = 'throwaway_only' AND p.tablename <> 'tenant' LOOP
    EXECUTE format('ALTER POLICY throwaway_only ON %I USING (tenant_id < 0 OR tenant_id = (SELECT departing())%s)', each.name,
      CASE WHEN is_practice(each.name) THEN ' OR tenant_id = (SELECT practising())' ELSE '' END);
  END LOOP;
END $$;
ALTER POLICY throwaway_only ON tenant USING (id < 0 OR id = (SELECT departing()));

-- Whatever a program asks for, a state follows the one before it, and nothing leaves sooner than two people agreed to.
CREATE FUNCTION guard_state() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.live_since IS DISTINCT FROM OLD.live_since AND OLD.live_since IS NOT NULL THEN
    RAISE EXCEPTION 'the first day of a place stays' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'live' AND NEW.live_since IS NULL THEN
    RAISE EXCEPTION 'a live place has its first day' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state = 'leaving' AND NEW.state = 'leaving' AND NEW.leaves_at <> OLD.leaves_at THEN
    RAISE EXCEPTION 'the waiting time stays as it was agreed' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('founding', 'live'), ('founding', 'archived'), ('live', 'suspended'),
      ('suspended', 'live'), ('suspended', 'archived'), ('archived', 'suspended'),
      ('archived', 'founding'), ('archived', 'leaving'), ('leaving', 'archived')) THEN
    RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'leaving' AND (NEW.leaves_at <= now() OR NOT EXISTS (
      SELECT 1 FROM public.farewell AS f WHERE f.tenant_id = NEW.id AND f.agreed_by IS NOT NULL AND f.stopped_at IS NULL))
  THEN
    RAISE EXCEPTION 'nothing leaves without two people and a waiting time' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE UPDATE OF state, leaves_at, live_since ON tenant FOR EACH ROW EXECUTE FUNCTION guard_state();

-- Everything of a tenant in one packed file is an export like another, fetched from the same place.
ALTER TABLE export DROP CONSTRAINT export_format_check;
ALTER TABLE export ADD CONSTRAINT export_format_check CHECK (format IN ('csv', 'xlsx', 'zip'));
