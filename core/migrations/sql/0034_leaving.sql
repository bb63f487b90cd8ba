-- Once the waiting time is over rows are going: nothing brings the place back half deleted. A province goes after its cities.
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
  IF NEW.state = 'leaving' AND (NEW.leaves_at <= now() OR NOT EXISTS (
      SELECT 1 FROM public.farewell AS f WHERE f.tenant_id = NEW.id AND f.agreed_by IS NOT NULL AND f.stopped_at IS NULL))
  THEN
    RAISE EXCEPTION 'nothing leaves without two people and a waiting time' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
