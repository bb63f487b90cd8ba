-- Bad ratings as tickets, their clocks as stored facts, appeals, notices and tasks.

CREATE TABLE ticket (
  tenant_id     int NOT NULL REFERENCES tenant (id),
  id            uuid NOT NULL,
  number        text NOT NULL,
  nth           int NOT NULL DEFAULT 1,
  rating_id     uuid NOT NULL,
  rated_at      timestamptz NOT NULL,
  case_id       uuid NOT NULL,
  item          text,
  staff         text,
  dimensions    text[] NOT NULL,
  grade         int NOT NULL,
  state         text NOT NULL CHECK (state IN
    ('auditing', 'open', 'verified', 'rectifying', 'answered', 'closed', 'rejected', 'withdrawn')),
  on_hold       boolean NOT NULL DEFAULT false,
  dispatched_at timestamptz,
  handler       text NOT NULL,
  proposed      text NOT NULL,
  co_handlers   text[] NOT NULL DEFAULT '{}',
  verdict       text,
  complexity    text,
  opened_at     timestamptz NOT NULL,
  answered_at   timestamptz,
  closed_at     timestamptz,
  policy        text NOT NULL,
  policy_day    date NOT NULL,
  version       int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, case_id) REFERENCES service_case (tenant_id, id),
  FOREIGN KEY (tenant_id, handler) REFERENCES institution (tenant_id, code)
);
CREATE INDEX ticket_state ON ticket (tenant_id, state, opened_at);
CREATE INDEX ticket_case ON ticket (tenant_id, case_id);
CREATE INDEX ticket_handler ON ticket (tenant_id, handler, state);
CREATE INDEX ticket_rating ON ticket (tenant_id, rating_id);
CREATE TABLE ticket_act (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  ticket_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  act       text NOT NULL,
  actor     text NOT NULL,
  note      text NOT NULL DEFAULT '',
  data      jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX ticket_act_ticket ON ticket_act (tenant_id, ticket_id, at, id);
-- A deadline is a stored fact: frozen with its clause, rule version, calendar version and the days it counted.
CREATE TABLE clock (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  ticket_id   uuid NOT NULL,
  name        text NOT NULL,
  since       text NOT NULL,
  started_at  timestamptz NOT NULL,
  span        text NOT NULL,
  due_at      timestamptz NOT NULL,
  clause      text NOT NULL,
  document    text NOT NULL,
  policy      text NOT NULL,
  calendar    text NOT NULL,
  provisional boolean NOT NULL DEFAULT false,
  moves       boolean NOT NULL DEFAULT false,
  extended    boolean NOT NULL DEFAULT false,
  pauses      jsonb NOT NULL DEFAULT '[]',
  days        jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'stopped', 'lapsed', 'dropped')),
  stopped_at  timestamptz,
  warned_at   timestamptz,
  overdue_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX clock_ticket ON clock (tenant_id, ticket_id);
CREATE INDEX clock_due ON clock (tenant_id, due_at) WHERE state = 'running' AND overdue_at IS NULL;
CREATE TABLE feedback_grade (
  tenant_id int NOT NULL REFERENCES tenant (id),
  ticket_id uuid NOT NULL,
  at        timestamptz NOT NULL,
  grade     int NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id, at),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE TABLE appeal (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  ticket_id  uuid NOT NULL,
  appellant  text NOT NULL,
  addressee  text NOT NULL,
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'refused')),
  reason     text NOT NULL,
  evidence   jsonb NOT NULL DEFAULT '[]',
  finding    text,
  filed_at   timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX appeal_ticket ON appeal (tenant_id, ticket_id);
-- What somebody must be told, at its legal instant; only its delivery may wait.
CREATE TABLE notice (
  tenant_id int NOT NULL REFERENCES tenant (id),
  id        uuid NOT NULL,
  at        timestamptz NOT NULL,
  addressee text NOT NULL,
  about     text NOT NULL,
  case_id   uuid,
  ticket_id uuid,
  clause    text NOT NULL DEFAULT '',
  body      jsonb NOT NULL DEFAULT '{}',
  hides     text[] NOT NULL DEFAULT '{}',
  once      text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, once)
);
CREATE INDEX notice_case ON notice (tenant_id, case_id);
CREATE INDEX notice_addressee ON notice (tenant_id, addressee, at);

SELECT protect(t::regclass) FROM unnest(ARRAY['ticket', 'ticket_act', 'clock', 'feedback_grade', 'appeal', 'notice']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket, clock, appeal TO hcp_app;
GRANT SELECT, INSERT, DELETE ON ticket_act, feedback_grade, notice TO hcp_app;
