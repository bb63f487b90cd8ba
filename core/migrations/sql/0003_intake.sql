-- Cases, what happened to them, the chance to rate it, and ratings that nothing can change.

CREATE TABLE service_case (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  code         text NOT NULL,
  item         text,
  items        text[] NOT NULL DEFAULT '{}',
  mode         text NOT NULL,
  kind         text NOT NULL,
  certificate  boolean,
  composite    text NOT NULL DEFAULT 'none',
  batch        int NOT NULL DEFAULT 1,
  applicant_id uuid,
  agent_id     uuid,
  closed_at    timestamptz,
  opened_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code),
  FOREIGN KEY (tenant_id, item) REFERENCES item (tenant_id, code),
  FOREIGN KEY (tenant_id, applicant_id) REFERENCES person (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES person (tenant_id, id)
);
CREATE TABLE service_event (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  case_id     uuid NOT NULL,
  number      int NOT NULL CHECK (number BETWEEN 1 AND 99),
  event       text NOT NULL,
  at          timestamptz NOT NULL,
  mode        text NOT NULL,
  staff       text,
  window_code text,
  fingerprint bytea NOT NULL,
  source      text NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, case_id, number),
  FOREIGN KEY (tenant_id, case_id) REFERENCES service_case (tenant_id, id),
  FOREIGN KEY (tenant_id, staff) REFERENCES staff (tenant_id, code),
  FOREIGN KEY (tenant_id, window_code) REFERENCES service_window (tenant_id, code)
);
CREATE TABLE invitation (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  id           uuid NOT NULL,
  case_id      uuid NOT NULL,
  event_id     uuid NOT NULL,
  occasion     text NOT NULL,
  nth          int NOT NULL DEFAULT 1,
  dimensions   text[] NOT NULL,
  required     text[] NOT NULL DEFAULT '{}',
  opens        timestamptz NOT NULL,
  closes       timestamptz,
  silent_grade int,
  state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'rated', 'defaulted', 'closed')),
  token_hash   bytea NOT NULL,
  policy       text NOT NULL,
  provisional  boolean NOT NULL DEFAULT false,
  window_code  text,
  rating_id    uuid,
  rated_at     timestamptz,
  draft        jsonb,
  draft_at     timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, token_hash),
  FOREIGN KEY (tenant_id, case_id) REFERENCES service_case (tenant_id, id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES service_event (tenant_id, id)
);
CREATE INDEX invitation_case ON invitation (tenant_id, case_id);
CREATE INDEX invitation_due ON invitation (tenant_id, closes) WHERE state = 'open';
CREATE INDEX invitation_drafts ON invitation (tenant_id, draft_at) WHERE state = 'open' AND draft IS NOT NULL;
CREATE INDEX invitation_at_window ON invitation (tenant_id, window_code, opens) WHERE state = 'open';
-- Who each dimension of an invitation will count for: settled when the service was given, so that silence and speech count alike.
CREATE TABLE target (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  invitation_id uuid NOT NULL,
  dimension     text NOT NULL,
  item          text NOT NULL DEFAULT '',
  staff         text,
  institutions  text[] NOT NULL DEFAULT '{}',
  lines         text[] NOT NULL DEFAULT '{}',
  regions       text[] NOT NULL DEFAULT '{}',
  areas         text[] NOT NULL DEFAULT '{}',
  channel       text NOT NULL DEFAULT '',
  weight        int NOT NULL DEFAULT 1,
  position      int NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, invitation_id, dimension, item),
  FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, id)
);
CREATE TABLE reminder (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  invitation_id uuid NOT NULL,
  at            timestamptz NOT NULL,
  clause        text NOT NULL DEFAULT '',
  done_at       timestamptz,
  PRIMARY KEY (tenant_id, invitation_id, at),
  FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitation (tenant_id, id)
);
CREATE INDEX reminder_due ON reminder (tenant_id, at) WHERE done_at IS NULL;

