"""Work by the thousand, laid as rows: unanswered invitations, reminders whose hour has come, clocks that run out."""

from tests.faults.house import House, Place

# Every service ended eight days ago, so its seven days are over; a worker is woken once.
SILENT = """
BEGIN;
INSERT INTO service_case (tenant_id, id, code, item, items, mode, kind, opened_at)
  SELECT {id}, lpad(to_hex(n), 32, '0')::uuid, 'S' || n, 'invoice', '{{invoice}}', 'window', 'instant',
    now() - interval '8 days'
  FROM generate_series(1, {n}) AS n;
INSERT INTO service_event (tenant_id, id, case_id, number, event, at, mode, staff, fingerprint, source, received_at)
  SELECT tenant_id, id, id, 1, 'closed', opened_at, 'window', 'li', '', 'fault', opened_at FROM service_case
  WHERE tenant_id = {id} AND code LIKE 'S%';
INSERT INTO invitation (tenant_id, id, case_id, event_id, occasion, dimensions, opens, closes, silent_grade, token_hash,
  policy)
  SELECT tenant_id, id, id, id, 'closed', '{{overall}}', opened_at, opened_at + interval '7 days', 5, uuid_send(id),
    'fault'
  FROM service_case WHERE tenant_id = {id} AND code LIKE 'S%';
INSERT INTO target (tenant_id, invitation_id, dimension, item, staff, institutions, lines, regions, areas, channel)
  SELECT tenant_id, id, 'overall', 'invoice', 'li', '{{tax-east}}', '{{tax}}', '{{east}}', '{{city,east}}', 'window'
  FROM service_case WHERE tenant_id = {id} AND code LIKE 'S%';
INSERT INTO task (id, tenant, kind, run_after) VALUES (gen_random_uuid(), {id}, 'silence', now());
COMMIT;
"""
# Reminders of real services are brought forward, each with a wake-up of its own.
REMIND = """
BEGIN;
UPDATE reminder SET at = now() WHERE tenant_id = {id};
INSERT INTO task (id, tenant, kind, run_after)
  SELECT gen_random_uuid(), {id}, 'reminders', now() + interval '10 milliseconds' * n FROM generate_series(1, 50) AS n;
COMMIT;
"""
# Tickets with one clock each, which fall due one after the other from {past} seconds ago to {coming} seconds hence:
# half of them end then, of the others that is the instant of their warning. A worker is woken each second.
CLOCKS = """
BEGIN;
INSERT INTO override (tenant_id, id, key, value, clause, author, created_at)
  VALUES ({id}, gen_random_uuid(), 'warn_before', '["1h"]', '第四条', 'fault', now());
UPDATE tenant SET revision = revision + 1 WHERE id = {id};
CREATE TEMPORARY TABLE laid AS
  SELECT lpad(to_hex(n), 32, '0')::uuid AS id, n, n % 2 = 0 AS ends,
    now() - interval '1 second' * ({past} - ({past} + {coming}) * n / {n}::float) AS at
  FROM generate_series(1, {n}) AS n;
INSERT INTO service_case (tenant_id, id, code, item, items, mode, kind, opened_at)
  SELECT {id}, id, 'K' || n, 'invoice', '{{invoice}}', 'window', 'instant', now() - interval '20 days' FROM laid;
INSERT INTO ticket (tenant_id, id, number, rating_id, rated_at, case_id, item, staff, dimensions, grade, state,
  dispatched_at, handler, proposed, opened_at, policy, policy_day)
  SELECT {id}, id, 'K-' || n, id, now() - interval '20 days', id, 'invoice', 'li', '{{overall}}', 1, 'open',
    now() - interval '20 days', 'tax-east', 'tax-east', now() - interval '20 days', 'fault', current_date
  FROM laid;
INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause, document, policy, calendar,
  days, warned_at)
  SELECT {id}, id, id, 'close', 'dispatched', now() - interval '20 days', '10wd',
    CASE WHEN ends THEN at ELSE at + interval '1 hour' END, '第三条', '', 'fault', 'fault', '[]',
    CASE WHEN ends THEN at - interval '1 hour' END
  FROM laid;
INSERT INTO task (id, tenant, kind, run_after)
  SELECT gen_random_uuid(), {id}, 'clocks', at
  FROM generate_series(now() - interval '{past} seconds', now() + interval '{coming} seconds', '1 second') AS at;
COMMIT;
"""
# Each notice says which worker wrote it, and when it really did.
SIGN = """
CREATE FUNCTION sign() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  NEW.body := NEW.body || jsonb_build_object('by', current_setting('application_name'), 'told', clock_timestamp());
  RETURN NEW; END$$;
CREATE TRIGGER sign BEFORE INSERT ON notice FOR EACH ROW EXECUTE FUNCTION sign();
"""
DEFAULTS = "SELECT invitation_id, count(*) AS n FROM rating WHERE tenant_id = {id} AND origin = 'default' GROUP BY 1"
NOTICES = "SELECT once, count(*) AS n FROM notice WHERE tenant_id = {id} AND about = 'reminder' GROUP BY once"
# What was told of each clock, to whom and how often: at its instant, not before it, and how long after it.
# ``came``: it fell due after the clocks were laid.
TOLD = """
SELECT k.id AS clock, n.about, n.addressee, count(*) AS n, min(n.body ->> 'by') AS by,
  bool_and((n.body ->> 'told')::timestamptz >= n.at AND n.at = CASE n.about
    WHEN 'overdue' THEN k.due_at ELSE k.due_at - interval '1 hour' END) AS in_time,
  extract(epoch FROM max((n.body ->> 'told')::timestamptz - n.at))::float AS waited,
  bool_and(n.at > k.started_at + interval '20 days') AS came
FROM notice n JOIN clock k ON k.tenant_id = n.tenant_id AND k.ticket_id = n.ticket_id
WHERE n.tenant_id = {id} AND n.about IN ('overdue', 'warning') GROUP BY k.id, n.about, n.addressee
"""
MESSAGES = """
SELECT payload ->> 'path' AS path, count(*) AS n FROM outbox WHERE tenant_id = {id} AND kind = 'sms.reminder' GROUP BY 1
"""


def lay_silence(house: House, place: Place, count: int) -> None:
    house.sql(SILENT.format(id=place.id, n=count))


def bring_reminders_forward(house: House, place: Place) -> None:
    house.sql(REMIND.format(id=place.id))


def lay_clocks(house: House, place: Place, count: int, *, past: int, coming: int) -> None:
    house.sql(CLOCKS.format(id=place.id, n=count, past=past, coming=coming))


def effects(house: House, place: Place, query: str) -> tuple[int, int]:
    """How many were done, and how many of them more than once."""
    rows = house.facts(query.format(id=place.id))
    return len(rows), sum(row["n"] > 1 for row in rows)


def left(house: House, place: Place, *, kinds: str = "'silence', 'reminders', 'fold'") -> int:
    where = f"tenant = {place.id} AND kind IN ({kinds}) AND run_after <= now() AND state <> 'dead'"
    return int(house.sql(f"SELECT count(*) FROM task WHERE {where};"))
