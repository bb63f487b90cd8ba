-- What leaves is left to the rules that let it leave: no sooner than the waiting time that two people agreed to, and what
-- remains of it is written by itself alone. What was made to be thrown away goes, whatever became of who made it.

-- The number of a throw-away tenant, written before the tenant is made: who finds one that is over sweeps it up. It says
-- nothing of anybody, so whoever comes by may read and clear it.
CREATE TABLE throwaway (
  id    int PRIMARY KEY CHECK (id < 0),
  until timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE, UPDATE (until) ON throwaway TO hcp_app;
INSERT INTO throwaway (id, until) SELECT id, now() + interval '1 day' FROM tenant WHERE id < 0;

-- Numbers of places that are gone are read by whoever founds the next one, as the directory is; a line is written by the
-- place that leaves, in its own transaction, and by nobody else.
ALTER TABLE departed ENABLE ROW LEVEL SECURITY;
ALTER TABLE departed FORCE ROW LEVEL SECURITY;
CREATE POLICY directory ON departed FOR SELECT USING (true);
CREATE POLICY own_end ON departed FOR INSERT WITH CHECK (id = (SELECT departing()));

-- The least that a period of law lasts, in the words of core.policy.spans; a working day is at least a day.
CREATE FUNCTION at_least(since timestamptz, wait text) RETURNS timestamptz LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public AS $$
  SELECT ((since AT TIME ZONE 'Asia/Shanghai') + CASE said[2]
    WHEN 'h' THEN make_interval(hours => said[1]::int)
    WHEN 'd' THEN make_interval(days => said[1]::int)
    WHEN 'wd' THEN make_interval(days => said[1]::int)
    WHEN 'm' THEN make_interval(months => said[1]::int)
  END) AT TIME ZONE 'Asia/Shanghai'
  FROM regexp_match(wait, '^([0-9]{1,6})(h|d|wd|m)$') AS said
$$;

CREATE OR REPLACE FUNCTION guard_state() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
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
  IF OLD.state = 'leaving' AND OLD.leaves_at <= clock_timestamp() THEN
    RAISE EXCEPTION 'the waiting time is over, and rows are going' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'leaving' AND EXISTS (SELECT 1 FROM public.tenant AS city WHERE city.parent = NEW.id) THEN
    RAISE EXCEPTION 'a province goes after its cities' USING ERRCODE = 'check_violation';
  END IF;
  -- An hour is what two clocks may differ: an agreement of long ago does not shorten the waiting time that begins now.
  IF NEW.state = 'leaving' AND (NEW.leaves_at <= now() OR NOT EXISTS (
      SELECT 1 FROM public.farewell AS f
      WHERE f.tenant_id = NEW.id AND f.agreed_by IS NOT NULL AND f.stopped_at IS NULL
        AND f.agreed_at >= now() - interval '1 hour' AND NEW.leaves_at >= public.at_least(f.agreed_at, f.wait)))
  THEN
    RAISE EXCEPTION 'nothing leaves without two people and the whole waiting time' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- Whose rule a change was taken from, until it is written down by which paper of the place's own it holds.
ALTER TABLE proposal_change ADD COLUMN taken text NOT NULL DEFAULT '';
