-- Tickets exchanged with a partner's own order system: messages that go in their order, where the partner is, what it said.

-- Of one line a message goes when the one before it has arrived.
ALTER TABLE outbox ADD COLUMN line uuid;
ALTER TABLE outbox ADD COLUMN nth int;
CREATE UNIQUE INDEX outbox_line ON outbox (tenant_id, line, nth) WHERE line IS NOT NULL;

CREATE TABLE exchange_partner (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  extra      text NOT NULL,
  url        text NOT NULL,
  key_enc    bytea NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  tested_at  timestamptz,
  tested     text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, extra)
);

-- What the partner reported of an order, done or refused; what was done under an id is done once.
CREATE TABLE exchange_said (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  record_id   uuid NOT NULL,
  event_id    text NOT NULL,
  status      text NOT NULL,
  at          timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  fingerprint bytea NOT NULL,
  code        text NOT NULL DEFAULT '',
  detail      text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES extra_record (tenant_id, id)
);
CREATE UNIQUE INDEX exchange_said_done ON exchange_said (tenant_id, event_id) WHERE code = '';
CREATE INDEX exchange_said_record ON exchange_said (tenant_id, record_id, received_at, id);
CREATE INDEX exchange_said_day ON exchange_said (tenant_id, received_at);

SELECT protect(t::regclass) FROM unnest(ARRAY['exchange_partner', 'exchange_said']) AS t;
GRANT SELECT, INSERT, DELETE ON exchange_partner, exchange_said TO hcp_app;
GRANT UPDATE (url, key_enc, changed_at, changed_by, tested_at, tested) ON exchange_partner TO hcp_app;

-- What a partner said before the first day is practice like the tickets of that time; where it is stays known.
CREATE OR REPLACE FUNCTION is_practice(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT name = ANY (ARRAY[
    'rating', 'mark', 'service_case', 'service_event', 'invitation', 'target', 'reminder', 'rating_key', 'receipt', 'comment', 'ticket',
    'ticket_act', 'clock', 'feedback_grade', 'appeal', 'notice', 'tally', 'ticket_number', 'alert', 'assignment',
    'month_rank', 'ranked_month', 'random_check', 'person', 'outbox', 'questionnaire_answer',
    'extra_record', 'extra_secret', 'extra_deed', 'extra_timer', 'extra_file', 'extra_number', 'extra_period', 'exchange_said'])
$$;
ALTER POLICY throwaway_only ON exchange_said USING (tenant_id < 0 OR tenant_id = (SELECT departing())
  OR tenant_id = (SELECT practising()));
