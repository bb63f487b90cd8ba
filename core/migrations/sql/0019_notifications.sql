-- What a member is told: in the back office always, by e-mail or SMS where they chose so, in the hours they are awake.

ALTER TABLE member ADD COLUMN email_enc bytea;
ALTER TABLE member ADD COLUMN phone_enc bytea;
ALTER TABLE outbox ADD COLUMN member_id uuid;
ALTER TABLE outbox ADD FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id);

CREATE TABLE notification (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  id         uuid NOT NULL,
  member_id  uuid NOT NULL,
  kind       text NOT NULL,
  title      text NOT NULL,
  about      text NOT NULL DEFAULT '',
  link       text NOT NULL DEFAULT '',
  at         timestamptz NOT NULL,
  -- The rated hear of a rating from the day after it on.
  shown_from timestamptz NOT NULL,
  ticket_id  uuid,
  read_at    timestamptz,
  once       text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, member_id, once),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);
CREATE INDEX notification_unread ON notification (tenant_id, member_id, shown_from) WHERE read_at IS NULL;
CREATE INDEX notification_shown ON notification (tenant_id, member_id, shown_from DESC, id DESC);

-- Who wants which kind by which other way too.
CREATE TABLE notification_way (
  tenant_id int NOT NULL REFERENCES tenant (id),
  member_id uuid NOT NULL,
  kind      text NOT NULL,
  way       text NOT NULL CHECK (way IN ('mail', 'sms')),
  PRIMARY KEY (tenant_id, member_id, kind, way),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);

-- The hours in which somebody is left alone, and whether their mail comes once a day; until when it was gathered.
CREATE TABLE notification_hours (
  tenant_id  int NOT NULL REFERENCES tenant (id),
  member_id  uuid NOT NULL,
  quiet_from text NOT NULL,
  quiet_to   text NOT NULL,
  digest     boolean NOT NULL,
  gathered   timestamptz,
  PRIMARY KEY (tenant_id, member_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)
);

SELECT protect(t::regclass, true) FROM unnest(ARRAY['notification', 'notification_way', 'notification_hours']) AS t;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification, notification_way, notification_hours TO hcp_app;
