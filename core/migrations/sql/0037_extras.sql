-- Records of extras: what a feature beyond rating keeps, each with its history, its timers, its files and what it hides.

CREATE TABLE extra_record (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  extra       text NOT NULL,
  kind        text NOT NULL,
  number      text NOT NULL,
  state       text NOT NULL,
  version     int NOT NULL DEFAULT 1,
  title       text NOT NULL DEFAULT '',
  fields      jsonb NOT NULL DEFAULT '{}',
  institution text NOT NULL DEFAULT '',
  region      text NOT NULL DEFAULT '',
  named       text NOT NULL DEFAULT '',
  parent      uuid,
  case_code   text NOT NULL DEFAULT '',
  repeat_of   uuid,
  filed_at    timestamptz NOT NULL,
  filed_by    text NOT NULL,
  filer_id    uuid,
  person_id   uuid,
  channel     text NOT NULL,
  receipt     text,
  ended_at    timestamptz,
  day         date,
  policy      text NOT NULL,
  policy_day  date NOT NULL,
  same_hash   bytea,
  once        text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, parent) REFERENCES extra_record (tenant_id, id),
  FOREIGN KEY (tenant_id, repeat_of) REFERENCES extra_record (tenant_id, id)
);
CREATE UNIQUE INDEX extra_record_once ON extra_record (tenant_id, once) WHERE once IS NOT NULL;
CREATE UNIQUE INDEX extra_record_receipt ON extra_record (tenant_id, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX extra_record_kind ON extra_record (tenant_id, kind, filed_at DESC, id DESC);
CREATE INDEX extra_record_open ON extra_record (tenant_id, extra) WHERE ended_at IS NULL;
CREATE INDEX extra_record_same ON extra_record (tenant_id, kind, same_hash) WHERE same_hash IS NOT NULL;
CREATE INDEX extra_record_parent ON extra_record (tenant_id, parent) WHERE parent IS NOT NULL;
CREATE INDEX extra_record_case ON extra_record (tenant_id, case_code) WHERE case_code <> '';
CREATE INDEX extra_record_day ON extra_record (tenant_id, kind, day) WHERE day IS NOT NULL;

-- What a record hides: a column of its own for each field, readable in its own row only, found by a keyed hash.
CREATE TABLE extra_secret (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  record_id uuid NOT NULL,
  field     text NOT NULL,
  value_enc bytea NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, record_id, field),
  FOREIGN KEY (tenant_id, record_id) REFERENCES extra_record (tenant_id, id)
);

CREATE TABLE extra_deed (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  record_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  act       text NOT NULL,
  actor     text NOT NULL,
  member_id uuid,
  given     jsonb NOT NULL DEFAULT '{}',
  before    text NOT NULL,
  after     text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES extra_record (tenant_id, id)
);
CREATE INDEX extra_deed_record ON extra_deed (tenant_id, record_id, at, id);

CREATE TABLE extra_timer (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  record_id   uuid NOT NULL,
  code        text NOT NULL,
  started_at  timestamptz NOT NULL,
  span        text NOT NULL,
  due_at      timestamptz NOT NULL,
  warn_at     timestamptz,
  clause      text NOT NULL,
  document    text NOT NULL,
  policy      text NOT NULL,
  calendar    text NOT NULL,
  provisional boolean NOT NULL DEFAULT false,
  moves       boolean NOT NULL DEFAULT false,
  lead        text NOT NULL DEFAULT '',
  days        jsonb NOT NULL DEFAULT '[]',
  state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'stopped')),
  stopped_at  timestamptz,
  warned_at   timestamptz,
  overdue_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES extra_record (tenant_id, id)
);
CREATE INDEX extra_timer_record ON extra_timer (tenant_id, record_id);
CREATE INDEX extra_timer_due ON extra_timer (tenant_id, due_at) WHERE state = 'running' AND overdue_at IS NULL;
CREATE INDEX extra_timer_warn ON extra_timer (tenant_id, warn_at)
  WHERE state = 'running' AND warned_at IS NULL AND warn_at IS NOT NULL;

CREATE TABLE extra_file (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  record_id   uuid NOT NULL,
  field       text NOT NULL,
  name        text NOT NULL,
  kind        text NOT NULL,
  size        int NOT NULL,
  digest      bytea NOT NULL,
  uploaded_by text NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, record_id) REFERENCES extra_record (tenant_id, id)
);
CREATE INDEX extra_file_record ON extra_file (tenant_id, record_id, at, id);

CREATE TABLE extra_number (
  tenant_id int NOT NULL REFERENCES tenant (id),
  prefix    text NOT NULL,
  last      int NOT NULL,
  PRIMARY KEY (tenant_id, prefix)
);

-- Which periods have had what they owe made.
CREATE TABLE extra_period (
  tenant_id int NOT NULL REFERENCES tenant (id),
  extra     text NOT NULL,
  duty      text NOT NULL,
  begins    date NOT NULL,
  made_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, extra, duty, begins)
);

SELECT protect(t::regclass) FROM unnest(ARRAY[
  'extra_record', 'extra_secret', 'extra_deed', 'extra_timer', 'extra_file', 'extra_number', 'extra_period']) AS t;
GRANT SELECT, INSERT, DELETE ON extra_record, extra_secret, extra_deed, extra_timer, extra_file, extra_number, extra_period TO hcp_app;
GRANT UPDATE (state, version, title, fields, institution, region, named, case_code, ended_at, day) ON extra_record TO hcp_app;
GRANT UPDATE (due_at, warn_at, provisional, calendar, days, state, stopped_at, warned_at, overdue_at) ON extra_timer TO hcp_app;
GRANT UPDATE (value_enc) ON extra_secret TO hcp_app;
GRANT UPDATE (last) ON extra_number TO hcp_app;

-- What was filed before the first day is practice like a rating of that time.
CREATE OR REPLACE FUNCTION is_practice(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT name = ANY (ARRAY[
    'rating', 'mark', 'service_case', 'service_event', 'invitation', 'target', 'reminder', 'rating_key', 'receipt', 'comment', 'ticket',
    'ticket_act', 'clock', 'feedback_grade', 'appeal', 'notice', 'tally', 'ticket_number', 'alert', 'assignment',
    'month_rank', 'ranked_month', 'random_check', 'person', 'outbox', 'questionnaire_answer',
    'extra_record', 'extra_secret', 'extra_deed', 'extra_timer', 'extra_file', 'extra_number', 'extra_period'])
$$;
DO $$
DECLARE each text;
BEGIN
  FOREACH each IN ARRAY ARRAY['extra_record', 'extra_secret', 'extra_deed', 'extra_timer', 'extra_file', 'extra_number', 'extra_period'] LOOP
    EXECUTE format('ALTER POLICY throwaway_only ON %I USING (tenant_id < 0 OR tenant_id = (SELECT departing())'
      ' OR tenant_id = (SELECT practising()))', each);
  END LOOP;
END $$;