-- A rating: what was said, by which way it came in, never changed afterwards.
CREATE TABLE rating (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  id            uuid NOT NULL,
  rated_at      timestamptz NOT NULL,
  invitation_id uuid NOT NULL,
  case_id       uuid NOT NULL,
  occasion      text NOT NULL,
  append_of     uuid,
  origin        text NOT NULL CHECK (origin IN ('citizen', 'agent', 'paper', 'default', 'imported', 'probe')),
  declared      text NOT NULL DEFAULT '',
  channel       text NOT NULL,
  source        text NOT NULL,
  person_id     uuid,
  anonymous     boolean NOT NULL DEFAULT false,
  tags          int[] NOT NULL DEFAULT '{}',
  text          text NOT NULL DEFAULT '',
  answers       jsonb,
  receipt       text NOT NULL,
  policy        text NOT NULL,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, rated_at, id)
) PARTITION BY RANGE (rated_at);
CREATE INDEX rating_id ON rating (tenant_id, id);
CREATE INDEX rating_case ON rating (tenant_id, case_id);
CREATE INDEX rating_newest ON rating (tenant_id, rated_at DESC, id DESC);
-- One grade of a rating and whom it counts for; ``effective`` follows verdicts and appends, ``grade`` never moves.
CREATE TABLE mark (
  tenant_id    int NOT NULL REFERENCES tenant (id),
  rating_id    uuid NOT NULL,
  rated_at     timestamptz NOT NULL,
  dimension    text NOT NULL,
  item         text NOT NULL DEFAULT '',
  grade        int NOT NULL CHECK (grade BETWEEN 1 AND 5),
  effective    int CHECK (effective BETWEEN 1 AND 5),
  given        boolean NOT NULL DEFAULT true,
  origin       text NOT NULL,
  staff        text,
  institutions text[] NOT NULL DEFAULT '{}',
  lines        text[] NOT NULL DEFAULT '{}',
  regions      text[] NOT NULL DEFAULT '{}',
  areas        text[] NOT NULL DEFAULT '{}',
  channel      text NOT NULL DEFAULT '',
  weight       int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, rated_at, rating_id, dimension, item)
) PARTITION BY RANGE (rated_at);
-- Permanent keys of what was acknowledged: unpartitioned, so that the same key can never count twice.
CREATE TABLE rating_key (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  source      text NOT NULL,
  key         text NOT NULL,
  fingerprint bytea NOT NULL,
  rating_id   uuid NOT NULL,
  answer      jsonb NOT NULL,
  at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, source, key)
);
CREATE TABLE receipt (
  tenant_id int NOT NULL REFERENCES tenant (id),
  code      text NOT NULL,
  rating_id uuid NOT NULL,
  rated_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, code)
);
CREATE TABLE comment (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  channel   text NOT NULL,
  text      text NOT NULL,
  at        timestamptz NOT NULL,
  source    text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE rating_other PARTITION OF rating DEFAULT;
CREATE TABLE mark_other PARTITION OF mark DEFAULT;

-- Months are made ahead by the owner whenever `haochaping migrate` runs; the application never creates a table.
CREATE FUNCTION make_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  child text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['rating', 'mark'] LOOP
    child := parent || to_char(month, '_YYYY_MM');
    IF to_regclass(child) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
        month::timestamp AT TIME ZONE 'Asia/Shanghai', (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai');
      PERFORM protect(child::regclass);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_month(date) FROM PUBLIC;
SELECT make_month(m::date) FROM generate_series('2026-01-01'::date, '2027-06-01'::date, interval '1 month') AS m;

SELECT protect(t::regclass) FROM unnest(ARRAY['service_case', 'service_event', 'invitation', 'target', 'reminder', 'rating',
  'rating_other', 'mark', 'mark_other', 'rating_key', 'receipt', 'comment']) AS t;
GRANT SELECT, INSERT, DELETE ON service_event, target, rating, mark, rating_key, receipt, comment TO hcp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON service_case, invitation, reminder TO hcp_app;
GRANT UPDATE (effective) ON mark TO hcp_app;
