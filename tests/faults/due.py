"""Work by the thousand, laid as rows: invitations that nobody answered, reminders whose hour has come."""

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
DEFAULTS = "SELECT invitation_id, count(*) AS n FROM rating WHERE tenant_id = {id} AND origin = 'default' GROUP BY 1"
NOTICES = "SELECT once, count(*) AS n FROM notice WHERE tenant_id = {id} AND about = 'reminder' GROUP BY once"
MESSAGES = """
SELECT payload ->> 'path' AS path, count(*) AS n FROM outbox WHERE tenant_id = {id} AND kind = 'sms.reminder' GROUP BY 1
"""


def lay_silence(house: House, place: Place, count: int) -> None:
    house.sql(SILENT.format(id=place.id, n=count))


def bring_reminders_forward(house: House, place: Place) -> None:
    house.sql(REMIND.format(id=place.id))


def effects(house: House, place: Place, query: str) -> tuple[int, int]:
    """How many were done, and how many of them more than once."""
    rows = house.facts(query.format(id=place.id))
    return len(rows), sum(row["n"] > 1 for row in rows)


def left(house: House, place: Place, *, kinds: str = "'silence', 'reminders', 'fold'") -> int:
    where = f"tenant = {place.id} AND kind IN ({kinds}) AND run_after <= now() AND state <> 'dead'"
    return int(house.sql(f"SELECT count(*) FROM task WHERE {where};"))
