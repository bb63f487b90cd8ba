-- Work lists: who has taken a ticket on, views that are kept, lots of acts that are held for a moment, exported files.

-- Whose desk a ticket lies on, which changes nothing of what the law asks of its institution.
ALTER TABLE ticket ADD COLUMN assignee uuid;
ALTER TABLE ticket ADD FOREIGN KEY (tenant_id, assignee) REFERENCES member (tenant_id, id);
CREATE INDEX ticket_assignee ON ticket (tenant_id, assignee) WHERE assignee IS NOT NULL;

-- A list as somebody likes it; one that is shared is for all of the same institution ('' is none: the whole place).
CREATE TABLE saved_view (
  tenant_id   int NOT NULL REFERENCES tenant (id),
  id          uuid NOT NULL,
  member_id   uuid NOT NULL,
  list        text NOT NULL,
  name        text NOT NULL,
  query       text NOT NULL,
  shared      boolean NOT NULL,
  institution text NOT NULL,
  pinned      boolean NOT NULL,
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX saved_view_member ON saved_view (tenant_id, member_id);
CREATE INDEX saved_view_shared ON saved_view (tenant_id, institution) WHERE shared;

-- What one member chose for one list: columns, rows to a page, and the view it opens with.
CREATE TABLE list_choice (
  tenant_id int NOT NULL REFERENCES tenant (id),
  member_id uuid NOT NULL,
  list      text NOT NULL,
  shown     text[] NOT NULL,
  size      int NOT NULL,
  view_id   uuid,
  PRIMARY KEY (tenant_id, member_id, list),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);

-- One act for many tickets: gathered, looked through, held for a moment, done one by one; each row says what came of it.
CREATE TABLE lot (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  member_id  uuid NOT NULL,
  actor      text NOT NULL,
  verb       text NOT NULL,
  data       jsonb NOT NULL,
  query      text NOT NULL,
  state      text NOT NULL CHECK (state IN ('draft', 'held', 'running', 'done', 'taken-back')),
  made_at    timestamptz NOT NULL,
  pressed_at timestamptz,
  runs_at    timestamptz,
  ended_at   timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX lot_member ON lot (tenant_id, member_id, made_at);
CREATE INDEX lot_made ON lot (tenant_id, made_at);
CREATE TABLE held_act (
  tenant_id int NOT NULL REFERENCES tenant (id),
  lot_id    uuid NOT NULL,
  nth       int NOT NULL,
  ticket_id uuid,
  number    text NOT NULL,
  version   int NOT NULL,
  state     text NOT NULL CHECK (state IN ('waiting', 'unfit', 'done', 'refused', 'taken-back')),
  said      text NOT NULL,
  before    uuid,
  PRIMARY KEY (tenant_id, lot_id, nth),
  FOREIGN KEY (tenant_id, lot_id) REFERENCES lot (tenant_id, id),
  FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (tenant_id, id)
);
CREATE INDEX held_act_ticket ON held_act (tenant_id, ticket_id);

-- A list on its way to becoming a file: what was asked for in whose sight, how far it is, where it lies, until when.
CREATE TABLE export (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  member_id  uuid NOT NULL,
  list       text NOT NULL,
  name       text NOT NULL,
  format     text NOT NULL CHECK (format IN ('csv', 'xlsx')),
  shown      text[] NOT NULL,
  asked      jsonb NOT NULL,
  said       text NOT NULL,
  state      text NOT NULL CHECK (state IN ('waiting', 'running', 'ready', 'failed', 'deleted')),
  total      int NOT NULL,
  done       int NOT NULL,
  parts      int NOT NULL,
  place      text NOT NULL,
  size       int NOT NULL,
  digest     bytea,
  asked_at   timestamptz NOT NULL,
  ready_at   timestamptz,
  expires_at timestamptz NOT NULL,
  taken      int NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX export_member ON export (tenant_id, member_id, asked_at);
CREATE INDEX export_expires ON export (tenant_id, expires_at);

SELECT protect('saved_view'::regclass, true), protect('list_choice'::regclass, true), protect('lot'::regclass, true),
  protect('held_act'::regclass, true), protect('export'::regclass, true);
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view, list_choice, lot, held_act, export TO hcp_app;
