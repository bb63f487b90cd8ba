-- What a finding asks of somebody, what repeats itself, which tickets are handled as one, and figures before any finding.

ALTER TABLE ticket ADD COLUMN joined_to uuid;
ALTER TABLE ticket ADD FOREIGN KEY (tenant_id, joined_to) REFERENCES ticket (tenant_id, id);
CREATE INDEX ticket_joined ON ticket (tenant_id, joined_to) WHERE joined_to IS NOT NULL;
CREATE INDEX ticket_staff ON ticket (tenant_id, staff, rated_at) WHERE staff IS NOT NULL;

-- An appeal is a case of its own: it has a number, words of whoever decided it, and who that was.
ALTER TABLE appeal ADD COLUMN number text NOT NULL DEFAULT '';
ALTER TABLE appeal ADD COLUMN words text NOT NULL DEFAULT '';
CREATE INDEX appeal_open ON appeal (tenant_id, addressee, filed_at) WHERE state = 'open';

-- What a mark counted as before any finding, where a finding has changed it: rare, so that only these are looked at.
ALTER TABLE mark ADD COLUMN unfound int CHECK (unfound BETWEEN 1 AND 5);
ALTER TABLE mark ADD COLUMN found boolean NOT NULL DEFAULT false;
CREATE INDEX mark_found ON mark (tenant_id, rated_at) WHERE found;
GRANT UPDATE (effective, unfound, found) ON mark TO hcp_app;

-- Repeated or concentrated bad ratings call a named role; each alert keeps the facts it counted and what it was measured by.
CREATE TABLE alert (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  kind        text NOT NULL,
  subject     text NOT NULL,
  code        text NOT NULL,
  at          timestamptz NOT NULL,
  since       timestamptz NOT NULL,
  until       timestamptz NOT NULL,
  counted     int NOT NULL,
  facts       jsonb NOT NULL,
  rule        jsonb NOT NULL,
  clause      text NOT NULL,
  document    text NOT NULL,
  policy      text NOT NULL,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'handled', 'revoked')),
  note        text NOT NULL DEFAULT '',
  ended_at    timestamptz,
  ended_by    text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alert_subject ON alert (tenant_id, kind, subject, code);
CREATE INDEX alert_newest ON alert (tenant_id, at DESC, id DESC);

-- A task (任务) that a rule gives to somebody; what is late stays visible, what is taken back says why.
CREATE TABLE assignment (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  kind        text NOT NULL,
  addressee   text NOT NULL,
  about       text NOT NULL DEFAULT '',
  ticket_id   uuid,
  alert_id    uuid,
  clause      text NOT NULL DEFAULT '',
  document    text NOT NULL DEFAULT '',
  opened_at   timestamptz NOT NULL,
  due_at      timestamptz,
  span        text NOT NULL DEFAULT '',
  days        jsonb NOT NULL DEFAULT '[]',
  provisional boolean NOT NULL DEFAULT false,
  overdue_at  timestamptz,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
  ended_at    timestamptz,
  ended_by    text,
  note        text NOT NULL DEFAULT '',
  once        text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, once),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id),
  FOREIGN KEY (tenant_id, alert_id) REFERENCES alert (tenant_id, id)
);
CREATE INDEX assignment_addressee ON assignment (tenant_id, addressee, state);
CREATE INDEX assignment_ticket ON assignment (tenant_id, ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX assignment_due ON assignment (tenant_id, due_at) WHERE state = 'open' AND overdue_at IS NULL AND due_at IS NOT NULL;

-- A month's standing, kept once the month is over: three such months in a row can be shown and counted again.
CREATE TABLE month_rank (
  tenant_id int NOT NULL REFERENCES tenant (id),
  month     date NOT NULL,
  rule      text NOT NULL,
  subject   text NOT NULL,
  code      text NOT NULL,
  figure    numeric NOT NULL,
  n         int NOT NULL,
  place     int NOT NULL,
  among     int NOT NULL,
  low       boolean NOT NULL,
  PRIMARY KEY (tenant_id, month, rule, subject, code)
);
CREATE TABLE ranked_month (
  tenant_id int NOT NULL REFERENCES tenant (id),
  month     date NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, month)
);

SELECT protect(t::regclass) FROM unnest(ARRAY['alert', 'assignment', 'month_rank', 'ranked_month']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert, assignment TO hcp_app;
GRANT SELECT, INSERT, DELETE ON month_rank, ranked_month TO hcp_app;
